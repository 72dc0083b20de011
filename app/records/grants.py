"""What a role of the tenant in scope is granted, read from FAB's tables: `can_<kind>` on `<page>`."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, select

from app.models.adopted import Grant, Permission, PermissionView, ViewMenu
from app.models.base import db
from app.tenancy.scope import current_tenant_id

PREFIX: Final = "can_"
GRANT: Final[Any] = Grant  # its columns come from FAB's table, where no type checker sees them

Pair = tuple[str, str]  # page (resource), kind


def holders(page: str, kind: str) -> Select[Any]:
    """The ids of the roles that are granted this, for a statement; not the admin role, which is granted nothing."""
    return (
        select(GRANT.role_id)
        .join(PermissionView, GRANT.permission_view_id == PermissionView.id)
        .join(ViewMenu, PermissionView.view_menu_id == ViewMenu.id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .where(GRANT.tenant_id == current_tenant_id(), ViewMenu.name == page, Permission.name == f"{PREFIX}{kind}")
    )


def granted(role_id: int) -> frozenset[Pair]:
    """The pairs a role is granted, one statement. The admin role is granted none: it holds everything anyway."""
    rows = db.session.execute(
        select(ViewMenu.name, Permission.name)
        .join(PermissionView, PermissionView.view_menu_id == ViewMenu.id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(Grant, GRANT.permission_view_id == PermissionView.id)
        .where(GRANT.tenant_id == current_tenant_id(), GRANT.role_id == role_id)
    )
    return frozenset((page, name.removeprefix(PREFIX)) for page, name in rows if name.startswith(PREFIX))
