"""Moments on a company's wall clock, many at a time: as seconds since 1970 there, which is what sheets are made of.

`astimezone` and a text for each value cost half of an export. On nearly every day the clock is as far from UTC as the
day before and after, so for such a day the distance is worked out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

DAY: Final = 86_400
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = EPOCH.toordinal()
_BARE_EPOCH: Final = EPOCH.replace(tzinfo=None)

Wall = int | str | None  # seconds; a text where seconds would not say it; nothing


class WallClock:
    """One zone's. An hour that comes twice is a text with its offset, or the wrong one would be understood."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._ahead = _Ahead(zone)

    def seconds(self, moments: Sequence[datetime | None]) -> list[Wall]:
        """Each moment (aware, in UTC) on this clock, fractions of a second left out."""
        ahead = self._ahead
        since_epoch = [None if moment is None else moment - EPOCH for moment in moments]
        try:
            return [
                None if since is None else since.days * DAY + since.seconds + ahead[since.days] for since in since_epoch
            ]
        except KeyError:
            return [None if moment is None else self._slowly(moment) for moment in moments]

    def _slowly(self, moment: datetime) -> Wall:
        try:
            local = moment.astimezone(self._zone)
        except OverflowError:  # at the end of the calendar
            return moment.isoformat(" ", "seconds")
        if local.fold:
            return local.isoformat(" ", "seconds")
        since = local.replace(tzinfo=None) - _BARE_EPOCH
        return since.days * DAY + since.seconds


class _Ahead(dict[int, int]):
    """UTC day → seconds the clock is ahead. KeyError for a day about which the clock is changed or time ends."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, day: int) -> int:
        try:
            around = {self._offset(EPOCH + timedelta(days=day + number)) for number in (-1, 0, 1, 2)}
        except OverflowError:
            raise KeyError(day) from None
        if len(around) > 1:
            raise KeyError(day)
        self[day] = around.pop()
        return self[day]

    def _offset(self, moment: datetime) -> int:
        offset = moment.astimezone(self._zone).utcoffset() or timedelta()
        return offset.days * DAY + offset.seconds


class Calendar:
    """Seconds as texts: 2026-11-22 18:05:00."""

    def __init__(self) -> None:
        self._days = _Days()

    def texts(self, walls: Sequence[Wall]) -> list[str]:
        """Each as a text; "" for nothing."""
        days, clock = self._days, _clock()
        try:
            return ["" if wall is None else days[wall // DAY] + clock[wall % DAY] for wall in walls]  # type: ignore[operator, index]
        except TypeError:  # there is a text among them
            return [self.texts([wall])[0] if wall.__class__ is int else str(wall or "") for wall in walls]


class _Days(dict[int, str]):
    def __missing__(self, day: int) -> str:
        self[day] = f"{date.fromordinal(day + _EPOCH_DAY).isoformat()} "
        return self[day]


@lru_cache(1)
def _clock() -> list[str]:
    """Every second of a day: 5 MB, worked out once."""
    sixty = [f"{number:02}" for number in range(60)]
    minutes = [f"{hour:02}:{minute}:" for hour in range(24) for minute in sixty]
    return [minute + second for minute in minutes for second in sixty]
