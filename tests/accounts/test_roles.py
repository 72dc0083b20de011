"""Roles: what may be granted by whom, versions, and what workers see of it (R1–R5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.access import Actor
from app.accounts import role_history, role_saving
from app.accounts.permissions import sync
from app.accounts.role_saving import RoleConflict, Saved
from app.accounts.roles import Grants, all_roles, cells, defaults_of, find, grants_of, texts, with_grants
from app.engine import engine
from app.errors import Denied, InUse, Invalid, NotFound
from app.models.adopted import Role, User
from app.models.base import db, new_id, transaction
from app.models.role_version import RoleVersion
from app.records import audit
from app.records.system import people
from app.spec.model import Product
from app.tenancy.scope import tenant_scope
from tests.desk import at_once
from tests.kit import TenantKit, log_in

VIEW, EXPORTS = ("announcement", "view"), ("announcement", "add")
ROLE_VIEW, ROLE_EDIT = ("role", "view"), ("role", "edit")


@contextmanager
def inside(kit: TenantKit) -> Iterator[None]:
    with kit.app.test_request_context(), tenant_scope(kit.id):
        yield


def now(kit: TenantKit, role: str) -> Grants:
    with inside(kit):
        return grants_of([kit.roles[role]])[kit.roles[role]]


def number(kit: TenantKit, role: str) -> int:
    with inside(kit):
        return find(all_roles(kit.actor("admin")), kit.roles[role]).number


def save(kit: TenantKit, role: str, wanted: Grants, *, by: str = "admin", at: int | None = None) -> Saved:
    actor, version = kit.actor(by), number(kit, role) if at is None else at
    with inside(kit), transaction():
        return role_saving.save(actor, kit.roles[role], wanted, version)


def change(kit: TenantKit, role: str, *pairs: tuple[str, str], **how: Any) -> Saved:
    """Turns these cells over."""
    return save(kit, role, now(kit, role) ^ frozenset(pairs), **how)


def copy(kit: TenantKit, source: str, name: str, *, by: str = "admin") -> str:
    """The key in the kit of a new role copied from another."""
    actor = kit.actor(by)
    with inside(kit), transaction():
        kit.roles[name] = role_saving.copy(actor, kit.roles[source], {"name": name, "remark": ""})
    return name


def deputy(kit: TenantKit, *pairs: tuple[str, str]) -> str:
    """A role that may work on the role page and holds these permissions besides."""
    name = copy(kit, "agent", f"副手{new_id() % 10**6}")
    save(kit, name, frozenset({ROLE_VIEW, ROLE_EDIT, ("role", "add"), ("role", "delete"), *pairs}))
    return name


# --- saving
def test_a_save_gives_and_takes_exactly_what_was_ticked(tenant: TenantKit) -> None:
    """R3, R4."""
    before = now(tenant, "finance")
    assert VIEW in before
    saved = change(tenant, "finance", VIEW, EXPORTS)
    assert (saved.added, saved.removed) == (frozenset({EXPORTS}), frozenset({VIEW}))
    assert now(tenant, "finance") == before - {VIEW} | {EXPORTS}
    assert now(tenant, "operator") == defaults(tenant, "operator"), "nobody else's"


def defaults(kit: TenantKit, key: str) -> Grants:
    with inside(kit):
        return defaults_of(key)


def test_a_new_companys_roles_start_with_the_defaults_as_their_first_version(tenant: TenantKit) -> None:
    """R1, R5."""
    actor = tenant.actor("admin")
    with inside(tenant):
        for role in with_grants(all_roles(actor)):
            assert role.built_in
            assert role.grants == defaults_of(role.key)
            found = role_history.versions(actor, role)
            expected = [] if role.is_admin else [(1, role_history.START, role.grants)]
            assert [(version.number, version.action, version.grants) for version in found] == expected


def test_saving_what_is_there_already_makes_no_version(tenant: TenantKit) -> None:
    """R4."""
    assert save(tenant, "finance", now(tenant, "finance")).added == frozenset()
    assert number(tenant, "finance") == 1


@pytest.mark.parametrize("wanted", [{("announcement", "listen")}, {("nonsense", "view")}, {("announcement", "")}])
def test_only_cells_of_the_matrix_can_be_granted(tenant: TenantKit, wanted: set[tuple[str, str]]) -> None:
    """R3: a cell exists only where the page has that kind."""
    with pytest.raises(Invalid) as refusal:
        save(tenant, "finance", frozenset(wanted))
    assert texts(wanted)[0] in str(refusal.value.errors["grants"])
    assert number(tenant, "finance") == 1


def test_a_role_of_another_company_is_not_there(tenant: TenantKit, other_tenant: TenantKit) -> None:
    """R3."""
    theirs = other_tenant.roles["finance"]
    before = now(other_tenant, "finance")
    actor = tenant.actor("admin")
    for attempt in (
        lambda: role_saving.save(actor, theirs, frozenset(), 1),
        lambda: role_saving.restore(actor, theirs, lambda _pair: True),
        lambda: role_saving.rollback(actor, theirs, 1),
        lambda: role_saving.copy(actor, theirs, {"name": "偷来的"}),
        lambda: role_saving.remove(actor, [theirs]),
    ):
        with pytest.raises(NotFound), inside(tenant), transaction():
            attempt()
    assert now(other_tenant, "finance") == before


# --- what nobody may
def test_admin_cannot_be_reduced(tenant: TenantKit) -> None:
    """R1."""
    with inside(tenant):
        everything = cells(engine().product)
    for wanted in (frozenset(), everything - {VIEW}):
        with pytest.raises(Invalid, match=r"admin|管理员"):
            save(tenant, "admin", wanted, at=0)
    assert save(tenant, "admin", everything, at=0).removed == frozenset()


def test_nobody_gives_or_takes_away_what_they_do_not_hold(tenant: TenantKit) -> None:
    """R3: neither by a save, nor by restoring, going back or copying."""
    name = deputy(tenant, VIEW)
    assert change(tenant, "agent", VIEW, by=name).added == {VIEW}
    assert change(tenant, "agent", VIEW, by=name).removed == {VIEW}
    with pytest.raises(Denied) as refusal:
        change(tenant, "agent", ("user", "delete"), by=name)
    assert "用户" in str(refusal.value.message) or "Users" in str(refusal.value.message)
    with pytest.raises(Denied):
        change(tenant, "manager", ("user", "add"), by=name)  # nor take away
    change(tenant, "manager", ("user", "add"))
    actor = tenant.actor(name)
    for attempt in (
        lambda: role_saving.restore(actor, tenant.roles["manager"], lambda _pair: True),
        lambda: role_saving.rollback(actor, tenant.roles["manager"], 1),
        lambda: role_saving.copy(actor, tenant.roles["manager"], {"name": "抄"}),
    ):
        with pytest.raises(Denied), inside(tenant), transaction():
            attempt()
    assert ("user", "add") not in now(tenant, "manager")


def test_who_may_not_edit_roles_saves_nothing(tenant: TenantKit) -> None:
    """R3: the manager looks, and no more."""
    with pytest.raises(Denied):
        change(tenant, "agent", VIEW, by="manager")


@pytest.mark.parametrize("pair", [ROLE_VIEW, ROLE_EDIT])
def test_nobody_locks_themself_out_of_the_role_page(tenant: TenantKit, pair: tuple[str, str]) -> None:
    """R3: others may take it from them; the admin always has it."""
    name = deputy(tenant)
    with pytest.raises(Invalid, match=r"own access|自己"):
        change(tenant, name, pair, by=name)
    assert change(tenant, name, pair).removed == {pair}


# --- two at once
def test_the_second_of_two_saves_is_told_the_difference(tenant: TenantKit) -> None:
    """R4: nothing is overwritten unseen; both people's changes can be merged."""
    seen, base = number(tenant, "finance"), now(tenant, "finance")
    change(tenant, "finance", ("user", "view"), at=seen)
    with pytest.raises(RoleConflict) as refusal:
        save(tenant, "finance", base ^ {EXPORTS}, at=seen)
    conflict = refusal.value
    assert (conflict.theirs, conflict.yours) == (frozenset({("user", "view")}), frozenset({EXPORTS}))
    assert conflict.merged == base ^ {("user", "view"), EXPORTS}
    assert now(tenant, "finance") == base ^ {("user", "view")}
    assert save(tenant, "finance", conflict.merged, at=conflict.role.number).added == {EXPORTS}


