"""Long digit strings (F3)."""

from __future__ import annotations

from typing import Any

import pytest

from app.labels import Label


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("10001", "10001"), ("000123", "000123"), ("６２２２０２", "622202"),
        ("6222 0202 0011 2233 445", "6222020200112233445"), ("6222-0202", "62220202"),
        ("010/8888(12)", "010888812"), ("9" * 32, "9" * 32), ("11010519491231002x", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"), (10001, "10001"), (10001.0, "10001"),
        (123456789012345678, "123456789012345678"), ("+86 138-0013 8000", "13800138000"),
        ("（＋８６）13800138000", "13800138000"), ("8613800138000", "8613800138000"),
        ("\u202d13800138000\u202c", "13800138000"), ("138\u200b0013\u200e8000", "13800138000"),
    ],
)  # fmt: skip
def test_what_is_understood(subject: Any, typed: Any, stored: str) -> None:
    assert subject("digits").clean(typed) == stored


@pytest.mark.parametrize("typed", ["1.23E+17", "6.2220202E18", "1e5", "123.5", "10001.0", 1.23e17, 1e15, 0.5, -1.5e20])
def test_a_number_that_has_lost_digits_is_refused_with_what_to_do(subject: Any, typed: Any) -> None:
    said = subject("digits").refusal(typed)
    assert "last digits are lost" in said
    assert "as text" in said


@pytest.mark.parametrize(
    "typed",
    [
        "12a", "一二", "12,34", "+86", "+86 10 6552 9988", "1+8613800138000", "1234567X", "X1", "²", "٣", True, -5,
        -5.0, float("nan"), float("inf"), ["1"],
    ],
)  # fmt: skip
def test_what_is_no_digit_string(subject: Any, typed: Any) -> None:
    assert subject("digits").refusal(typed)


def test_length(subject: Any) -> None:
    assert "At most 32" in subject("digits").refusal("9" * 33)
    assert "At most 11" in subject("digits", max=11).refusal("9" * 12)
    assert "At least 5" in subject("digits", min=5).refusal("1234")
    assert subject("digits", max=99).refusal("9" * 33)
    assert subject("digits", min=5, max=11).clean("12345") == "12345"


def test_a_pattern_of_the_fields_own(subject: Any) -> None:
    six = {"pattern": "[0-9]{6}", "pattern_help": Label("六位数字", "Six digits")}
    assert subject("digits", **six).clean("100 000") == "100000"
    assert subject("digits", **six).refusal("1000") == "六位数字"


NUMBERS = ["007", "0071", "1007", "11010519491231002X", ""]


@pytest.mark.parametrize(
    ("operator", "typed", "found"),
    [
        ("starts", "00 7", NUMBERS[:2]),
        ("eq", "００７", NUMBERS[:1]),
        ("ends", "007", ["007", "1007"]),
        ("ends", "x", NUMBERS[3:4]),
        ("contains", "7", NUMBERS[:3]),
        ("contains", "张三", []),
        ("contains", "%", []),
        ("starts", "\0", []),
        ("contains", "-", NUMBERS),
    ],
)
def test_search(subject: Any, matches: Any, operator: str, typed: str, found: list[str]) -> None:
    assert matches(subject("digits"), NUMBERS, operator, typed) == found
