"""Conditions on fields with `find`, in forms that an index serves under row-level security."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.fields import kind_of
from app.fields.conditions import OPERATORS, contains, needle, starts
from app.fields.digits import DigitsKind
from app.fields.grams import LENGTH, looked_up
from app.fields.spelling import typed
from app.fields.veiled import FIRST, FULL, KNOWN, LAST
from app.models.find import INITIALS, PINYIN, REVERSED, shadow
from app.records.tables import column_of
from app.spec.model import FieldSpec, ResourceSpec

_SPELLING: Final = re.compile("[a-z0-9]*[a-z][a-z0-9]*")
_ABROAD: Final = re.compile(r"^(\+|00)86")  # before a number as a telephone book has it
_NUMBER: Final = 4  # so many digits are of a number, not of a name
_GAP: Final = re.compile(r"\s+")


def condition(model: Any, field: FieldSpec, operator: str, values: Sequence[str]) -> ColumnElement[bool] | None:
    """The condition on a field that has `find`, where this operator has a quick form; None where it has none."""
    if "part" in field.find and operator == "contains":
        part = needle(values)
        return holding(model, field, part) if part else None
    if operator in ("ends", "found", KNOWN) and {"start", "end"} & set(field.find):
        digits = _digits(field, values[0]) if len(values) == 1 else None
        return or_(*met) if digits and (met := _numbers(model, field, operator, digits)) else None
    return None


def holding(model: Any, field: FieldSpec, part: str) -> ColumnElement[bool]:
    """`part` stands in the text, as a condition that goes with any other."""
    gram = aliased(model.__gram__)
    met = [model.id.in_(select(gram.owner_id).where(gram.gram == one)) for one in looked_up(part)]
    return and_(*met, *exactly(model, field, part))


def exactly(model: Any, field: FieldSpec, part: str) -> list[ColumnElement[bool]]:
    """What the grams of `part` alone do not say: that they stand together."""
    return [contains(column_of(model, field), part)] if len(part) > LENGTH else []


def finders(model: Any, resource: ResourceSpec, text: str) -> list[ColumnElement[bool] | tuple[FieldSpec, str]]:
    """What the search box means by `text` in the fields that have `find`: conditions one of which a record meets, each
    with an index of its own. A part of a field with grams comes as (field, part), for whoever knows the best way to it.
    """
    found: list[ColumnElement[bool] | tuple[FieldSpec, str]] = []
    for field in (resource.field(name) for name in resource.list.search):
        if isinstance(kind_of(field), DigitsKind) and field.find:
            digits = _digits(field, text)
            found += _numbers(model, field, KNOWN if field.hidden else "found", digits) if digits else []
            continue
        if "part" in field.find:
            found += [(field, part) for part in _parts(text) if len(part) < _NUMBER or not part.isdigit()]
        if "pinyin" in field.find and _SPELLING.fullmatch(spelling := typed(text)):
            kept = (PINYIN, INITIALS)[: len(spelling)]  # of one letter the initials say no more than the pinyin
            found += [starts(getattr(model, shadow(field.name, what)), spelling) for what in kept]
    return found


def _parts(text: str) -> list[str]:
    """As typed, and without blanks between: 张 三 is 张三."""
    part = needle([text])
    return list(dict.fromkeys([part, _GAP.sub("", part)])) if part else []


def _digits(field: FieldSpec, text: str) -> str | None:
    kind = kind_of(field)
    assert isinstance(kind, DigitsKind), field.name  # noqa: S101 - the loader gives `start` and `end` to no other
    return kind.needle(_ABROAD.sub("", text.strip()))


def _numbers(model: Any, field: FieldSpec, operator: str, digits: str) -> list[ColumnElement[bool]]:
    """Numbers that begin or end with these digits; of a masked one only what the mask shows anyway."""
    column = column_of(model, field)
    ends = _ends(model, field, digits)
    if operator == "ends" and not field.hidden:
        return [ends]
    if not field.hidden:
        return [starts(column, digits), ends]
    if operator != KNOWN:
        return []
    shown = func.length(column) >= FULL
    if len(digits) == FIRST:
        return [column == digits, and_(starts(column, digits), shown)]
    return [column == digits, and_(ends, shown)] if len(digits) == LAST else [column == digits]


def _ends(model: Any, field: FieldSpec, digits: str) -> ColumnElement[bool]:
    if "end" in field.find:
        return starts(getattr(model, shadow(field.name, REVERSED)), digits[::-1])
    return OPERATORS["ends"](column_of(model, field), digits)
