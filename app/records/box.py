"""What the search box means by what is typed, in the fields that have `find`: ways to look, each with an index.

The shape of it, which a statement is remembered by, apart from the values, which are its parameters: whoever looks for
another name sends the same statement. Making one with several ways costs several times what sending it does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, String, and_, bindparam, func

from app.fields import kind_of
from app.fields.conditions import after, bytewise, needle
from app.fields.digits import DigitsKind
from app.fields.grams import looked_up
from app.fields.veiled import FIRST, FULL, KNOWN, LAST, is_whole
from app.models.find import REVERSED, shadow
from app.records.found import Part, digits_in, has_letters, needs_reading, part_values, pattern_of, spelt
from app.spec.model import FieldSpec, ResourceSpec

_NUMBER: Final = 4  # so many digits are of a number, not of a name
_GAP: Final = re.compile(r"\s+")


class Look(NamedTuple):
    """One way to look. `name` begins the names of its parameters; `shown`: only numbers long enough to be masked."""

    what: str  # part, range, equal
    field: str
    column: str
    name: str
    grams: int = 0
    exact: bool = False
    folded: bool = False
    shown: bool = False


Looks = tuple[Look, ...]


def looks(resource: ResourceSpec, text: str) -> tuple[Looks, Mapping[str, str]]:
    """The ways to look for `text`, and the values of their parameters."""
    found: list[Look] = []
    values: dict[str, str] = {}
    for field in (resource.field(name) for name in resource.list.search):
        if field.find and isinstance(kind_of(field), DigitsKind):
            _numbers(field, digits_in(field, text), found, values)
        if "part" in field.find:
            for part in _parts(text):
                _part(field, part, found, values)
        spelling, columns = spelt(field, text)
        for column in columns:
            _range(field, column, spelling, found, values)
    return tuple(found), values


def condition(model: Any, look: Look) -> ColumnElement[bool]:
    """The condition on a record. Not for parts: `part` is what they mean."""
    column = getattr(model, look.column)
    if look.what == "equal":
        return column == bindparam(look.name, type_=String)  # type: ignore[no-any-return]
    text = bytewise(column)
    met = [text >= bindparam(f"{look.name}_from", type_=String), text < bindparam(f"{look.name}_to", type_=String)]
    return and_(*met, *([func.length(getattr(model, look.field)) >= FULL] if look.shown else []))


def part(resource: ResourceSpec, look: Look) -> Part:
    """The part that is looked for, of parameters."""
    return Part.bound(resource.field(look.field), look.name, look.grams, exact=look.exact, folded=look.folded)


def _parts(text: str) -> list[str]:
    """As typed, and without blanks between: 张 三 is 张三. Long numbers are no parts of names."""
    whole = needle([text])
    both = dict.fromkeys([whole, _GAP.sub("", whole)]) if whole else {}
    return [one for one in both if len(one) < _NUMBER or not one.isdigit()]


def _part(field: FieldSpec, text: str, found: list[Look], values: dict[str, str]) -> None:
    name, grams = f"look_{len(found)}", looked_up(text)
    values |= part_values(name, grams, pattern_of(text))
    exact, folded = needs_reading(text), has_letters(text)
    found.append(Look("part", field.name, field.name, name, len(grams), exact=exact, folded=folded))


def _range(
    field: FieldSpec, column: str, prefix: str, found: list[Look], values: dict[str, str], *, shown: bool = False
) -> None:  # fmt: skip
    name = f"look_{len(found)}"
    values |= {f"{name}_from": prefix, f"{name}_to": after(prefix) or chr(0x10FFFF)}
    found.append(Look("range", field.name, column, name, shown=shown))


def _numbers(field: FieldSpec, digits: str | None, found: list[Look], values: dict[str, str]) -> None:
    """Numbers that begin or end so; of a masked one only the whole, and what the mask shows anyway."""
    if not digits:
        return
    if field.hidden and is_whole(KNOWN, digits):
        name = f"look_{len(found)}"
        values[name] = digits
        found.append(Look("equal", field.name, field.name, name))
    if not field.hidden or len(digits) == FIRST:
        _range(field, field.name, digits, found, values, shown=field.hidden)
    if "end" in field.find and (not field.hidden or len(digits) == LAST):
        _range(field, shadow(field.name, REVERSED), digits[::-1], found, values, shown=field.hidden)
