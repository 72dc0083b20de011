"""Mainland mobile numbers."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000", " 138 0013 8000 ", "138-0013-8000", "１３８００１３８０００", "+8613800138000",
        "+86 138-0013-8000", "＋８６ 13800138000", "008613800138000", "0086-138-0013-8000", "8613800138000",
        "(+86) 13800138000", "013800138000", "138 0013 8000", 13800138000, 13800138000.0,
    ],
)  # fmt: skip
def test_what_is_understood(subject: Any, typed: Any) -> None:
    assert subject("mobile").clean(typed) == "13800138000"


@pytest.mark.parametrize("second", "3456789")
def test_every_range_in_use(subject: Any, second: str) -> None:
    assert subject("mobile").clean(f"1{second}012345678") == f"1{second}012345678"


@pytest.mark.parametrize(
    "typed",
    [
        "12800138000", "10086", "1380013800", "138001380000", "+85212345678", "02112345678", "13800138000 转 1",
        "1380013800a", "1.38E+10", "a", 1.5, 1.38e11, True, -13800138000, ["13800138000"],
    ],
)  # fmt: skip
def test_what_is_no_mobile_number(subject: Any, typed: Any) -> None:
    assert "11 digits and begins with 13 to 19" in subject("mobile").refusal(typed) or not isinstance(typed, str)
    assert subject("mobile").refusal(typed)


def test_schema(subject: Any) -> None:
    assert subject("mobile").schema()["pattern"] == "^(1[3-9][0-9]{9})?$"
    assert subject("mobile", required=True).schema()["pattern"] == "^1[3-9][0-9]{9}$"


NUMBERS = ["13800138000", "13900005678", "18612345678", ""]


@pytest.mark.parametrize(
    ("operator", "typed", "found"),
    [
        ("starts", "138", NUMBERS[:1]),
        ("starts", "+86 13", NUMBERS[:2]),
        ("starts", "0086186", NUMBERS[2:3]),
        ("starts", "86", []),
        ("eq", "+86 139-0000-5678", NUMBERS[1:2]),
        ("ends", "5678", NUMBERS[1:3]),
        ("contains", "0013", NUMBERS[:1]),
        ("contains", "张", []),
    ],
)
def test_search(subject: Any, matches: Any, operator: str, typed: str, found: list[str]) -> None:
    assert matches(subject("mobile"), NUMBERS, operator, typed) == found
