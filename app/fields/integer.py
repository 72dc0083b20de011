"""Whole numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import BigInteger, ColumnElement
from sqlalchemy.types import TypeEngine

from app.fields.base import Kind, Reader, Rejected
from app.fields.conditions import one
from app.fields.typed import fold, quoted

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

MOST: Final = 2**63 - 1  # what the database column holds
EXACT: Final = 2**53  # beyond it a float no longer knows its last digits
GROUPED: Final = 10_000  # from here on thousands are set apart; a year stays a year
_NUMBER: Final = re.compile(r"([+-]?)\s*([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.0+)?")
_LONGEST: Final = 40


class IntegerKind(Kind):
    name = "integer"
    widget = "integer"
    operators = ("eq", "from", "to")
    controls = (("from", "number"), ("to", "number"))
    attributes = frozenset({"min", "max"})

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return BigInteger()

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> int | None:
        number = None if self.is_blank(raw) else whole(raw)
        if number is None:
            return None
        if field.min is not None and number < field.min:
            raise Rejected(_l("Must be %(least)s or more.", least=field.min))
        if field.max is not None and number > field.max:
            raise Rejected(_l("Must be %(most)s or less.", most=field.max))
        return number

    def cell(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        if value is None:
            return ""
        shown = f"{value:,}" if abs(value) >= GROUPED else str(value)
        return Markup(f'<span class="tabular-nums">{shown}</span>')  # noqa: S704 - digits and commas

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        found: dict[str, Any] = {
            "type": "integer",
            "format": "int64",
            "minimum": -MOST if field.min is None else field.min,
            "maximum": MOST if field.max is None else field.max,
        }
        return found if field.required else found | {"nullable": True}

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        number = whole(one(raw))
        conditions: dict[str, ColumnElement[bool]] = {
            "eq": column == number,
            "from": column >= number,
            "to": column <= number,
        }
        return conditions[operator]


def whole(raw: Any) -> int:
    """The whole number typed, or read from a spreadsheet's cell (3.0). Raises Rejected."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) <= EXACT:
        raw = int(raw)
    if isinstance(raw, str):
        text = fold(raw)
        found = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
        if found is None:
            raise Rejected(_l("“%(value)s” is not a whole number. Use digits only, like 120.", value=quoted(text)))
        raw = int(found[1] + found[2].replace(",", ""))
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise Rejected(_l("“%(value)s” is not a whole number. Use digits only, like 120.", value=quoted(raw)))
    if abs(raw) > MOST:
        raise Rejected(_l("This number is too large. At most 18 digits fit."))
    return raw