def test_of_saves_at_the_same_moment_one_wins(tenant: TenantKit) -> None:
    """R4, on SQLite and PostgreSQL."""
    actor, seen, base = tenant.actor("admin"), number(tenant, "finance"), now(tenant, "finance")
    pages = [("user", kind) for kind in ("view", "add", "edit", "delete")]

    def attempt(pair: tuple[str, str]) -> Callable[[], Saved]:
        def run() -> Saved:
            with inside(tenant), transaction():
                return role_saving.save(actor, tenant.roles["finance"], base ^ {pair}, seen)

        return run

    answers = at_once(*map(attempt, pages))
    won = [answer for answer in answers if isinstance(answer, Saved)]
    assert len(won) == 1
    assert sum(isinstance(answer, RoleConflict) for answer in answers) == len(pages) - 1, answers
    assert now(tenant, "finance") == base ^ won[0].added
    assert number(tenant, "finance") == seen + 1


# --- defaults and versions
@pytest.mark.parametrize(
    ("scope", "left"),
    [
        (lambda pair: pair == VIEW, {EXPORTS, ("user", "view")}),
        (lambda pair: pair[0] == "announcement", {("user", "view")}),
        (lambda _pair: True, set()),
    ],
    ids=["cell", "row", "all"],
)
def test_defaults_are_restored_in_a_cell_a_row_and_all(tenant: TenantKit, scope: Any, left: Any) -> None:
    """R5."""
    change(tenant, "finance", VIEW, EXPORTS, ("user", "view"))
    actor = tenant.actor("admin")
    with inside(tenant), transaction():
        role_saving.restore(actor, tenant.roles["finance"], scope)
    assert now(tenant, "finance") ^ defaults(tenant, "finance") == left


