"""Explain: what is said about a permission is what happens on page, API and count, and names what decides."""

from __future__ import annotations

import random
from itertools import product as pairs
from typing import Any

import pytest
from sqlalchemy import update

from app.access import Actor
from app.accounts import role_saving, roles
from app.accounts.explain import Explanation, explain
from app.engine import engine
from app.errors import Denied, NotFound
from app.models.adopted import User
from app.models.base import db, transaction
from app.records import service, settings
from app.tenancy.scope import tenant_scope
from tests.contract.company import Company, Program
from tests.contract.test_pages import doors, knock
from tests.kit import TenantKit, log_in
from tests.test_permissions import ROLES, TRUTH


def ask(
    kit: TenantKit, user_id: int, page: str, kind: str, record: int | None = None, by: Actor | None = None
) -> Explanation:
    with kit.app.app_context(), tenant_scope(kit.id):
        return explain(by or kit.actor("admin"), user_id, engine().product.resource(page), kind, record)


def pages(kit: TenantKit) -> list[Any]:
    found = kit.app.extensions["ucc"].product.resources.values()
    return [one for one in found if one.page and one.kind == "records"]


@pytest.mark.parametrize("role", ROLES)
def test_what_is_said_is_what_the_hand_written_table_says(tenant: TenantKit, role: str) -> None:
    """R2, R4: every page × kind of every default role; tests/test_permissions.py holds pages and API to that table."""
    user_id, _, _ = tenant.person(role)
    wrong = [
        (page, kind)
        for (page, kind, of_role), cell in TRUTH.items()
        if of_role == role and ask(tenant, user_id, page, kind).allowed is not (cell == "+")
    ]
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_every_list_and_count_opens_as_explained(tenant: TenantKit, role: str) -> None:
    user_id, _, _ = tenant.person(role)
    client, program = log_in(tenant, role), Program(tenant, role)
    for resource in pages(tenant):
        said = ask(tenant, user_id, resource.name, "view").allowed
        for answer in (
            client.get(f"/{resource.name}/"),
            client.get(f"/{resource.name}/count"),
            program("GET", f"/{resource.name}/?count=true", None),
        ):
            assert (answer.status_code == 200) is said, (role, resource.name)


def test_roles_with_grants_at_random_are_explained_right(tenant: TenantKit) -> None:
    """R2: not only the default grants."""
    chance = random.Random(7)
    for resource in chance.sample([one for one in pages(tenant) if "edit" in one.can and not one.only], 4):
        company = Company(tenant, resource)
        held = [kind for kind in resource.can if chance.random() < 0.5]
        role = company.role_with(*held)
        user_id, _, _ = tenant.person(role)
        client = log_in(tenant, role)
        said = {kind: ask(tenant, user_id, resource.name, kind) for kind in resource.can}
        assert {kind for kind, answer in said.items() if answer.allowed} == set(held)
        for method, path, form, kinds in doors(company, company.record()):
            allowed = all(said[kind].allowed for kind in kinds.split())
            assert (knock(client, method, path, form).status_code != 403) is allowed, (held, method, path)


def customers(kit: TenantKit) -> dict[str, int]:
    """One of each: the leader's, the team's, the agent's, an uncategorised one, and another's."""
    admin = kit.actor("admin")
    leader, agent = kit.person("team_leader")[0], kit.person("agent")[0]
    other, _, _ = kit.user("agent")
    with kit.app.app_context(), tenant_scope(kit.id), transaction():
        product = engine().product
        page = product.resource("customer")
        team = service.add(admin, product.resource("team"), {"name": "一组"}).id
        sort = service.add(admin, product.resource("customer_type"), {"name": "特别", "key": ""}).id
        db.session.execute(update(User).where(User.id.in_([leader, agent])).values(team_id=team))
        made = {
            "the leader's": {"agent": leader},
            "the team's": {"team": team, "agent": other},
            "the agent's": {"agent": agent, "team": team},
            "another's": {"agent": other},
        }
        found = {
            name: service.add(
                admin, product.resource("customer"), {"name": name, "phone": "10086", "type": sort, **more}
            ).id
            for name, more in made.items()
        }
        plain = {"name": "uncategorised", "phone": "10010"}
        return found | {"uncategorised": service.add(admin, page, plain).id}


