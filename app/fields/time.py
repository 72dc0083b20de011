"""A time of day, to the second."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, Time, and_
from sqlalchemy.types import TypeEngine

from app.fields.base import Kind, Reader, Rejected
from app.fields.conditions import one
from app.fields.moments import take_time
from app.fields.typed import fold, quoted

if TYPE_CHECKING:
    from app.spec.model import FieldSpec


class TimeKind(Kind):
    name = "time"
    widget = "time"
    operators = ("eq", "from", "to")
    controls = (("from", "time"), ("to", "time"))

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return Time()

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> dt.time | None:
        if self.is_blank(raw):
            return None
        if isinstance(raw, dt.time):
            return raw.replace(microsecond=0, tzinfo=None, fold=0)
        return clock(raw)[0]

    def text(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        """18:05, and 18:05:30 where there are seconds."""
        return "" if value is None else str(value.isoformat("seconds" if value.second else "minutes"))

    def cell(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        shown = self.text(field, value, reader)
        return Markup(f'<span class="tabular-nums">{shown}</span>') if shown else ""  # noqa: S704 - digits and colons

    def json(self, field: FieldSpec, value: Any) -> str | None:
        return None if value is None else value.isoformat("seconds")

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        """No `format: time`: that one demands an offset."""
        found: dict[str, Any] = {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$", "example": "18:05:00"}
        return found if field.required else found | {"nullable": True}

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        """18:05 means that whole minute: a row shown as 18:05 is found by it."""
        first, exact = clock(one(raw))
        last = first.replace(second=first.second if exact else 59, microsecond=999_999)
        conditions: dict[str, ColumnElement[bool]] = {
            "eq": and_(column >= first, column <= last),
            "from": column >= first,
            "to": column <= last,
        }
        return conditions[operator]


def clock(raw: Any) -> tuple[dt.time, bool]:
    """The time typed, and whether to the second. Raises Rejected."""
    try:
        found, exact, rest = take_time(fold(raw))
        if rest:
            raise ValueError(rest)
    except ValueError as fault:
        if isinstance(fault, Rejected):
            raise
        raise Rejected(_l("“%(value)s” is not a time. Write it like 18:05.", value=quoted(raw))) from None
    return found, exact
