"""Dates and times as people type them, and as they are shown.

Formats are fixed and few, so they are written out here: looking up a locale's pattern for every cell would cost more
than the rest of the row.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from app.fields.base import Reader

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

_Y, _M, _D = "(?P<y>[1-9][0-9]{3})", "(?P<m>[0-9]{1,2})", "(?P<d>[0-9]{1,2})"
_MONTH = "(?P<name>[A-Za-z]{3,9})"
_DATES: Final = [
    re.compile(pattern)
    for pattern in (
        rf"{_Y} ?年 ?{_M} ?月 ?{_D} ?[日号]?",
        rf"{_Y} ?(?P<by>[-/.]) ?{_M} ?(?P=by) ?{_D}(?![0-9])",
        r"(?P<y>[1-9][0-9]{3})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?![0-9])",
        rf"{_MONTH}\.? {_D}, ?{_Y}(?![0-9])",
        rf"{_D} {_MONTH}\.?,? {_Y}(?![0-9])",
    )
]
_CLOCK: Final = re.compile(
    r"(?P<before>凌晨|早上|上午|中午|下午|晚上)? ?"
    r"(?P<h>[0-9]{1,2})(?: ?: ?(?P<min>[0-9]{1,2})(?: ?: ?(?P<s>[0-9]{1,2})(?:[.,][0-9]{1,9})?)?"
    r"| ?[点时](?: ?(?:(?P<zmin>[0-9]{1,2}) ?分?(?: ?(?P<zs>[0-9]{1,2}) ?秒)?|(?P<half>半)))?)"
    r" ?(?P<after>[AaPp]\.?[Mm]\.?)?"
)
_OFFSET: Final = re.compile(
    r" ?(?:(?P<utc>[Zz]|UTC|GMT)|(?P<sign>[+-])(?P<h>[0-9]{2}):?(?P<m>[0-9]{2})?(?::?(?P<s>[0-9]{2}))?)"
)
_MORNING: Final = ("凌晨", "早上", "上午")
_EVENING: Final = ("下午", "晚上")


def take_date(text: str) -> tuple[date, str]:
    """The date that `text` begins with, and what follows it. Raises ValueError."""
    for pattern in _DATES:
        if found := pattern.match(text):
            parts = found.groupdict()
            month = int(parts["m"]) if parts.get("m") else _month(parts["name"])
            return date(int(parts["y"]), month, int(parts["d"])), text[found.end() :]
    raise ValueError(text)


def _month(name: str) -> int:
    """1 for Jan, January and JANU; 0, which no date has, for what is no month."""
    return next((place for place, full in enumerate(_MONTHS, 1) if full.startswith(name.lower())), 0)


def take_time(text: str) -> tuple[time, bool, str]:
    """The time of day that `text` begins with, whether seconds were given, and what follows. Raises ValueError."""
    found = _CLOCK.match(text)
    if found is None:
        raise ValueError(text)
    seconds = found["s"] or found["zs"]
    minute = 30 if found["half"] else int(found["min"] or found["zmin"] or 0)
    hour = _hour(int(found["h"]), found["before"] or "", (found["after"] or "").lower())
    return time(hour, minute, int(seconds or 0)), seconds is not None, text[found.end() :]


def _hour(hour: int, before: str, after: str) -> int:
    """`hour` on the clock of 24 hours. Raises ValueError for 13 o'clock p.m. typed the English way."""
    if after and not 1 <= hour <= 12:
        raise ValueError(hour)
    if (after.startswith("p") or before in _EVENING) and hour < 12:
        return hour + 12
    if hour == 12 and (after.startswith("a") or before in _MORNING[:1]):
        return 0
    return hour


def take_offset(text: str) -> timezone | None:
    """The offset from UTC that `text` is. Raises ValueError for anything else."""
    if not text:
        return None
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise ValueError(text)
    if found["utc"]:
        return UTC
    ahead = timedelta(hours=int(found["h"]), minutes=int(found["m"] or 0), seconds=int(found["s"] or 0))
    return timezone(-ahead if found["sign"] == "-" else ahead)


def local(moment: datetime, reader: Reader) -> datetime:
    """`moment` on the reader's wall clock. One that would be beyond the year 9999 there stays in UTC, as a second of
    two (`fold`), so that it is shown with its offset.
    """
    try:
        return reader.local(moment)
    except OverflowError:
        return moment.astimezone(UTC).replace(fold=1)


def show_date(day: date, reader: Reader) -> str:
    """2026-11-22, or Nov 22, 2026."""
    if reader.locale.startswith("en"):
        return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
    return f"{day.year:04}-{day.month:02}-{day.day:02}"  # isoformat of a datetime would add the time
