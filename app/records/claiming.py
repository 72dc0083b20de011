"""Claiming (B3, B4): an agent takes records out of the pool, oldest first, as many at a time as the company allows.

What is a person's team's and nobody's in particular comes first, then what is nobody's at all. No record goes to two
people, for it is locked before it is given and what others hold is passed over; nobody gets more than the number, for
what is locked is counted, and nothing is chosen and given in one statement, which a planner could run twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, delete, select

from app.access import Actor
from app.errors import Invalid, NotFound
from app.models.base import SEARCH, db, new_id, utcnow
from app.models.once import Once
from app.records import custom
from app.records.doing import demand_action, setting
from app.records.owning import lock_person, room, too_many
from app.records.pool import Held, change_hands, columns, owner_of
from app.records.tables import base_of, model_of
from app.spec.model import ActionSpec, ResourceSpec

REMEMBERED: Final = timedelta(days=1)
LONGEST_KEY: Final = 128


@dataclass(frozen=True, slots=True)
class Claimed:
    """`ids` is the batch, oldest first, of `asked` that were wanted, taken at `at`; `again` for a retried press.
    `full`: their owner may have no more now."""

    ids: Sequence[int]
    asked: int
    at: datetime
    again: bool = False
    full: bool = False


def claim(actor: Actor, page: ResourceSpec, action: str, key: str = "") -> Claimed:
    """What the actor gets now; the same batch again for the same `key` within a day, and nothing more is taken.

    Raises NotFound for an unknown action, Denied, and Invalid for a bad key and for somebody who has all they may have.
    """
    spec = page.actions.get(action)
    if spec is None or spec.take is None or actor.user_id is None:
        raise NotFound
    demand_action(actor, page, spec)
    _check_key(key)
    lock_person(actor.user_id)  # their own presses come one after the other: two of one key find each other here
    known = _known(actor, page, action, key)
    if known is not None:
        return known
    return _take(actor, custom.of(actor, base_of(page)), spec, key)


def _take(actor: Actor, resource: ResourceSpec, spec: ActionSpec, key: str) -> Claimed:
    assert spec.take is not None and actor.user_id is not None  # noqa: S101 - narrows the types
    asked: int = setting(actor, spec.take)
    left = room(actor, resource, actor.user_id)
    if left is not None and left < 1:
        raise Invalid({"": [too_many(actor, owner_of(resource), actor.user_id)]})
    wanted = asked if left is None else min(asked, left)
    held = _held(actor, resource, wanted)
    at = utcnow()
    if held:
        change_hands(actor, resource, spec.name, held, (actor.user_id, actor.team_id), at=at)
    claimed = Claimed([row[0] for row in held], asked, at, full=len(held) == left)
    _remember(actor, resource, spec.name, key, claimed)
    return claimed


def _held(actor: Actor, resource: ResourceSpec, wanted: int) -> list[Held]:
    """At most `wanted` records of the pool, locked; those that somebody else has locked are passed over."""
    found: list[Held] = []
    for pool in pools(actor, resource):
        if len(found) < wanted:
            found += [tuple(row) for row in db.session.execute(oldest(resource, pool, wanted - len(found)))]
    return found


def oldest(resource: ResourceSpec, pool: Sequence[ColumnElement[bool]], wanted: int) -> Select[Any]:
    """The first records of a pool that nobody holds, in the order of its index (app.models.pool): the only plan that
    neither sorts nor reads what is somebody's. Planned each time (SEARCH): a plan kept from when the table was small
    would read all of a large one."""
    model = model_of(resource)
    found = select(*columns(resource)).where(*pool).order_by(model.created_at, model.id).limit(wanted)
    return found.with_for_update(skip_locked=True, of=model).execution_options(**{SEARCH: True})


def pools(actor: Actor, resource: ResourceSpec) -> Iterator[list[ColumnElement[bool]]]:
    """The team's own, then the company's: each as its index has it (app.models.pool)."""
    model, spec = model_of(resource), owner_of(resource)
    person, team = getattr(model, spec.person), getattr(model, spec.team)
    if actor.team_id is not None:
        yield [person.is_(None), team == actor.team_id]
    yield [person.is_(None), team.is_(None)]


# --- the same press again
def _check_key(key: str) -> None:
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid({"": [_("The key of the request must be at most %(most)s characters.", most=LONGEST_KEY)]})


def _known(actor: Actor, page: ResourceSpec, action: str, key: str) -> Claimed | None:
    if not key:
        return None
    found = db.session.scalars(select(Once.done).where(Once.user_id == actor.user_id, Once.key == key)).one_or_none()
    if found is None:
        return None
    if found["what"] != [base_of(page).name, action]:
        raise Invalid({"": [_("This key has been used for something else.")]})
    ids, at = [int(id_) for id_ in found["ids"]], datetime.fromisoformat(found["at"])
    return Claimed(ids, found["asked"], at, again=True, full=found.get("full", False))


def _remember(actor: Actor, resource: ResourceSpec, action: str, key: str, claimed: Claimed) -> None:
    if not key or not claimed.ids:
        return  # where nothing was given, the next press may find something
    db.session.execute(delete(Once).where(Once.user_id == actor.user_id, Once.at < claimed.at - REMEMBERED))
    done: dict[str, Any] = {
        "what": [resource.name, action], "ids": [str(id_) for id_ in claimed.ids],
        "asked": claimed.asked, "at": claimed.at.isoformat(), "full": claimed.full,
    }  # fmt: skip
    db.session.add(Once(id=new_id(), user_id=actor.user_id, key=key, at=claimed.at, done=done))
    db.session.flush()
