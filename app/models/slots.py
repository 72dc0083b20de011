"""The columns in which an extensible resource keeps the fields of each company's own (F6, DESIGN decision 4)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index

from app.fields.slots import LENGTH, SLOTS
from app.fields.types import short_text
from app.spec.model import ResourceSpec


def slots_of(resource: ResourceSpec) -> tuple[str, ...]:
    """The names of the resource's slots; none where it is not extensible."""
    return SLOTS[: resource.extensible.max] if resource.extensible else ()


def slot_columns(resource: ResourceSpec) -> dict[str, Column[Any]]:
    return {name: Column(name, short_text(LENGTH), nullable=True) for name in slots_of(resource)}


def index_slots(resource: ResourceSpec, model: type[Any]) -> None:
    """(tenant_id, slot, id) for the rows that have a value: a slot that a company does not use costs nothing."""
    table = model.__table__
    for name in slots_of(resource):
        given = table.c[name].is_not(None)
        Index(f"ix_{table.name}_tenant_id_{name}_id", table.c.tenant_id, table.c[name], table.c.id,
              sqlite_where=given, postgresql_where=given)  # fmt: skip
