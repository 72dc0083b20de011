"""marshmallow schemas made from a resource: what the API takes and gives.

They check shape: which keys, which JSON types. Whether a value is acceptable its kind says (`app.records.service`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import Schema, fields

from app.accounts.schemas import MESSAGES, Strict
from app.fields import kind_of
from app.spec.model import FieldSpec, ResourceSpec

VERSION: Final = "version"


class ExactBoolean(fields.Boolean):
    """true or false: nothing that merely looks like it."""

    truthy = {True}  # noqa: RUF012 - marshmallow's own attributes
    falsy = {False}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class ExactInteger(fields.Integer):
    """A whole number, and neither a text nor a truth value."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid", input=value)
        return value


def _list(**options: Any) -> fields.Field[Any]:
    return fields.List(fields.String(error_messages=MESSAGES), **options)


TYPES: Final[Mapping[str, Callable[..., fields.Field[Any]]]] = {
    "string": fields.String,
    "integer": ExactInteger,
    "boolean": ExactBoolean,
    "array": _list,
}


@dataclass(frozen=True, slots=True)
class Schemas:
    """`shown` is what a GET gives, `adding` what a POST takes, `editing` what a PUT takes."""

    shown: Schema
    adding: Schema
    editing: Schema


def make_schemas(resource: ResourceSpec) -> Schemas:
    """The schemas of one resource. Unknown keys are refused; which keys are required the service says, in one go with
    all else that is wrong.
    """
    every = resource.fields.values()
    taken = {field.name: _field(field) for field in every if not field.readonly}
    changed = {field.name: _field(field) for field in every if not (field.readonly or field.fixed)}
    given = {field.name: _field(field) for field in every if not kind_of(field).secret}
    return Schemas(
        shown=_schema(resource, "Shown", {"id": fields.String(), VERSION: ExactInteger(), **given}),
        adding=_schema(resource, "Adding", taken),
        editing=_schema(resource, "Editing", {**changed, VERSION: ExactInteger(error_messages=MESSAGES)}),
    )


def _schema(resource: ResourceSpec, purpose: str, declared: Mapping[str, Any]) -> Schema:
    made: type[Strict] = type(f"{resource.name}_{purpose}Schema", (Strict,), dict(declared))
    return made()


def _field(field: FieldSpec) -> fields.Field[Any]:
    described = kind_of(field).schema(field)
    if described.get("items", {}).get("type") == "object":
        return fields.List(fields.Raw(), allow_none=True, error_messages=MESSAGES)
    return TYPES[described["type"]](allow_none=True, error_messages=MESSAGES)
