"""One line of text."""

from __future__ import annotations

from typing import Any

import pytest

from app.fields.base import Reader
from app.labels import Label

LOGIN_NAME = {
    "min": 2,
    "max": 32,
    "pattern": "[a-z][a-z0-9._-]*",
    "pattern_help": Label("小写字母开头", "Lower case first"),
}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  张三　", "张三"),
        ("\ufeff张三\u200b", "张三"),
        ("张三\n", "张三"),
        ("a\tb", "a b"),
        ("ＡＢＣ，１２３", "ＡＢＣ，１２３"),  # free text stays as it was typed
        ("e\u0301", "e\u0301"),
        ("\ue000", "\ue000"),  # a private character: how some fonts write rare names
        ("👩‍👧", "👩‍👧"),
        ("%_\\'\";--", "%_\\'\";--"),
    ],
)
def test_what_is_typed_is_stored(subject: Any, typed: str, stored: str) -> None:
    assert subject("text").clean(typed) == stored


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("a\0b", "U+0000"), ("a\x07b", "U+0007"), ("a\x7fb", "U+007F"), ("a\x9fb", "U+009F"), ("\udc80", "U+DC80"),
        ("a\u202eb", "U+202E"), ("a\u2066b", "U+2066"), ("\uffff", "U+FFFF"),
        ("a\nb", "one line"), ("a\r\nb", "one line"), ("a\u2028b", "one line"), ("a\x85b", "one line"),
        (7, "must be a text"), (True, "must be a text"), (["a"], "must be a text"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(subject: Any, typed: Any, said: str) -> None:
    assert said in subject("text").refusal(typed)


def test_length_is_counted_in_characters(subject: Any) -> None:
    assert subject("text", max=3).clean("𠮷野家") == "𠮷野家"
    assert "At most 3 characters fit; this has 4" in subject("text", max=3).refusal("𠮷野家店")
    assert "At least 2" in subject("text", min=2).refusal("张")


def test_without_a_limit_of_its_own_a_text_has_255_characters(subject: Any) -> None:
    assert len(subject("text").clean("张" * 255)) == 255
    assert subject("text").refusal("张" * 256)
    assert subject("text").kind.type_(subject("text").field).length == 255


def test_the_whole_text_must_match_the_pattern(subject: Any) -> None:
    assert subject("text", **LOGIN_NAME).clean("zhang.san") == "zhang.san"
    assert subject("text", **LOGIN_NAME).refusal("zhang san")
    assert subject("text", **LOGIN_NAME).refusal("Zhang")


def test_the_pattern_is_explained_in_the_readers_language(subject: Any) -> None:
    assert subject("text", **LOGIN_NAME).refusal("9a") == "小写字母开头"
    assert subject("text", **LOGIN_NAME).refusal("9a", Reader("en")) == "Lower case first"
    assert "form the field wants" in subject("text", pattern="[0-9]+").refusal("a")


def test_full_width_letters_are_understood_where_the_pattern_wants_ordinary_ones(subject: Any) -> None:
    assert subject("text", **LOGIN_NAME).clean("ｚｈａｎｇ０１") == "zhang01"


def test_an_optional_text_may_be_empty_whatever_its_pattern_and_least_length(subject: Any) -> None:
    assert subject("text", **LOGIN_NAME).clean("") == ""
    assert subject("text", **LOGIN_NAME).schema()["pattern"] == "^([a-z][a-z0-9._-]*)?$"
    assert subject("text", required=True, **LOGIN_NAME).schema() == {
        "type": "string",
        "maxLength": 32,
        "minLength": 2,
        "pattern": "^([a-z][a-z0-9._-]*)$",
    }


def test_only_short_texts_fit_an_index(subject: Any) -> None:
    assert subject("text").kind.indexable(subject("text").field)
    assert not subject("text").kind.indexable(subject("text", max=2000).field)


NAMES = ["张三", "张三丰", "李四", "Zhang", "ZHANG san", "zhang", "50%_off", "50 off", ""]


@pytest.mark.parametrize(
    ("operator", "typed", "found"),
    [
        ("eq", "张三", ["张三"]),
        ("eq", " zhang ", ["zhang"]),
        ("eq", "%", []),
        ("starts", "张", ["张三", "张三丰"]),
        ("starts", "zh", ["zhang"]),
        ("starts", "50%", ["50%_off"]),
        ("starts", "\U0010ffff", []),
        ("starts", "\ud7ff", []),
        ("contains", "三", ["张三", "张三丰"]),
        ("contains", "ZHANG", ["Zhang", "ZHANG san", "zhang"]),
        ("contains", "g s", ["ZHANG san"]),
        ("contains", "%", ["50%_off"]),
        ("contains", "0_", []),
        ("contains", "_", ["50%_off"]),
        ("contains", "/", []),
        ("contains", "\0", []),
        ("contains", "\ud800", []),
        ("contains", "　", NAMES),
    ],
)
def test_search(subject: Any, matches: Any, operator: str, typed: str, found: list[str]) -> None:
    assert matches(subject("text"), NAMES, operator, typed) == found


def test_one_value_at_a_time(subject: Any) -> None:
    with pytest.raises(ValueError, match="one value"):
        subject("text").kind.where(subject("text").field, None, "contains", ["a", "b"], Reader())
