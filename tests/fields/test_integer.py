"""Whole numbers."""

from __future__ import annotations

from typing import Any

import pytest

from app.fields.base import Reader, Rejected


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12), (" 12 ", 12), ("１２０", 120), ("1,234,567", 1234567), ("１，２３４", 1234),
        ("-3", -3), ("－３", -3), ("−3", -3), ("+3", 3),
        ("007", 7), ("3.0", 3), ("0", 0), ("-0", 0), (3, 3), (3.0, 3), (-2.0, -2),
        ("9223372036854775807", 2**63 - 1),
    ],
)  # fmt: skip
def test_what_is_understood(subject: Any, typed: Any, number: int) -> None:
    cleaned = subject("integer").clean(typed)
    assert cleaned == number
    assert type(cleaned) is int


@pytest.mark.parametrize(
    "typed",
    ["1.5", "1e5", "12a", "十二", "1,23", ",1", "--1", "1 2", "٣", "²", "0x1f", "1_000", 1.5,
     float("nan"), float("inf"), 1e300, True, False, [1], "1" * 50],
)  # fmt: skip
def test_what_is_no_whole_number(subject: Any, typed: Any) -> None:
    assert subject("integer").refusal(typed)


@pytest.mark.parametrize("typed", [2**63, -(2**63), "9223372036854775808", "99999999999999999999", 10**400])
def test_more_than_63_bits_are_refused(subject: Any, typed: Any) -> None:
    assert "too large" in subject("integer").refusal(typed)


def test_a_float_beyond_its_exact_range_is_refused(subject: Any) -> None:
    assert subject("integer").clean(float(2**53)) == 2**53
    assert subject("integer").refusal(float(2**53) + 2)


def test_bounds(subject: Any) -> None:
    age = {"min": 0, "max": 150}
    assert subject("integer", **age).clean("0") == 0
    assert subject("integer", **age).clean("150") == 150
    assert subject("integer", **age).refusal("-1") == "Must be 0 or more."
    assert subject("integer", **age).refusal("151") == "Must be 150 or less."
    assert subject("integer", required=True, **age).schema() == {
        "type": "integer", "format": "int64", "minimum": 0, "maximum": 150,
    }  # fmt: skip


@pytest.mark.parametrize(("number", "shown"), [(0, "0"), (2026, "2026"), (10000, "10,000"), (-1234567, "-1,234,567")])
def test_thousands_are_set_apart_but_a_year_stays_a_year(subject: Any, number: int, shown: str) -> None:
    assert subject("integer").cell(number) == f'<span class="tabular-nums">{shown}</span>'
    assert subject("integer").text(number) == str(number)


NUMBERS = [-5, 0, 3, 10, 2**62]


@pytest.mark.parametrize(
    ("operator", "typed", "found"),
    [
        ("eq", "１０", [10]),
        ("from", "3", [3, 10, 2**62]),
        ("to", "0", [-5, 0]),
        ("eq", "4", []),
        ("from", "1,000", [2**62]),
    ],
)
def test_search(subject: Any, matches: Any, operator: str, typed: str, found: list[int]) -> None:
    assert matches(subject("integer", min=0, max=9), [*NUMBERS, None], operator, typed) == found


@pytest.mark.parametrize("typed", ["x", "1e9", "9223372036854775808", "1.5"])
def test_a_search_that_makes_no_sense(subject: Any, typed: str) -> None:
    with pytest.raises(Rejected):
        subject("integer").kind.where(subject("integer").field, None, "eq", [typed], Reader())
