"""The query string: what is understood, and that everything else is refused at its key."""

from __future__ import annotations

import pytest

from app.errors import Invalid
from app.records.search import Condition


def refused(desk, resource="gadget", **args) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        desk.search(resource, **args)
    with desk.at_work():
        return {key: [str(text) for text in texts] for key, texts in caught.value.errors.items()}


def test_every_part_of_the_query_string_is_understood(desk):
    search = desk.search("gadget", name__contains="a", state__in=["new", "used"], q=" b ", order="-weight", size="50")
    assert search.conditions == (Condition("name", "contains", ("a",)), Condition("state", "in", ("new", "used")))
    assert (search.text, search.order, search.size, search.cursor) == ("b", "-weight", 50, None)


def test_nothing_asked_is_the_whole_list_in_its_own_order(desk):
    search = desk.search("gadget")
    assert (search.conditions, search.text, search.order, search.size) == ((), "", "-created_at", 25)
    assert not search.narrowed


def test_a_key_without_an_operator_means_the_kinds_first(desk):
    assert desk.search("gadget", name="x").conditions == (Condition("name", "contains", ("x",)),)


def test_an_empty_value_is_no_condition(desk):
    assert desk.search("gadget", name__contains=" ", state__in=["", " "]).conditions == ()


@pytest.mark.parametrize("key", ["created_at.from", "changed_at.to"])
def test_moments_of_making_and_changing_can_be_asked_for(desk, key):
    assert desk.search("gadget", **{key: "2026-01-01"}).conditions[0].field == key.partition(".")[0]


def test_who_made_it_can_be_asked_for(desk):
    assert desk.search("gadget", created_by="5").conditions == (Condition("created_by", "in", ("5",)),)


@pytest.mark.parametrize(
    ("args", "key"),
    [
        ({"nothing": "1"}, "nothing"),
        ({"tenant_id": "1"}, "tenant_id"),
        ({"name.near": "x"}, "name.near"),
        ({"weight.from": "heavy"}, "weight.from"),
        ({"state.in": "lost"}, "state.in"),
        ({"shelf.in": "top"}, "shelf.in"),
        ({"unlock_word": "x"}, "unlock_word"),
        ({"unlock_word.eq": "x"}, "unlock_word.eq"),
        ({"name.contains": "x" * 201}, "name.contains"),
        ({"shelf.in": [str(number) for number in range(1, 103)]}, "shelf.in"),
        ({"q": "x" * 201}, "q"),
        ({"size": "0"}, "size"),
        ({"size": "201"}, "size"),
        ({"size": "-1"}, "size"),
        ({"size": "²"}, "size"),
        ({"size": "many"}, "size"),
        ({"order": "nothing"}, "order"),
        ({"order": "unlock_word"}, "order"),
        ({"order": "spares"}, "order"),
        ({"order": "notes"}, "order"),
        ({"order": "email"}, "order"),  # not in the list, so without an index
        ({"order": "--name"}, "order"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "WyJhZnRlciIsIiIsMSwxXQ.forged"}, "cursor"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_key(desk, args, key):
    assert list(refused(desk, **args)) == [key]


def test_all_that_is_wrong_is_said_at_once(desk):
    assert set(refused(desk, nothing="1", size="0", order="?")) == {"nothing", "size", "order"}


class TestCursor:
    @pytest.fixture
    def cursor(self, desk) -> str:
        for number in range(3):
            desk.add("shelf", name=f"shelf {number}")
        return desk.page("shelf", size="1", order="name").next

    def test_leads_to_the_next_page(self, desk, cursor):
        assert [row.values["name"] for row in desk.page("shelf", size="1", order="name", cursor=cursor).rows] == [
            "shelf 1"
        ]

    def test_holds_for_another_page_size(self, desk, cursor):
        assert len(desk.page("shelf", size="50", order="name", cursor=cursor).rows) == 2

    @pytest.mark.parametrize(
        "other", [{"order": "-name"}, {"order": "floor"}, {"q": "x"}, {"name.contains": "x"}], ids=str
    )
    def test_is_good_for_its_own_search_only(self, desk, cursor, other):
        assert list(refused(desk, "shelf", **{"order": "name", "cursor": cursor, **other})) == ["cursor"]

    def test_is_good_for_its_own_resource_only(self, desk, cursor):
        assert list(refused(desk, "role", order="name", cursor=cursor)) == ["cursor"]

    @pytest.mark.parametrize("place", range(0, 60, 7))
    def test_with_one_character_changed_is_refused(self, desk, cursor, place):
        other = "A" if cursor[place] != "A" else "B"
        changed = cursor[:place] + other + cursor[place + 1 :]
        assert list(refused(desk, "shelf", order="name", cursor=changed)) == ["cursor"]