@pytest.mark.parametrize(("leader_sees_team", "agent_sees_unsorted"), list(pairs((False, True), repeat=2)))
def test_what_is_said_of_a_record_is_what_happens(
    tenant: TenantKit, leader_sees_team: bool, agent_sees_unsorted: bool
) -> None:
    """B1, B2, C1: page, API, export and count agree with the explanation, whatever the parameters."""
    made = customers(tenant)
    with tenant.app.app_context(), tenant_scope(tenant.id), transaction():
        (role_,) = roles.with_grants([roles.find(roles.all_roles(tenant.actor("admin")), tenant.roles["agent"])])
        role_saving.save(tenant.actor("admin"), role_.id, role_.grants | {("customer", "export")}, role_.number)
        values = {"leader_sees_team": leader_sees_team, "agent_sees_unsorted": agent_sees_unsorted}
        settings.save(tenant.actor("admin"), engine().product.resource("business"), values)
    for role in ("manager", "team_leader", "agent"):
        user_id, client, program = tenant.person(role)[0], log_in(tenant, role), Program(tenant, role)
        said = {name: ask(tenant, user_id, "customer", "view", id_).allowed for name, id_ in made.items()}
        for name, id_ in made.items():
            assert (client.get(f"/customer/{id_}").status_code == 200) is said[name], (role, name)
            assert (program("GET", f"/customer/{id_}", None).status_code == 200) is said[name], (role, name)
            edits = ask(tenant, user_id, "customer", "edit", id_).allowed
            assert (client.get(f"/customer/{id_}/edit").status_code == 200) is edits, (role, name)
        listed = program("GET", "/customer/?count=true&size=100", None).json
        assert {int(row["id"]) for row in listed["data"]} == {id_ for name, id_ in made.items() if said[name]}
        assert listed["count"] == sum(said.values())
        exports = ask(tenant, user_id, "customer", "export").allowed
        sheet = program("POST", "/customer/export", {"format": "csv"})
        assert (sheet.status_code == 200) is exports is (role != "team_leader")
        if exports:
            lines = sheet.get_data(as_text=True)
            assert {name for name in made if name in lines} == {
                name for name, id_ in made.items() if ask(tenant, user_id, "customer", "export", id_).allowed
            } == {name for name in made if said[name]}  # fmt: skip


def test_it_names_the_parameter_that_would_open_a_record(tenant: TenantKit) -> None:
    """B1: what would change it is the parameter, and the page where it is set."""
    made = customers(tenant)
    leader, _, _ = tenant.person("team_leader")
    answer = ask(tenant, leader, "customer", "view", made["the team's"])
    assert (answer.allowed, answer.reason, answer.place) == (False, "out_of_sight", "/business/")
    label = tenant.app.extensions["ucc"].product.resource("business").field("leader_sees_team").label.zh
    assert label in answer.change
    anothers = made["another's"]
    answer = ask(tenant, leader, "customer", "view", anothers)
    assert (answer.allowed, answer.place) == (False, f"/customer/{anothers}")
    answer = ask(tenant, leader, "customer", "view", made["the leader's"])
    assert (answer.allowed, answer.reason) == (True, "in_sight")


def test_it_names_role_page_and_kind_in_both_languages(tenant: TenantKit) -> None:
    finance, _, _ = tenant.person("finance")
    answer = ask(tenant, finance, "user", "view")
    assert (answer.allowed, answer.reason) == (False, "not_granted")
    assert answer.place == f"/role/{tenant.roles['finance']}/permissions"
    client = log_in(tenant, "admin")
    for locale, words in (("zh", ("财务", "用户", "查看", "勾选")), ("en", ("Finance", "Users", "View", "Tick"))):
        client.post("/language", data={"locale": locale, "csrf_token": client.csrf})
        text = client.get(f"/explain/?user={finance}&page=user&kind=view").get_data(as_text=True)
        assert 'data-allowed="false"' in text
        for word in words:
            assert word in text.partition('data-allowed="false"')[2], (locale, word)


@pytest.mark.parametrize(
    ("state", "reason"), [({"active": False}, "disabled"), ({"must_change_password": True}, "password")]
)
def test_who_cannot_act_at_all_may_nothing(tenant: TenantKit, state: dict[str, bool], reason: str) -> None:
    """U4, P3: a disabled user, and one who must change the password first."""
    user_id, _, _ = tenant.user("manager", **state)
    answer = ask(tenant, user_id, "user", "view")
    assert (answer.allowed, answer.reason) == (False, reason)


def test_only_whoever_may_see_the_roles_may_ask(tenant: TenantKit) -> None:
    admin, _, _ = tenant.person("admin")
    with pytest.raises(Denied):
        ask(tenant, admin, "user", "view", by=tenant.actor("agent"))
    client, program = log_in(tenant, "agent"), Program(tenant, "agent")
    assert client.get("/explain/").status_code == 403
    assert client.get("/explain/records?page=user").status_code == 403
    assert program("GET", f"/explain/?user={admin}&page=user&kind=view", None).status_code == 403


def test_a_person_of_another_company_is_not_there(tenant: TenantKit, other_tenant: TenantKit) -> None:
    stranger, _, _ = other_tenant.person("manager")
    with pytest.raises(NotFound):
        ask(tenant, stranger, "user", "view")
    program = Program(tenant, "admin")
    assert program("GET", f"/explain/?user={stranger}&page=user&kind=view", None).status_code == 404
    assert log_in(tenant, "admin").get(f"/explain/?user={stranger}&page=user&kind=view").status_code == 200


def test_nonsense_gets_a_page_and_no_answer(tenant: TenantKit) -> None:
    client = log_in(tenant, "admin")
    me, _, _ = tenant.person("admin")
    good = f"user={me}&page=user"
    for args in (
        "", "user=x&page=user&kind=view", f"user={me}&page=nothing&kind=view", f"{good}&kind=fly",
        f"{good}&kind=view&record=abc", f"user={me}&page=business&kind=view&record=1",
    ):  # fmt: skip
        answer = client.get(f"/explain/?{args}")
        assert answer.status_code == 200, args
    program = Program(tenant, "admin")
    assert program("GET", f"/explain/?user={me}&page=user&kind=fly", None).status_code == 404
    assert program("GET", f"/explain/?user={me}&page=user&kind=view", None).json["data"]["reason"] == "admin"
