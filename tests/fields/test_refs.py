"""References to other records, one and several."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import column

from app.fields.base import Reader, Rejected

BIG = 2**63 - 1


@pytest.mark.parametrize(
    ("typed", "id_"), [("12", 12), (" １２ ", 12), ("007", 7), (12, 12), (str(BIG), BIG), (BIG, BIG)]
)
def test_an_id(subject: Any, typed: Any, id_: int) -> None:
    assert subject("ref").clean(typed) == id_


@pytest.mark.parametrize(
    "typed", ["0", "-1", "1.0", "x", "张三", str(BIG + 1), 0, -1, BIG + 1, 1.0, True, [1], "__None"]
)
def test_what_is_no_id(subject: Any, typed: Any) -> None:
    assert "Choose" in subject("ref").refusal(typed) or not isinstance(typed, str)
    assert subject("refs").refusal([typed])


@pytest.mark.parametrize(
    "typed", ["3,1", "3，1", "3、1", "3 1", "3;1;3", "|3|1|", [3, 1], ("3", "1"), [3, "1", "", None, 3]]
)
def test_several_ids_each_once_in_their_order(subject: Any, typed: Any) -> None:
    assert subject("refs").clean(typed) == (3, 1)


@pytest.mark.parametrize("typed", [5, {"id": 3}, True])
def test_several_are_a_list(subject: Any, typed: Any) -> None:
    assert "must be a list" in subject("refs").refusal(typed)


def test_ids_are_texts_in_json(subject: Any) -> None:
    assert subject("ref").json(BIG) == "9223372036854775807"
    assert subject("refs").json((BIG, 1)) == ["9223372036854775807", "1"]
    assert subject("refs", required=True).schema()["minItems"] == 1


def test_several_have_no_column(subject: Any) -> None:
    with pytest.raises(TypeError, match="association table"):
        subject("refs").kind.type_(subject("refs").field)


@pytest.mark.parametrize(
    ("kind", "choose", "form", "bar"),
    [
        ("ref", "search", "remote", "remote"),
        ("ref", "all", "select", "multiselect"),
        ("refs", "search", "remote_many", "remote"),
        ("refs", "all", "multiselect", "multiselect"),
    ],
)
def test_few_records_are_listed_many_are_looked_up(subject: Any, kind: str, choose: str, form: str, bar: str) -> None:
    tried = subject(kind, choose=choose)
    assert tried.kind.form_widget(tried.field) == form
    assert [control.widget for control in tried.kind.filter_controls(tried.field)] == [bar]


@pytest.mark.parametrize(("typed", "found"), [(["2"], [2]), (["1", "3", "3"], [1, 3]), (["9"], [])])
@pytest.mark.parametrize("operator", ["in", "eq"])
def test_search(subject: Any, matches: Any, operator: str, typed: list[str], found: list[int]) -> None:
    assert matches(subject("ref"), [1, 2, 3, None], operator, *typed) == found


def test_several_are_searched_in_the_column_of_the_association_table(subject: Any) -> None:
    condition = subject("refs").kind.where(subject("refs").field, column("shelf_id"), "any", ["2"], Reader())
    assert str(condition.compile(compile_kwargs={"literal_binds": True})) == "shelf_id = 2"


@pytest.mark.parametrize("kind", ["ref", "refs"])
def test_a_search_that_makes_no_sense(subject: Any, kind: str) -> None:
    with pytest.raises(Rejected):
        subject(kind).kind.where(subject(kind).field, column("shelf_id"), "in", ["x"], Reader())
