"""Rules of the sample gadget."""

from __future__ import annotations

from app.records.rules import Change, Violation, _


def retired_means_inactive(change: Change) -> None:
    """A retired gadget cannot be active."""
    if change.after and change.after["state"] == "retired" and change.after["active"]:
        raise Violation("active", _("A retired gadget cannot be active."))


def weigh(change: Change) -> None:
    """Adds one gram: what an action's function does to the record it is used on."""
    if change.after is not None:
        change.after["weight"] = (change.after["weight"] or 0) + 1
