"""What a company narrows a role's view of customers to: saved, told and guarded as its permissions are (C1, R4, R5)."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts import explain, role_history, role_saving
from app.accounts.roles import all_roles, find, with_grants
from app.errors import Denied, Invalid
from app.models.base import transaction
from app.records import audit
from tests.contract.company import Program
from tests.desk import Desk
from tests.kit import TenantKit, log_in
from tests.records.test_visibility import rows

TEAMS, OWN = ("customer", "only_teams"), ("customer", "only_own")


def state(kit: TenantKit, role: str) -> Any:
    admin = kit.actor("admin")
    with Desk(kit, admin).at_work():
        return with_grants([find(all_roles(admin), kit.roles[role])])[0]


def save(kit: TenantKit, role: str, *more: tuple[str, str], by: str = "admin") -> Any:
    """The role with these narrowings and no others."""
    now, actor = state(kit, role), kit.actor(by)
    with Desk(kit, actor).at_work(), transaction():
        return role_saving.save(actor, now.id, now.grants - {TEAMS, OWN} | set(more), now.number)


def seen(kit: TenantKit, role: str) -> set[str]:
    answer = Program(kit, role)("GET", "/customer/?size=100&count=true").json
    assert answer["count"] == len(answer["data"])
    return {row["name"] for row in answer["data"]}


@pytest.fixture
def kit(tenant: TenantKit) -> TenantKit:
    """The manager is in a team that has a customer, and looks after another one."""
    team = rows(tenant, "team", {"name": "一组"})[0]
    tenant._people["manager"] = tenant.user("manager", team_id=team)
    me = tenant.person("manager")[0]
    rows(
        tenant, "customer",
        {"name": "自", "phone": "10086", "agent": me}, {"name": "组", "phone": "10010", "team": team},
        {"name": "他", "phone": "10000"},
    )  # fmt: skip
    return tenant


def test_a_narrowing_is_in_force_at_the_next_request_and_has_a_history(kit: TenantKit):
    """C1, R4, R5: each save is a version and an entry of the log; an earlier one can be brought back."""
    assert seen(kit, "manager") == {"自", "组", "他"}
    save(kit, "manager", TEAMS)
    assert seen(kit, "manager") == {"自", "组"}
    save(kit, "manager", OWN)
    assert seen(kit, "manager") == {"自"}
    admin, role = kit.actor("admin"), state(kit, "manager")
    with Desk(kit, admin).at_work():
        newest = role_history.versions(admin, role)[0]
        assert (newest.added, newest.removed) == ({OWN}, {TEAMS})
        entry = audit.history(admin, Desk(kit, admin).resource("role"), role.id)[0]
        assert (entry.changes[0].before, entry.changes[0].after) == (
            "客户资料：仅看本班组和本人的记录", "客户资料：仅看本人的记录",
        )  # fmt: skip
        with transaction():
            role_saving.rollback(admin, role.id, newest.number - 1)
    assert seen(kit, "manager") == {"自", "组"}


def test_explain_says_so(kit: TenantKit):
    """C1: why a customer is out of sight, and where that is decided; and how whole numbers are looked at."""
    save(kit, "manager", OWN)
    admin, me = kit.actor("admin"), kit.person("manager")[0]
    agent = kit.person("agent")[0]
    with (desk := Desk(kit, admin)).at_work():
        page = desk.resource("customer")
        found = explain.explain(admin, me, page, "view", desk_id(desk, "他"))
        assert (found.allowed, found.reason) == (False, "out_of_sight")
        assert found.place == f"/role/{kit.roles['manager']}/permissions"
        assert explain.explain(admin, me, page, "view", desk_id(desk, "自")).allowed
        assert "逐条" in explain.explain(admin, agent, page, "preview").sentence
        assert "逐条" not in explain.explain(admin, me, page, "preview").sentence


def desk_id(desk: Desk, name: str) -> int:
    return next(row.id for row in desk.page("customer").rows if row.values["name"] == name)


def test_nobody_lets_a_role_see_more_than_they_do(kit: TenantKit):
    """R4, C1: neither their own role nor another's, by whatever way."""
    now = state(kit, "manager")
    with Desk(kit, kit.actor("admin")).at_work(), transaction():
        more = {("role", kind) for kind in ("view", "edit", "add")}
        role_saving.save(kit.actor("admin"), now.id, now.grants | more | {OWN}, now.number)
    for role, narrowing in (("manager", ()), ("manager", (TEAMS,)), ("operator", (TEAMS,)), ("operator", (OWN,))):
        with pytest.raises(Denied):
            save(kit, role, *narrowing, by="manager")
    with pytest.raises(Denied), Desk(kit, kit.actor("manager")).at_work(), transaction():
        role_saving.copy(kit.actor("manager"), kit.roles["operator"], {"name": "副本"})
    desk, person = Desk(kit, kit.actor("manager")), kit.user("finance")[0]
    with pytest.raises(Invalid) as refused:
        desk.edit("user", person, role=str(kit.roles["operator"]))
    assert set(refused.value.errors) == {"role"}


def test_the_page_of_a_role_has_the_choice(kit: TenantKit):
    """C1: beside the matrix, for roles that the YAML does not limit; the form saves it."""
    client, url = log_in(kit, "admin"), f"/role/{kit.roles['manager']}/permissions"
    page = client.get(url).get_data(as_text=True)
    assert '<option value="customer.only_own">' in page
    for role in ("admin", "agent"):
        assert "customer.only_own" not in client.get(f"/role/{kit.roles[role]}/permissions").get_data(as_text=True)
    role = state(kit, "manager")
    cells = [f"{page}.{kind}" for page, kind in role.grants]
    form = {"csrf_token": client.csrf, "number": role.number, "grant": [*cells, "customer.only_own"]}
    assert client.post(url, data=form).status_code in (302, 303)
    assert state(kit, "manager").grants == role.grants | {OWN}
    api = client.get(f"/api/v1/role/{role.id}/permissions").json
    assert "only_own" in str(api)
