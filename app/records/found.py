"""Conditions on fields with `find`, in forms that an index serves under row-level security."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from app.fields import kind_of
from app.fields.conditions import ESCAPE, OPERATORS, escaped, needle, starts
from app.fields.digits import FOUND, DigitsKind
from app.fields.grams import LENGTH, looked_up
from app.fields.spelling import typed
from app.fields.veiled import FIRST, FULL, KNOWN, LAST, is_whole
from app.models.find import INITIALS, PINYIN, REVERSED, shadow
from app.records.tables import column_of
from app.spec.model import FieldSpec

_ABROAD: Final = re.compile(r"^(\+|00)86")  # before a number as a telephone book has it
_LETTER: Final = re.compile("[A-Za-z]")
_SPELLING: Final = re.compile("[a-z0-9]*[a-z][a-z0-9]*")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of the text in `field`: its grams, and the pattern that the text itself is like. They are values, or
    parameters of a statement. `exact`: the grams alone do not say that they stand together."""

    field: FieldSpec
    grams: tuple[Any, ...]
    pattern: Any
    exact: bool
    folded: bool

    @classmethod
    def of(cls, field: FieldSpec, text: str) -> Part:
        return cls(field, tuple(looked_up(text)), pattern_of(text), needs_reading(text), has_letters(text))

    @classmethod
    def bound(cls, field: FieldSpec, name: str, grams: int, *, exact: bool, folded: bool) -> Part:
        """Of parameters, whose values `part_values` gives."""
        texts = tuple(bindparam(f"{name}_{number}", type_=String) for number in range(grams))
        return cls(field, texts, bindparam(f"{name}_like", type_=String), exact, folded)

    def read(self, model: Any) -> ColumnElement[bool]:
        """The condition on the text itself, which no index serves."""
        column = column_of(model, self.field)
        like = column.ilike if self.folded else column.like
        return like(self.pattern, escape=ESCAPE)  # type: ignore[no-any-return]

    def exactly(self, model: Any) -> list[ColumnElement[bool]]:
        """What the grams alone do not say."""
        return [self.read(model)] if self.exact else []


def part_values(name: str, grams: Sequence[str], pattern: str) -> dict[str, str]:
    return {f"{name}_{number}": gram for number, gram in enumerate(grams)} | {f"{name}_like": pattern}


def pattern_of(text: str) -> str:
    return f"%{escaped(text)}%"


def needs_reading(text: str) -> bool:
    return len(text) > LENGTH


def has_letters(text: str) -> bool:
    return bool(_LETTER.search(text))


def part_in(field: FieldSpec, operator: str, values: Sequence[str]) -> Part | None:
    """What the condition looks for, where it looks for a part of a text with grams."""
    text = needle(values) if "part" in field.find and operator == "contains" else None
    return Part.of(field, text) if text else None


def condition(model: Any, field: FieldSpec, operator: str, values: Sequence[str]) -> ColumnElement[bool] | None:
    """The condition on a field that has `find`, where this operator has a quick form; None where it has none."""
    part = part_in(field, operator, values)
    if part is not None:
        return _holding(model, part)
    if operator in ("ends", FOUND, KNOWN) and {"start", "end"} & set(field.find):
        digits = digits_in(field, values[0]) if len(values) == 1 else None
        return or_(*met) if digits and (met := _numbers(model, field, operator, digits)) else None
    return None


def _holding(model: Any, part: Part) -> ColumnElement[bool]:
    """The part stands in the text, as a condition that goes with any other."""
    gram = aliased(model.__gram__)
    met = [model.id.in_(select(gram.owner_id).where(gram.gram == one)) for one in part.grams]
    return and_(*met, *part.exactly(model))


def spelt(field: FieldSpec, text: str) -> tuple[str, Sequence[str]]:
    """The spelling that `text` may be, and the columns in which the field's own begin so; none where it is none."""
    if "pinyin" not in field.find or not _SPELLING.fullmatch(spelling := typed(text)):
        return "", ()
    # Of one letter the initials say no more than the pinyin.
    return spelling, [shadow(field.name, what) for what in (PINYIN, INITIALS)[: len(spelling)]]


def sounding(model: Any, field: FieldSpec, text: str) -> list[ColumnElement[bool]]:
    """The field's text is spelt as typed, from its beginning; one of these is enough."""
    spelling, columns = spelt(field, text)
    return [starts(getattr(model, column), spelling) for column in columns]


def digits_in(field: FieldSpec, text: str) -> str | None:
    """What is looked for in a field of digits; None where no number holds what was typed."""
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
        return [and_(starts(column, digits), shown)]
    if len(digits) == LAST:
        return [and_(ends, shown)]
    return [column == digits] if is_whole(operator, digits) else []


def _ends(model: Any, field: FieldSpec, digits: str) -> ColumnElement[bool]:
    if "end" in field.find:
        return starts(getattr(model, shadow(field.name, REVERSED)), digits[::-1])
    return OPERATORS["ends"](column_of(model, field), digits)
