"""A moment."""

from __future__ import annotations

import datetime as dt
import timeit
from typing import Any

import pytest

from app.fields.base import Reader, Rejected

SHANGHAI = Reader("zh", "Asia/Shanghai")
NEW_YORK = Reader("en", "America/New_York")


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc, arg-type]


SIX = utc(2026, 11, 22, 10, 0)  # six in the evening in Shanghai


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-22 18:00", "2026-11-22 18:00:00", "2026-11-22T18:00", "2026-11-22T18:00:00", "2026/11/22 18:0",
        "２０２６－１１－２２　１８：００", "2026年11月22日 18:00", "2026年11月22日18时0分",
        "2026年11月22日下午6点", "20261122 18:00", "Nov 22, 2026, 18:00", "Nov 22, 2026 6:00 PM",
        "2026-11-22T10:00:00Z", "2026-11-22t10:00:00z", "2026-11-22 10:00Z", "2026-11-22T18:00:00+08:00",
        "2026-11-22T18:00:00+0800", "2026-11-22 18:00 +08", "2026-11-22T05:00:00-05:00", "2026-11-22T10:00:00.999Z",
        "2026-11-22 10:00 UTC", SIX, dt.datetime(2026, 11, 22, 18), SIX.replace(microsecond=5),
        SIX.astimezone(dt.timezone(dt.timedelta(hours=3))),
    ],
)  # fmt: skip
def test_what_is_understood(subject: Any, typed: Any) -> None:
    cleaned = subject("datetime").clean(typed, SHANGHAI)
    assert cleaned == SIX
    assert cleaned.tzinfo is dt.UTC
    assert cleaned.microsecond == 0


@pytest.mark.parametrize("typed", ["2026-11-22", "2026年11月22日", "20261122", dt.date(2026, 11, 22)])
def test_a_day_alone_is_its_midnight(subject: Any, typed: Any) -> None:
    assert subject("datetime").clean(typed, SHANGHAI) == utc(2026, 11, 21, 16)
    assert subject("datetime").clean(typed, NEW_YORK) == utc(2026, 11, 22, 5)


@pytest.mark.parametrize(
    "typed",
    [
        "18:00", "2026-11-22 25:00", "2026-11-31 18:00", "2026-11-2218:00", "2026112218:00", "2026-11-22 18",
        "2026-11-22 18:00 x", "2026-11-22T18:00+25:00", "2026-11-22T18:00+8", "11/22/2026 18:00", "tomorrow",
        1795341600, 46348.75,
    ],
)  # fmt: skip
def test_what_is_no_moment(subject: Any, typed: Any) -> None:
    assert subject("datetime").refusal(typed)


def test_the_refusal_shows_how_to_write_one(subject: Any) -> None:
    assert subject("datetime").refusal("soon") == "“soon” is not a date and time. Write it like 2026-11-22 18:00."


@pytest.mark.parametrize(
    "typed", ["9999-12-31 23:00", "9999-12-31T23:59:59-01:00", "1899-12-31 12:00", dt.datetime.min, dt.datetime.max]
)
def test_a_moment_too_far_from_today_is_refused_not_a_crash(subject: Any, typed: Any) -> None:
    assert "year from 1900 to 9999" in subject("datetime").refusal(typed, NEW_YORK)


def test_a_moment_that_is_after_the_year_9999_where_the_reader_is_is_shown_in_utc(subject: Any) -> None:
    last = utc(9999, 12, 31, 23, 59, 59)
    assert subject("datetime").text(last) == "9999-12-31 23:59:59+00:00"
    assert subject("datetime").clean("9999-12-31 23:59:59+00:00") == last
    assert ">9999-12-31 23:59+00:00<" in subject("datetime").cell(last)


@pytest.mark.parametrize(
    ("reader", "typed", "moment"),
    [
        (NEW_YORK, "2026-03-08 02:30", utc(2026, 3, 8, 7, 30)),  # skipped: 3:30
        (SHANGHAI, "1986-05-04 02:30", utc(1986, 5, 3, 18, 30)),
        (NEW_YORK, "2026-11-01 01:30", utc(2026, 11, 1, 5, 30)),  # twice: the first
        (NEW_YORK, "2026-11-01 01:30 -05:00", utc(2026, 11, 1, 6, 30)),  # twice: the second
        (Reader("en", "America/Sao_Paulo"), "2018-11-04", utc(2018, 11, 4, 3)),  # a day without a midnight
    ],
)
def test_hours_that_are_skipped_or_come_twice(subject: Any, reader: Reader, typed: str, moment: dt.datetime) -> None:
    assert subject("datetime").clean(typed, reader) == moment


