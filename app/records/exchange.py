"""Values of a unique field given to many records in one save: who has what may change round (T3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from app.access import Actor, demand
from app.errors import Conflict, Invalid, NotFound
from app.fields import kind_of
from app.models.base import db
from app.records import clean, limits, rules, save
from app.records.batch import Batch
from app.records.ids import record_id
from app.records.rules import Change
from app.records.tables import model_of
from app.records.visibility import visible
from app.spec.model import ResourceSpec

Ids = Mapping[int | str, Any]


def rearrange(
    actor: Actor, resource: ResourceSpec, field: str, values: Ids, versions: Mapping[int | str, int] | None = None
) -> int:
    """Put `values`, raw and by record id, into the field that the resource's `rearrange` names; all or none.

    Gives how many records changed. Raises Denied, NotFound, Conflict where one of `versions` is no longer the record's,
    and Invalid with the messages by id, for values that are wrong, given twice, or that a record left out has.
    """
    demand(actor, resource, "edit")
    if field != resource.rearrange:
        raise NotFound
    ids = limits.batch(resource, values)
    raw = {record_id(id_): value for id_, value in values.items()}
    known = {record_id(id_): version for id_, version in (versions or {}).items()}
    held = save.hold(resource, ids, seen=visible(actor, resource))
    if any(known.get(record.id, record.version) != record.version for record in held):
        raise Conflict(_("Somebody else has rearranged these in the meantime."))
    batch = Batch(actor, resource, len(held))
    for record in held:
        before = save.values_of(resource, record)
        with _at(record.id):
            given = clean.edited_values(resource, {field: raw[record.id]}, actor.reader, before)
        batch.change("edit", record.id, before=before, after={**before, **given})
    _refuse_twice(resource, field, batch.changes)
    _save(resource, field, batch, held)
    return len(batch.changes)


def _save(resource: ResourceSpec, field: str, batch: Batch, held: Sequence[Any]) -> None:
    """First nobody has a value, then each its own: at no moment do two have the same."""
    kept = [(change, record) for change, record in zip(batch.changes, held, strict=True) if change.changed(field)]
    batch.changes = [change for change, _record in kept]
    _each(kept, lambda change, _record: rules.run(change, resource.rules))
    if kept:
        model = model_of(resource)
        column, blank = getattr(model, field), kind_of(resource.field(field)).blank
        emptied = update(model).where(model.id.in_([change.id for change in batch.changes])).values({column: blank})
        db.session.execute(emptied, execution_options={"synchronize_session": False})
    _each(kept, save.update)
    batch.audit()


def _each(kept: Sequence[tuple[Change, Any]], do: Callable[[Change, Any], object]) -> None:
    for change, record in kept:
        with _at(change.id):
            do(change, record)


@contextmanager
def _at(id_: int) -> Iterator[None]:
    """What is invalid about one record is told at its id: there is one control for each."""
    try:
        yield
    except Invalid as refusal:
        texts = [text for messages in refusal.errors.values() for text in messages]
        raise Invalid({str(id_): texts}) from refusal


def _refuse_twice(resource: ResourceSpec, field: str, changes: Sequence[Change]) -> None:
    spec = resource.field(field)
    given = {change.id: (change.after or {})[field] for change in changes}
    often = Counter(value for value in given.values() if not kind_of(spec).is_blank(value))
    errors = {
        str(id_): [_("This is given to two records. Choose another one.")]
        for id_, value in given.items()
        if often[value] > 1
    }
    if errors:
        raise Invalid(errors)
