"""From a resource to what holds its rows: model, columns, link tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, type_coerce

from app.engine import engine
from app.fields import kind_of
from app.fields.slots import SlotType, decode, encode
from app.models.build import links_of
from app.spec.model import FieldSpec, ResourceSpec


def model_of(resource: ResourceSpec) -> Any:
    """The mapped class of `resource`. Any: its attributes are the fields of a YAML file."""
    return engine().models[resource.name]


def base_of(resource: ResourceSpec) -> ResourceSpec:
    """The resource whose records a second page shows (`of`); any other is its own."""
    return engine().product.resource(resource.of) if resource.of else resource


def resource_of(field: FieldSpec) -> ResourceSpec:
    """The resource that a ref or refs field points to."""
    assert field.to is not None, field.name  # noqa: S101 - the loader refuses a ref to nothing
    return engine().product.resource(field.to)


def pointing_to(page: ResourceSpec, target: ResourceSpec) -> FieldSpec:
    """The first field of `page` that points to the records of `target`. Raises StopIteration where there is none."""
    fields = (field for field in page.fields.values() if field.to)
    return next(field for field in fields if base_of(resource_of(field)) is base_of(target))


def links(resource: ResourceSpec, field: FieldSpec) -> Any:
    """The mapped class of a refs field's links: `tenant_id`, `owner_id`, `target_id`."""
    return links_of(model_of(resource), field.name)


def sort_column(model: Any, order: str) -> Any:
    """The column of an order such as "-created_at"."""
    return getattr(model, order.removeprefix("-"))


def column_of(model: Any, field: FieldSpec, *, sorting: bool = False) -> Any:
    """The column of a field: what conditions, orders and results are made of.

    An own field's slot is read as values of its kind, and what is not given as the default it shows (F5). `sorting`
    leaves None where nothing is given and nothing shown.
    """
    column = getattr(model, field.name)
    if not field.slot:
        return column
    type_ = SlotType(field.kind, open_ended=sorting)
    if field.fallback is not None:
        column = func.coalesce(column, bindparam(None, field.fallback, type_=type_, unique=True))
    return type_coerce(column, type_)


def is_nullable(model: Any, field: FieldSpec) -> bool:
    """True where rows may have nothing to sort by."""
    return field.fallback is None if field.slot else bool(getattr(model, field.name).nullable)


def value_in(record: Any, field: FieldSpec) -> Any:
    """What the loaded `record` holds in `field`."""
    value = getattr(record, field.name)
    return decode(field.kind, value) if field.slot else value


def put(record: Any, field: FieldSpec, value: Any) -> None:
    """Set `field` of the loaded `record`."""
    setattr(record, field.name, encode(field.kind, value) if field.slot else value)


def live(resource: ResourceSpec, model: Any) -> list[ColumnElement[bool]]:
    """At most one condition: definitions of fields that have been archived are no records any more."""
    return [model.archived_at.is_(None)] if resource.extends else []


def is_ref(field: FieldSpec) -> bool:
    """True for a field that points to one other record."""
    return field.to is not None and not kind_of(field).many


def is_refs(field: FieldSpec) -> bool:
    """True for a field that points to several other records."""
    return kind_of(field).many
