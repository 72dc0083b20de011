"""From a change that has passed every check to rows: the record's own and the links of its refs fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from app.errors import NotFound
from app.fields import kind_of
from app.models.base import db
from app.records import finding
from app.records.constraints import deleting, saving
from app.records.passwords import keep_old
from app.records.rules import Change
from app.records.system import PEOPLE_MODEL
from app.records.tables import is_refs, links, live, model_of, put, value_in
from app.spec.model import ResourceSpec


def hold(
    resource: ResourceSpec, ids: Sequence[int], *, alone: bool = False, seen: Sequence[ColumnElement[bool]] = ()
) -> list[Any]:
    """The records with these ids, as they are now, locked until the transaction ends. Raises NotFound unless all exist
    and meet `seen`, which says what the actor sees.

    Locks are taken in the order of ids, so that two batches never wait for each other. `alone` keeps off new references
    to them too.
    """
    model = model_of(resource)
    statement = (
        select(model)
        .where(model.id.in_(ids), *live(resource, model), *seen)
        .order_by(model.id)
        .with_for_update(key_share=not alone, of=model)
        .execution_options(populate_existing=True)
    )
    found = list(db.session.scalars(statement))
    if len(found) != len(set(ids)):
        raise NotFound
    return found


def values_of(resource: ResourceSpec, held: Any) -> dict[str, Any]:
    """The values of a record by field name, without secrets."""
    return {
        field.name: _links_of(resource, field.name, held.id) if is_refs(field) else value_in(held, field)
        for field in resource.fields.values()
        if not kind_of(field).secret
    }


def insert(change: Change) -> None:
    """Save the new record. Raises Invalid for values that the database finds taken or gone."""
    record = model_of(change.resource)(id=change.id)
    assert change.after is not None, change.kind  # noqa: S101 - narrows the type
    with saving(change.resource, change.id, change.after):
        _write(change, record, change.after)
        made = {"created_at": change.now, "created_by": change.actor.user_id}
        for column in made.keys() - change.system.keys():  # what is restored was made before
            setattr(record, column, made[column])
        db.session.add(record)
        db.session.flush()
        finding.index(change.resource, change.id, None, change.after, record.created_at)
        _link(change, change.after)


def update(change: Change, held: Any) -> bool:
    """Save what differs, and say whether anything did.

    Raises Invalid as `insert`, and Conflict where somebody else has saved the record first.
    """
    values = differing(change)
    if not values and not change.system and not change.bumped:
        return False
    with saving(change.resource, change.id, values):
        _keep_old_passwords(change, held, values)
        _write(change, held, values)
        db.session.flush()
        finding.index(change.resource, change.id, change.before, change.after, held.created_at)
        _link(change, values)
    return True


def update_many(changes: Sequence[tuple[Change, Any]]) -> list[bool]:
    """As `update` for each (change, held record), sent together: whether anything changed. Raises whatever the database
    refuses, for all of them."""
    found, written = [], []
    for change, held in changes:
        values = differing(change)
        found.append(bool(values or change.system or change.bumped))
        if found[-1]:
            _keep_old_passwords(change, held, values)
            _write(change, held, values)
            written.append((change, held, values))
    db.session.flush()
    for change, held, values in written:
        finding.index(change.resource, change.id, change.before, change.after, held.created_at)
        _link(change, values)
    return found


def _keep_old_passwords(change: Change, held: Any, values: dict[str, Any]) -> None:
    """P2: those a person chose count; one that had to be changed was never theirs."""
    if change.resource.model == PEOPLE_MODEL and not held.must_change_password:
        for name in values:
            if kind_of(change.resource.field(name)).secret:
                keep_old(change.id, getattr(held, name), change.now)


def remove(change: Change, held: Any, title: str) -> None:
    """Delete the record. Raises InUse where other records refer to it."""
    with deleting(change.resource, change.id, title, change.actor.reader):
        db.session.delete(held)
        db.session.flush()
        finding.index(change.resource, change.id, change.before, None, held.created_at)


def differing(change: Change) -> dict[str, Any]:
    """The fields whose value after the change is another than before."""
    return {name: value for name, value in (change.after or {}).items() if change.changed(name)}


def _write(change: Change, record: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        field = change.resource.field(name)
        if not is_refs(field):
            put(record, field, value)
    for column, value in finding.shadows(change.resource, values).items():
        setattr(record, column, value)
    for column, value in change.system.items():
        setattr(record, column, value)
    for column in change.bumped:
        setattr(record, column, (getattr(record, column) or 0) + 1)
    record.changed_at, record.changed_by = change.now, change.actor.user_id


def _link(change: Change, values: dict[str, Any]) -> None:
    """Make the links of the refs fields among `values` what they should be."""
    for name, ids in values.items():
        field = change.resource.field(name)
        if not is_refs(field):
            continue
        link = links(change.resource, field)
        wanted, there = set(ids), set(_links_of(change.resource, name, change.id))
        if there - wanted:
            db.session.execute(delete(link).where(link.owner_id == change.id, link.target_id.in_(there - wanted)))
        tenant_id = change.actor.tenant_id
        db.session.add_all(link(tenant_id=tenant_id, owner_id=change.id, target_id=id_) for id_ in wanted - there)
    db.session.flush()


def _links_of(resource: ResourceSpec, name: str, id_: int) -> tuple[int, ...]:
    link = links(resource, resource.field(name))
    return tuple(db.session.scalars(select(link.target_id).where(link.owner_id == id_).order_by(link.target_id)))
