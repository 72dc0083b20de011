"""Moments on a company's wall clock, many at a time: as seconds since 1970 there, which is what sheets are made of.

`astimezone` and a text for each value cost half of an export. On nearly every day the clock is as far from UTC as the
day before and after, so for such a day the distance is worked out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAY: Final = 86_400
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = EPOCH.toordinal()
_BARE_EPOCH: Final = EPOCH.replace(tzinfo=None)
_MINUTES: Final = [f"{hour:02}:{minute:02}:" for hour in range(24) for minute in range(60)]
_SECONDS: Final = [f"{second:02}" for second in range(60)]

Wall = int | str | None  # seconds; a text where seconds would not say it; nothing


class WallClock:
    """One zone's. An hour that comes twice is a text with its offset, or the wrong one would be understood."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._ahead: dict[int, int] = {}  # UTC day → seconds the clock is ahead, where it is so the days around as well

    def seconds(self, moments: Sequence[datetime | None]) -> list[Wall]:
        """Each moment (aware, in UTC) on this clock, fractions of a second left out."""
        found: list[Wall] = []
        ahead, add = self._ahead, found.append
        for moment in moments:
            if moment is None:
                add(None)
                continue
            since = moment - EPOCH
            there = ahead.get(since.days)
            add(self._slowly(moment) if there is None else since.days * DAY + since.seconds + there)
        return found

    def _slowly(self, moment: datetime) -> Wall:
        day = (moment - EPOCH).days
        try:
            local = moment.astimezone(self._zone)
            around = {self._offset(EPOCH + timedelta(days=day + number)) for number in (-1, 0, 1, 2)}
        except OverflowError:  # at the end of the calendar
            return moment.isoformat(" ", "seconds")
        if len(around) == 1:
            self._ahead[day] = around.pop()
        if local.fold:
            return local.isoformat(" ", "seconds")
        since = local.replace(tzinfo=None) - _BARE_EPOCH
        return since.days * DAY + since.seconds

    def _offset(self, moment: datetime) -> int:
        offset = moment.astimezone(self._zone).utcoffset() or timedelta()
        return offset.days * DAY + offset.seconds


class Calendar:
    """Seconds as texts: 2026-11-22 18:05:00."""

    def __init__(self) -> None:
        self._days: dict[int, str] = {}

    def texts(self, walls: Sequence[Wall]) -> list[str]:
        """Each as a text; "" for nothing."""
        days, found = self._days, []
        for wall in walls:
            if wall.__class__ is not int:
                found.append(str(wall or ""))
                continue
            day, second = divmod(wall, DAY)
            name = days.get(day) or days.setdefault(day, f"{date.fromordinal(day + _EPOCH_DAY).isoformat()} ")
            found.append(name + _MINUTES[second // 60] + _SECONDS[second % 60])
        return found
