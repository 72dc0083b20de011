"""C1, B3, B4: who may give a customer to whom, and that nobody takes one by another door."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.errors import Denied, Invalid, NotFound
from app.models.base import transaction
from app.records import service
from tests.claiming.conftest import Floor, Person
from tests.desk import Desk, at_once


def owner(floor: Floor, id_: int) -> tuple[int | None, int | None]:
    values = floor.get("customer", id_).values
    return values["agent"], values["team"]


@pytest.fixture
def leader(floor: Floor) -> Person:
    floor.allow(leader_sees_team=True)
    return floor.person("team_leader", team_id=floor.team("甲组"))


def assign(person: Person, *ids: int, **asked: int | None) -> None:
    desk = person.desk
    desk.act("customer", "assign", *ids, asked=asked)


def test_a_public_customer_is_not_taken_by_editing_it(floor: Floor) -> None:
    """B3, B4: what an agent sees because of B2 stays the pool's until they claim it."""
    floor.allow(agent_sees_unsorted=True)
    floor.pool(1)
    id_ = floor.add("customer", name="公共", phone="13800000001").id
    team = floor.team("甲组")
    agent = floor.person(team_id=team)
    for values in ({"agent": agent.id}, {"team": team}, {"agent": agent.id, "team": team, "remark": "x"}):
        with pytest.raises(Invalid) as refused:
            agent.desk.edit("customer", id_, **values)
        assert set(refused.value.errors) <= {"agent", "team"}
    assert agent.desk.edit("customer", id_, remark="好").values["remark"] == "好"
    assert owner(floor, id_) == (None, None)


def test_an_agent_adds_for_themselves_only_and_assigns_nothing(floor: Floor) -> None:
    """C1: passing on what is one's own is something else (test_visibility)."""
    agent, other = floor.person(), floor.person()
    with pytest.raises(Invalid):
        agent.desk.add("customer", name="甲", phone="13800000002", agent=other.id)
    mine = agent.desk.add("customer", name="甲", phone="13800000002").id
    assert owner(floor, mine) == (agent.id, None)
    with pytest.raises(Denied):
        assign(agent, mine, agent=other.id)


def test_what_was_chosen_for_all_is_refused_where_it_was_chosen(floor: Floor) -> None:
    """C1: in the dialog, at the field; no record that happens to come first is blamed for it."""
    floor.allow(owner_cap=1)
    ids, person = floor.pool(2), floor.person(team_id=floor.team("甲组"))
    desk = Desk(floor.kit, floor.actor)
    for asked, field in (({}, "team"), ({"agent": person.id}, "agent"), ({"team": 1}, "team")):
        with pytest.raises(Invalid) as refused:
            desk.act("customer", "assign", *ids, asked=asked)
        assert set(refused.value.errors) == {field}
        assert not any("：" in str(text)[:8] for text in refused.value.errors[field])


def test_an_agents_team_goes_along(floor: Floor) -> None:
    """C1"""
    ours, theirs = floor.team("甲组"), floor.team("乙组")
    agent, manager = floor.person(team_id=ours), floor.person("manager")
    first, second = floor.pool(2)
    assign(manager, first, second, agent=agent.id)
    assert owner(floor, first) == owner(floor, second) == (agent.id, ours)
    assign(manager, first, team=theirs)
    assert owner(floor, first) == (None, theirs)
    for asked in ({"agent": agent.id, "team": theirs}, {}):
        with pytest.raises(Invalid):
            assign(manager, first, **asked)
    manager.desk.act("customer", "release", first)
    assert owner(floor, first) == (None, None)


