"""What was sent, made into values to store; everything wrong with it is said at once, each at its field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.errors import Invalid
from app.fields import kind_of
from app.fields.base import Reader, Rejected
from app.models.base import db
from app.records.passwords import fixed_by_options, judge_for
from app.records.tables import is_refs, model_of, resource_of
from app.spec.model import FieldSpec, ResourceSpec

Errors = dict[str, list[object]]


def new_values(
    resource: ResourceSpec, given: Mapping[str, Any], reader: Reader, *, by_system: bool = False
) -> dict[str, Any]:
    """The values of a record to be added: what was given, and the defaults of the rest. Raises Invalid.

    `by_system`: fields that only the system sets may be given (a tenant template says which type is built in).
    """
    errors = _refused(resource, given, adding=True, by_system=by_system)
    fields = [field for field in resource.fields.values() if not field.readonly or (by_system and field.name in given)]
    raw = {field.name: given.get(field.name, None if field.slot else field.default) for field in fields}
    return _untouched(resource) | _cleaned(resource, fields, raw, reader, errors=errors)


def edited_values(
    resource: ResourceSpec, given: Mapping[str, Any], reader: Reader, before: Mapping[str, Any]
) -> dict[str, Any]:
    """The values to change in a record that has the values `before`. A secret field left blank is not changed.

    Raises Invalid.
    """
    errors = _refused(resource, given, adding=False)
    fields = [
        resource.fields[name]
        for name, raw in given.items()
        if name in resource.fields and name not in errors and not _left_alone(resource.fields[name], raw)
    ]
    values = _cleaned(resource, fields, given, reader, errors=errors, before=before)
    return {
        name: before[name] if _only_shown(resource.fields[name], value, before) else value
        for name, value in values.items()
    }


def _only_shown(field: FieldSpec, value: Any, before: Mapping[str, Any]) -> bool:
    """F5: sending back the default that an empty value was shown as does not write it into the record."""
    return field.fallback is not None and value == field.fallback and kind_of(field).is_blank(before.get(field.name))


def fixed_values(resource: ResourceSpec, given: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    """The values an action sets: written by the YAML file, so nothing is out of bounds. Raises Invalid."""
    return _cleaned(resource, [resource.field(name) for name in given], given, reader, errors={})


def asked_values(
    resource: ResourceSpec, ask: Mapping[str, str], given: Mapping[str, Any], reader: Reader
) -> dict[str, Any]:
    """The values of the fields that an action asks for; what was not given is blank. Raises Invalid."""
    errors: Errors = {name: [_("This action does not ask for it.")] for name in given if name not in ask}
    fields = [replace(resource.field(name), required=must == "required") for name, must in ask.items()]
    return _cleaned(resource, fields, {name: given.get(name) for name in ask}, reader, errors=errors)


def _refused(resource: ResourceSpec, given: Iterable[str], *, adding: bool, by_system: bool = False) -> Errors:
    """The names that may not be sent at all."""
    errors: Errors = {}
    for name in given:
        field = resource.fields.get(name)
        if field is None:
            errors[name] = [_("There is no such field.")]
        elif field.readonly and not by_system:
            errors[name] = [_("Only the system sets this.")]
        elif field.fixed and not adding:
            errors[name] = [_("This cannot be changed later.")]
    return errors


def _cleaned(
    resource: ResourceSpec,
    fields: Sequence[FieldSpec],
    raw: Mapping[str, Any],
    reader: Reader,
    *,
    errors: Errors,
    before: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """The values of `fields`. Raises Invalid with `errors` and whatever else is wrong."""
    values: dict[str, Any] = {}
    for field in fields:
        with _at(field, errors):
            value = _clean(field, raw.get(field.name), reader)
            values[field.name] = kind_of(field).settled(value, before.get(field.name))
    for field in fields:
        if values.get(field.name):
            with _at(field, errors):
                _check_reference(field, values[field.name])
            if kind_of(field).secret and (texts := judge_for(resource, raw[field.name], {**before, **values}).texts):
                errors[field.name] = texts
    if errors:
        raise Invalid(errors)
    return values | fixed_by_options(resource, {**before, **values})


@contextmanager
def _at(field: FieldSpec, errors: Errors) -> Iterator[None]:
    """What is rejected in the block is an error at this field; the next field is looked at all the same."""
    try:
        yield
    except Rejected as refusal:
        errors.setdefault(field.name, []).append(refusal.message)


def _clean(field: FieldSpec, raw: Any, reader: Reader) -> Any:
    kind = kind_of(field)
    value = kind.blank if raw is None else kind.clean(field, raw, reader)
    if field.required and kind.is_blank(value):
        raise Rejected(_("This is required."))
    return value


def _check_reference(field: FieldSpec, value: Any) -> None:
    """Raises Rejected for what points to a record that is not there."""
    if field.to is not None and missing(field, value):
        raise Rejected(_("Choose from the list."))


def _left_alone(field: FieldSpec, raw: Any) -> bool:
    return kind_of(field).secret and (raw is None or raw == "")


def _untouched(resource: ResourceSpec) -> dict[str, Any]:
    """Fields only the system sets start out blank, or as their default says."""
    fields = [field for field in resource.fields.values() if field.readonly]
    return {field.name: kind_of(field).blank if field.default is None else field.default for field in fields}


def missing(field: FieldSpec, value: Any) -> bool:
    """True if an id is no record of this tenant. Another tenant's id looks like one that never was."""
    wanted = set(value) if is_refs(field) else {value}
    model = model_of(resource_of(field))
    return set(db.session.scalars(select(model.id).where(model.id.in_(wanted)))) != wanted
