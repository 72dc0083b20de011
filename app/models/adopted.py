"""FAB's user, role and grant tables, made multi-tenant in place before any table is created (FAB-NOTES).

Subclassing would not do: FAB names its `Role` outright. So the classes stay FAB's and gain a tenant, ids made by the
application, composite foreign keys and a version. FAB's other security tables (several roles per user, groups,
registrations, API keys) know no tenant; nothing of ours uses them, so they leave the metadata and are never created.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask_appbuilder.security.sqla.models import (
    ApiKey,
    Group,
    Permission,
    PermissionView,
    RegisterUser,
    Role,
    User,
    ViewMenu,
    assoc_group_role,
    assoc_permissionview_role,
    assoc_user_group,
    assoc_user_role,
)
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import relationship, synonym

from app.fields.types import UtcDateTime, short_text
from app.models import alter
from app.models.audit import AuditEntry
from app.models.base import Base, new_id, utcnow
from app.models.login import LoginEntry
from app.models.tenant import Tenant
from app.tenancy.guard import Guarded

__all__ = ["ADOPTED", "Grant", "Permission", "PermissionView", "Role", "User", "ViewMenu"]

# The tables of FAB's that no tenant's data may reach: out of the metadata, so out of every database.
UNUSED = (
    assoc_user_role,
    assoc_user_group,
    assoc_group_role,
    ApiKey.__table__,
    RegisterUser.__table__,
    Group.__table__,
)


def tenant_column() -> Column[int]:
    return Column("tenant_id", BigInteger, ForeignKey(Tenant.id, ondelete="RESTRICT"), nullable=False)


def adopt_role() -> None:
    table = Role.__table__
    alter.app_made_id(table.c.id, new_id)
    alter.drop_unique(table, "name")
    Role.tenant_id = tenant_column()
    Role.key = Column("key", String(32), nullable=False, default="")
    Role.remark = Column("remark", String(200), nullable=False, default="")
    Role.base = Column("base", String(32), nullable=False, default="")  # own roles: the built-in one they came from
    Role.seat = Column("seat", Boolean, nullable=False, default=False)
    Role.version = Column("version", Integer, nullable=False)
    Role.created_at = Column("created_at", UtcDateTime, nullable=False, default=utcnow)
    Role.created_by = Column("created_by", BigInteger)
    Role.changed_at = Column("changed_at", UtcDateTime, nullable=False, default=utcnow, onupdate=utcnow)
    Role.changed_by = Column("changed_by", BigInteger)
    Role.__mapper__.version_id_col = table.c.version
    table.append_constraint(UniqueConstraint("tenant_id", "id"))
    table.append_constraint(UniqueConstraint("tenant_id", "name"))
    Index("uq_ab_role_tenant_id_key", table.c.tenant_id, table.c.key, unique=True,
          sqlite_where=table.c.key != "", postgresql_where=table.c.key != "")  # fmt: skip


def adopt_user() -> None:
    table = User.__table__
    alter.app_made_id(table.c.id, new_id)
    alter.drop_unique(table, "username")
    alter.drop_unique(table, "email")
    for name in ("created_by_fk", "changed_by_fk"):  # as in TenantOwned: ids without a foreign key
        alter.drop_foreign_key(table, name)
        alter.retype(table.c[name], BigInteger())
        table.c[name].default = None
    User.tenant_id = tenant_column()
    User.role_id = Column("role_id", BigInteger, nullable=False)
    User.team_id = Column("team_id", BigInteger)  # its foreign key comes with the field `team` (app.models.build)
    User.phone = Column("phone", short_text(32), nullable=False, default="")
    User.locale = Column("locale", String(8), nullable=False, default="")
    User.columns = Column("columns", JSON, nullable=False, default=dict)  # of lists, as the person wants them
    User.must_change_password = Column("must_change_password", Boolean, nullable=False, default=False)
    User.password_changed_at = Column("password_changed_at", UtcDateTime)
    User.session_epoch = Column("session_epoch", Integer, nullable=False, default=0)
    User.locked_until = Column("locked_until", UtcDateTime)
    User.version = Column("version", Integer, nullable=False)
    User.__mapper__.version_id_col = table.c.version
    columns_of_fab(table)
    table.append_constraint(UniqueConstraint("tenant_id", "id"))
    table.append_constraint(UniqueConstraint("tenant_id", "username"))
    table.append_constraint(
        ForeignKeyConstraint(["tenant_id", "role_id"], ["ab_role.tenant_id", "ab_role.id"], ondelete="RESTRICT")
    )
    Index(None, table.c.tenant_id, table.c.role_id, table.c.id)


def columns_of_fab(table: Any) -> None:
    """FAB's columns under the product's names and with its types: our names are synonyms, FAB's keep working."""
    for name in ("created_on", "changed_on"):
        alter.retype(table.c[name], UtcDateTime())
        alter.required(table.c[name], utcnow)
    alter.on_update(table.c.changed_on, utcnow)
    alter.retype(table.c.last_login, UtcDateTime())
    for name in ("username", "first_name", "email"):  # searched by their beginning, which an index serves
        alter.retype(table.c[name], short_text(table.c[name].type.length))
    alter.required(table.c.last_name, "")
    alter.required(table.c.email, "")
    alter.required(table.c.active, True)
    alter.required(table.c.fail_login_count, 0)
    alter.required(table.c.login_count, 0)
    for ours, theirs in {
        "name": "first_name",
        "role": "role_id",
        "team": "team_id",
        "last_login_at": "last_login",
        "failed_logins": "fail_login_count",
        "created_at": "created_on",
        "changed_at": "changed_on",
        "created_by": "created_by_fk",
        "changed_by": "changed_by_fk",
    }.items():
        setattr(User, ours, synonym(theirs))


