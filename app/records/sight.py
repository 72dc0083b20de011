"""Which records of a resource there are for somebody: the page's own (`only`), and those their role sees (C1).

Conditions only; which rules hold for whom is in visibility.py. Whoever asks is a parameter, so that a statement that is
remembered never holds one person's id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product
from math import prod
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, exists, false, literal, or_, select
from sqlalchemy.orm import aliased

from app.engine import engine
from app.records.tables import model_of, resource_of
from app.spec.features import Match, SightSpec
from app.spec.model import ResourceSpec

# Parameters of a remembered statement: the id of who asks, and of their team.
ME: Final = "seen_by"
MY_TEAM: Final = "seen_by_team"

MOST_ALTERNATIVES: Final = 3  # beyond which reading each way by itself costs more than it saves

Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Sight:
    """What limits somebody's view of a resource: each group is of rules, one of which must hold. No group: all is seen.

    It names nobody, so it may be part of what a statement is remembered by.
    """

    groups: tuple[tuple[SightSpec, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, as parts of a statement."""

    me: ColumnElement[Any]
    my_team: ColumnElement[Any]


SOMEBODY: Final = Asking(bindparam(ME, type_=BigInteger), bindparam(MY_TEAM, type_=BigInteger))


def asking(me: int | None, my_team: int | None) -> Asking:
    """This person, in a statement that is made for them."""
    return Asking(literal(me, BigInteger), literal(my_team, BigInteger))


def narrowed(resource: ResourceSpec, sight: Sight, who: Asking = SOMEBODY) -> Conditions:
    """What a record must meet to be one of `resource` and in sight."""
    return [*belonging(resource), *(_any(resource, group, who) for group in sight.groups)]


def alternatives(resource: ResourceSpec, sight: Sight, who: Asking = SOMEBODY) -> list[Conditions]:
    """As `narrowed`, each way of being in sight by itself: every record meets all conditions of one of them."""
    ways = [[[_met(resource, match, who) for match in rule.where] for rule in group] or [[false()]]
            for group in sight.groups]  # fmt: skip
    if prod(map(len, ways)) > MOST_ALTERNATIVES:
        return [narrowed(resource, sight, who)]
    return [[*belonging(resource), *chain.from_iterable(each)] for each in product(*ways)]


def belonging(resource: ResourceSpec) -> Conditions:
    """What a record must meet to be one of `resource` at all: `only`, where it is a second page."""
    return [_met(resource, match) for match in resource.only]


def allowed_targets(resource: ResourceSpec, name: str) -> Conditions:
    """What a record must meet for the ref `name` to point to it, because of what a second page asks for."""
    target = resource_of(resource.fields[name]) if name in resource.fields else None
    if target is None:
        return []
    asked = [match for match in resource.only if match.field == name and match.means == "referred"]
    return [condition for match in asked for condition in _equal(model_of(target), match)]


def _any(resource: ResourceSpec, group: Sequence[SightSpec], who: Asking) -> ColumnElement[bool]:
    """One of the rules holds; where there is none, nothing is seen."""
    return or_(false(), *(and_(*(_met(resource, match, who) for match in rule.where)) for rule in group))


def _met(resource: ResourceSpec, match: Match, who: Asking = SOMEBODY) -> ColumnElement[bool]:
    column: Any = getattr(model_of(resource), match.field)
    if match.means == "referred":
        other = aliased(model_of(resource_of(resource.field(match.field))))
        return column.in_(select(other.id).where(*_equal(other, match)))  # type: ignore[no-any-return]
    if match.means == "seen":
        return and_(*(_about(model_of(resource), name, Sight(groups), who) for name, groups in match.values))
    if match.means == "none":
        return column.is_(None) if column.nullable is not False else column == ""  # type: ignore[no-any-return]
    # NULL = NULL is not true: nobody sees what is nobody's because they are in no team.
    return column == (who.me if match.means == "me" else who.my_team)  # type: ignore[no-any-return]


def _about(entry: Any, name: str, sight: Sight, who: Asking) -> ColumnElement[bool]:
    """The entry is about something else, or about a record of the resource `name` that is in sight."""
    of = engine().product.resource(name)
    record = model_of(of)
    seen = exists().where(record.tenant_id == entry.tenant_id, record.id == entry.record_id, *narrowed(of, sight, who))
    return or_(entry.resource != name, entry.record_id.is_(None), seen)


def _equal(model: Any, match: Match) -> Iterator[ColumnElement[bool]]:
    for name, value in match.values:
        yield getattr(model, name) == value
