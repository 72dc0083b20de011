"""Changing roles: what they are granted (R4), defaults and earlier versions brought back (R5), copies, removal.

Each function is one change in the caller's `transaction()`. Counting up the company's permissions version comes first:
it is what makes every worker read the grants anew, and its lock makes two admins' saves queue up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import delete, insert, update

from app.access import Actor, demand
from app.accounts import role_history, role_rules
from app.accounts.roles import ROLE, Grants, RoleState, defaults_of, held, known_pairs, role_resource, texts
from app.accounts.statements import send
from app.engine import engine
from app.errors import Conflict, NotFound
from app.models.adopted import Grant
from app.models.base import db
from app.models.versions import bump_permissions
from app.records import audit, saved_views, service
from app.records.grant_words import GRANTS
from app.records.grants import GRANT, Pair
from app.records.ids import record_id

SAVE: Final = "grant"
COPY: Final = "copy"
RESTORE: Final = "restore"
ROLLBACK: Final = "rollback"

Wanted = Callable[[RoleState], Grants]


@dataclass(frozen=True, slots=True)
class Saved:
    """The role as it is now, and what became of its grants."""

    role: RoleState
    added: Grants
    removed: Grants


class RoleConflict(Conflict):
    """Somebody else has changed the role's grants since version `number`, where it had `base`. `role` is what it is
    now; `wanted` is what would have been saved."""

    def __init__(self, role: RoleState, base: Grants, wanted: Grants) -> None:
        super().__init__(_("Somebody else has changed the permissions of this role in the meantime."))
        self.role, self.base, self.wanted = role, base, wanted

    @property
    def theirs(self) -> Grants:
        """The cells that the other person changed."""
        return self.base ^ self.role.grants

    @property
    def yours(self) -> Grants:
        """The cells that this person changed."""
        return self.base ^ self.wanted

    @property
    def merged(self) -> Grants:
        """Both people's changes together. They cannot contradict each other: a cell has but two states."""
        return self.base ^ (self.theirs | self.yours)


def save(actor: Actor, role_id: int, wanted: Grants, number: int) -> Saved:
    """Grants the role exactly `wanted`, as decided in front of version `number`.

    Raises Denied, NotFound, Invalid, and RoleConflict where that version is no longer in force.
    """
    return _change(actor, role_id, number, lambda _role: wanted, action=SAVE)


def restore(actor: Actor, role_id: int, scope: Callable[[Pair], bool], number: int | None = None) -> Saved:
    """The defaults again (R5), in the cells that `scope` is true of. Raises as `save`."""

    def wanted(role: RoleState) -> Grants:
        here = frozenset(filter(scope, known_pairs(engine().product)))
        return (role.grants - here) | (defaults_of(role.origin) & here)

    return _change(actor, role_id, number, wanted, action=RESTORE)


def rollback(actor: Actor, role_id: int, to: int, number: int | None = None) -> Saved:
    """What version `to` granted, as a new version. Pages that are gone since then stay gone. Raises as `save`."""

    def wanted(role: RoleState) -> Grants:
        return role_history.grants_at(role, to) & known_pairs(engine().product)

    return _change(actor, role_id, number, wanted, action=ROLLBACK, source=to)


def _change(
    actor: Actor, role_id: int, number: int | None, decide: Wanted, *, action: str, source: int | None = None
) -> Saved:
    resource = role_resource(engine().product)
    demand(actor, resource, "edit")
    bump_permissions(actor.tenant_id)
    role, ids = held(role_id, saving=True)
    wanted = decide(role)
    if number is not None and number != role.number:
        raise RoleConflict(role, _base(role, number), wanted)
    role_rules.check_change(actor, role, wanted, missing=(wanted - role.grants) - ids.keys())
    added, removed = wanted - role.grants, role.grants - wanted
    if not added and not removed:
        return Saved(role, added, removed)
    _write(role.id, added, removed, ids)
    made = role_history.record(actor, role, wanted, action, source)
    before, after = ({GRANTS: texts(pairs)} if pairs else None for pairs in (removed, added))
    audit.enter(actor, resource, action, (role.id, role.name), before=before, after=after)
    db.session.flush()
    return Saved(replace(role, grants=wanted, number=made), added, removed)


def copy(actor: Actor, source_id: int, values: Mapping[str, Any]) -> int:
    """A new role that is granted what the role `source_id` is; `values` as for any new role. Gives its id.

    Raises Denied, NotFound, Invalid.
    """
    resource = role_resource(engine().product)
    demand(actor, resource, "view")
    demand(actor, resource, "add")
    bump_permissions(actor.tenant_id)
    source, ids = held(source_id)
    role_rules.check_holds(actor, source.grants)
    role_rules.check_sight(actor, source, source.grants, (page for page, _kind in source.grants))
    made = service.add(actor, resource, values)
    send(
        update(ROLE)
        .where(ROLE.tenant_id == actor.tenant_id, ROLE.id == made.id)
        .values(base=source.origin, seat=source.seat)
    )
    _write(made.id, source.grants, frozenset(), ids)
    blank = RoleState(made.id, made.title, "", "", source.origin, source.seat, users=0, number=0)
    role_history.record(actor, blank, source.grants, role_history.START)
    audit.enter(
        actor, resource, COPY, (made.id, made.title),
        before={resource.title: source.name}, after={GRANTS: texts(source.grants)},
    )  # fmt: skip
    db.session.flush()
    return made.id


def remove(actor: Actor, ids: Iterable[int], heir: int | str | None = None) -> list[str]:
    """Deletes own roles and gives their names. Their users get the role `heir`, each by the rules of people: they must
    log in again, as after any change of role (U4).

    Raises Denied, NotFound, Invalid, and InUse where a role has users and no heir is named.
    """
    resource, wanted = role_resource(engine().product), list(ids)
    demand(actor, resource, "delete")
    bump_permissions(actor.tenant_id)
    for role_id in wanted:
        role_rules.check_removal(actor, held(role_id)[0])
    if heir is not None:
        role_rules.check_heir(actor, held(record_id(heir))[0])
    saved_views.unshare(wanted)
    return service.delete(actor, resource, wanted, heir)


def _write(role_id: int, added: Grants, removed: Grants, ids: Mapping[Pair, int]) -> None:
    """Two statements at most, however many cells."""
    if removed:
        gone = [ids[pair] for pair in removed]
        send(delete(Grant).where(GRANT.role_id == role_id, GRANT.permission_view_id.in_(gone)))
    if added:
        rows = [{"role_id": role_id, "permission_view_id": ids[pair]} for pair in sorted(added)]
        db.session.execute(insert(Grant), rows)


def _base(role: RoleState, number: int) -> Grants:
    """What the version says that somebody had in front of them; for one that never was, what is in force."""
    try:
        return role_history.grants_at(role, number)
    except NotFound:
        return role.grants
