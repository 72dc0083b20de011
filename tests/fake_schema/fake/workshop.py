"""Rules of the sample settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.records.rules import Asker, Change, Violation, _


def nobody_works_in_the_dark(change: Change) -> None:
    """At night the workshop is closed to visitors."""
    if change.after and change.after["shift"] == "night" and change.after["open"]:
        raise Violation("open", _("At night there are no visitors."))


def effect(before: Mapping[str, Any], after: Mapping[str, Any], ask: Asker) -> list[str]:
    """How many gadgets there are for each bench, and who is to be told."""
    if before["benches"] == after["benches"]:
        return []
    return [f"{ask.count('gadget')} gadgets on {after['benches']} benches", f"{ask.people('agent')} agents"]
