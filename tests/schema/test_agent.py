"""The agents' page: a second page over the users, for the roles of agents only (C2, U1, U5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.errors import Denied, Invalid, NotFound
from tests.contract.company import Program
from tests.desk import Desk
from tests.kit import PASSWORD, TenantKit, log_in
from tests.records.test_visibility import rows

NEW = {"username": "seat.one", "password": "Kx81-wopq-27", "name": "坐席甲", "phone": "13800138000"}


@pytest.fixture
def crowd(tenant: TenantKit) -> dict[str, int]:
    """One person of every role."""
    return {role: tenant.person(role)[0] for role in tenant.roles}


def ids(desk: Desk, **args: str) -> set[int]:
    return {row.id for row in desk.page("agent", size="200", **args).rows}


def test_holds_the_people_of_seat_roles_only(desk: Desk, crowd: dict[str, int]) -> None:
    """C2: list, count, single records; somebody with another role is not there."""
    assert ids(desk) == {crowd["team_leader"], crowd["agent"]}
    assert desk.count("agent").number == 2
    assert desk.get("agent", crowd["agent"]).titles["role"] == "普通坐席"
    for role in ("admin", "operator", "manager", "finance"):
        for touch in (desk.get, desk.delete, desk.history, lambda page, id_: desk.act(page, "disable", id_)):
            with pytest.raises(NotFound):
                touch("agent", crowd[role])
        with pytest.raises(NotFound):
            desk.edit("agent", crowd[role], name="改")


def test_page_and_api_answer_404_for_other_people(tenant: TenantKit, crowd: dict[str, int]) -> None:
    """C2: by address as by list, for the admin too."""
    browser, program = log_in(tenant, "admin"), Program(tenant, "admin")
    assert program("GET", f"/agent/{crowd['agent']}").status_code == 200
    assert program("GET", f"/agent/{crowd['manager']}").status_code == 404
    assert program("PUT", f"/agent/{crowd['manager']}", {"name": "改"}).status_code == 404
    assert program("DELETE", f"/agent/{crowd['manager']}").status_code == 404
    assert browser.get(f"/agent/{crowd['agent']}").status_code == 200
    assert browser.get(f"/agent/{crowd['manager']}").status_code == 404
    assert browser.get(f"/agent/{crowd['manager']}/edit").status_code == 404


def test_only_roles_of_agents_are_offered_and_taken(desk: Desk, tenant: TenantKit, crowd: dict[str, int]) -> None:
    """C2, U1: on this page nobody becomes anything but an agent."""
    offered = {choice.id for choice in desk.choices("agent", "role", limit=None)}
    assert offered == {tenant.roles["team_leader"], tenant.roles["agent"]}
    assert len(desk.choices("user", "role", limit=None)) == len(tenant.roles)
    with pytest.raises(Invalid) as refused:
        desk.add("agent", **NEW, role=str(tenant.roles["manager"]))
    assert set(refused.value.errors) == {"role"}
    assert "坐席" in str(refused.value.errors["role"][0])
    with pytest.raises(Invalid) as refused:
        desk.edit("agent", crowd["agent"], role=str(tenant.roles["operator"]))
    assert set(refused.value.errors) == {"role"}
    assert desk.edit("agent", crowd["agent"], role=str(tenant.roles["team_leader"])).id == crowd["agent"]


def test_is_the_same_person_on_both_pages_with_one_history(desk: Desk, tenant: TenantKit) -> None:
    """C2, U1: what is added here is a user; both pages tell the same history."""
    team = rows(tenant, "team", {"name": "一组"})[0]
    made = desk.add("agent", **NEW, role=str(tenant.roles["agent"]), team=str(team))
    assert desk.get("user", made.id).values["team"] == team
    desk.edit("user", made.id, name="坐席乙")
    desk.act("agent", "disable", made.id)
    told = [entry.action for entry in desk.history("agent", made.id)]
    assert told == ["disable", "edit", "add"]
    assert told == [entry.action for entry in desk.history("user", made.id)]
    desk.delete("agent", made.id)
    with pytest.raises(NotFound):
        desk.get("user", made.id)


def test_the_users_rules_hold_here_too(desk: Desk, tenant: TenantKit, crowd: dict[str, int]) -> None:
    """P3, U3: sessions end, nobody deletes themselves, a reset gives a one-time password."""
    browser = log_in(tenant, "agent")
    outcome = desk.act("agent", "reset_password", crowd["agent"])
    assert len(outcome.reveal) == 1
    assert browser.get("/workbench").status_code in (302, 303)
    oneself = replace(desk, actor=replace(desk.actor, user_id=crowd["agent"]))
    with pytest.raises(Invalid):
        oneself.delete("agent", crowd["agent"])


def test_is_found_by_team(desk: Desk, tenant: TenantKit) -> None:
    """C2, U5: the filter by team, together with others."""
    one, two = rows(tenant, "team", {"name": "一组"}, {"name": "二组"})
    near, far = (tenant.user("agent", team_id=team, name="同名")[0] for team in (one, two))
    assert ids(desk, team=str(one)) == {near}
    assert ids(desk, team=str(one), name="同名") == {near}
    assert ids(desk, name="同名") == {near, far}


def test_a_leader_sees_the_own_team_and_without_one_nobody(tenant: TenantKit) -> None:
    """C2: team leaders look at their own people only, and change nothing."""
    one, two = rows(tenant, "team", {"name": "一组"}, {"name": "二组"})
    near, far = (tenant.user("agent", team_id=team)[0] for team in (one, two))
    leader = tenant.user("team_leader", team_id=one)
    tenant._people["team_leader"] = leader
    desk = Desk(tenant, tenant.actor("team_leader"))
    assert ids(desk) == {near, leader[0]}
    with pytest.raises(NotFound):
        desk.get("agent", far)
    with pytest.raises(Denied):
        desk.edit("agent", near, name="改")
    with pytest.raises(Denied):
        desk.page("user")
    tenant._people["team_leader"] = tenant.user("team_leader")
    assert ids(Desk(tenant, tenant.actor("team_leader"))) == set()


def test_a_manager_without_the_users_page_still_has_this_one(tenant: TenantKit, crowd: dict[str, int]) -> None:
    """R2, C2: the page has permissions of its own."""
    actor = tenant.actor("manager")
    desk = Desk(tenant, replace(actor, grants=frozenset(pair for pair in actor.grants if pair[0] == "agent")))
    assert desk.edit("agent", crowd["agent"], name="改").values["name"] == "改"
    with pytest.raises(Denied):
        desk.page("user")
    with pytest.raises(Denied):
        desk.delete("agent", crowd["agent"])


def test_a_team_with_people_or_customers_is_not_deleted_unasked(desk: Desk, tenant: TenantKit) -> None:
    """C2: somebody has to say where they go."""
    one, two = rows(tenant, "team", {"name": "一组"}, {"name": "二组"})
    member = tenant.user("agent", team_id=one)[0]
    with pytest.raises(Exception, match="一组"):
        desk.delete("team", one)
    with desk.at_work():
        assert desk.get("agent", member).values["team"] == one
    desk.delete("team", two)


def test_the_page_and_its_form_say_what_they_are(tenant: TenantKit, crowd: dict[str, int]) -> None:
    """C2, K4: its own name in menu, title and form."""
    browser = log_in(tenant, "manager")
    text = browser.get("/agent/").get_data(as_text=True)
    assert "坐席" in text
    assert "班组" in text
    form = browser.get("/agent/add").get_data(as_text=True)
    assert "普通坐席" in form
    assert "财务" not in form.partition("<form")[2]
    answer = browser.post("/agent/add", data={**NEW, "password_confirm": NEW["password"], "active": "y",
                          "role": tenant.roles["agent"], "csrf_token": browser.csrf})  # fmt: skip
    assert answer.status_code in (302, 303), answer.get_data(as_text=True)
    assert PASSWORD not in text
