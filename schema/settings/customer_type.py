"""What YAML cannot say about customer types (T2)."""

from __future__ import annotations

from app.records.rules import Change, Violation, _


def keep_builtin(change: Change) -> None:
    """T2: a type that the product itself relies on, 未分类 for one (B2), may be renamed and moved, not deleted."""
    if change.after is None and change.before is not None and change.before["builtin"]:
        raise Violation("", _("This type is built in and cannot be deleted. It can be renamed."))
