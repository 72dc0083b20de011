"""What YAML cannot say about customers (C1)."""

from __future__ import annotations

from app.records.rules import Change, Violation, _


def always_a_type(change: Change) -> None:
    """T1, B2: a customer whom nobody has given a type is uncategorised, as far as the company has that type."""
    if change.after is not None and change.after["type"] is None:
        unsorted = change.find("customer_type", builtin="unsorted")
        change.after["type"] = unsorted["id"] if unsorted else None


def own_what_one_adds(change: Change) -> None:
    """C1: a customer whom an agent adds for nobody is the agent's own: otherwise they could not see it again."""
    if change.after is None or change.before is not None or change.after["agent"] or change.after["team"]:
        return
    role = change.find("role", id=change.actor.role_id)
    if role is not None and role["seat"]:
        change.after["agent"], change.after["team"] = change.actor.user_id, change.actor.team_id


def assign(change: Change) -> None:
    """C1: to a team, to an agent, or both; an agent brings their team along."""
    assert change.after is not None  # noqa: S101 - an action never deletes
    agent, team = change.after["agent"], change.after["team"]
    if not agent and not team:
        raise Violation("team", _("Choose a team or an agent."))
    if not agent:
        return
    theirs = (change.find("user", id=agent) or {}).get("team")
    if team and team != theirs:
        raise Violation("agent", _("This agent is not in the chosen team."))
    change.after["team"] = theirs


def release(change: Change) -> None:
    """C1: the customer is nobody's again."""
    assert change.after is not None  # noqa: S101 - an action never deletes
    change.after["agent"] = change.after["team"] = None
