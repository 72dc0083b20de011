"""FAB's permission tables carry the grants: `can_<kind>` on `<resource>`, the same for page and API.

Reading is a cache: a role's grants are read once per tenant's `permissions_version`, so a page asks the database
nothing, and a change is in force at the next request on every worker (R4), because the version comes with the session.
Writing is `sync`, a command: FAB's own permission writing takes thousands of statements and races between workers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Final, TypeVar

from sqlalchemy import func, insert, select, update

from app.access import Actor, may
from app.accounts import role_history
from app.accounts.statements import send
from app.engine import engine
from app.models.adopted import Grant, Permission, PermissionView, Role, ViewMenu
from app.models.base import db, transaction
from app.models.tenant import Tenant
from app.records.grants import PREFIX, Pair, granted
from app.spec.model import ADMIN, PERMISSIONS, Product
from app.tenancy.scope import current_tenant_id, tenant_scope

CACHED_ROLES: Final = 4096
LOCK_KEY: Final = 0x7563635F7065726D  # "ucc_perm": one sync or new tenant at a time, on PostgreSQL

Named = TypeVar("Named", Permission, ViewMenu)

Granted = Mapping[str, Mapping[str, Collection[str]]]  # role → resource → kinds
NOTHING_ELSE: Final[Granted] = {}


# --- asking
def allowed(actor: Actor, permission_name: str, view_name: str) -> bool:
    """FAB's question, answered by `access.may`. What is no page of the product is nobody's."""
    resource = engine().product.resources.get(view_name)
    kind = permission_name.removeprefix(PREFIX)
    if resource is None or kind not in PERMISSIONS or not permission_name.startswith(PREFIX):
        return False
    return may(actor, resource, kind)


def visible_menus(actor: Actor, names: Iterable[str]) -> set[str]:
    """Those of `names` (resources and groups) that `actor` may see in a menu."""
    product = engine().product
    pages = {name for name, resource in product.resources.items() if resource.page and may(actor, resource, "view")}
    groups = {product.resources[name].group for name in pages}
    return {name for name in names if name in pages or name in groups}


@lru_cache(maxsize=CACHED_ROLES)
def grants(role_id: int, _permissions_version: int) -> frozenset[Pair]:
    """What a role of the tenant in scope is granted. The version only tells one state of the grants from the next."""
    return granted(role_id)


# --- writing
def sync(product: Product) -> int:
    """Adds the permission rows that the product's pages lack, and gives them to the built-in roles as the YAML says.

    Only what is new is given: a grant that a tenant has taken away stays away (R5). Rows of pages that are gone stay
    too; nothing asks for them. A few statements, whatever the number of pages, and a few per tenant when something is
    new; safe to run twice or in two processes at once. Returns how many permissions it added.
    """
    wanted = {
        (resource.name, kind) for resource in product.resources.values() for kind in (*resource.can, *resource.narrow)
    }
    with transaction():
        one_at_a_time()
        known = _pairs()
        missing = sorted(wanted - known.keys())
        if missing:
            new = _add_pairs(missing)
            for tenant_id in db.session.scalars(select(Tenant.id)).all():
                with tenant_scope(tenant_id):
                    grant_defaults(product, new)
                    role_history.record_product(product, new)
            send(update(Tenant).values(permissions_version=Tenant.permissions_version + 1))
    return len(missing)


def one_at_a_time() -> None:
    """Until the end of the transaction no other process syncs or adds a tenant; SQLite has one writer anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(LOCK_KEY)))


def grant_all_defaults(product: Product, instead: Granted = NOTHING_ELSE) -> None:
    """What every role of a new tenant starts with (R5). The tenant is in scope, its roles are flushed.

    `instead`: what its template says of some roles and pages, in the place of the pages' own defaults (K5).
    """
    grant_defaults(product, _pairs(), instead)


def grant_defaults(product: Product, pairs: Mapping[Pair, int], instead: Granted = NOTHING_ELSE) -> None:
    """Gives `pairs` (→ ids of permission rows) to the built-in roles, in this tenant, that start with them.

    On the way it marks the roles of agents (C2) in a company from before there were any.
    """
    roles = db.session.execute(
        select(Role.id, Role.key, Role.seat).where(
            Role.tenant_id == current_tenant_id(), Role.key != "", Role.key != ADMIN
        )
    ).all()
    _mark_seats([role.id for role in roles if role.key in product.roles and product.roles[role.key].seat > role.seat])
    rows = [
        {"role_id": role_id, "permission_view_id": permission_view_id}
        for (name, kind), permission_view_id in pairs.items()
        for role_id, key, _seat in roles
        if name in product.resources
        and kind in instead.get(key, {}).get(name, product.resources[name].permissions.get(key, ()))
    ]
    if rows:
        db.session.execute(insert(Grant), rows)


def _mark_seats(role_ids: list[int]) -> None:
    """C2: the built-in roles of agents, in companies from before there were any."""
    if role_ids:
        send(update(Role).where(Role.tenant_id == current_tenant_id(), Role.id.in_(role_ids)).values(seat=True))


def _pairs() -> dict[Pair, int]:
    """Every permission row there is."""
    rows = db.session.execute(
        select(ViewMenu.name, Permission.name, PermissionView.id)
        .join(PermissionView, PermissionView.view_menu_id == ViewMenu.id)
        .join(Permission, Permission.id == PermissionView.permission_id)
    )
    return {(view, permission.removeprefix(PREFIX)): row_id for view, permission, row_id in rows}


def _add_pairs(pairs: list[Pair]) -> dict[Pair, int]:
    """Adds rows in bulk: with one object each, the database would be asked for one id at a time."""
    views = _named(ViewMenu, {name for name, _kind in pairs})
    permissions = _named(Permission, {PREFIX + kind for _name, kind in pairs})
    rows = [{"permission_id": permissions[PREFIX + kind], "view_menu_id": views[name]} for name, kind in pairs]
    db.session.execute(insert(PermissionView), rows)
    known = _pairs()
    return {pair: known[pair] for pair in pairs}


def _named(model: type[Named], names: set[str]) -> dict[str, int]:
    """The ids of `names` in FAB's table of permissions or views; those that are missing are added."""
    missing = sorted(names - _ids(model, names).keys())
    if missing:
        db.session.execute(insert(model), [{"name": name} for name in missing])
    return _ids(model, names)


def _ids(model: type[Named], names: set[str]) -> dict[str, int]:
    return {row.name: row.id for row in db.session.execute(select(model.name, model.id).where(model.name.in_(names)))}
