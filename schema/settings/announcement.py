"""What YAML cannot say about announcements (A1, A3)."""

from __future__ import annotations

from app.records.rules import Change, Violation, _


def expire_in_future(change: Change) -> None:
    """A1, A3: an expiry that is set lies ahead. Editing the text of an announcement that has expired is fine."""
    if change.after is None or not change.changed("expires_at"):
        return
    if change.after["expires_at"] <= change.now:
        raise Violation("expires_at", _("This moment has passed already. Choose a later one."))
