"""What rules can do: say no at a field, set values, look at other records, lock, reveal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType

import pytest

from app.engine import Engine, engine
from app.errors import Invalid, Violation
from app.records.rules import Change
from tests.desk import Desk


@pytest.fixture
def under(tenant, desk) -> Callable[..., Desk]:
    """`with under(rule, …) as desk:` — the gadget's rules are these functions."""

    @contextmanager
    def swap(*functions: Callable[[Change], None]):
        extensions = tenant.app.extensions
        old: Engine = extensions["ucc"]
        named = {function.__name__: function for function in functions}
        gadget = replace(old.product.resource("gadget"), rules=tuple(named))
        product = replace(
            old.product,
            resources=MappingProxyType({**old.product.resources, "gadget": gadget}),
            rules=MappingProxyType({**old.product.rules, "gadget": named}),
        )
        extensions["ucc"] = replace(old, product=product)
        try:
            yield desk
        finally:
            extensions["ucc"] = old

    return swap


def test_violations_of_all_rules_are_said_at_once_each_at_its_field(under):
    def one(change):
        raise Violation("name", "no")

    def two(change):
        raise Violation("", "never")

    def three(change):
        raise Violation("name", "not at all")

    with under(one, two, three) as desk, pytest.raises(Invalid) as caught:
        desk.add("gadget", code="AB-1", name="x")
    assert caught.value.errors == {"name": ["no", "not at all"], "": ["never"]}
    assert desk.page("gadget").rows == []


def test_a_rule_may_set_values(under):
    def tidy(change):
        if change.after is not None:
            change.after["name"] = change.after["name"].upper()

    with under(tidy) as desk:
        assert desk.add("gadget", code="AB-1", name="x").values["name"] == "X"


def test_a_rule_may_set_and_count_columns_that_are_no_field(under):
    def note(change):
        change.set_system("checked_at", change.now)
        change.bump("weight")

    with under(note) as desk:
        gadget = desk.add("gadget", code="AB-1", name="x")
        assert gadget.values["checked_at"] == gadget.values["created_at"]
        assert desk.edit("gadget", gadget.id, name="y").values["weight"] == 2


def test_a_rule_sees_before_and_after(under):
    seen = []

    def look(change):
        seen.append(
            (change.kind, change.action, change.before and change.before["name"], change.after and change.after["name"])
        )
        assert "unlock_word" not in (change.before or {})

    with under(look) as desk:
        gadget = desk.add("gadget", code="AB-1", name="x", unlock_word="Xk29-fmqz-11")
        desk.edit("gadget", gadget.id, name="y")
        desk.act("gadget", "retire", gadget.id)
        desk.delete("gadget", gadget.id)
    assert seen == [
        ("add", "", None, "x"),
        ("edit", "", "x", "y"),
        ("act", "retire", "y", "y"),
        ("delete", "", "y", None),
    ]


def test_changed_means_another_value(under):
    seen = []

    def look(change):
        seen.append([name for name in ("name", "notes", "unlock_word", "spares") if change.changed(name)])

    with under(look) as desk:
        gadget = desk.add("gadget", code="AB-1", name="x")
        desk.edit("gadget", gadget.id, name="x", notes="n")
        desk.edit("gadget", gadget.id, unlock_word="Xk29-fmqz-11", spares=[desk.add("shelf", name="s").id])
        desk.delete("gadget", gadget.id)
    everything = ["name", "notes", "unlock_word", "spares"]
    assert seen == [everything, ["notes"], ["unlock_word", "spares"], everything]


def test_others_are_all_but_this_one_and_never_another_companys(under, foreign):
    def only_two_used(change):
        if change.after and change.after["state"] == "used" and change.others.count(state="used") >= 2:
            raise Violation("state", "two are used already")

    for number in range(3):
        foreign.add("gadget", code=f"AB-{number}", name="x", state="used")
    with under(only_two_used) as desk:
        first = desk.add("gadget", code="AB-1", name="x", state="used")
        desk.add("gadget", code="AB-2", name="x", state="used")
        desk.edit("gadget", first.id, name="itself does not count")
        with pytest.raises(Invalid):
            desk.add("gadget", code="AB-3", name="x", state="used")


def test_others_without_a_value_are_found_too(under):
    counted = []

    def look(change):
        counted.append((change.others.count(weight=None), change.others.exists(weight=None, name="x")))

    with under(look) as desk:
        desk.add("gadget", code="AB-1", name="x")
        desk.add("gadget", code="AB-2", name="y")
        desk.add("gadget", code="AB-3", name="z", weight=1)
    assert counted == [(0, False), (1, True), (2, True)]


def test_a_batch_sees_what_it_has_done_so_far(under):
    def leave_one(change):
        if change.after is None and not change.others.exists():
            raise Violation("", "the last one stays")

    with under(leave_one) as desk:
        ids = [desk.add("gadget", code=f"AB-{number}", name=f"n{number}").id for number in range(3)]
        with pytest.raises(Invalid) as caught:
            desk.delete("gadget", *ids)
        assert caught.value.errors[""][0].startswith("n2")  # which of the batch it was
        assert len(desk.page("gadget").rows) == 3
        desk.delete("gadget", *ids[:2])


def test_find_and_lock_give_fields_and_id_inside_the_company(under, foreign):
    found = []

    def look(change):
        found.append(
            (change.find("shelf", name="甲"), change.lock("shelf", name="甲"), change.find("shelf", name="theirs"))
        )

    foreign.add("shelf", name="theirs")
    with under(look) as desk:
        shelf = desk.add("shelf", name="甲", floor=3)
        desk.add("gadget", code="AB-1", name="x")
    expected = {"id": shelf.id, "name": "甲", "floor": 3}
    assert found == [(expected, expected, None)]


def test_what_is_revealed_comes_back_once(under):
    def whisper(change):
        if change.kind == "act":
            change.reveal(change.before["code"], "open sesame")

    with under(whisper) as desk:
        ids = [desk.add("gadget", code=f"AB-{number}", name="x").id for number in range(2)]
        outcome = desk.act("gadget", "retire", *ids)
    assert (outcome.count, dict(outcome.reveal)) == (2, {"AB-0": "open sesame", "AB-1": "open sesame"})
    assert "sesame" not in repr(desk.history("gadget", ids[0]))


def test_rules_of_a_resource_are_those_its_yaml_names(desk):
    with desk.at_work():
        assert engine().product.resource("gadget").rules == ("retired_means_inactive",)
    with pytest.raises(Invalid):
        desk.add("gadget", code="AB-1", name="x", state="retired", active=True)
    desk.without_rule("retired_means_inactive").add("gadget", code="AB-1", name="x", state="retired", active=True)