def test_a_leader_assigns_within_their_team_only(floor: Floor, leader: Person) -> None:
    """C1"""
    ours, theirs = leader.actor.team_id, floor.team("乙组")
    mate, stranger = floor.person(team_id=ours), floor.person(team_id=theirs)
    team_s, others, nobodys = floor.pool(1, team=ours)[0], floor.pool(1, team=theirs)[0], floor.pool(1)[0]
    assign(leader, team_s, agent=mate.id)
    assert owner(floor, team_s) == (mate.id, ours)
    for asked in ({"agent": stranger.id}, {"team": theirs}):
        with pytest.raises(Invalid):
            assign(leader, team_s, **asked)
        with pytest.raises(Invalid):
            leader.desk.edit("customer", team_s, **asked)
    for unseen in (others, nobodys):
        with pytest.raises(NotFound):
            assign(leader, unseen, agent=mate.id)
    leader.desk.edit("customer", team_s, agent=leader.id)
    leader.desk.act("customer", "release", team_s)
    assert owner(floor, team_s) == (None, ours), "it stays with the team"


def test_since_when_is_noted_whenever_the_owner_changes(floor: Floor) -> None:
    """C1"""
    manager, agent = floor.person("manager"), floor.person()
    id_ = floor.add("customer", name="甲", phone="13800000003").id
    added = floor.get("customer", id_).values["assigned_at"]
    floor.edit("customer", id_, remark="x")
    assert floor.get("customer", id_).values["assigned_at"] == added
    assign(manager, id_, agent=agent.id)
    given = floor.get("customer", id_).values["assigned_at"]
    assert given > added
    floor.edit("customer", id_, agent=None)
    assert floor.get("customer", id_).values["assigned_at"] > given


def test_the_cap_holds_for_assigning_and_editing_also_at_the_same_moment(floor: Floor) -> None:
    """C1: with claims and assignments to the same agent at once."""
    floor.allow(owner_cap=4, agent_may_claim=True, claim_size=2)
    agent, manager = floor.person(), floor.person("manager")
    ids = floor.pool(12)
    with pytest.raises(Invalid):
        assign(manager, *ids[:5], agent=agent.id)
    assert set(floor.owners().values()) == {None}, "all or nothing"
    calls = [lambda one=one: assign(manager, *ids[one : one + 2], agent=agent.id) for one in (8, 10)]
    results = at_once(*calls, agent.claim, agent.claim, lambda: floor.edit("customer", ids[6], agent=agent.id))
    assert all(
        result is None or isinstance(result, Invalid) or hasattr(result, "id") or result.ids for result in results
    )
    assert list(floor.owners().values()).count(agent.id) in (3, 4)


def test_the_type_of_many_is_set_at_once(floor: Floor) -> None:
    """C1"""
    kind = floor.page("customer_type").rows[-1].id
    agent = floor.person()
    ids = floor.pool(3, agent=agent.id)
    agent.desk.act("customer", "set_type", *ids, asked={"type": kind})
    assert {floor.get("customer", id_).values["type"] for id_ in ids} == {kind}
    with pytest.raises(Invalid) as refused:
        agent.desk.act("customer", "set_type", *ids)
    assert list(refused.value.errors) == ["type"]


def test_nobody_inherits_more_than_one_person_may_have(floor: Floor) -> None:
    """C1, U3: of somebody who is deleted; in the pool there is always room."""
    floor.allow(owner_cap=3)
    leaver, heir = floor.person(), floor.person()
    floor.pool(2, agent=leaver.id)
    floor.pool(2, agent=heir.id)

    def delete(person: Person, heir: int | str) -> None:
        with floor.at_work(), transaction():
            actor = replace(floor.actor, settings_version=0)
            service.delete(actor, floor.resource("user"), [person.id], heir)

    with pytest.raises(Invalid) as refused:
        delete(leaver, heir.id)
    (why,) = refused.value.errors["heir"]
    assert "3" in str(why) and "1" in str(why)
    floor.allow(owner_cap=4)
    delete(leaver, heir.id)
    assert list(floor.owners().values()) == [heir.id] * 4
    floor.allow(owner_cap=1)
    delete(heir, "none")
    assert set(floor.owners().values()) == {None}
