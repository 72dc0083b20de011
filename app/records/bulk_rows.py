"""New records from changes that have passed every check: by columns where the database takes arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert as insert_rows

from app.fields import kind_of
from app.fields.slots import encode
from app.models.base import db
from app.models.companion import Companion
from app.records import arrays, finding
from app.records.arrays import Same
from app.records.rules import Change
from app.records.tables import is_refs, links, model_of, put
from app.spec.model import ResourceSpec


def insert(changes: Sequence[Change], companion: Companion | None = None) -> None:
    """Save these new records of one resource, their links and what finds them, that by the `companion`. Raises
    IntegrityError."""
    resource = changes[0].resource
    rows = [(change.id, change.after or {}) for change in changes]
    if not (arrays.possible(len(changes)) and resource.model is None and _by_columns(resource, changes)):
        _by_objects(resource, changes)
    if companion is None:
        finding.index_new(resource, rows, changes[0].now)
    else:
        companion.do(finding.index_new, resource, rows, changes[0].now)
    _link(resource, changes)


def _by_columns(resource: ResourceSpec, changes: Sequence[Change]) -> bool:
    table = model_of(resource).__mapper__.columns
    afters = [change.after or {} for change in changes]
    columns: dict[str, Sequence[Any] | Same] = {}
    for field in resource.fields.values():
        if not is_refs(field):
            values = [after[field.name] for after in afters]
            columns[table[field.name].name] = _same(
                [encode(field.kind, one) for one in values] if field.slot else values
            )
    for name, texts in finding.shadow_columns(resource, afters).items():
        columns[table[name].name] = texts
    for name, value in _tracks(changes[0]).items():
        columns[name] = Same(value)
    for name in {name for change in changes if change.system for name in change.system}:
        columns[table[name].name] = _same([_system(change, name) for change in changes])
    columns["id"] = [change.id for change in changes]
    return arrays.send(model_of(resource), columns, len(changes))


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