def adopt_grants() -> None:
    table = assoc_permissionview_role
    alter.app_made_id(table.c.id, new_id)
    alter.drop_unique(table, "permission_view_id", "role_id")
    alter.drop_foreign_key(table, "role_id")
    alter.drop_index(table, "idx_role_id")  # the unique constraint below begins with tenant and role
    alter.retype(table.c.role_id, BigInteger())
    alter.required(table.c.role_id)
    alter.required(table.c.permission_view_id)
    table.append_column(tenant_column())
    table.append_constraint(UniqueConstraint("tenant_id", "role_id", "permission_view_id"))
    table.append_constraint(
        ForeignKeyConstraint(["tenant_id", "role_id"], ["ab_role.tenant_id", "ab_role.id"], ondelete="CASCADE")
    )


def relate() -> None:
    """One role per user (U1), and every relation read-only: `records.service` writes columns, not object graphs."""
    User.roles = relationship(Role, viewonly=True, uselist=True)
    Role.user = relationship(User, viewonly=True)
    Role.permissions = relationship(PermissionView, secondary=assoc_permissionview_role, viewonly=True)
    PermissionView.role = relationship(Role, secondary=assoc_permissionview_role, viewonly=True)
    Group.users = relationship(User, secondary=assoc_user_group, viewonly=True)
    Group.roles = relationship(Role, secondary=assoc_group_role, viewonly=True)
    # Deleting a user must not go looking for what points to them: the database knows (composite foreign keys).
    ApiKey.user = relationship(User, viewonly=True)
    User.groups = Role.groups = ()  # FAB's permission checks look here


if User.__mapper__.configured:
    raise ImportError("FAB's mappers are configured already: import app.models.adopted before FAB's security manager")
with warnings.catch_warnings():
    # SQLAlchemy warns that mapped attributes are replaced: that is the point, and nothing has used them yet.
    warnings.simplefilter("ignore")
    adopt_role()
    adopt_user()
    adopt_grants()
    relate()
for guarded in (Role, User):
    guarded.__bases__ = (Guarded, *guarded.__bases__)


class Grant(Guarded, Base):
    """One permission of one role: FAB's many-to-many table as a class, so that the tenant guard sees it."""

    __table__ = assoc_permissionview_role


for shared in (Permission, ViewMenu, PermissionView):
    alter.database_made_id(shared.__table__.c.id)
for unused in UNUSED:
    alter.forget(unused)
for adopted in (Permission, ViewMenu, PermissionView, Role, User, Grant):
    alter.name_constraints(adopted.__table__)
    alter.forget_types(adopted)

# The name a YAML gives under `model:` → the class it adopts.
ADOPTED: Mapping[str, type[Any]] = MappingProxyType(
    {"account": User, "role": Role, "audit": AuditEntry, "login": LoginEntry}
)
