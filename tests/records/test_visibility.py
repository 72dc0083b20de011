"""Which customers a person sees (C1, B1, B2): every way in agrees with the rule, written here in plain Python."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import select

from app.access import Actor
from app.engine import engine
from app.errors import Invalid, NotFound
from app.labels import Label
from app.models.adopted import Role
from app.models.base import db, new_id, transaction
from app.records import finding, query, settings
from app.records.search import Search
from app.spec.model import FieldSpec
from app.tenancy.scope import tenant_scope
from tests.contract.company import Program
from tests.databases import Database
from tests.desk import Desk
from tests.export.conftest import Exporter, csv_rows
from tests.kit import TenantKit, log_in

ROUNDS = {"sqlite": 10, "postgres": 3}
CUSTOMERS = 24
EXPORTED = 2  # worlds, on each database
RECORDS = 6  # of a world that each person asks for one by one


@dataclass(frozen=True)
class Fact:
    """A customer as the test made it."""

    id: int
    name: str
    type: int
    team: int | None
    agent: int | None


@dataclass(frozen=True)
class Person:
    """`sees_as` is the built-in role whose view they have, or what the company has narrowed theirs to; "" for all."""

    actor: Actor
    sees_as: str


@dataclass(frozen=True)
class World:
    kit: TenantKit
    leader_sees_team: bool
    agent_sees_unsorted: bool
    unsorted: int
    facts: tuple[Fact, ...]
    people: tuple[Person, ...]

    def seen_by(self, person: Person) -> set[int]:
        return {fact.id for fact in self.facts if self._sees(person, fact)}

    def _sees(self, person: Person, fact: Fact) -> bool:
        """The rule."""
        me, team = person.actor.user_id, person.actor.team_id
        if person.sees_as == "team_leader":
            return fact.agent == me or (self.leader_sees_team and team is not None and fact.team == team)
        if person.sees_as == "agent":
            return fact.agent == me or (self.agent_sees_unsorted and fact.type == self.unsorted)
        if person.sees_as == "only_teams":
            return fact.agent == me or (team is not None and fact.team == team)
        if person.sees_as == "only_own":
            return fact.agent == me
        return True


def rows(kit: TenantKit, resource: str, *values: dict[str, Any]) -> list[int]:
    """The ids of new records, put into the table past all rules."""
    model = kit.app.extensions["ucc"].models[resource]
    ids = [new_id() for _ in values]
    with kit.app.app_context(), tenant_scope(kit.id), transaction() as session:
        made = [model(id=id_, **one) for id_, one in zip(ids, values, strict=True)]
        session.add_all(made)
        session.flush()
        found_by = [{"id": one.id, "created_at": one.created_at, "name": one.name} for one in made]
        finding.index_many(kit.app.extensions["ucc"].product.resource(resource), found_by)
    return ids


def unsorted_type(kit: TenantKit) -> int:
    model = kit.app.extensions["ucc"].models["customer_type"]
    with kit.app.app_context(), tenant_scope(kit.id):
        found = db.session.scalars(select(model.id).where(model.builtin == "unsorted")).first()
    return found or rows(kit, "customer_type", {"name": "尚未归类", "builtin": "unsorted"})[0]


def own_role(kit: TenantKit, base: str) -> str:
    """The key, for the kit, of a role that the company has made as a copy of `base`."""
    name = f"own-{base}-{new_id()}"
    with kit.app.app_context(), tenant_scope(kit.id), transaction() as session:
        role = Role(id=new_id(), key="", base=base, name=name[-32:])
        session.add(role)
        session.flush()
        kit.roles[name] = role.id
    return name


def switch(kit: TenantKit, **values: bool) -> None:
    """Saves business parameters as the admin does."""
    with kit.app.app_context(), tenant_scope(kit.id):
        resource, admin = kit.app.extensions["ucc"].product.resource("business"), kit.actor("admin")
        with transaction():
            settings.save(admin, resource, values)


def person(kit: TenantKit, role: str, sees_as: str, team: int | None) -> Person:
    """With everything granted on customers: what they see is what this is about."""
    kit._people.pop(role, None)
    kit._people[role] = kit.user(role, team_id=team)
    actor = kit.actor(role)
    kinds = ("view", "add", "edit", "delete", "export")
    return Person(replace(actor, grants=actor.grants | {("customer", kind) for kind in kinds}), sees_as)


def narrowed(kit: TenantKit, base: str, narrowing: str, team: int | None) -> Person:
    """Somebody whose role the company has narrowed; of agents it goes on being what the YAML says."""
    one = person(kit, own_role(kit, base), base, team)
    limited = base if base in ("agent", "team_leader") else narrowing
    return Person(replace(one.actor, grants=one.actor.grants | {("customer", narrowing)}), limited)


def make_world(kit: TenantKit, rng: random.Random) -> World:
    teams = rows(kit, "team", *({"name": f"第{n}组"} for n in range(rng.randint(1, 3))))
    unsorted = unsorted_type(kit)
    types = [unsorted, *rows(kit, "customer_type", *({"name": f"另{n}"} for n in range(2)))]
    choose_team = lambda: rng.choice([None, *teams])  # noqa: E731
    built_in = ("admin", "operator", "manager", "team_leader", "team_leader", "agent", "agent")
    people = [person(kit, role, role, choose_team()) for role in built_in]
    copied = ("team_leader", "agent", "manager", "")
    people += [person(kit, own_role(kit, base), base, choose_team()) for base in copied]
    people += [narrowed(kit, rng.choice(("manager", "", "agent")), "only_teams", choose_team())]
    people += [narrowed(kit, rng.choice(("operator", "")), name, choose_team()) for name in ("only_teams", "only_own")]
    agents = [None, *(one.actor.user_id for one in people)]
    values = [
        {"name": f"客户{n:02}", "phone": f"138{n:08}", "type": rng.choice(types), "team": choose_team(),
         "agent": rng.choice(agents)}
        for n in range(CUSTOMERS)
    ]  # fmt: skip
    ids = rows(kit, "customer", *values)
    facts = tuple(
        Fact(id_, one["name"], one["type"], one["team"], one["agent"]) for id_, one in zip(ids, values, strict=True)
    )
    parameters = {key: rng.random() < 0.5 for key in ("leader_sees_team", "agent_sees_unsorted")}
    switch(kit, **parameters)
    fresh = tuple(replace(one, actor=replace(one.actor, settings_version=version(kit))) for one in people)
    return World(kit, **parameters, unsorted=unsorted, facts=facts, people=fresh)


def version(kit: TenantKit) -> int:
    return kit.actor("admin").settings_version


def listed(desk: Desk, **args: str) -> set[int]:
    """Every id of the list, page by page, each once."""
    found: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = desk.page("customer", size="7", **args, **cursor)
        found += [row.id for row in page.rows]
        if page.next is None:
            break
        cursor = {"cursor": page.next}
    assert len(found) == len(set(found))
    return set(found)


def gotten(desk: Desk, ids: Iterator[int]) -> set[int]:
    found = set()
    for id_ in ids:
        try:
            found.add(desk.get("customer", id_).id)
        except NotFound:
            continue
    return found


def chosen(desk: Desk) -> set[int]:
    """What a reference to customers would offer."""
    with desk.at_work():
        customer = desk.resource("customer")
        points = FieldSpec("points", "ref", Label("指向", "Points"), to="customer")
        asking = replace(customer, fields=MappingProxyType({**customer.fields, "points": points}), extensible=None)
        return {choice.id for choice in query.choices(desk.actor, asking, "points", limit=None)}


def exported(kit: TenantKit, actor: Actor) -> set[str]:
    """The names in the file that an export of everything makes."""
    _head, *lines = csv_rows(Exporter(kit, actor).direct(format="csv"))
    return {line[0] for line in lines}


@pytest.mark.parametrize("seed", range(max(ROUNDS.values())))
def test_every_way_in_shows_the_same_customers(
    new_tenant: Callable[[], TenantKit], database: Database, seed: int
) -> None:
    """C1, B1, B2: list, count, search, choices, filter and single records are what the rule says, for every role."""
    if seed >= ROUNDS[database.name]:
        return
    rng = random.Random(seed)
    kit = new_tenant()
    world = make_world(kit, rng)
    for one in world.people:
        desk, expected = Desk(kit, one.actor), world.seen_by(one)
        told = f"{seed=} {one} {world.leader_sees_team=} {world.agent_sees_unsorted=}"
        assert listed(desk) == expected, told
        assert listed(desk, order="name") == expected, told
        assert desk.count("customer").number == len(expected), told
        some = {fact.id for fact in rng.sample(world.facts, RECORDS)}
        assert gotten(desk, iter(some)) == expected & some, told
        assert chosen(desk) == expected, told
        digit = str(rng.randrange(10))
        found = {fact.id for fact in world.facts if digit in fact.name} & expected
        assert listed(desk, name__contains=digit) == found, told
        assert desk.count("customer", name__contains=digit).number == len(found), told
        assert listed(desk, q="客户") == expected, told  # the search box: all are called so
        if seed < EXPORTED:
            assert exported(kit, one.actor) == {fact.name for fact in world.facts if fact.id in expected}, told


def test_page_and_api_show_what_the_rule_says(new_tenant: Callable[[], TenantKit]) -> None:
    """C1, B1, B2: the same over HTTP, with the grants that the roles have by default."""
    world = make_world(new_tenant(), random.Random(7))
    for role in ("operator", "manager", "team_leader", "agent"):
        one = next(one for one in reversed(world.people) if one.actor.role_key == role)
        expected = {str(id_) for id_ in world.seen_by(one)}
        program, browser = Program(world.kit, role), log_in(world.kit, role)
        answer = program("GET", "/customer/?size=200&count=true").json
        assert {row["id"] for row in answer["data"]} == expected
        assert answer["count"] == len(expected)
        shown = browser.get("/customer/?size=200").get_data(as_text=True)
        for fact in world.facts:
            inside = str(fact.id) in expected
            assert (f"/customer/{fact.id}" in shown) is inside
            assert (program("GET", f"/customer/{fact.id}").status_code == 200) is inside
            assert (browser.get(f"/customer/{fact.id}").status_code == 200) is inside


def hidden_and_seen(world: World, role: str) -> tuple[Desk, int, int]:
    """The desk of somebody in that role, a customer they do not see and one they do."""
    for one in world.people:
        seen = world.seen_by(one)
        hidden = [fact.id for fact in world.facts if fact.id not in seen]
        if one.sees_as == role and seen and hidden:
            return Desk(world.kit, one.actor), hidden[0], min(seen)
    raise AssertionError("the seed gives nobody")


@pytest.mark.parametrize("role", ["team_leader", "agent"])
def test_what_is_out_of_sight_cannot_be_touched(new_tenant: Callable[[], TenantKit], role: str) -> None:
    """C1: editing, deleting and the history of a record out of sight are answered as if it were not there."""
    world = make_world(new_tenant(), random.Random(3))
    desk, hidden, seen = hidden_and_seen(world, role)
    for touch in (
        lambda: desk.edit("customer", hidden, name="改"),
        lambda: desk.delete("customer", hidden),
        lambda: desk.delete("customer", seen, hidden),
        lambda: desk.history("customer", hidden),
    ):
        with pytest.raises(NotFound):
            touch()
    admin = Desk(world.kit, world.kit.actor("admin"))
    assert {hidden, seen} <= listed(admin)
    assert admin.get("customer", hidden).values["name"] != "改"
    assert desk.edit("customer", seen, name="改").values["name"] == "改"


def test_a_customer_given_away_is_saved_and_gone(tenant: TenantKit) -> None:
    """C1: an agent may pass a customer on, and does not see it afterwards."""
    me, other = person(tenant, "agent", "agent", None), tenant.user("agent")[0]
    mine = rows(tenant, "customer", {"name": "甲", "phone": "10086", "agent": me.actor.user_id})[0]
    desk = Desk(tenant, me.actor)
    assert desk.edit("customer", mine, agent=str(other)).values["agent"] == other
    with pytest.raises(NotFound):
        desk.get("customer", mine)


def test_a_parameter_bites_at_the_next_request(tenant: TenantKit) -> None:
    """B1, B2: nothing is remembered beyond the save, neither of the parameter nor of who asked last."""
    team = rows(tenant, "team", {"name": "一组"})[0]
    leader, agent = person(tenant, "team_leader", "team_leader", team), person(tenant, "agent", "agent", team)
    ours, public = rows(tenant, "customer", {"name": "甲", "phone": "10086", "team": team},
                        {"name": "乙", "phone": "10010", "type": unsorted_type(tenant)})  # fmt: skip
    for leader_sees, agent_sees in ((False, False), (True, False), (False, True), (True, True), (False, False)):
        switch(tenant, leader_sees_team=leader_sees, agent_sees_unsorted=agent_sees)
        now = version(tenant)
        for one, expected in ((leader, {ours} if leader_sees else set()), (agent, {public} if agent_sees else set())):
            assert listed(Desk(tenant, replace(one.actor, settings_version=now))) == expected


def test_two_people_never_share_a_statement_that_names_one_of_them(tenant: TenantKit) -> None:
    """C1: list, record and count are remembered per shape; who asks is a parameter."""
    people = [person(tenant, "agent", "agent", None) for _ in range(3)]
    own = [rows(tenant, "customer", {"name": "甲", "phone": "10086", "agent": one.actor.user_id})[0] for one in people]
    for _again in range(2):
        for one, customer in zip(people, own, strict=True):
            desk = Desk(tenant, one.actor)
            assert listed(desk) == {customer}
            assert gotten(desk, iter(own)) == {customer}
            assert desk.count("customer").number == 1


def test_a_leader_without_a_team_sees_no_customer_without_one(tenant: TenantKit) -> None:
    """B1: no team is not the team of those who have none."""
    leader = person(tenant, "team_leader", "team_leader", None)
    rows(tenant, "customer", {"name": "甲", "phone": "10086"})
    switch(tenant, leader_sees_team=True)
    desk = Desk(tenant, replace(leader.actor, settings_version=version(tenant)))
    assert listed(desk) == set()
    assert desk.count("customer").number == 0


def test_a_leader_assigns_within_the_own_team_only(tenant: TenantKit) -> None:
    """C1, C2: what one does not see one cannot point to either; what the record has already stays."""
    ours, theirs = rows(tenant, "team", {"name": "一组"}, {"name": "二组"})
    leader = person(tenant, "team_leader", "team_leader", ours)
    near, far = (tenant.user("agent", team_id=team)[0] for team in (ours, theirs))
    mine = rows(tenant, "customer", {"name": "甲", "phone": "10086", "agent": leader.actor.user_id})[0]
    taken = rows(tenant, "customer", {"name": "乙", "phone": "10010", "agent": far, "team": ours})[0]
    switch(tenant, leader_sees_team=True)
    desk = Desk(tenant, replace(leader.actor, settings_version=version(tenant)))
    assert {choice.id for choice in desk.choices("customer", "agent")} == {leader.actor.user_id, near}
    with pytest.raises(Invalid) as refused:
        desk.edit("customer", mine, agent=str(far))
    assert set(refused.value.errors) == {"agent"}
    assert desk.edit("customer", taken, name="丙", agent=str(far)).values["agent"] == far
    assert desk.edit("customer", mine, agent=str(near)).values["agent"] == near


def test_an_agent_owns_what_they_add(tenant: TenantKit) -> None:
    """C1, T1: a customer added for nobody is the agent's own, and of the type uncategorised."""
    unsorted, team = unsorted_type(tenant), rows(tenant, "team", {"name": "一组"})[0]
    agent = person(tenant, "agent", "agent", team)
    desk = Desk(tenant, agent.actor)
    made = desk.add("customer", name="甲", phone="010-8888 6666")
    assert (made.values["agent"], made.values["team"], made.values["type"]) == (agent.actor.user_id, team, unsorted)
    assert listed(desk) == {made.id}
    admin = Desk(tenant, tenant.actor("admin"))
    assert admin.get("customer", made.id).values["phone"] == "01088886666"
    assert admin.add("customer", name="乙", phone="10086").values["agent"] is None


def test_a_list_limited_by_sight_costs_no_more(tenant: TenantKit, queries: Any) -> None:
    """C1: one statement for the rows, whatever limits them, once the parameters are known."""
    agent = person(tenant, "agent", "agent", None)
    switch(tenant, agent_sees_unsorted=True)
    desk = Desk(tenant, replace(agent.actor, settings_version=version(tenant)))
    with desk.at_work():
        customer = engine().product.resource("customer")  # the very object that requests work with
        for read in (query.page, query.count):
            read(desk.actor, customer, Search())
            with queries() as sent:
                read(desk.actor, customer, Search())
            assert len(sent) == 1


def test_the_search_object_alone_decides_nothing(tenant: TenantKit) -> None:
    """C1: a filter by another's id finds nothing that is out of sight."""
    agent, other = person(tenant, "agent", "agent", None), tenant.user("agent")[0]
    rows(tenant, "customer", {"name": "甲", "phone": "10086", "agent": other})
    assert listed(Desk(tenant, agent.actor), agent=str(other)) == set()
    assert Search().narrowed is False
