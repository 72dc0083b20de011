"""From a resource to what holds its rows: model, columns, link tables."""

from __future__ import annotations

from typing import Any

from app.engine import engine
from app.fields import kind_of
from app.models.build import links_of
from app.spec.model import FieldSpec, ResourceSpec


def model_of(resource: ResourceSpec) -> Any:
    """The mapped class of `resource`. Any: its attributes are the fields of a YAML file."""
    return engine().models[resource.name]


def resource_of(field: FieldSpec) -> ResourceSpec:
    """The resource that a ref or refs field points to."""
    assert field.to is not None, field.name  # noqa: S101 - the loader refuses a ref to nothing
    return engine().product.resource(field.to)


def links(resource: ResourceSpec, field: FieldSpec) -> Any:
    """The mapped class of a refs field's links: `tenant_id`, `owner_id`, `target_id`."""
    return links_of(model_of(resource), field.name)


def sort_column(model: Any, order: str) -> Any:
    """The column of an order such as "-created_at"."""
    return getattr(model, order.removeprefix("-"))


def is_ref(field: FieldSpec) -> bool:
    """True for a field that points to one other record."""
    return field.to is not None and not kind_of(field).many


def is_refs(field: FieldSpec) -> bool:
    """True for a field that points to several other records."""
    return kind_of(field).many