def test_an_own_role_has_the_defaults_of_what_it_was_copied_from(tenant: TenantKit) -> None:
    """R5: through copies of copies, too; a role from scratch has none."""
    first = copy(tenant, "team_leader", "高级班长")
    second = copy(tenant, first, "特级班长")
    change(tenant, second, VIEW)
    actor = tenant.actor("admin")
    with inside(tenant):
        role = find(all_roles(actor), tenant.roles[second])
        assert (role.key, role.base, role.origin, role.seat) == ("", "team_leader", "team_leader", True)
        with transaction():
            role_saving.restore(actor, role.id, lambda _pair: True)
    assert now(tenant, second) == defaults(tenant, "team_leader")
    assert tenant.actor(second).role_base == "team_leader"
    assert tenant.actor("team_leader").role_base == ""
    assert defaults(tenant, "") == frozenset()


def test_history_tells_who_changed_what(tenant: TenantKit) -> None:
    """R4, R5."""
    change(tenant, "finance", VIEW, EXPORTS)
    actor = tenant.actor("admin")
    with inside(tenant):
        role = find(all_roles(actor), tenant.roles["finance"])
        last, first = role_history.versions(actor, role)
        entry = audit.history(actor, engine().product.resource("role"), role.id)[0]
    assert (first.number, last.number, last.action) == (1, 2, role_saving.SAVE)
    assert (last.added, last.removed) == (frozenset({EXPORTS}), frozenset({VIEW}))
    assert last.who == actor.get_full_name()
    assert [(told.before, told.after) for told in entry.changes] == [("公告：查看", "公告：新增")]


def test_any_version_can_be_brought_back_as_a_new_one(tenant: TenantKit) -> None:
    """R5."""
    start = now(tenant, "finance")
    change(tenant, "finance", VIEW)
    change(tenant, "finance", EXPORTS)
    actor = tenant.actor("admin")
    with inside(tenant), transaction():
        role_saving.rollback(actor, tenant.roles["finance"], 1)
    assert now(tenant, "finance") == start
    with inside(tenant):
        last = role_history.versions(actor, find(all_roles(actor), tenant.roles["finance"]))[0]
    assert (last.number, last.action, last.source) == (4, role_saving.ROLLBACK, 1)
    with pytest.raises(NotFound), inside(tenant), transaction():
        role_saving.rollback(actor, tenant.roles["finance"], 99)


def test_a_role_without_versions_begins_its_history_at_the_first_save(tenant: TenantKit) -> None:
    """R5: companies from before there were versions, roles made from scratch."""
    with inside(tenant), transaction() as session:
        session.add(Role(id=new_id(), name="空白角色"))
        session.flush()
        tenant.roles["空白角色"] = session.scalars(select(Role.id).where(Role.name == "空白角色")).one()
    assert number(tenant, "空白角色") == 0
    change(tenant, "空白角色", VIEW)
    actor = tenant.actor("admin")
    with inside(tenant):
        found = role_history.versions(actor, find(all_roles(actor), tenant.roles["空白角色"]))
    assert [(version.number, version.action, version.grants) for version in found] == [
        (2, role_saving.SAVE, frozenset({VIEW})),
        (1, role_history.START, frozenset()),
    ]


def test_pages_that_an_update_brings_make_a_version(
    tenant: TenantKit, product: Product, as_owner: Callable[[], AbstractContextManager[Flask]]
) -> None:
    """R5: so whoever has the matrix open at that moment does not take them away again unknowing."""
    name = f"page{new_id() % 10**9}"
    page = replace(product.resource("announcement"), name=name)
    with as_owner():
        sync(replace(product, resources={**product.resources, name: page}))
    actor = tenant.actor("admin")
    with inside(tenant):
        last = role_history.versions(actor, find(all_roles(actor), tenant.roles["finance"]))[0]
        agent = find(all_roles(actor), tenant.roles["agent"])
    given = page.permissions["finance"]
    assert (last.number, last.action) == (2, role_history.PRODUCT)
    assert last.added == {(name, kind) for kind in given}
    assert agent.number == 1 + ("agent" in page.permissions)


