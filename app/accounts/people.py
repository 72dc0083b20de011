"""The person behind a request: what one statement reads, and the `Actor` made of it."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, select

from app.access import Actor
from app.accounts.permissions import grants
from app.accounts.roles import role_title
from app.models.adopted import Role, User
from app.models.tenant import Tenant
from app.records.passwords import days_left, policy_of
from app.spec.model import ADMIN

# Of the person, the company and the role, in the one statement that looks up a session or a key (the permissions come
# from a cache).
PERSON: Final[tuple[Any, ...]] = (
    User.id.label("user_id"),
    User.tenant_id.label("tenant_id"),
    User.username.label("username"),
    User.first_name.label("name"),
    User.active.label("active"),
    User.session_epoch.label("session_epoch"),
    User.must_change_password.label("must_change_password"),
    User.password_changed_at.label("password_changed_at"),
    User.created_on.label("user_created_at"),
    User.locale.label("user_locale"),
    User.columns.label("list_columns"),
    User.team_id.label("team_id"),
    Role.id.label("role_id"),
    Role.key.label("role_key"),
    Role.name.label("role_name"),
    Role.base.label("role_base"),
    Role.seat.label("role_seat"),
    Tenant.code.label("tenant_code"),
    Tenant.name.label("tenant_name"),
    Tenant.timezone.label("timezone"),
    Tenant.locale.label("tenant_locale"),
    Tenant.active.label("tenant_active"),
    Tenant.permissions_version.label("permissions_version"),
    Tenant.settings_version.label("settings_version"),
    Tenant.platform.label("platform"),
)


def select_person(credential: Any, *columns: Any) -> Select[Any]:
    """`columns` of a credential (a class with tenant_id and user_id), and PERSON of whom it belongs to."""
    return (
        select(*columns, *PERSON)
        .join(User, and_(User.tenant_id == credential.tenant_id, User.id == credential.user_id))
        .join(Role, same_role())
        .join(Tenant, Tenant.id == credential.tenant_id)
    )


def same_role() -> ColumnElement[bool]:
    return and_(Role.tenant_id == User.tenant_id, Role.id == User.role_id)


def actor_of(row: Any, *, session_id: int | None = None, token: str = "") -> Actor:
    """The actor whom a row of PERSON describes. Costs no statement while the role's grants are unchanged (R4)."""
    left = days_left(policy_of(row.tenant_id, row.settings_version), row.password_changed_at or row.user_created_at)
    expired = left is not None and left <= 0
    locale = row.user_locale or row.tenant_locale
    granted = frozenset() if row.role_key == ADMIN else grants(row.role_id, row.permissions_version)
    return Actor(
        tenant_id=row.tenant_id,
        user_id=row.user_id,
        role_key=row.role_key,
        username=row.username,
        name=row.name,
        role_id=row.role_id,
        role_name=role_title(row.role_key, row.role_name, locale),
        role_base=row.role_base,
        seat=row.role_seat,
        team_id=row.team_id,
        grants=granted,
        locale=locale,
        columns=row.list_columns,
        timezone=row.timezone,
        tenant_code=row.tenant_code,
        tenant_name=row.tenant_name,
        session_id=session_id,
        session_token=token,
        must_change_password=row.must_change_password or expired,
        password_expired=expired and not row.must_change_password,
        password_days=left,
        platform=row.platform,
        permissions_version=row.permissions_version,
        settings_version=row.settings_version,
    )
