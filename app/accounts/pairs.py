"""How FAB's tables write a permission: `can_<kind>` on `<page>`."""

from __future__ import annotations

from typing import Any, Final

from app.models.adopted import Grant

PREFIX: Final = "can_"
GRANT: Final[Any] = Grant  # its columns come from FAB's table, where no type checker sees them

Pair = tuple[str, str]  # page (resource), kind
