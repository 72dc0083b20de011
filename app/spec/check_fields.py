"""What is wrong with one field on its own: what its kind does not understand, lacks or refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from keyword import iskeyword
from types import MappingProxyType

from app.fields import kinds
from app.fields.base import Kind, Reader, Rejected
from app.spec.check_find import check_find
from app.spec.draft import Draft
from app.spec.faults import hint
from app.spec.model import IDLE, PHASE, SYSTEM_FIELDS, FieldSpec

# What a field of any kind may have. The rest it may have only where its kind says so (`Kind.attributes`).
COMMON = frozenset(
    {
        "preset",
        "kind",
        "label",
        "help",
        "placeholder",
        "required",
        "unique",
        "readonly",
        "fixed",
        "sortable",
        "default",
        "column",
        "story",
    }
)

# What a field must have where its kind understands it.
NEEDED = ("options", "to")

# Names with a meaning of their own beside the fields: columns of every table, keys of a list's address.
RESERVED: Mapping[str, str] = MappingProxyType(
    dict.fromkeys((*SYSTEM_FIELDS, "tenant_id", "version"), "every row has that column already")
    | {PHASE: "it says where a row stands with the workbench", IDLE: "it says since when nobody has been in contact"}
    | dict.fromkeys(
        ("q", "order", "size", "cursor", "count", "columns", "view"), "it means something else in a list's address"
    )
    | {"titles": "the API gives the names of referred records under it"}
    | dict.fromkeys(("metadata", "registry", "query"), "a model has that attribute already")
)

CONTRADICTIONS = (
    ("readonly", "required", "nobody could give it"),
    ("readonly", "fixed", "a readonly field is never given"),
)

# While one of these is wrong, nothing can be said about the default.
BOUNDS = ("kind", "min", "options", "pattern")

Found = Iterator[tuple[str, str]]  # the key at fault, and the message


def check_fields(draft: Draft) -> None:
    """Checks each field, and puts defaults into `draft` as the kind stores them."""
    for name in draft.field_names:
        if reason := RESERVED.get(name) or ("it is a word of Python" if iskeyword(name) else ""):
            draft.fault(("fields", name), f"a field cannot be called {name!r}: {reason}")
    for name, field in list(draft.fields.items()):
        kind = kinds[field.kind]
        faults = [*_attributes(draft, field, kind), *_bounds(field), *_options(field), *_flags(field, kind)]
        faults += check_find(draft, field, kind)
        for key, message in faults:
            draft.fault(("fields", name, key), message)
        if field.default is not None and not any(key in BOUNDS for key, _message in faults):
            draft.fields[name] = _with_default(draft, field, kind)
        if faults:
            del draft.fields[name]  # what follows from its faults is no news


def _attributes(draft: Draft, field: FieldSpec, kind: Kind) -> Found:
    given = draft.raw["fields"][field.name]
    known = COMMON | kind.attributes
    for key in given.keys() - known:
        yield key, f"means nothing to a field of kind {kind.name!r}{hint(key, kind.attributes)}"
    for key in NEEDED:
        if key in kind.attributes and key not in given and not (key == "options" and "options_of" in given):
            yield "kind", f"a field of kind {kind.name!r} needs {key!r}"
    if "column" in given and "model" not in draft.raw:
        yield "column", "may be set only where the resource has a 'model'"


def _bounds(field: FieldSpec) -> Found:
    if field.min is not None and field.max is not None and field.min > field.max:
        yield "min", f"is greater than 'max' ({field.max})"
    if field.pattern is not None:
        try:
            re.compile(field.pattern)
        except re.error as error:
            yield "pattern", f"is no regular expression: {error}"
    elif field.pattern_help is not None:
        yield "pattern_help", "there is no 'pattern' to explain"


def _options(field: FieldSpec) -> Found:
    values = [option.value for option in field.options]
    for value in sorted({value for value in values if values.count(value) > 1}):
        yield "options", f"the value {value!r} is given twice"


def _flags(field: FieldSpec, kind: Kind) -> Found:
    for one, other, reason in CONTRADICTIONS:
        if getattr(field, one) and getattr(field, other):
            yield other, f"cannot go with {one!r}: {reason}"
    if field.unique and (kind.secret or not kind.indexable(field)):
        yield "unique", f"a field of kind {kind.name!r} and this length cannot be unique"


def _with_default(draft: Draft, field: FieldSpec, kind: Kind) -> FieldSpec:
    """The field with its default as the kind stores it. A default that the kind refuses is a fault."""
    place = ("fields", field.name, "default")
    if kind.secret or "to" in kind.attributes:
        draft.fault(place, f"a field of kind {kind.name!r} has no default")
        return field
    try:
        return replace(field, default=kind.clean(field, field.default, Reader()))
    except Rejected as refusal:
        draft.fault(place, f"{field.default!r} is refused: {refusal.message}")
        return field
