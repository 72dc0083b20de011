"""New records from changes that have passed every check: by columns where the database takes arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert as insert_rows

from app.fields import kind_of
from app.fields.slots import encode
from app.models.base import db
from app.records import arrays, finding
from app.records.arrays import Same
from app.records.rules import Change
from app.records.tables import is_refs, links, model_of, put
from app.spec.model import ResourceSpec


@dataclass(frozen=True, slots=True)
class Ready:
    """The columns that go with some of a record's values (`finding.shadows`), worked out before any lock is held."""

    values: Mapping[str, Any]
    shadows: Mapping[str, str]

    @classmethod
    def of(cls, resource: ResourceSpec, values: Mapping[str, Any]) -> Ready:
        known = {name: values[name] for name in finding.shadowed(resource)}
        return cls(known, finding.shadows(resource, known))


def insert(changes: Sequence[Change], ready: Mapping[int, Ready]) -> None:
    """Save these new records of one resource, their links and what finds them; `ready` by the records' ids, as far as
    it is there. Raises IntegrityError."""
    resource = changes[0].resource
    if not (arrays.possible(len(changes)) and resource.model is None and _by_columns(resource, changes, ready)):
        _by_objects(resource, changes)
    _link(resource, changes)
    made = changes[0].now
    finding.index_many(resource, [{**(change.after or {}), "id": change.id, "created_at": made} for change in changes])


def _by_columns(resource: ResourceSpec, changes: Sequence[Change], ready: Mapping[int, Ready]) -> bool:
    table = model_of(resource).__mapper__.columns
    afters = [change.after or {} for change in changes]
    columns: dict[str, Sequence[Any] | Same] = {}
    for field in resource.fields.values():
        if not is_refs(field):
            values = [after[field.name] for after in afters]
            columns[table[field.name].name] = _same(
                [encode(field.kind, one) for one in values] if field.slot else values
            )
    shadows = [_shadows(resource, change, ready.get(change.id)) for change in changes]
    for name in shadows[0]:
        columns[table[name].name] = [one[name] for one in shadows]
    for name, value in _tracks(changes[0]).items():
        columns[name] = Same(value)
    for name in {name for change in changes for name in change.system}:
        columns[table[name].name] = _same([_system(change, name) for change in changes])
    columns["id"] = [change.id for change in changes]
    return arrays.send(model_of(resource), columns, len(changes))


def _shadows(resource: ResourceSpec, change: Change, ready: Ready | None) -> Mapping[str, str]:
    """What was worked out before, unless a rule has changed the value since."""
    after = change.after or {}
    if ready is not None and all(after[name] == value for name, value in ready.values.items()):
        return ready.shadows
    return finding.shadows(resource, after)


def _system(change: Change, name: str) -> Any:
    return change.system[name] if name in change.system else (change.after or {}).get(name)


def _tracks(change: Change) -> dict[str, Any]:
    now, who = change.now, change.actor.user_id
    return {"version": 1, "created_at": now, "created_by": who, "changed_at": now, "changed_by": who}


def _same(values: list[Any]) -> Sequence[Any] | Same:
    return Same(values[0]) if values.count(values[0]) == len(values) else values


def _by_objects(resource: ResourceSpec, changes: Sequence[Change]) -> None:
    model = model_of(resource)
    for change in changes:
        record = model(id=change.id)
        for name, value in (change.after or {}).items():
            if not is_refs(resource.field(name)):
                put(record, resource.field(name), value)
        for name, value in {
            **finding.shadows(resource, change.after or {}), **_tracks(change), **change.system,
        }.items():  # fmt: skip
            if name != "version":
                setattr(record, name, value)
        db.session.add(record)
    db.session.flush()


def _link(resource: ResourceSpec, changes: Sequence[Change]) -> None:
    for field in resource.fields.values():
        if not kind_of(field).many or not is_refs(field):
            continue
        rows = [
            {"owner_id": change.id, "target_id": id_} for change in changes for id_ in (change.after or {})[field.name]
        ]
        if rows:
            db.session.execute(insert_rows(links(resource, field)), rows)
