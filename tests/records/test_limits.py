"""How many: rows of a resource, records of a batch."""

from __future__ import annotations

import pytest

from app.errors import Invalid
from tests.desk import at_once


def test_rows_are_no_more_than_the_limit(desk, foreign):
    for number in range(3):
        desk.add("badge", name=str(number))
    with pytest.raises(Invalid) as caught:
        desk.add("badge", name="one too many")
    assert list(caught.value.errors) == [""]
    foreign.add("badge", name="another company counts for itself")


def test_a_deleted_row_makes_room(desk):
    rows = [desk.add("badge", name=str(number)) for number in range(3)]
    desk.delete("badge", rows[0].id)
    desk.add("badge", name="again")
    assert {row.values["name"] for row in desk.page("badge").rows} == {"1", "2", "again"}


def test_rows_are_no_more_than_the_limit_when_many_add_at_once(desk):
    for _round in range(5):
        answers = at_once(*(lambda number=number: desk.add("badge", name=str(number)) for number in range(8)))
        rows = desk.page("badge").rows
        assert len(rows) == 3
        assert sum(isinstance(answer, Invalid) for answer in answers) == 5, answers
        desk.delete("badge", *(row.id for row in rows))


def test_a_batch_is_no_larger_than_the_limit(desk):
    with pytest.raises(Invalid):
        desk.delete("gadget", *range(1, 52))
    with pytest.raises(Invalid):
        desk.act("gadget", "retire", *range(1, 52))


def test_an_id_named_twice_counts_once(desk):
    shelf = desk.add("shelf", name="x")
    assert desk.delete("shelf", shelf.id, str(shelf.id), shelf.id) == ["x"]


def test_without_a_limit_in_the_yaml_there_is_one_still(desk):
    with desk.at_work():
        assert "bulk" not in desk.resource("shelf").limits
    with pytest.raises(Invalid):
        desk.delete("shelf", *range(1, 502))
