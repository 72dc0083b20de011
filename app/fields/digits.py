"""Long digit strings: QQ, bank card and identity card numbers. Kept digit for digit, never as a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, or_
from sqlalchemy.types import TypeEngine

from app.fields.base import Control, Kind, Reader, Rejected
from app.fields.conditions import one, text_condition
from app.fields.text import check_pattern
from app.fields.typed import SPACERS, check_length, fold, quoted
from app.fields.types import short_text

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

MOST: Final = 32
FOUND: Final = "found"  # the operator that looks at both ends of a number, as people remember numbers
LARGEST: Final = 10**MOST
EXACT: Final = 10**15  # a spreadsheet keeps 15 digits of a number; of a longer one the end is already lost
_FLOAT: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?[Ee][+-]?[0-9]+|[0-9]+\.[0-9]+")
_ABROAD: Final = re.compile(r"^\+86(?=1[3-9][0-9]{9}$)")  # a mobile number as a telephone keeps it
_DIGITS: Final = re.compile(r"[0-9]+|[0-9]{17}X")  # the check digit of an identity card may be X


class DigitsKind(Kind):
    name = "digits"
    widget = "text"
    blank = ""
    operators: tuple[str, ...] = ("starts", "eq", "ends", "contains", FOUND)
    controls = (("contains", "text"),)
    attributes = frozenset({"min", "max", "pattern", "pattern_help", "masked", "find"})
    finds = ("start", "end")

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return short_text(MOST)

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> str:
        if self.is_blank(raw):
            return ""
        text = digits_of(raw)
        check_length(text, field.min, min(field.max or MOST, MOST))
        check_pattern(field, text, reader)
        return text

    def cell(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        if not value:
            return ""
        return Markup(f'<span class="tabular-nums">{escape(value)}</span>')  # noqa: S704 - escaped; format() is slow

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "string", "maxLength": min(field.max or MOST, MOST)}
        pattern = field.pattern or _DIGITS.pattern
        return found | {"pattern": f"^({pattern})$" if field.required else f"^({pattern})?$"}

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        text = self.needle(one(raw))
        if operator == FOUND:
            return or_(*(text_condition(column, end, text) for end in ("starts", "ends")))
        return text_condition(column, operator, text)

    def filter_controls(self, field: FieldSpec) -> list[Control]:
        """Any part of a number is asked for only where reading all rows for it does not matter."""
        if field.hidden or not field.find:
            return super().filter_controls(field)
        return [Control(f"{field.name}.{FOUND}", widget, FOUND) for _operator, widget in self.controls]

    def needle(self, raw: str) -> str | None:
        """The digits to look for; None where no value can contain what is typed (the search box asks every field)."""
        text = SPACERS.sub("", fold(raw)).upper()
        return text if re.fullmatch("[0-9]*X?", text) else None


def digits_text(raw: Any) -> str:
    """What was typed, also where a spreadsheet or the API gives it as a number. Raises Rejected."""
    if isinstance(raw, float) and raw.is_integer() and 0 <= raw < EXACT:
        raw = int(raw)  # still exact
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return str(raw) if abs(raw) < LARGEST else "9" * (MOST + 1)
    return fold(raw)


def digits_of(raw: Any) -> str:
    """The digits in `raw`. Raises Rejected for anything else, and for a number that has lost some."""
    text = digits_text(raw)
    if _FLOAT.fullmatch(text):
        message = _l(
            "“%(value)s” is a rounded number: its last digits are lost. Format the cell as text and type them again.",
            value=quoted(text),
        )
        raise Rejected(message)
    found = _ABROAD.sub("", SPACERS.sub("", text).upper())
    if text.startswith("-") or not _DIGITS.fullmatch(found):
        raise Rejected(_l("“%(value)s” has something other than digits in it. Use digits only.", value=quoted(text)))
    return found
