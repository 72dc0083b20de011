"""C1, T2: a digit key sets the type, and its undo takes nothing back that came later."""

from __future__ import annotations

from typing import Any

import pytest

from tests.claiming.conftest import Floor, Person
from tests.kit import log_in


@pytest.fixture
def agent(floor: Floor) -> Person:
    return Person(floor.kit, floor.kit.person("agent")[0])


def press(client: Any, id_: int, value: object, **more: object) -> Any:
    return client.post(f"/customer/{id_}/digit", data={"csrf_token": client.csrf, "value": str(value), **more})


def test_the_keys_are_those_of_the_companys_types_and_each_sets_its_own(floor: Floor, agent: Person) -> None:
    """C1, T2"""
    client = log_in(floor.kit, "agent")
    id_ = floor.pool(1, agent=agent.id)[0]
    assert 'hx-get="/customer/digits"' in client.get("/customer/").text
    assert 'hx-get="/customer/digits"' in client.get(f"/customer/{id_}").text
    legend = client.get("/customer/digits").text
    kinds = [(row.values["key"], row.values["name"], row.id) for row in floor.page("customer_type").rows]
    for key, name, type_id in kinds:
        assert f'data-key="{key}" data-value="{type_id}"' in legend and name in legend
        assert press(client, id_, type_id).json["title"] == name
        assert floor.get("customer", id_).values["type"] == type_id


def test_undo_restores_the_type_but_not_past_somebody_elses_change(floor: Floor, agent: Person) -> None:
    """C1"""
    client = log_in(floor.kit, "agent")
    id_ = floor.pool(1, agent=agent.id)[0]
    first, second = (row.id for row in floor.page("customer_type").rows[:2])
    press(client, id_, first)
    done = press(client, id_, second).json
    assert done["before"] == str(first)
    assert press(client, id_, done["before"], version=done["version"]).json["value"] == str(first)
    done = press(client, id_, second).json
    floor.edit("customer", id_, remark="又改了")
    assert press(client, id_, done["before"], version=done["version"]).status_code == 409
    assert floor.get("customer", id_).values["type"] == second


def test_only_what_one_sees_and_may_edit_and_only_a_type_that_is_there(floor: Floor, agent: Person) -> None:
    """C1"""
    client, kind = log_in(floor.kit, "agent"), floor.page("customer_type").rows[0].id
    assert press(client, floor.pool(1)[0], kind).status_code == 404
    mine = floor.pool(1, agent=agent.id)[0]
    assert press(client, mine, agent.id).status_code == 400
    assert press(log_in(floor.kit, "finance"), mine, kind).status_code == 403
    assert log_in(floor.kit, "finance").get("/customer/digits").status_code == 403
