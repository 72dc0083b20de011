"""The versions of a role's grants: each save makes one, none is ever changed (R5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from app.access import Actor, demand
from app.accounts.roles import NOTHING, ROLE, Grants, RoleState, defaults_of, pairs_of, role_resource, texts
from app.engine import engine
from app.errors import NotFound
from app.models.base import db, utcnow
from app.models.role_version import RoleVersion
from app.records.grants import Pair
from app.spec.model import ADMIN, Product

START: Final = "start"
PRODUCT: Final = "product"  # a new version of the product brought pages with it
MOST_NAME: Final = 128
MOST_NUMBER: Final = 10**9


@dataclass(frozen=True, slots=True)
class Version:
    """One version, and what it changed; the first one added all it has. `source` is what a rollback went back to."""

    number: int
    at: datetime
    who: str
    action: str
    source: int | None
    grants: Grants
    added: Grants
    removed: Grants


def versions(actor: Actor, role: RoleState) -> list[Version]:
    """Every version, the one in force first; one statement. Raises Denied."""
    demand(actor, role_resource(engine().product), "view")
    rows = db.session.execute(
        select(
            RoleVersion.number, RoleVersion.at, RoleVersion.actor_name, RoleVersion.action,
            RoleVersion.source, RoleVersion.grants,
        )
        .where(RoleVersion.role_id == role.id)
        .order_by(RoleVersion.number)
    )  # fmt: skip
    found: list[Version] = []
    for number, at, who, action, source, written in rows:
        grants, before = pairs_of(written), found[-1].grants if found else NOTHING
        found.append(Version(number, at, who, action, source, grants, grants - before, before - grants))
    return found[::-1]


def grants_at(role: RoleState, number: int) -> Grants:
    """What the role was granted in this version. Raises NotFound."""
    if not 0 < number <= MOST_NUMBER:  # a program may send any; the database would choke on it
        raise NotFound
    written = db.session.scalars(
        select(RoleVersion.grants).where(RoleVersion.role_id == role.id, RoleVersion.number == number)
    ).one_or_none()
    if written is None:
        raise NotFound
    return pairs_of(written)


def latest(role: RoleState) -> tuple[datetime, str] | None:
    """When the version in force was made, and by whom."""
    row = db.session.execute(
        select(RoleVersion.at, RoleVersion.actor_name).where(
            RoleVersion.role_id == role.id, RoleVersion.number == role.number
        )
    ).one_or_none()
    return None if row is None else (row.at, row.actor_name)


def record(actor: Actor, role: RoleState, wanted: Grants, action: str, source: int | None = None) -> int:
    """Adds the version after `role`'s, with `wanted`; before the first one also what the role had until now.

    Returns its number. The caller holds a transaction and the company's lock (`bump_permissions`).
    """
    number = role.number
    if not number and action != START:
        number = 1
        db.session.add(_row(role.id, number, START, role.grants))
    made = _row(role.id, number + 1, action, wanted)
    made.source, made.actor_id, made.actor_name = source, actor.user_id, actor.get_full_name()[:MOST_NAME]
    db.session.add(made)
    return number + 1


def record_start(roles: Iterable[tuple[int, str]]) -> None:
    """The first version of the roles (id, key) of a new company."""
    db.session.add_all(_row(role_id, 1, START, defaults_of(key)) for role_id, key in roles if key != ADMIN)


def record_product(product: Product, new: Iterable[Pair]) -> None:
    """A version for each role of the company in scope that gets some of `new` by default: its page came with an update.

    Roles without versions get theirs at the first save.
    """
    fresh = frozenset(new)
    for role_id, key, number, written in _in_force():
        given = (defaults_of(key, product) & fresh) - pairs_of(written)
        if given and key != ADMIN:
            db.session.add(_row(role_id, number + 1, PRODUCT, pairs_of(written) | given))
    db.session.flush()  # while the company is in scope


def _in_force() -> Sequence[tuple[int, str, int, list[str]]]:
    newest = select(RoleVersion.role_id, func.max(RoleVersion.number).label("number")).group_by(RoleVersion.role_id)
    last = newest.subquery()
    rows = db.session.execute(
        select(ROLE.id, ROLE.key, RoleVersion.number, RoleVersion.grants)
        .join(RoleVersion, RoleVersion.role_id == ROLE.id)
        .join(last, (last.c.role_id == RoleVersion.role_id) & (last.c.number == RoleVersion.number))
        .where(ROLE.key != "")
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _row(role_id: int, number: int, action: str, grants: Grants) -> RoleVersion:
    return RoleVersion(role_id=role_id, number=number, at=utcnow(), action=action, grants=texts(grants))
