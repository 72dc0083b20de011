"""Roles as the role page sees them (R1–R5): who has which, what each is granted, and what it is by default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Select, and_, func, select, true

from app.access import Actor, demand, may
from app.engine import engine
from app.errors import NotFound
from app.labels import Label
from app.models.adopted import Grant, Permission, PermissionView, Role, User, ViewMenu
from app.models.audit import AuditEntry
from app.models.base import db
from app.models.chain import ChainHead, already_held
from app.models.role_version import RoleVersion
from app.records.grants import GRANT, PREFIX, Pair
from app.spec.model import ADMIN, Product, ResourceSpec

Grants = frozenset[Pair]

ROLE_MODEL: Final = "role"  # the adopted model of the resource whose records are the roles
ROLE: Final[Any] = Role  # its columns come from FAB's table, where no type checker sees them
NOTHING: Final[Grants] = frozenset()


@dataclass(frozen=True, slots=True)
class RoleState:
    """A role at one moment. `number` is that of its version in force, 0 where none has been written yet."""

    id: int
    name: str
    remark: str
    key: str
    base: str
    seat: bool
    users: int
    number: int
    grants: Grants = NOTHING

    @property
    def is_admin(self) -> bool:
        return self.key == ADMIN

    @property
    def built_in(self) -> bool:
        """One of the roles that come with the product (R1)."""
        return self.key in engine().product.roles

    @property
    def origin(self) -> str:
        """The key of the built-in role whose defaults are this one's; "" for a role made from scratch."""
        return self.key if self.built_in else self.base if self.base in engine().product.roles else ""

    def title(self, locale: str) -> str:
        """Its name. A built-in role that still bears its default name is called by it in the reader's language."""
        return role_title(self.key, self.name, locale)

    def about(self, locale: str) -> str:
        """Its remark, in the reader's language as its name."""
        known = engine().product.roles.get(self.key)
        return _in_language(self.remark, known.remark if known else None, locale)


def role_title(key: str, name: str, locale: str) -> str:
    """The name of a role. A built-in one that still bears its default name is called by it in the reader's language."""
    known = engine().product.roles.get(key)
    return _in_language(name, known.label if known else None, locale)


def role_called(name: str, locale: str) -> str:
    """As `role_title`, where only the name is at hand."""
    labels = (role.label for role in engine().product.roles.values())
    return next((label.text(locale) for label in labels if name in (label.zh, label.en)), name)


def _in_language(text: str, default: Label | None, locale: str) -> str:
    return default.text(locale) if default is not None and text in (default.zh, default.en) else text


def role_resource(product: Product) -> ResourceSpec:
    """The resource whose records are the roles. Raises KeyError where there is none."""
    for resource in product.resources.values():
        if resource.model == ROLE_MODEL:
            return resource
    raise KeyError(f"no resource has model: {ROLE_MODEL}")


def cells(product: Product) -> Grants:
    """Every cell of the matrix: (page, kind)."""
    return frozenset((page.name, kind) for page in product.resources.values() if page.page for kind in page.can)


def narrowings(product: Product) -> Grants:
    """What stands beside the matrix: (page, what a role's view of it may be narrowed to). Admins have none."""
    return frozenset((page.name, name) for page in product.resources.values() for name in page.narrow)


def known_pairs(product: Product) -> Grants:
    """All that a role's versions may hold."""
    return cells(product) | narrowings(product)


def defaults_of(origin: str, product: Product | None = None) -> Grants:
    """What a role of this origin is granted by default (R5), by this application's product or another one."""
    product = product or engine().product
    if origin == ADMIN:
        return cells(product)
    pages = (page for page in product.resources.values() if page.page)
    return frozenset((page.name, kind) for page in pages for kind in page.permissions.get(origin, ()))


def holds(actor: Actor, pair: Pair) -> bool:
    """True if `actor` has this permission, and so may give it and take it away."""
    return may(actor, engine().product.resource(pair[0]), pair[1])


def texts(pairs: Iterable[Pair]) -> list[str]:
    """Permissions as versions, audit entries and forms write them: "page.kind", sorted."""
    return sorted(f"{page}.{kind}" for page, kind in pairs)


def pairs_of(written: Iterable[str]) -> Grants:
    """The permissions that `texts` wrote."""
    return frozenset((page, kind) for page, _dot, kind in (cell.partition(".") for cell in written))


