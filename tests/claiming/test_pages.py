"""B3, B4, C1: the buttons, the questions before them, and the same for programs."""

from __future__ import annotations

import re

from app.models.base import transaction
from app.records import service
from tests.claiming.conftest import Floor, Person
from tests.kit import log_in


def browser(floor: Floor, role: str):
    client = log_in(floor.kit, role)
    return client, Person(floor.kit, floor.kit.person(role)[0])


def test_the_button_is_there_while_agents_may_claim_and_one_rendering_is_one_press(floor: Floor) -> None:
    """B3, B4"""
    client, agent = browser(floor, "agent")
    assert "/customer/do/claim" not in client.get("/customer/").text
    floor.allow(agent_may_claim=True, claim_size=2)
    floor.pool(5)
    page = client.get("/customer/").text
    assert "/customer/do/claim" in page
    assert "/customer/do/claim" not in log_in(floor.kit, "manager").get("/customer/").text
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    for _ in range(2):
        answer = client.post("/customer/do/claim", data={"csrf_token": client.csrf, "key": key})
        assert answer.status_code == 303
    shown = client.get(answer.headers["Location"]).text
    assert re.findall(r"客户[01]\b", shown) and "客户2" not in shown
    assert list(floor.owners().values()).count(agent.id) == 2
    assert key not in client.get("/customer/").text


def test_fewer_and_none_are_said_kindly(floor: Floor) -> None:
    """B4"""
    client, _agent = browser(floor, "agent")
    floor.allow(agent_may_claim=True, claim_size=3)
    floor.pool(1)
    said = [
        client.post("/customer/do/claim", data={"csrf_token": client.csrf}, follow_redirects=True).text
        for _ in range(2)
    ]
    assert 'class="notice tone-info"' in said[0] and 'class="notice tone-info"' in said[1]
    assert "已申请到 1 条客户资料。公海已没有可申请的资料。" in said[0]
    assert "公海暂时没有可申请的资料" in said[1]


def test_a_claim_that_the_cap_cuts_short_says_so(floor: Floor) -> None:
    """C1: the pool is not empty, and nobody is told that it is."""
    client, _agent = browser(floor, "agent")
    floor.allow(agent_may_claim=True, claim_size=3, owner_cap=2)
    floor.pool(5)
    press = {"data": {"csrf_token": client.csrf}, "follow_redirects": True}
    assert "已申请到 2 条客户资料。您持有的已达上限。" in client.post("/customer/do/claim", **press).text
    assert "您持有的已达每人 2 条的上限，需先退回一部分。" in client.post("/customer/do/claim", **press).text


def test_who_assigns_too_many_is_told_how_many_fit(floor: Floor) -> None:
    """C1"""
    client, _manager = browser(floor, "manager")
    floor.allow(owner_cap=3)
    agent, ids = floor.person(), floor.pool(4)
    sent = {"csrf_token": client.csrf, "ids": ids, "asked": "1", "agent": agent.id, "team": ""}
    assert "每人最多持有 3 条，本次最多还能分配 3 条。" in client.post("/customer/do/assign", data=sent).text
    assert client.post("/customer/do/assign", data={**sent, "ids": ids[:3]}).status_code == 303
    assert "该坐席已满" in client.post("/customer/do/assign", data={**sent, "ids": ids[3:]}).text


def test_a_program_claims_with_a_key_in_the_header(floor: Floor) -> None:
    """B4"""
    client, _agent = browser(floor, "agent")
    send = {"headers": {"X-CSRFToken": client.csrf, "Idempotency-Key": "abc"}}
    assert client.post("/api/v1/customer/do/claim", **send).status_code == 403
    floor.allow(agent_may_claim=True, claim_size=2)
    pool = floor.pool(3)
    first, again = (client.post("/api/v1/customer/do/claim", **send).json["data"] for _ in range(2))
    assert first["ids"] == [str(id_) for id_ in pool[:2]] and (first["count"], first["asked"]) == (2, 2)
    assert again == {**first, "again": True}


def test_the_question_comes_first_and_what_was_typed_stays_when_it_is_refused(floor: Floor) -> None:
    """C1: on a page of its own, for who has no scripts."""
    client, _manager = browser(floor, "manager")
    ids = floor.pool(2)
    asked = client.post("/customer/do/assign", data={"csrf_token": client.csrf, "ids": ids}).text
    assert 'id="asking"' in asked and asked.count('name="ids"') == 2
    refused = client.post("/customer/do/assign", data={"csrf_token": client.csrf, "ids": ids, "asked": "1"})
    assert refused.status_code == 422 and 'id="asking"' in refused.text
    ours = floor.team("甲组")
    agent = floor.person(team_id=ours)
    sent = {"csrf_token": client.csrf, "ids": ids, "asked": "1", "agent": agent.id, "team": ""}
    assert client.post("/customer/do/assign", data=sent).status_code == 303
    assert [floor.get("customer", id_).values["team"] for id_ in ids] == [ours, ours]


def test_a_program_gives_the_values_along(floor: Floor) -> None:
    """C1"""
    client, _manager = browser(floor, "manager")
    ids, agent = [str(id_) for id_ in floor.pool(2)], floor.person()
    headers = {"X-CSRFToken": client.csrf}

    def assign(**values: object):
        return client.post("/api/v1/customer/do/assign", json={"ids": ids, "values": values}, headers=headers)

    assert assign(agent=str(agent.id)).json["data"]["count"] == 2
    assert assign().status_code == 400
    assert list(assign(name="x").json["error"]["fields"]) == ["name"]
    assert set(floor.owners().values()) == {agent.id}


def test_agents_are_not_asked_to_assign(floor: Floor) -> None:
    """C1"""
    client, agent = browser(floor, "agent")
    id_ = floor.pool(1, agent=agent.id)[0]
    page = client.get("/customer/").text
    assert "/customer/do/assign" not in page and "/customer/do/set_type" in page
    sent = {"csrf_token": client.csrf, "ids": [id_], "asked": "1", "agent": agent.id}
    assert client.post("/customer/do/assign", data=sent).status_code == 403
    assert client.get(f"/customer/ask/assign?ids={id_}").status_code == 403


def test_the_form_does_not_offer_in_vain_and_saves_what_may_be_changed(floor: Floor) -> None:
    """C1: who may not assign sees whose the customer is and cannot change it there."""
    floor.allow(agent_sees_unsorted=True)
    client, _agent = browser(floor, "agent")
    id_ = floor.add("customer", name="公共", phone="13800000001").id
    form = client.get(f"/customer/{id_}/edit").text
    assert re.search(r'<select[^>]*name="agent"[^>]* disabled', form)
    assert 'name="agent"' not in client.get("/customer/add").text
    sent = {"csrf_token": client.csrf, "name": "新名", "phone": "13800000009", "remark": "", "gender": "", "type": ""}
    assert client.post(f"/customer/{id_}/edit", data=sent).status_code == 303
    assert floor.get("customer", id_).values["name"] == "新名"
    assert floor.owners()[id_] is None


def test_who_takes_over_from_an_agent_has_their_customers_from_then_on(floor: Floor) -> None:
    """C1, U3"""
    leaving, heir = floor.person(), floor.person()
    id_ = floor.pool(1, agent=leaving.id)[0]
    assert floor.get("customer", id_).values["assigned_at"] is None
    with floor.at_work(), transaction():
        service.delete(floor.actor, floor.resource("user"), [leaving.id], heir=heir.id)
    values = floor.get("customer", id_).values
    assert values["agent"] == heir.id and values["assigned_at"] is not None
