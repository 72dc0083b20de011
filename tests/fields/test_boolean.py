"""Yes or no."""

from __future__ import annotations

from typing import Any

import pytest

from app.fields.base import Reader, Rejected

EN = Reader("en")


@pytest.mark.parametrize(
    "typed",
    [
        True,
        1,
        1.0,
        "1",
        "１",
        "是",
        " 是 ",
        "是的",
        "Y",
        "y",
        "ｙ",
        "Yes",
        "TRUE",
        "true",
        "on",
        "对",
        "有",
        "开",
        "启用",
        "√",
        "✓",
    ],
)
def test_yes(subject: Any, typed: Any) -> None:
    assert subject("boolean").clean(typed) is True


@pytest.mark.parametrize(
    "typed",
    [
        False,
        0,
        0.0,
        "0",
        "否",
        "不是",
        "N",
        "n",
        "No",
        "FALSE",
        "false",
        "off",
        "错",
        "无",
        "关",
        "停用",
        "禁用",
        "×",
        "✗",
    ],
)
def test_no(subject: Any, typed: Any) -> None:
    assert subject("boolean").clean(typed) is False


@pytest.mark.parametrize("typed", ["maybe", "2", 2, 0.5, "也许", ["1"]])
def test_neither(subject: Any, typed: Any) -> None:
    assert subject("boolean").refusal(typed)


def test_export_speaks_the_readers_language(subject: Any) -> None:
    assert [subject("boolean").text(value) for value in (True, False)] == ["是", "否"]
    assert [subject("boolean").text(value, EN) for value in (True, False)] == ["Yes", "No"]


@pytest.mark.parametrize(("value", "sign", "zh", "en"), [(True, "✓", "是", "Yes"), (False, "✗", "否", "No")])
def test_the_sign_has_a_word_for_those_who_listen(subject: Any, value: bool, sign: str, zh: str, en: str) -> None:
    for reader, word in ((Reader(), zh), (EN, en)):
        cell = subject("boolean").cell(value, reader)
        assert f'aria-hidden="true">{sign}</span>' in cell
        assert f'<span class="visually-hidden">{word}</span>' in cell


def test_the_form_gets_a_tick_or_nothing(subject: Any) -> None:
    assert subject("boolean").form_value(True) == "1"
    assert subject("boolean").form_value(False) == ""


def test_the_filter_bar_offers_both(subject: Any) -> None:
    tried = subject("boolean")
    assert tried.kind.options(tried.field, Reader()) == [("1", "是"), ("0", "否")]
    assert tried.kind.options(tried.field, EN) == [("1", "Yes"), ("0", "No")]


@pytest.mark.parametrize(
    ("typed", "found"), [(["1"], [True]), (["0"], [False]), (["否"], [False]), (["1", "0"], [True, False])]
)
def test_search(subject: Any, matches: Any, typed: list[str], found: list[bool]) -> None:
    assert matches(subject("boolean"), [True, False], "eq", *typed) == found


def test_a_search_that_makes_no_sense(subject: Any) -> None:
    with pytest.raises(Rejected):
        subject("boolean").kind.where(subject("boolean").field, None, "eq", ["maybe"], Reader())
