"""What a change of the business parameters would do (B1–B4), in numbers, before it is saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.records.rules import Asker

CUSTOMER = "customer"
Values = Mapping[str, Any]


def impact(before: Values, after: Values, ask: Asker) -> Iterator[str]:
    """A sentence for each parameter that changes."""
    if ask.knows(CUSTOMER):
        if before["leader_sees_team"] != after["leader_sees_team"]:
            yield _seen(ask, "team_leader", before, after)
        if before["agent_sees_unsorted"] != after["agent_sees_unsorted"]:
            yield _seen(ask, "agent", before, after)
    yield from _claims(before, after, ask)


def _seen(ask: Asker, role: str, before: Values, after: Values) -> str:
    """B1, B2: how many customers come into sight, or go out of it."""
    change = ask.sight(CUSTOMER, role, before, after)
    who = _leaders(change.people) if role == "team_leader" else _agents(change.people)
    if change.more:
        return str(_("%(who)s will see %(what)s more.", who=who, what=_customers(change.more)))
    if change.fewer:
        return str(_("%(who)s will no longer see %(what)s.", who=who, what=_customers(change.fewer)))
    return str(_("At present no customer fits, so nobody sees more or fewer."))


def _claims(before: Values, after: Values, ask: Asker) -> Iterator[str]:
    """B3, B4: what agents may take for themselves."""
    size = after["claim_size"]
    if before["agent_may_claim"] and not after["agent_may_claim"]:
        yield _("%(who)s will no longer be able to claim customers.", who=_agents(ask.people("agent")))
    elif after["agent_may_claim"] and (not before["agent_may_claim"] or before["claim_size"] != size):
        who = _agents(ask.people("agent"))
        yield _("%(who)s will be able to claim up to %(size)s customers at a time.", who=who, size=size)
    elif before["claim_size"] != size:
        yield _("The number of customers per claim matters only once agents may claim.")


def _leaders(number: int) -> str:
    return str(ngettext("%(n)s team leader", "%(n)s team leaders", number, n=f"{number:,}"))


def _agents(number: int) -> str:
    return str(ngettext("%(n)s agent", "%(n)s agents", number, n=f"{number:,}"))


def _customers(number: int) -> str:
    return str(ngettext("%(n)s customer", "%(n)s customers", number, n=f"{number:,}"))
