"""B3, B4: claiming customers out of the pool."""

from __future__ import annotations

import pytest

from app.accounts.explain import explain
from app.errors import Denied, Invalid
from tests.claiming.conftest import Floor, Person
from tests.desk import at_once


def test_an_agent_gets_as_many_as_the_company_says_the_oldest_first(floor: Floor) -> None:
    """B4"""
    floor.allow(agent_may_claim=True, claim_size=3)
    pool, agent = floor.pool(5), floor.person()
    got = agent.claim()
    assert list(got.ids) == pool[:3] and got.asked == 3
    assert [floor.owners()[id_] for id_ in pool] == [agent.id] * 3 + [None] * 2


def test_nothing_is_claimed_while_the_parameter_is_off(floor: Floor) -> None:
    """B3"""
    floor.pool(1)
    agent = floor.person()
    with pytest.raises(Denied, match=r"坐席自助申请|Agents may claim"):
        agent.claim()
    floor.allow(agent_may_claim=True)
    assert len(agent.claim().ids) == 1


def test_only_agents_claim(floor: Floor) -> None:
    """B3: whoever makes no calls needs no customers."""
    floor.allow(agent_may_claim=True)
    with pytest.raises(Denied):
        floor.person("manager").claim()


def test_what_is_the_teams_comes_first_and_what_is_another_teams_never(floor: Floor) -> None:
    """B4"""
    floor.allow(agent_may_claim=True, claim_size=10)
    ours, theirs = floor.team("甲组"), floor.team("乙组")
    nobodys = floor.pool(2)
    own, others = floor.pool(2, team=ours), floor.pool(2, team=theirs)
    agent = floor.person(team_id=ours)
    assert list(agent.claim().ids) == own + nobodys
    assert [floor.owners()[id_] for id_ in others] == [None, None]
    record = floor.get("customer", nobodys[0])
    assert record.values["team"] == ours and record.values["assigned_at"] is not None


def test_a_press_that_is_retried_gives_the_same_batch(floor: Floor) -> None:
    """B4: with the key of the page's rendering."""
    floor.allow(agent_may_claim=True, claim_size=2)
    floor.pool(10)
    agent, other = floor.person(), floor.person()
    first = agent.claim("k1")
    again = agent.claim("k1")
    assert (again.ids, again.at, again.again) == (first.ids, first.at, True)
    assert set(agent.claim("k2").ids).isdisjoint(first.ids)
    assert set(other.claim("k1").ids).isdisjoint(first.ids)
    assert sum(1 for owner in floor.owners().values() if owner) == 6


def test_two_presses_of_one_key_at_the_same_moment_are_one(floor: Floor) -> None:
    """B4"""
    floor.allow(agent_may_claim=True, claim_size=2)
    floor.pool(20)
    agent = floor.person()
    results = at_once(*[lambda: agent.claim("same")] * 6)
    assert {tuple(result.ids) for result in results} == {tuple(results[0].ids)}
    assert sum(result.again for result in results) == 5
    assert sum(1 for owner in floor.owners().values() if owner) == 2


def test_the_owner_cap_holds_for_claims_at_the_same_moment(floor: Floor) -> None:
    """C1: the last batch is smaller, and then no more is given."""
    floor.allow(agent_may_claim=True, claim_size=2, owner_cap=5)
    floor.pool(30)
    agent = floor.person()
    results = at_once(*[agent.claim] * 6)
    assert sorted(len(result.ids) for result in results if not isinstance(result, Invalid)) == [1, 2, 2]
    assert sum(isinstance(result, Invalid) for result in results) == 3
    assert list(floor.owners().values()).count(agent.id) == 5


def test_each_claimed_customer_has_an_entry_in_the_log_and_the_batch_costs_little(floor: Floor, queries) -> None:
    """C1: sealing takes two statements, whatever the size of the batch."""
    floor.allow(agent_may_claim=True, claim_size=50)
    pool, agent = floor.pool(120), floor.person()
    agent.claim()  # the first entry of a chain makes its head
    with queries() as sent:
        got = agent.claim("k")
    assert len(got.ids) == 50
    assert len(sent) <= 18, sent
    entry = floor.history("customer", pool[60])[0]
    assert entry.action == "claim" and entry.who == agent.actor.name
    assert [(change.field, change.after) for change in entry.changes] == [("agent", agent.actor.name)]


def test_an_empty_pool_gives_nothing_and_says_nothing_wrong(floor: Floor) -> None:
    """B4"""
    floor.allow(agent_may_claim=True)
    agent = floor.person()
    assert list(agent.claim("k").ids) == []
    pool = floor.pool(1)
    assert list(agent.claim("k").ids) == pool, "the same press may find something later"


def test_a_key_that_is_too_long_is_refused(floor: Floor) -> None:
    """B4"""
    floor.allow(agent_may_claim=True)
    with pytest.raises(Invalid):
        floor.person().claim("k" * 129)


def test_explain_says_what_claiming_hangs_on_and_is_right(floor: Floor) -> None:
    """B3, R4: for everybody and both states of the parameter, what is said is what happens."""
    floor.pool(100)
    for on in (False, True):
        floor.allow(agent_may_claim=on)
        for role in ("agent", "team_leader", "manager", "admin"):
            person = Person(floor.kit, floor.kit.person(role)[0])
            with floor.at_work():
                said = explain(floor.kit.actor("admin"), person.id, floor.resource("customer"), "operate")
            line = next(line for line in said.actions if line.label in ("申请客户资料", "Claim customers"))
            try:
                person.claim()
                happens = True
            except Denied:
                happens = False
            assert (line.on, bool(line.why), line.place) == (happens, not happens, "/business/"), role