# --- reading
def all_roles(actor: Actor) -> list[RoleState]:
    """Every role of the company without its grants, built-in ones first; one statement. Raises Denied."""
    demand(actor, role_resource(engine().product), "view")
    order = {key: place for place, key in enumerate(engine().product.roles)}
    found = [_state(row) for row in db.session.execute(_roles())]
    return sorted(found, key=lambda role: (order.get(role.key, len(order)), role.id))


def find(roles: Iterable[RoleState], role_id: int) -> RoleState:
    """That one of them. Raises NotFound."""
    for role in roles:
        if role.id == role_id:
            return role
    raise NotFound


def grants_of(role_ids: Iterable[int]) -> dict[int, Grants]:
    """What these roles are granted on the product's pages now, one statement. Admins are not asked for: they hold all.

    Reads the rows themselves, not what a worker remembers.
    """
    wanted = list(role_ids)
    rows = db.session.execute(
        select(GRANT.role_id, ViewMenu.name, Permission.name)
        .join(PermissionView, PermissionView.id == GRANT.permission_view_id)
        .join(ViewMenu, PermissionView.view_menu_id == ViewMenu.id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .where(GRANT.role_id.in_(wanted))
    )
    known = known_pairs(engine().product)
    found: dict[int, set[Pair]] = {role_id: set() for role_id in wanted}
    for role_id, page, permission in rows:
        found[role_id].add((page, permission.removeprefix(PREFIX)))
    return {role_id: frozenset(pairs) & known for role_id, pairs in found.items()}


def with_grants(roles: Iterable[RoleState]) -> list[RoleState]:
    """The same roles with what they are granted, one statement."""
    asked = list(roles)
    found = grants_of(role.id for role in asked if not role.is_admin)
    everything = cells(engine().product)
    return [replace(role, grants=everything if role.is_admin else found[role.id]) for role in asked]


def held(role_id: int, *, saving: bool = False) -> tuple[RoleState, Mapping[Pair, int]]:
    """One role with its grants, and the id of every permission there is; one statement. Raises NotFound.

    `saving` also locks the end of the audit log, where the entry about what follows will be.
    """
    statement = _with_permissions().where(ROLE.id == role_id)
    rows = db.session.execute(_with_head(statement)).all() if saving else []
    if rows:
        already_held(rows[0].ChainHead)
    else:  # also in a company from before the log had a head
        rows = db.session.execute(statement).all()
    if not rows:
        raise NotFound
    known, ids, now = known_pairs(engine().product), {}, set()
    for row in rows:
        pair = (row.page, row.permission.removeprefix(PREFIX))
        ids[pair] = row.permission_id
        if row.grant_id is not None and pair in known:
            now.add(pair)
    role = _state(rows[0])
    return replace(role, grants=cells(engine().product) if role.is_admin else frozenset(now)), ids


def _with_permissions() -> Select[Any]:
    """A row for every permission there is, with the id of its grant where the role has it."""
    granted = and_(
        GRANT.tenant_id == ROLE.tenant_id,
        GRANT.role_id == ROLE.id,
        GRANT.permission_view_id == PermissionView.id,
    )
    return (
        _roles(
            ViewMenu.name.label("page"),
            Permission.name.label("permission"),
            PermissionView.id.label("permission_id"),
            GRANT.id.label("grant_id"),
        )
        .join(PermissionView, true())
        .join(ViewMenu, PermissionView.view_menu_id == ViewMenu.id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .outerjoin(Grant, granted)
    )


def _with_head(statement: Select[Any]) -> Select[Any]:
    head = and_(ChainHead.tenant_id == ROLE.tenant_id, ChainHead.chain == AuditEntry.CHAIN)
    return (
        statement.add_columns(ChainHead)
        .join(ChainHead, head)
        .with_for_update(of=ChainHead, key_share=True)
        .execution_options(populate_existing=True)
    )


def _roles(*more: Any) -> Select[Any]:
    users = select(func.count(User.id)).where(User.tenant_id == ROLE.tenant_id, User.role_id == ROLE.id)
    number = select(func.max(RoleVersion.number)).where(
        RoleVersion.tenant_id == ROLE.tenant_id, RoleVersion.role_id == ROLE.id
    )
    return select(
        ROLE.id, ROLE.name, ROLE.remark, ROLE.key, ROLE.base, ROLE.seat,
        users.correlate(Role).scalar_subquery().label("users"),
        number.correlate(Role).scalar_subquery().label("number"),
        *more,
    ).select_from(Role)  # fmt: skip


def _state(row: Any) -> RoleState:
    return RoleState(row.id, row.name, row.remark, row.key, row.base, row.seat, row.users, row.number or 0)
