"""A day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.fields.base import Reader, Rejected

DAY = dt.date(2026, 1, 2)
EN = Reader("en")


@pytest.mark.parametrize(
    "typed",
    [
        "2026-01-02", "2026-1-2", "2026/1/2", "2026.1.2", "2026年1月2日", "2026年01月02号", "2026年1月2",
        "２０２６－０１－０２", "２０２６／１／２", "20260102", " 2026 - 1 - 2 ", "Jan 2, 2026", "january 2, 2026",
        "Jan. 2, 2026", "2 Jan 2026", "2026-01-02 00:00:00", "2026-01-02T00:00:00", "2026/1/2 0:00", DAY,
        dt.datetime(2026, 1, 2, 23, 59),
    ],
)  # fmt: skip
def test_what_is_understood(subject: Any, typed: Any) -> None:
    cleaned = subject("date").clean(typed)
    assert cleaned == DAY
    assert type(cleaned) is dt.date


@pytest.mark.parametrize(
    "typed",
    ["1/2/2026", "26-01-02", "2026-13-01", "2026-02-29", "2026-00-10", "2026-01-32", "2026-1/2", "2026", "2026-01",
     "20260230", "202601021", "2026-01-021", "0000-01-01", "0999-01-01", "Foo 2, 2026", "Marble 2, 2026", "明天",
     "2026-01-02 08:00", "2026-01-02x", "-2026-01-02", "٢٠٢٦-٠١-٠٢", 46024, 2026.5, True],
)  # fmt: skip
def test_what_is_no_date(subject: Any, typed: Any) -> None:
    assert subject("date").refusal(typed)


def test_the_refusal_shows_how_to_write_one(subject: Any) -> None:
    assert subject("date").refusal("1/2/26") == "“1/2/26” is not a date. Write it like 2026-11-22."


def test_an_aware_moment_is_a_day_where_the_reader_is(subject: Any) -> None:
    late = dt.datetime(2026, 1, 1, 17, tzinfo=dt.UTC)
    assert subject("date").clean(late, Reader("zh", "Asia/Shanghai")) == DAY
    assert subject("date").clean(late, Reader("zh", "UTC")) == dt.date(2026, 1, 1)


def test_shown_as_the_language_does_and_exported_in_one_way(subject: Any) -> None:
    assert subject("date").cell(DAY) == '<span class="tabular-nums">2026-01-02</span>'
    assert subject("date").cell(DAY, EN) == '<span class="tabular-nums">Jan 2, 2026</span>'
    assert subject("date").text(DAY, EN) == subject("date").json(DAY) == "2026-01-02"


def test_what_is_shown_can_be_typed(subject: Any) -> None:
    for month in range(1, 13):
        day = dt.date(2026, month, 28)
        shown = subject("date").cell(day, EN).removeprefix('<span class="tabular-nums">').removesuffix("</span>")
        assert subject("date").clean(shown, EN) == day


@pytest.mark.parametrize("far", [dt.datetime.min, dt.datetime.max])
def test_a_moment_with_no_day_where_the_reader_is_is_refused_not_a_crash(subject: Any, far: dt.datetime) -> None:
    behind, ahead = dt.timezone(dt.timedelta(hours=-14)), dt.timezone(dt.timedelta(hours=14))
    assert subject("date").refusal(far.replace(tzinfo=ahead if far.year == 1 else behind))


DAYS = [dt.date(2025, 12, 31), DAY, dt.date(2026, 1, 3), None]


@pytest.mark.parametrize(
    ("operator", "typed", "found"),
    [
        ("eq", "2026/1/2", DAYS[1:2]),
        ("from", "2026-1-2", DAYS[1:3]),
        ("to", "2026年1月2日", DAYS[:2]),
        ("eq", "2020-1-1", []),
    ],
)
def test_search(subject: Any, matches: Any, operator: str, typed: str, found: list[Any]) -> None:
    assert matches(subject("date"), DAYS, operator, typed) == found


def test_a_search_that_makes_no_sense(subject: Any) -> None:
    with pytest.raises(Rejected):
        subject("date").kind.where(subject("date").field, None, "from", ["soon"], Reader())
