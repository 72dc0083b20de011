"""What YAML cannot say about teams (C2)."""

from __future__ import annotations

from app.records.rules import Change, Violation, _


def led_by_a_member(change: Change) -> None:
    """C2: whoever leads a team is in it; nobody leads a team that they do not see."""
    if change.after is None or not change.after["leader"] or not change.changed("leader"):
        return
    leader = change.find("user", id=change.after["leader"])
    if leader is None or leader["team"] != change.id:
        raise Violation(
            "leader", _("Only somebody of this team can lead it. Move them into it on the agents' page first.")
        )