def test_the_second_of_two_equal_hours_is_shown_with_its_offset(subject: Any) -> None:
    first, second = utc(2026, 11, 1, 5, 30), utc(2026, 11, 1, 6, 30)
    assert subject("datetime").text(first, NEW_YORK) == "2026-11-01 01:30"
    assert subject("datetime").text(second, NEW_YORK) == "2026-11-01 01:30-05:00"
    assert ">Nov 1, 2026, 01:30-05:00<" in subject("datetime").cell(second, NEW_YORK)


def test_shown_in_the_readers_language_and_zone(subject: Any) -> None:
    moment = utc(2026, 11, 22, 10, 0, 7)
    stamp = '<time class="tabular-nums" datetime="2026-11-22T10:00:07Z">'
    assert subject("datetime").cell(moment) == f"{stamp}2026-11-22 18:00</time>"
    assert subject("datetime").cell(moment, Reader("en")) == f"{stamp}Nov 22, 2026, 18:00</time>"
    assert subject("datetime").cell(moment, NEW_YORK) == f"{stamp}Nov 22, 2026, 05:00</time>"


def test_the_api_and_exports_have_the_seconds(subject: Any) -> None:
    moment = utc(2026, 11, 22, 10, 0, 7)
    assert subject("datetime").json(moment) == "2026-11-22T10:00:07Z"
    assert subject("datetime").text(moment) == subject("datetime").form_value(moment) == "2026-11-22 18:00:07"
    assert subject("datetime").form_value(SIX) == "2026-11-22 18:00"


def test_a_cell_takes_microseconds(subject: Any) -> None:
    tried, reader = subject("datetime"), Reader("en")
    each = min(timeit.repeat(lambda: tried.kind.cell(tried.field, SIX, reader), number=500, repeat=5)) / 500
    assert each < 100e-6


EVENINGS = [
    utc(2026, 11, 21, 15, 59, 59),  # the last second of the day before, in Shanghai
    utc(2026, 11, 21, 16, 0),
    utc(2026, 11, 22, 10, 0, 30, 500),
    utc(2026, 11, 22, 15, 59, 59, 999_999),
    utc(2026, 11, 22, 16, 0),
    None,
]


@pytest.mark.parametrize(
    ("operator", "typed", "found"),
    [
        ("eq", "2026-11-22", EVENINGS[1:4]),
        ("from", "2026-11-22", EVENINGS[1:5]),
        ("to", "2026-11-22", EVENINGS[:4]),
        ("eq", "2026-11-22 18:00", EVENINGS[2:3]),
        ("eq", "2026-11-22 18:00:30", EVENINGS[2:3]),
        ("eq", "2026-11-22 18:00:31", []),
        ("to", "2026-11-22 18:00", EVENINGS[:3]),
        ("to", "2026-11-22T10:00:29Z", EVENINGS[:2]),
        ("from", "2026-11-22T16:00:00Z", EVENINGS[4:5]),
        ("to", "9999-12-31", EVENINGS[:5]),
    ],
)
def test_what_is_typed_means_all_of_it(subject: Any, matches: Any, operator: str, typed: str, found: list[Any]) -> None:
    assert matches(subject("datetime"), EVENINGS, operator, typed, reader=SHANGHAI) == found


def test_a_day_of_25_hours_is_searched_whole(subject: Any, matches: Any) -> None:
    moments = [utc(2026, 11, 1, 3, 59), utc(2026, 11, 1, 4), utc(2026, 11, 2, 4, 59), utc(2026, 11, 2, 5)]
    assert matches(subject("datetime"), moments, "eq", "2026-11-01", reader=NEW_YORK) == moments[1:3]


def test_a_search_that_makes_no_sense(subject: Any) -> None:
    with pytest.raises(Rejected):
        subject("datetime").kind.where(subject("datetime").field, None, "from", ["soon"], Reader())


def test_the_filter_bar_asks_for_days(subject: Any) -> None:
    controls = subject("datetime").kind.filter_controls(subject("datetime").field)
    assert [(control.name, control.widget) for control in controls] == [("it.from", "date"), ("it.to", "date")]
