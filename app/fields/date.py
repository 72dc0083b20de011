"""A day, the same everywhere: no time zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, Date
from sqlalchemy.types import TypeEngine

from app.fields.base import Kind, Reader, Rejected
from app.fields.conditions import one
from app.fields.moments import show_date, take_date, take_time
from app.fields.typed import fold, quoted

if TYPE_CHECKING:
    from app.spec.model import FieldSpec


class DateKind(Kind):
    name = "date"
    widget = "date"
    operators = ("eq", "from", "to")
    controls = (("from", "date"), ("to", "date"))

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return Date()

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> dt.date | None:
        return None if self.is_blank(raw) else day(raw, reader)

    def text(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        return "" if value is None else str(value.isoformat())

    def cell(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        if value is None:
            return ""
        shown = show_date(value, reader)
        return Markup(f'<span class="tabular-nums">{shown}</span>')  # noqa: S704 - digits and a month's name

    def json(self, field: FieldSpec, value: Any) -> str | None:
        return None if value is None else value.isoformat()

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "string", "format": "date"}
        return found if field.required else found | {"nullable": True}

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        value = day(one(raw), reader)
        conditions: dict[str, ColumnElement[bool]] = {
            "eq": column == value,
            "from": column >= value,
            "to": column <= value,
        }
        return conditions[operator]


def day(raw: Any, reader: Reader) -> dt.date:
    """The day typed, or that of a moment on the reader's wall clock. Raises Rejected.

    A time after it must be midnight: spreadsheets write one.
    """
    try:
        if isinstance(raw, dt.datetime):
            raw = (raw if raw.tzinfo is None else reader.local(raw)).date()
        found, rest = take_date(raw.isoformat() if isinstance(raw, dt.date) else fold(raw))
        if rest and take_time(rest.lstrip(" T,"))[::2] != (dt.time(), ""):
            raise ValueError(rest)
    except (ValueError, OverflowError) as fault:
        if isinstance(fault, Rejected):
            raise
        raise Rejected(_l("“%(value)s” is not a date. Write it like 2026-11-22.", value=quoted(raw))) from None
    return found
