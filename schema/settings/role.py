"""What YAML cannot say about roles (R1). What they are granted is another matter: the matrix has rules of its own."""

from __future__ import annotations

from app.records.rules import ADMIN, Change, Violation, _


def keep_built_in(change: Change) -> None:
    """R1: the roles that come with the product stay, for their defaults can be restored and they cannot; and the admin
    role keeps its name, so that everybody knows whom to ask.
    """
    if change.before is None or not change.before["key"]:
        return
    if change.after is None:
        raise Violation("", _("Built-in roles cannot be deleted. Take their permissions away instead."))
    if change.before["key"] == ADMIN and change.changed("name"):
        raise Violation("name", _("The admin role keeps its name."))
