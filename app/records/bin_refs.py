"""Records in the recycle bin that point to others: told of when those go, and pointed to an heir."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select

from app.models.base import db
from app.models.bin_entry import BinEntry
from app.records import recycle_bin
from app.records.tables import is_ref, model_of, resource_of
from app.spec.model import FieldSpec, ResourceSpec


def referring(resource: ResourceSpec, ids: Sequence[int]) -> dict[ResourceSpec, int]:
    """How many records in the bin point to one of `ids`, by their resource: they are in nobody's way, but whoever
    deletes those should know. One statement for each resource that has such a field and a bin."""
    found = {}
    for owner, fields in _pointing(resource).items():
        condition = or_(*(_points_to(field, ids) for field in fields))
        asked = select(func.count(BinEntry.id)).where(BinEntry.resource == owner.name, condition)
        if number := db.session.scalars(asked).one():
            found[owner] = number
    return found


def hand_over(resource: ResourceSpec, ids: Sequence[int], heir: int, name: str) -> None:
    """Let records in the bin that point to one of `ids` point to `heir`, called `name`, when they come back."""
    for owner, fields in _pointing(resource).items():
        for field in fields:
            asked = select(BinEntry).where(BinEntry.resource == owner.name, _points_to(field, ids))
            for entry in db.session.scalars(asked):
                entry.values = {**entry.values, field.name: str(heir)}
                entry.titles = {**entry.titles, field.name: name}
    db.session.flush()


def _pointing(resource: ResourceSpec) -> dict[ResourceSpec, list[FieldSpec]]:
    """The fields by which records with a bin point to one record of `resource`."""
    model = model_of(resource)
    found = {
        owner: [field for field in owner.fields.values() if is_ref(field) and model_of(resource_of(field)) is model]
        for owner in recycle_bin.with_bin()
    }
    return {owner: fields for owner, fields in found.items() if fields}


def _points_to(field: FieldSpec, ids: Sequence[int]) -> ColumnElement[bool]:
    kept = BinEntry.values[field.name].as_string()
    return or_(*(kept == str(id_) for id_ in ids))
