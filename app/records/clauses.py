"""From a search to SQL conditions. Values are always bound, so that one shape of search is one compiled statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, type_coerce

from app.fields import kind_of
from app.fields.base import Reader
from app.fields.conditions import bytewise
from app.fields.veiled import KNOWN
from app.models.build import links_of
from app.records import found
from app.records.found import Part, part_in
from app.records.system import field_of
from app.records.tables import column_of, is_refs
from app.spec.model import FieldSpec, ResourceSpec

REMEMBERED: Final = 256


@lru_cache(REMEMBERED)
def asked(
    resource: ResourceSpec, model: Any, name: str, operator: str, values: tuple[str, ...], *, reader: Reader
) -> ColumnElement[bool] | Part:
    """One condition on the field `name`, or the part of a text with grams that it means. A request asks for it twice,
    to see whether it makes sense and to send it, and its count does so again. Raises Rejected as `where`."""
    field = field_of(resource, name)
    return part_in(field, operator, values) or where(model, field, operator, values, reader)


def where(model: Any, field: FieldSpec, operator: str, values: Sequence[str], reader: Reader) -> ColumnElement[bool]:
    """One condition on one field. Raises Rejected for a value that makes no sense."""
    kind = kind_of(field)
    if field.find and (quick := found.condition(model, field, operator, values)) is not None:
        return quick
    if not is_refs(field):
        return _on_column(model, field, operator, values, reader)
    link = links_of(model, field.name)
    return exists().where(
        link.tenant_id == model.tenant_id,
        link.owner_id == model.id,
        kind.where(field, link.target_id, operator, values, reader),
    )


def _on_column(
    model: Any, field: FieldSpec, operator: str, values: Sequence[str], reader: Reader
) -> ColumnElement[bool]:  # fmt: skip
    """What is not given is met by the default it shows, in a form that leaves the column's index to the rest."""
    given = column_of(model, replace(field, fallback=None))
    found = kind_of(field).where(field, given, operator, values, reader)
    if field.fallback is None:
        return found
    default = type_coerce(bytewise(bindparam(None, field.fallback, type_=given.type, unique=True)), given.type)
    met = kind_of(field).where(field, default, operator, values, reader)
    return or_(found, and_(getattr(model, field.name).is_(None), met))


def containing(
    model: Any, resource: ResourceSpec, names: Sequence[str], text: str, reader: Reader
) -> list[ColumnElement[bool]]:
    """At most one condition: `text` is part of one of the fields `names`, or how one is spelt, or a masked number."""
    asked = [(field := resource.field(name), KNOWN if field.hidden else "contains") for name in names]
    fields = [(field, operator) for field, operator in asked if operator in kind_of(field).operators]
    if not text or not fields:
        return []
    met = [where(model, field, operator, [text], reader) for field, operator in fields]
    return [or_(*met, *(one for field, _operator in fields for one in found.sounding(model, field, text)))]
