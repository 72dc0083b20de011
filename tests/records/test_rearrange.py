"""Many records exchange their values of one unique field in one save."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from app.errors import Conflict, Denied, Invalid, NotFound
from app.models.base import transaction
from app.records import service
from tests.desk import Desk, at_once


def rearrange(desk: Desk, values: dict[Any, Any], versions: dict[Any, int] | None = None, field: str = "key") -> int:
    with desk.at_work(), transaction():
        return service.rearrange(desk.actor, desk.resource("customer_type"), field, values, versions)


@pytest.fixture
def types(desk):
    """By name: 甲 on key 1, 乙 on 2, 丙 on 3, 丁 on none."""
    with desk.at_work():
        there = [row.id for row in desk.page("customer_type").rows]
    if there:
        rearrange(desk, dict.fromkeys(there, ""))
    return {
        name: desk.add("customer_type", name=name, key=key)
        for name, key in zip("甲乙丙丁", (1, 2, 3, None), strict=True)
    }


def keys(desk: Desk, types: dict[str, Any]) -> dict[str, int | None]:
    return {name: desk.get("customer_type", record.id).values["key"] for name, record in types.items()}


def test_two_swap(desk, types):
    """T3."""
    assert rearrange(desk, {types["甲"].id: "2", types["乙"].id: "1"}) == 2
    assert keys(desk, types) == {"甲": 2, "乙": 1, "丙": 3, "丁": None}


def test_the_whole_map_turns_round_and_frees_and_takes_keys(desk, types):
    """T3: three in a circle, one loses its key, one gets one."""
    rearrange(desk, {types["甲"].id: 2, types["乙"].id: 3, types["丙"].id: "", types["丁"].id: 1})
    assert keys(desk, types) == {"甲": 2, "乙": 3, "丙": None, "丁": 1}


def test_one_entry_for_each_that_changed_and_none_for_the_others(desk, types):
    rearrange(desk, {types["甲"].id: 2, types["乙"].id: 1, types["丙"].id: 3})
    changes = {name: [row.action for row in desk.history("customer_type", record.id)] for name, record in types.items()}
    assert changes == {"甲": ["edit", "add"], "乙": ["edit", "add"], "丙": ["add"], "丁": ["add"]}
    (change,) = desk.history("customer_type", types["甲"].id)[0].changes
    assert (change.field, change.before, change.after) == ("key", "1", "2")
    assert desk.get("customer_type", types["甲"].id).version == types["甲"].version + 1
    assert desk.get("customer_type", types["丙"].id).version == types["丙"].version


@pytest.mark.parametrize(
    ("wanted", "at"),
    [
        ({"甲": 3}, {"甲"}),
        ({"甲": 5, "乙": 5}, {"甲", "乙"}),
        ({"甲": 10}, {"甲"}),
        ({"甲": "x"}, {"甲"}),
        ({"丁": 1}, {"丁"}),
    ],
    ids=["taken by one left out", "given twice", "no such key", "no number", "taken, from none"],
)
def test_what_is_wrong_is_told_at_the_record_and_nothing_changes(desk, types, wanted, at):
    """T4."""
    with pytest.raises(Invalid) as caught:
        rearrange(desk, {types[name].id: key for name, key in wanted.items()})
    assert set(caught.value.errors) == {str(types[name].id) for name in at}
    assert keys(desk, types) == {"甲": 1, "乙": 2, "丙": 3, "丁": None}


def test_the_second_of_two_is_told(desk, types):
    versions = {record.id: record.version for record in types.values()}
    rearrange(desk, {types["甲"].id: 2, types["乙"].id: 1}, versions)
    with pytest.raises(Conflict):
        rearrange(desk, {types["甲"].id: 5}, versions)
    assert keys(desk, types)["甲"] == 2


def test_rules_of_the_resource_run(desk, types, monkeypatch):
    seen = []
    monkeypatch.setattr("app.records.exchange.rules.run", lambda change, names: seen.append((change.id, tuple(names))))
    rearrange(desk, {types["甲"].id: 2, types["乙"].id: 1})
    with desk.at_work():
        rules = desk.resource("customer_type").rules
    assert sorted(seen) == sorted((types[name].id, rules) for name in "甲乙")


def test_it_takes_the_permission_to_edit(desk_of, tenant, types):
    with pytest.raises(Denied):
        rearrange(desk_of(tenant, "operator"), {types["甲"].id: 7})


def test_only_the_field_that_the_yaml_names(desk, types):
    with pytest.raises(NotFound):
        rearrange(desk, {types["甲"].id: "x"}, field="name")
    with desk.at_work(), transaction(), pytest.raises(NotFound):
        service.rearrange(desk.actor, desk.resource("shelf"), "name", {1: "x"})


def test_nobody_else_s_records(desk, foreign, types):
    theirs = foreign.add("customer_type", name="别家的")
    with pytest.raises(NotFound):
        rearrange(desk, {types["甲"].id: 2, types["乙"].id: 1, theirs.id: 9})
    assert keys(desk, types)["甲"] == 1
    assert foreign.get("customer_type", theirs.id).values["key"] is None


def test_many_at_once_leave_every_key_to_one(desk, types):
    """T3, T4: each save is whole; one that meets another fails whole."""
    ids = [types[name].id for name in "甲乙丙"]
    for _round in range(5):
        turns = [
            partial(rearrange, desk, dict(zip(ids, ids_keys, strict=True)))
            for ids_keys in ((1, 2, 3), (3, 1, 2), (2, 3, 1))
        ]
        answers = at_once(*turns, *(partial(desk.edit, "customer_type", types["丁"].id, key=key) for key in (1, 4)))
        found = [key for key in keys(desk, types).values() if key is not None]
        assert len(found) == len(set(found)), answers
        assert sorted(keys(desk, types)[name] for name in "甲乙丙") == [1, 2, 3]
        assert all(isinstance(answer, Invalid) for answer in answers if isinstance(answer, Exception)), answers
