"""A moment: typed and shown in the reader's zone, stored in UTC, to the second."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, and_
from sqlalchemy.types import TypeEngine

from app.fields.base import Kind, Reader, Rejected
from app.fields.conditions import one
from app.fields.moments import local, show_date, take_date, take_offset, take_time
from app.fields.typed import fold, quoted
from app.fields.types import UtcDateTime

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

EARLIEST: Final = 1900
REMEMBERED: Final = 8192  # cells, of a hundred bytes each
DAY: Final = dt.timedelta(days=1)
MINUTE: Final = dt.timedelta(minutes=1)
SECOND: Final = dt.timedelta(seconds=1)
_END: Final = dt.datetime.max.replace(tzinfo=dt.UTC)


class DateTimeKind(Kind):
    name = "datetime"
    widget = "datetime"
    operators = ("eq", "from", "to")
    # Days, not moments: a picker of moments would fill in an hour nobody chose, and so cut off part of the last day.
    controls = (("from", "date"), ("to", "date"))

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return UtcDateTime()

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> dt.datetime | None:
        if self.is_blank(raw):
            return None
        if isinstance(raw, dt.datetime):
            return _utc(raw.replace(microsecond=0), reader, raw)
        if isinstance(raw, dt.date):
            return _utc(dt.datetime(raw.year, raw.month, raw.day), reader, raw)  # noqa: DTZ001, RUF100 - the zone is next
        return moment(raw, reader)[0]

    def text(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        """2026-11-22 18:00, with seconds where there are any; an hour that comes twice has its offset."""
        if value is None:
            return ""
        there = local(value, reader)
        shown = there.replace(tzinfo=None, fold=0).isoformat(" ", "seconds" if there.second else "minutes")
        return shown + _offset(there)

    def cell(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        return "" if value is None else _cell(value, reader)

    def json(self, field: FieldSpec, value: Any) -> str | None:
        return None if value is None else _stamp(value)

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "string", "format": "date-time"}
        return found if field.required else found | {"nullable": True}

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        """What is typed means all of it: a day the whole day in the reader's zone, 18:05 that whole minute."""
        start, end = moment(one(raw), reader)
        conditions: dict[str, ColumnElement[bool]] = {
            "eq": and_(column >= start, column < end),
            "from": column >= start,
            "to": column < end,
        }
        return conditions[operator]


def moment(raw: Any, reader: Reader) -> tuple[dt.datetime, dt.datetime]:
    """The moment typed, and the first one that is no longer meant by it. Raises Rejected.

    An hour that the clock skips is moved on by as much as is skipped; of an hour that comes twice the first is meant,
    unless an offset is given.
    """
    try:
        text = fold(raw)
        day, rest = take_date(text)
        clock, offset, unit = dt.time(), None, DAY
        if rest:
            clock, exact, rest = take_time(_after_date(text, rest))
            offset = take_offset(rest)
            unit = SECOND if exact else MINUTE
        naive = dt.datetime.combine(day, clock)
        start = _utc(naive.replace(tzinfo=offset), reader, raw)
        return start, _end(naive, offset, unit, reader)
    except ValueError as fault:
        if isinstance(fault, Rejected):
            raise
        message = _l("“%(value)s” is not a date and time. Write it like 2026-11-22 18:00.", value=quoted(raw))
        raise Rejected(message) from None


def _after_date(text: str, rest: str) -> str:
    """What follows the date, without what may stand between. Raises ValueError where digits run into digits."""
    clock = rest.lstrip(" Tt,")
    if clock == rest and text[-len(rest) - 1].isdigit() and rest[0].isdigit():
        raise ValueError(rest)
    return clock


def _end(naive: dt.datetime, offset: dt.timezone | None, unit: dt.timedelta, reader: Reader) -> dt.datetime:
    """Days are counted on the wall clock (some have 23 hours), minutes and seconds are not."""
    try:
        if unit == DAY:
            return _utc(naive + DAY, reader, naive)
        return _utc(naive.replace(tzinfo=offset), reader, naive) + unit
    except (OverflowError, Rejected):
        return _END


def _utc(moment: dt.datetime, reader: Reader, raw: Any) -> dt.datetime:
    """`moment`, on the reader's wall clock unless it has a zone, in UTC. Raises Rejected outside 1900 to 9999."""
    try:
        found = (moment.replace(tzinfo=reader.zone) if moment.tzinfo is None else moment).astimezone(dt.UTC)
    except OverflowError:
        found = dt.datetime.min
    if found.year < EARLIEST:
        raise Rejected(_l("“%(value)s” is too far from today. Choose a year from 1900 to 9999.", value=quoted(raw)))
    return found


@lru_cache(REMEMBERED)
def _cell(value: dt.datetime, reader: Reader) -> Markup:
    """Remembered, for a list has two of them in each row, and many people look at the same first page."""
    there = local(value, reader)
    comma = "," if reader.locale.startswith("en") else ""
    shown = f"{show_date(there, reader)}{comma} {there.hour:02}:{there.minute:02}{_offset(there)}"
    return Markup(f'<time class="tabular-nums" datetime="{_stamp(value)}">{shown}</time>')  # noqa: S704 - digits, names


def _stamp(value: dt.datetime) -> str:
    return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _offset(there: dt.datetime) -> str:
    """The offset, where without it the earlier of two equal wall-clock times would be understood."""
    return there.isoformat(timespec="seconds")[19:] if there.fold else ""
