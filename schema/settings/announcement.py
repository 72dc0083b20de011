"""What YAML cannot say about announcements (A1, A3)."""

from __future__ import annotations

from app.records.rules import Change, Violation, _


def expire_in_future(change: Change) -> None:
    """A1, A3: an expiry that is set lies ahead. Editing the text of an announcement that has expired is fine; to
    publish it again takes another expiry."""
    if change.after is None or not (change.changed("expires_at") or _published_again(change)):
        return
    if change.after["expires_at"] <= change.now:
        raise Violation("expires_at", _("This moment has passed already. Choose a later one."))


def start_before_expiry(change: Change) -> None:
    """A1: an announcement starts before it expires."""
    if change.after is None or not change.changed("starts_at", "expires_at"):
        return
    starts_at = change.after.get("starts_at")
    if starts_at is not None and starts_at >= change.after["expires_at"]:
        raise Violation("starts_at", _("It has to start before it expires."))


def publish_what_is_new(change: Change) -> None:
    """A1, A3: what says something new, or comes back, is new to everyone: it is unread and unacknowledged again.

    So is one whose start is put off. A change of expiry, audience or pin asks nobody to read it again.
    """
    if change.after is None:
        return
    starts_at = change.after.get("starts_at")
    begins = max(change.now, starts_at or change.now)
    waiting = change.before is not None and (change.before.get("published_at") or change.now) > change.now
    moved = change.changed("starts_at") and (begins > change.now or waiting)
    if change.before is None or change.changed("content") or moved or _published_again(change):
        change.after["published_at"] = begins


def _published_again(change: Change) -> bool:
    return bool(change.before and change.before.get("retracted") and not (change.after or {}).get("retracted"))
