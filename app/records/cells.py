"""The columns of an export: from what the database gives to values of a sheet, a whole batch of a column at a time.

What depends on the field is worked out once; for a row there is only a look into a dictionary left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from app.fields import kind_of
from app.fields.base import Kind, Reader
from app.fields.veiled import mask
from app.records.layout import Layout, named, several_named
from app.sheets.columns import Column, Fill, Form, Values
from app.sheets.wall_clock import WallClock
from app.spec.model import FieldSpec

MOST_REMEMBERED: Final = 20_000  # names and labels of one column
_FORMS: Final[dict[str, Form]] = {"integer": "number", "datetime": "moment", "date": "day", "time": "clock"}
_CLOSED: Final = ("choice", "choices", "boolean")  # few different values
_STORED: Final = ("text", "longtext", "digits", "mobile", "email")  # kinds whose text is what is stored


def columns_of(layout: Layout, names: Sequence[str], reader: Reader, masked: frozenset[str]) -> list[Column]:
    """The columns `names`, in that order, of rows with this layout; those of `masked` as 138****1234."""
    titles_at = 3 + len(layout.columns)
    several_at = titles_at + len(layout.refs)
    places = {field.name: (field, place) for place, field in enumerate(layout.columns, 3)}
    places |= {field.name: (field, place) for place, field in enumerate(layout.refs, titles_at)}
    places |= {field.name: (field, place) for place, field in enumerate(layout.several, several_at)}
    made = []
    for name in dict.fromkeys(names):
        if name in places:
            field, place = places[name]
            form, fill = _filled(field, kind_of(field), reader, hide=name in masked)
            made.append(Column(field.label.text(reader.locale), form, place, fill))
    return made


def _filled(field: FieldSpec, kind: Kind, reader: Reader, *, hide: bool) -> tuple[Form, Fill]:
    if field.to is not None:
        name = several_named if kind.many else named
        return "text", _remembering(lambda stored: name(field, stored, reader))
    if hide:
        return "text", lambda values: [mask(value) if value else "" for value in values]
    if field.kind in _CLOSED:
        return "text", _remembering(lambda value: kind.text(field, value, reader))
    if field.kind in _FORMS:
        return _FORMS[field.kind], WallClock(reader.zone).seconds if field.kind == "datetime" else list
    if field.kind in _STORED:
        return "text", lambda values: [value or "" for value in values]
    return "text", lambda values: [kind.text(field, value, reader) for value in values]


def _remembering(text: Callable[[Any], str]) -> Fill:
    """Each different value is put into words once."""
    known: dict[Any, str] = {}

    def fill(values: Values) -> list[Any]:
        strange = set(values) - known.keys()
        if strange:
            if len(known) > MOST_REMEMBERED:
                known.clear()
                strange = set(values)
            known.update((value, text(value)) for value in strange)
        return [known[value] for value in values]

    return fill