@pytest.mark.only_on("postgres")
def test_versions_cannot_be_changed_or_deleted(tenant: TenantKit) -> None:
    """R5: not even by a fault in the application."""
    with pytest.raises(DBAPIError, match="permission denied"), inside(tenant), transaction() as session:
        session.execute(update(RoleVersion).values(action="x"), execution_options={"synchronize_session": False})


# --- copies and removal
def test_a_copy_holds_what_the_original_does_and_goes_its_own_way(tenant: TenantKit) -> None:
    """R1: tenants may add their own roles."""
    name = copy(tenant, "manager", "大区经理")
    assert now(tenant, name) == now(tenant, "manager")
    change(tenant, name, VIEW)
    assert VIEW in now(tenant, "manager")
    with pytest.raises(Invalid):
        copy(tenant, "manager", "大区经理")


def test_built_in_roles_cannot_be_deleted(tenant: TenantKit) -> None:
    """R1."""
    actor = tenant.actor("admin")
    for key in ("admin", "finance"):
        with pytest.raises(Invalid), inside(tenant), transaction():
            role_saving.remove(actor, [tenant.roles[key]])


def test_a_role_with_users_goes_only_with_a_new_role_for_them(tenant: TenantKit) -> None:
    """R1, U4: they move in the same transaction, and their logins end."""
    name = copy(tenant, "finance", "出纳")
    user_id, _username, _password = tenant.person(name)
    client = log_in(tenant, name)
    actor = tenant.actor("admin")
    with pytest.raises(InUse), inside(tenant), transaction():
        role_saving.remove(actor, [tenant.roles[name]])
    with inside(tenant), transaction():
        assert role_saving.remove(actor, [tenant.roles[name]], tenant.roles["agent"]) == [name]
    with inside(tenant):
        assert db.session.scalars(select(User.role_id).where(User.id == user_id)).one() == tenant.roles["agent"]
        last = audit.history(actor, people(engine().product), user_id)
        assert tenant.roles[name] not in [role.id for role in all_roles(actor)]
    assert [(told.before, told.after) for told in last[0].changes] == [(name, "普通坐席")]
    assert client.get("/workbench").status_code in (302, 303)


def test_a_deputy_deletes_no_role_that_holds_more_and_gives_none_that_does(tenant: TenantKit) -> None:
    """R3: nobody takes away or hands out, by deleting, what they do not hold."""
    boss, rich, poor = deputy(tenant, VIEW), copy(tenant, "manager", "富"), copy(tenant, "agent", "贫")
    save(tenant, poor, frozenset({VIEW}))
    tenant.person(poor)
    actor = tenant.actor(boss)
    for ids, heir in (([rich], "agent"), ([poor], "manager"), ([poor], "admin")):
        with pytest.raises(Denied), inside(tenant), transaction():
            role_saving.remove(actor, [tenant.roles[id] for id in ids], tenant.roles[heir])
    with pytest.raises(Invalid), inside(tenant), transaction():
        role_saving.remove(actor, [tenant.roles[boss]], tenant.roles["agent"])


# --- in force
def test_a_grant_and_a_revoke_bite_at_the_next_request_on_every_worker(app: Flask, tenant: TenantKit) -> None:
    """R4: two workers on one database; the admin saves on one, the user asks the other."""
    settings = {name: app.config[name] for name in ("INSTANCE", "DATABASE_URL", "OWNER_DATABASE_URL", "SCHEMA")}
    second = create_app({"TESTING": True, **settings})
    elsewhere = TenantKit(second, tenant.id, tenant.code, tenant.roles, tenant._people)
    user = log_in(elsewhere, "finance")
    assert user.get("/user/").status_code == 403
    change(tenant, "finance", ("user", "view"))
    assert user.get("/user/").status_code == 200
    assert user.get("/api/v1/user/").status_code == 200
    change(tenant, "finance", ("user", "view"))
    assert user.get("/user/").status_code == 403
    assert user.get("/api/v1/user/").status_code == 403


def test_a_refused_save_leaves_no_trace(tenant: TenantKit) -> None:
    """R4: what a rolled-back transaction wrote is remembered by nobody."""
    actor: Actor = tenant.actor("admin")
    before = now(tenant, "finance")
    with pytest.raises(ZeroDivisionError), inside(tenant), transaction():
        role_saving.save(actor, tenant.roles["finance"], before ^ {VIEW}, 1)
        1 / 0  # noqa: B018
    assert (now(tenant, "finance"), number(tenant, "finance")) == (before, 1)
    assert tenant.actor("finance").grants >= before
