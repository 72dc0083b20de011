"""What a customer is before a company adds fields of its own."""

from __future__ import annotations

import pytest

from app.errors import Invalid

ANNA = {"name": "安娜", "phone": "13800138000"}


def test_name_gender_and_number_are_there_and_kept_digit_for_digit(desk):
    """F1"""
    kept = desk.get("customer", desk.add("customer", name="周建国", gender="male", phone="057188001234").id)
    assert [kept.values[name] for name in ("name", "gender", "phone")] == ["周建国", "male", "057188001234"]


@pytest.mark.parametrize(
    ("values", "wrong"),
    [({"name": "周建国"}, "phone"), ({"phone": "13800138000"}, "name"), ({"name": "x", "phone": "12a4"}, "phone")],
)
def test_nobody_is_kept_without_a_name_and_a_number(desk, values, wrong):
    """F1"""
    with pytest.raises(Invalid) as caught:
        desk.add("customer", **values)
    assert list(caught.value.errors) == [wrong]


def test_a_customer_without_a_type_is_uncategorised(desk):
    """T1, B2"""
    unsorted = desk.page("customer_type", name="未分类").rows[0].id
    assert desk.add("customer", **ANNA).values["type"] == unsorted
    assert desk.without_rule("always_a_type").add("customer", **ANNA).values["type"] is None


def test_what_an_agent_adds_for_nobody_is_their_own(desk, desk_of):
    """C1: otherwise they could not see it again."""
    agent = desk_of("agent")
    assert agent.add("customer", **ANNA).values["agent"] == agent.actor.user_id
    assert desk.add("customer", **ANNA).values["agent"] is None
    with pytest.raises(Invalid):
        agent.without_rule("own_what_one_adds").add("customer", **ANNA)
