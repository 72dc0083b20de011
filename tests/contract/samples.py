"""Values that any field of any resource accepts, found by asking its kind: a new YAML needs no new code here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.fields import kind_of
from app.fields.base import Reader, Rejected
from app.spec.model import FieldSpec, ResourceSpec

READER = Reader("zh", "Asia/Shanghai")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def word(number: int) -> str:
    """A short text of its own for every number, with no digit in it."""
    return "".join(LETTERS[number // 26**place % 26] for place in range(3))


def candidates(field: FieldSpec, number: int, place: int = 0) -> Iterator[Any]:
    """What might do as value number `number` of this field, best guess first."""
    if field.options:
        option = field.options[0].value  # later ones may be the ends of a story that rules watch over
        yield from ([option], option)
    yield {
        "integer": (field.min or 0) + number % max(1, (field.max or 10**6) - (field.min or 0)),
        "boolean": True,
        "date": f"2031-{number % 12 + 1:02}-{number % 27 + 1:02}",
        "time": f"{number % 24:02}:{number % 60:02}:{number // 60 % 60:02}",
        "datetime": f"{2031 + place}-{number % 12 + 1:02}-{number % 27 + 1:02}T{number % 24:02}:30:00Z",
        "mobile": f"138{number:08}",
        "email": f"someone{number}@example.com",
        "richtext": f"<p><strong>{word(number)}</strong> {number}</p>",
        "digits": f"{number:012}",
        "password": f"Long-{number}-enough-{word(number)}",
        "options": [word(number), word(number + 1)],
    }.get(field.kind, f"{word(number)}{number}")
    yield from (f"{word(number)[:2].upper()}-{number:04}", f"{number}", word(number), f"{number:06}")


def value(field: FieldSpec, number: int, place: int = 0) -> Any:
    """A valid JSON value for `field`; another for another `number`. A moment is later at a later `place`: what starts
    before it ends has both fields in that order."""
    for raw in candidates(field, number, place):
        try:
            kind_of(field).clean(field, raw, READER)
        except Rejected:
            continue
        return raw
    raise AssertionError(f"no sample fits {field.name} ({field.kind}): add a candidate")


def scarce(field: FieldSpec) -> bool:
    """True where a company soon runs out of values: the keys of a phone."""
    return (
        field.unique and field.kind == "integer" and None not in (field.min, field.max) and field.max - field.min < 100
    )


def writable(resource: ResourceSpec, *, adding: bool) -> list[FieldSpec]:
    """The fields that may be sent."""
    return [field for field in resource.fields.values() if not field.readonly and (adding or not field.fixed)]


def searchable(resource: ResourceSpec) -> list[FieldSpec]:
    """The fields of the filter bar that are the resource's own and that somebody fills in."""
    fields = [resource.fields[name] for name in resource.list.filter if name in resource.fields]
    return [field for field in fields if not field.readonly]
