"""Customer types (T1–T4): what a company starts with, ten types at most, one for each key."""

from __future__ import annotations

from functools import partial

import pytest

from app.errors import Denied, Invalid, Violation
from app.models.base import transaction
from app.records import service
from tests.desk import Desk, at_once

UNSORTED = {"name": "未分类", "key": 0, "remark": "", "builtin": "unsorted"}
OWN = {**UNSORTED, "builtin": ""}


@pytest.fixture
def empty(desk: Desk) -> Desk:
    """A company that has only the type which nobody can delete, on no key, or none at all."""
    for row in desk.page("customer_type", size="200").rows:
        if desk.get("customer_type", row.id).values["builtin"]:
            desk.edit("customer_type", row.id, key="")
        else:
            desk.delete("customer_type", row.id)
    return desk


def types(desk: Desk) -> dict[str, int | None]:
    return {row.values["name"]: row.values["key"] for row in desk.page("customer_type", size="200").rows}


def texts(desk: Desk, caught: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    with desk.at_work():
        return {name: " ".join(map(str, said)) for name, said in caught.value.errors.items()}


def test_a_company_starts_with_default_types(desk):
    """T1: from the template, each on a key of its own, 未分类 among them."""
    assert types(desk) == {"未分类": 0, "意向客户": 1, "成交客户": 2, "跟进中": 3, "无意向": 4, "空号/停机": 5}
    builtin = {row.id for row in desk.page("customer_type").rows if desk.get("customer_type", row.id).values["builtin"]}
    assert len(builtin) == 1


def test_they_are_added_edited_and_deleted(empty):
    """T2: a name, a digit, a remark."""
    made = empty.add("customer_type", name="回访", key="７", remark="三天后")
    assert (made.values["key"], made.values["remark"], made.title) == (7, "三天后", "回访")
    assert empty.edit("customer_type", made.id, name="再访", key="").values["key"] is None
    assert empty.delete("customer_type", made.id) == ["再访"]


@pytest.mark.parametrize("key", ["10", "-1", "a", "1.5", "12"])
def test_a_key_is_one_digit(empty, key):
    """T2."""
    with pytest.raises(Invalid) as caught:
        empty.add("customer_type", name="回访", key=key)
    assert list(caught.value.errors) == ["key"]


def test_any_number_of_types_have_no_key(empty):
    """T2, T4: having none is no key."""
    for number in range(3):
        empty.add("customer_type", name=f"无键{number}")
    assert list(types(empty).values()).count(None) >= 3


def test_a_second_use_of_a_key_says_who_has_it(empty):
    """T4: at the field."""
    empty.add("customer_type", name="甲", key=3)
    other = empty.add("customer_type", name="乙", key=4)
    for write in (
        partial(empty.add, "customer_type", name="丙", key=3),
        partial(empty.edit, "customer_type", other.id, key=3),
    ):
        with pytest.raises(Invalid) as caught:
            write()
        assert list(texts(empty, caught)) == ["key"]
        assert "甲" in texts(empty, caught)["key"]


def test_an_eleventh_is_refused(empty):
    """T4."""
    for number in range(10 - len(types(empty))):
        empty.add("customer_type", name=f"{number}")
    with pytest.raises(Invalid) as caught:
        empty.add("customer_type", name="一个太多")
    assert "10" in texts(empty, caught)[""]


def test_50_at_once_give_ten_and_no_key_twice(empty, foreign_desk):
    """T4: whoever comes when all is taken is told so; another company has its own ten."""
    there = len(types(empty))
    adds = [partial(empty.add, "customer_type", name=f"类型{n}", key=n % 10) for n in range(50)]
    answers = at_once(*adds, partial(foreign_desk.add, "customer_type", name="别家的", key=9))
    found = types(empty)
    keys = [key for key in found.values() if key is not None]
    assert len(found) == 10, answers
    assert len(keys) == len(set(keys))
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(answer, Invalid) and set(answer.errors) <= {"", "key"} for answer in refused), answers
    assert len(refused) == 50 - (10 - there)


def test_50_at_once_for_one_key_give_it_to_one(empty):
    """T4."""
    answers = at_once(*(partial(empty.add, "customer_type", name=f"类型{n}", key=6) for n in range(50)))
    assert list(types(empty).values()).count(6) == 1
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert all(isinstance(answer, Invalid) for answer in answers if isinstance(answer, Exception)), answers


class TestKeepBuiltin:
    """T2: 未分类, which B2 relies on, stays."""

    @pytest.fixture
    def rule(self, product):
        return product.rules["customer_type"]["keep_builtin"]

    def test_stops_its_deletion(self, rule, change):
        with pytest.raises(Violation):
            rule(change("customer_type", UNSORTED, None))

    @pytest.mark.parametrize(
        ("before", "after"),
        [(UNSORTED, {**UNSORTED, "name": "新客户", "key": 9}), (OWN, None), (None, OWN)],
        ids=["rename", "delete another", "add"],
    )
    def test_lets_everything_else(self, rule, change, before, after):
        assert rule(change("customer_type", before, after)) is None

    def test_holds_with_an_heir_too_and_without_the_rule_it_goes(self, desk):
        unsorted = next(row.id for row in desk.page("customer_type").rows if row.values["key"] == 0)
        heir = next(row.id for row in desk.page("customer_type").rows if row.values["key"] == 1)
        desk.edit("customer_type", unsorted, name="还没分的", key=9)
        for worker, goes in ((desk, False), (desk.without_rule("keep_builtin"), True)):
            with worker.at_work(), transaction():
                if goes:
                    assert service.delete(worker.actor, worker.resource("customer_type"), [unsorted], heir)
                else:
                    with pytest.raises(Invalid):
                        service.delete(worker.actor, worker.resource("customer_type"), [unsorted], heir)

    def test_nobody_gives_or_takes_the_mark(self, empty):
        with pytest.raises(Invalid) as caught:
            empty.add("customer_type", name="x", builtin="unsorted")
        assert list(caught.value.errors) == ["builtin"]


@pytest.mark.parametrize("role", ["operator", "team_leader"])
def test_who_may_only_look_changes_nothing(desk_of, role):
    """T2, R2."""
    viewer = desk_of(role)
    assert types(viewer)
    with pytest.raises(Denied):
        viewer.add("customer_type", name="x")


@pytest.fixture
def foreign_desk(new_tenant) -> Desk:
    kit = new_tenant()
    return Desk(kit, kit.actor("admin"))
