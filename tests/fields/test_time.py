"""A time of day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.fields.base import Reader, Rejected

FIVE_PAST_SIX = dt.time(18, 5)


@pytest.mark.parametrize(
    "typed",
    [
        "18:05", "18:5", "18:05:00", "１８：０５", "18：5", "18 : 05", "18点5分", "18点05", "18时5分",
        "18时05分00秒", "下午6:05", "下午 6点5分", "晚上6:05", "6:05 PM", "6:05pm", "06:05 p.m.", "18:05:00.000",
        dt.time(18, 5), dt.time(18, 5, 0, 999),
    ],
)  # fmt: skip
def test_what_is_understood(subject: Any, typed: Any) -> None:
    assert subject("time").clean(typed) == FIVE_PAST_SIX


@pytest.mark.parametrize(
    ("typed", "time"),
    [("0:0", dt.time(0)), ("18点", dt.time(18)), ("18点半", dt.time(18, 30)), ("8:05:09", dt.time(8, 5, 9)),
     ("12:00 am", dt.time(0)), ("12:30 pm", dt.time(12, 30)), ("上午9点", dt.time(9)), ("凌晨12:10", dt.time(0, 10)),
     ("中午12点", dt.time(12)), ("下午 18:05", FIVE_PAST_SIX), ("23:59:59", dt.time(23, 59, 59))],
)  # fmt: skip
def test_other_ways_of_telling_it(subject: Any, typed: str, time: dt.time) -> None:
    assert subject("time").clean(typed) == time


@pytest.mark.parametrize(
    "typed",
    ["24:00", "18:60", "18:05:60", "18", "1805", "18:", ":05", "13:00 pm", "0:30 am", "六点", "18:05+08:00", 18, 0.75],
)
def test_what_is_no_time(subject: Any, typed: Any) -> None:
    assert subject("time").refusal(typed)


def test_the_refusal_shows_how_to_write_one(subject: Any) -> None:
    assert subject("time").refusal("noon") == "“noon” is not a time. Write it like 18:05."


@pytest.mark.parametrize(("time", "shown"), [(FIVE_PAST_SIX, "18:05"), (dt.time(0, 0, 1), "00:00:01")])
def test_seconds_are_shown_where_there_are_any(subject: Any, time: dt.time, shown: str) -> None:
    assert subject("time").text(time) == shown
    assert subject("time").cell(time) == f'<span class="tabular-nums">{shown}</span>'
    assert subject("time").json(time) == time.strftime("%H:%M:%S")


TIMES = [dt.time(9, 0), FIVE_PAST_SIX, dt.time(18, 5, 30), dt.time(18, 6), None]


@pytest.mark.parametrize(
    ("operator", "typed", "found"),
    [
        ("eq", "18:05", TIMES[1:3]),
        ("eq", "18:05:30", TIMES[2:3]),
        ("from", "18:5", TIMES[1:4]),
        ("to", "18:05", TIMES[:3]),
        ("to", "18:05:00", TIMES[:2]),
    ],
)
def test_a_minute_means_all_of_it(subject: Any, matches: Any, operator: str, typed: str, found: list[Any]) -> None:
    assert matches(subject("time"), TIMES, operator, typed) == found


def test_a_search_that_makes_no_sense(subject: Any) -> None:
    with pytest.raises(Rejected):
        subject("time").kind.where(subject("time").field, None, "from", ["noon"], Reader())
