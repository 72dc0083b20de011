"""Several of a list."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import type_coerce
from sqlalchemy.dialects import sqlite

from app.fields.base import Reader, Rejected
from app.fields.types import ChoiceSet
from app.labels import Label
from app.spec.model import Option

EN = Reader("en")


@pytest.mark.parametrize(
    "typed",
    ["new,used", "全新，已使用", "已使用、全新", "New; used", "全新；Used", "used\nnew", "|new|used|",
     " new , , used ", "new,new,used",
     ["used", "new"], ("new", "used"), {"new", "used"}, ["全新", "Used", ""]],
)  # fmt: skip
def test_however_they_are_set_apart_and_ordered(subject: Any, typed: Any) -> None:
    assert subject("choices").clean(typed) == ("new", "used")


def test_a_label_with_a_separator_in_it_is_one_option(subject: Any) -> None:
    assert subject("choices").clean("售罄，待补") == ("sold_out",)
    assert subject("choices").text(("sold_out", "old")) == "sold_out、旧"


def test_every_unknown_option_is_named(subject: Any) -> None:
    assert subject("choices").refusal("坏,new,差").startswith("“坏、差” is not an option.")
    assert "a list" in subject("choices").refusal(7)
    assert subject("choices").refusal([7])
    assert subject("choices").refusal([["new"]])


def test_export_sets_them_apart_as_the_language_does(subject: Any) -> None:
    assert subject("choices").text(("new", "used")) == "全新、已使用"
    assert subject("choices").text(("new", "used"), EN) == "New, Used"


def test_the_cell_has_a_badge_each(subject: Any) -> None:
    cell = subject("choices").cell(("new", "old"), EN)
    assert cell == '<span class="badge bg-green-lt">New</span> <span class="badge bg-red-lt">Old one</span>'
    assert subject("choices").cell(("gone",)) == "gone"


def test_few_are_shown_at_a_glance_many_in_a_drop_down(subject: Any) -> None:
    many = tuple(Option(f"v{number}", Label(f"选{number}", f"{number}")) for number in range(9))
    few, more = subject("choices", options=many[:8]), subject("choices", options=many)
    assert few.kind.form_widget(few.field) == "checkboxes"
    assert more.kind.form_widget(more.field) == "multiselect"


def test_schema(subject: Any) -> None:
    assert subject("choices", required=True).schema() == {
        "type": "array",
        "items": {"type": "string", "enum": ["new", "used", "sold_out", "old"]},
        "uniqueItems": True,
        "minItems": 1,
    }


ROWS = [("new",), ("new", "used"), ("old",), (), ("sold_out", "old")]


@pytest.mark.parametrize(
    ("operator", "typed", "found"),
    [
        ("any", ["new"], [("new",), ("new", "used")]),
        ("any", ["used", "old"], [("new", "used"), ("old",), ("sold_out", "old")]),
        ("all", ["new", "全新"], [("new",), ("new", "used")]),
        ("all", ["new", "used"], [("new", "used")]),
        ("all", ["new", "old"], []),
    ],
)
def test_search(subject: Any, matches: Any, operator: str, typed: list[str], found: list[Any]) -> None:
    assert matches(subject("choices"), ROWS, operator, *typed) == found


def test_options_that_differ_only_by_case_or_contain_one_another_are_told_apart(subject: Any, matches: Any) -> None:
    options = tuple(Option(value, Label(f"甲{value}", f"It is {value}")) for value in ("a", "A", "a_b", "ab"))
    tried = subject("choices", options=options)
    assert matches(tried, [("a",), ("A",), ("a_b",), ("ab",)], "any", "a") == [("a",)]
    assert matches(tried, [("a",), ("A",), ("a_b",), ("ab",)], "any", "a_b") == [("a_b",)]


def test_a_search_for_no_option(subject: Any) -> None:
    with pytest.raises(Rejected):
        subject("choices").kind.where(subject("choices").field, type_coerce("", ChoiceSet()), "any", ["bad"], Reader())


@pytest.mark.parametrize(("value", "stored"), [((), ""), (None, None), (("a",), "|a|"), (("a", "b"), "|a|b|")])
def test_the_column_holds_canonical_text(value: Any, stored: str) -> None:
    assert ChoiceSet().process_bind_param(value, sqlite.dialect()) == stored
    assert ChoiceSet().process_result_value(stored, sqlite.dialect()) == (None if value is None else tuple(value))


@pytest.mark.parametrize("value", ["ab", ("a|b",), ("",)])
def test_the_column_refuses_what_would_read_back_as_something_else(value: Any) -> None:
    with pytest.raises(ValueError, match="option values"):
        ChoiceSet().process_bind_param(value, sqlite.dialect())
