"""The workbench of whoever looks after records: their own that are due, and how many there are of each kind (C7).

Fetched after the page is shown. The figures of those who see all there is are remembered for a minute: counting a
million rows takes a tenth of a second.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import lru_cache
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, func, select
from werkzeug.datastructures import MultiDict

from app.access import Actor, demand
from app.errors import NotFound
from app.models.base import db, utcnow
from app.records import query
from app.records.doing import setting
from app.records.pool import owner_of
from app.records.record import Count, Row
from app.records.search import orders, parse
from app.records.sight import Sight
from app.records.tables import model_of
from app.records.visibility import sight_of, visible
from app.spec.features import DeskSpec
from app.spec.model import IDLE, ResourceSpec

REMEMBERED: Final = 512  # companies' figures
KEPT: Final = 60  # seconds
MOST_COUNTED: Final = 1000

Whose = Literal["own", "team", "all"]


@dataclass(frozen=True, slots=True)
class Due:
    """`rows` come first that have waited longest; `asked` is the list's query string for all of them. `returns_after`
    is the days without contact after which one goes back to the pool, 0 for never."""

    rows: Sequence[Row]
    count: Count
    days: int
    returns_after: int
    asked: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Figure:
    """`id` is None for those that have none."""

    id: int | None
    title: str
    number: int


@dataclass(frozen=True, slots=True)
class Figures:
    whose: Whose
    figures: Sequence[Figure]
    asked: Mapping[str, str]


def desk_of(resource: ResourceSpec) -> DeskSpec:
    """Raises NotFound for a resource that has none."""
    if resource.desk is None:
        raise NotFound
    return resource.desk


def due(actor: Actor, resource: ResourceSpec) -> Due:
    """The actor's own that nobody has been in contact with for long, or that soon go back to the pool.

    Raises Denied.
    """
    demand(actor, resource, "view")
    spec, owner = desk_of(resource), owner_of(resource)
    returns = int(setting(actor, owner.return_after)) if owner.return_after else 0
    warning = int(setting(actor, owner.return_warning)) if owner.return_warning else 0
    days = max(0, returns - warning) if returns else spec.quiet_days
    # On the hour: the same question for an hour is the same statement.
    moment = (utcnow() - timedelta(days=days)).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    asked = {f"{owner.person}.in": str(actor.user_id or 0), f"{IDLE}.to": moment.isoformat().replace("+00:00", "Z")}
    if owner.contact in orders(resource):
        asked["order"] = str(owner.contact)
    search = parse(resource, MultiDict({**asked, "size": str(spec.most)}), actor.reader)
    rows = query.page(actor, resource, search, [*spec.shown, IDLE]).rows
    some = len(rows) < spec.most
    count = Count(len(rows), False) if some else query.count(actor, resource, search, MOST_COUNTED)
    return Due(rows, count, days, returns, asked)


def figures(actor: Actor, resource: ResourceSpec) -> Figures:
    """How many records there are of each `count`, most first: the actor's own, their team's, or all they see.

    Raises Denied.
    """
    demand(actor, resource, "view")
    spec, sight = desk_of(resource), sight_of(actor, resource)
    whose = _whose(resource, sight)
    if whose == "all" and not sight.groups:
        minute = int(time.time() // KEPT)
        counted = _remembered(resource, actor.tenant_id, minute)
    else:
        counted = _counted(resource, [*visible(actor, resource), *_mine(actor, resource, whose)])
    ids = [id_ for id_, _number in counted if id_ is not None]
    named = query.choices(actor, resource, spec.count, ids=ids, limit=None) if ids else ()
    names = {one.id: one.title for one in named}
    owner = owner_of(resource)
    asked = {"own": {f"{owner.person}.in": str(actor.user_id)}, "team": {f"{owner.team}.in": str(actor.team_id)}}
    found = [Figure(id_, names.get(id_, "") if id_ else "", number) for id_, number in counted]
    return Figures(whose, sorted(found, key=lambda one: -one.number), asked.get(whose, {}))


def _whose(resource: ResourceSpec, sight: Sight) -> Whose:
    """The widest of what the rules in force speak of; where none limits the view, all."""
    owner = owner_of(resource)
    told = {(match.field, match.means) for group in sight.groups for rule in group for match in rule.where}
    if (owner.team, "my_team") in told:
        return "team"
    return "own" if (owner.person, "me") in told else "all"


def _mine(actor: Actor, resource: ResourceSpec, whose: Whose) -> list[ColumnElement[bool]]:
    model, owner = model_of(resource), owner_of(resource)
    own = getattr(model, owner.person) == actor.user_id
    return {"own": [own], "team": [getattr(model, owner.team) == actor.team_id], "all": []}[whose]


@lru_cache(REMEMBERED)
def _remembered(resource: ResourceSpec, _tenant_id: int, _minute: int) -> Sequence[tuple[int | None, int]]:
    return _counted(resource, [])


def _counted(resource: ResourceSpec, conditions: Sequence[ColumnElement[bool]]) -> Sequence[tuple[int | None, int]]:
    column: Any = getattr(model_of(resource), desk_of(resource).count)
    statement = select(column, func.count()).where(*conditions).group_by(column)
    return tuple((id_, number) for id_, number in db.session.execute(statement))
