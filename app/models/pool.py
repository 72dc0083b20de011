"""Of a resource with `owner`: the indexes that serve its pool in order, and `idle_since` for its statements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, case, func, or_
from sqlalchemy.ext.hybrid import hybrid_property

from app.spec.features import OwnerSpec
from app.spec.model import IDLE, ResourceSpec


def often_empty(resource: ResourceSpec) -> frozenset[str]:
    """The fields that a record has nothing in until somebody takes it. Their indexes hold no such rows: a tenth of
    what an import costs the database would go into entries that say "nothing"."""
    spec = resource.owner
    return frozenset() if spec is None else frozenset(filter(None, (spec.person, spec.team, spec.since, spec.contact)))


def add_pool(model: type[Any], spec: OwnerSpec) -> None:
    """Claiming reads what is nobody's, and what is a team's alone, oldest first; handing back what is long somebody's
    (B4). Gives `model` the attribute `idle_since`: for statements only, a mapped object has none."""
    table = model.__table__
    person, team, since = (table.c[getattr(model, name).property.columns[0].name] for name in (
        spec.person, spec.team, spec.since,
    ))  # fmt: skip
    nobodys, teams = person.is_(None) & team.is_(None), person.is_(None) & team.is_not(None)
    for name, condition, columns in (
        (f"ix_{table.name}_pool", nobodys, (table.c.created_at, table.c.id)),
        (f"ix_{table.name}_team_pool", teams, (team, table.c.created_at, table.c.id)),
        (f"ix_{table.name}_held", person.is_not(None), (since, table.c.id)),
    ):
        if name not in {index.name for index in table.indexes}:
            Index(name, table.c.tenant_id, *columns, sqlite_where=condition, postgresql_where=condition)

    def of_object(self: Any) -> Any:
        raise AttributeError(IDLE)

    def of_class(cls: Any) -> ColumnElement[Any]:
        return idle_since(cls, spec)

    setattr(model, IDLE, hybrid_property(of_object, expr=of_class))


def idle_before(model: Any, spec: OwnerSpec, moment: datetime) -> Iterator[list[ColumnElement[bool]]]:
    """Somebody has the record and was last in contact with it, or was given it, before that moment: `idle_since`, taken
    apart so that an index serves it. What was given before anybody noted when, counts from when it was made."""
    since: Any = getattr(model, spec.since)
    both = [getattr(model, spec.person).is_not(None)]
    if spec.contact is not None:
        contact = getattr(model, spec.contact)
        both.append(or_(contact.is_(None), contact < moment))
    yield [since < moment, *both]
    yield [since.is_(None), model.created_at < moment, *both]


def idle_since(model: Any, spec: OwnerSpec) -> ColumnElement[Any]:
    """The later of the last contact and the moment the record was given to who has it; nothing for what is nobody's."""
    given = func.coalesce(getattr(model, spec.since), model.created_at)
    person = getattr(model, spec.person)
    if spec.contact is None:
        return case((person.is_not(None), given))
    contact = getattr(model, spec.contact)
    return case((person.is_(None), None), (contact > given, contact), else_=given)
