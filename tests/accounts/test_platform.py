"""The platform's operators (P3): they reset a company's admin, and reach nothing else of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app.accounts import platform
from app.accounts.tenants import find_tenant
from app.errors import Denied, Invalid, NotFound
from app.models.adopted import Role, User
from app.models.audit import AuditEntry
from app.models.base import db, new_id, transaction
from app.models.tenant import Tenant
from app.tenancy.scope import tenant_scope
from tests.accounts.browser import Browser, Program
from tests.accounts.rows import change, stored
from tests.kit import TenantKit

PAGES = ("/platform/", "/platform/{id}", "/api/v1/platform/companies", "/api/v1/platform/companies/{id}/admins")
Owner = Callable[[], AbstractContextManager[Flask]]


@pytest.fixture
def operators(app: Flask, new_tenant: Callable[[], TenantKit], as_owner: Owner) -> Iterator[TenantKit]:
    """A company marked as the platform's own. Tests share the database: the mark goes with the test."""
    kit = new_tenant()
    mark(as_owner, kit, True)
    yield kit
    mark(as_owner, kit, False)


def mark(as_owner: Owner, kit: TenantKit, value: bool) -> None:
    with as_owner(), transaction():
        db.session.execute(update(Tenant).where(Tenant.id == kit.id).values(platform=value))


def browser_of(app: Flask, kit: TenantKit, role: str = "admin") -> Browser:
    browser = Browser(app)
    _id, username, password = kit.person(role)
    browser.log_in(kit.code, username, password)
    browser.get("/workbench")
    return browser


@pytest.fixture
def operator(app: Flask, operators: TenantKit) -> Browser:
    return browser_of(app, operators)


def reset(browser: Browser, kit: TenantKit, user_id: int) -> Any:
    return browser.post(f"/platform/{kit.id}/reset", {"ids": str(user_id)})


# --- for operators
def test_every_company_is_listed_with_its_users(tenant: TenantKit, operator: Browser) -> None:
    """P3: code, name, state, number of users; found by its code."""
    tenant.user("agent")
    page = operator.get(f"/platform/?q={tenant.code}").get_data(as_text=True)
    assert tenant.code in page
    data = operator.get(f"/api/v1/platform/companies?q={tenant.code}").json["data"]
    assert [(row["code"], row["users"], row["active"]) for row in data] == [(tenant.code, 2, True)]


def test_the_list_goes_on(app: Flask, operator: Browser, tenant: TenantKit, monkeypatch: pytest.MonkeyPatch) -> None:
    """P3: page by page, by code, none twice and none left out."""
    monkeypatch.setattr(platform, "MOST", 2)
    with app.app_context():
        wanted = db.session.scalars(select(Tenant.code).where(Tenant.platform.is_(False)).order_by(Tenant.code)).all()
    found: list[str] = []
    after = ""
    while True:
        answer = operator.get(f"/api/v1/platform/companies?after={after}").json
        found += [row["code"] for row in answer["data"]]
        after = answer["next"]
        if not after or len(found) > len(wanted):
            break
    assert sorted(found) == sorted(wanted)
    assert len(found) == len(set(found))


def test_an_admin_is_reset_with_a_one_time_password_shown_once(
    app: Flask, tenant: TenantKit, operator: Browser
) -> None:
    """P3: it must be changed at the next login, and ends the admin's logins."""
    before = browser_of(app, tenant)
    id_, username, _password = tenant.person("admin")
    operator.get(f"/platform/{tenant.id}")
    page = reset(operator, tenant, id_).get_data(as_text=True)
    (once,) = re.findall(r'<p class="secret"><code>([^<]+)</code>', page)
    assert once not in operator.get(f"/platform/{tenant.id}").get_data(as_text=True)
    assert not before.is_in()
    again = Browser(app)
    assert again.log_in(tenant.code, username, once).status_code == 303
    assert again.get("/workbench").location == "/password"


def test_a_reset_is_in_both_audit_logs_under_the_operators_name(
    app: Flask, tenant: TenantKit, operators: TenantKit, operator: Browser
) -> None:
    """P3: the company sees who did it."""
    id_, username, _password = tenant.person("admin")
    reset(operator, tenant, id_)
    name = operators.person("admin")[1]
    theirs = stored(app, tenant.id, AuditEntry.actor_name, record_id=id_, action="reset_password")
    assert len(theirs) == 1
    assert name in theirs[0]
    ours = stored(app, operators.id, AuditEntry.record_title, action="reset_admin")
    assert ours == [f"{tenant.code} · {username}"]


def test_the_api_resets_too_but_not_for_a_key(app: Flask, tenant: TenantKit, operators: TenantKit) -> None:
    """P3: with a login; an API key that is found must not open every company."""
    _id, username, password = operators.person("admin")
    program = Program(app)
    program.log_in(operators.code, username, password)
    path = f"/api/v1/platform/companies/{tenant.id}/admins/{tenant.person('admin')[0]}/reset"
    assert program.send("POST", path).json["data"]["one_time_password"]
    key = program.send("POST", "/api/v1/security/keys", {"name": "ops"}).json["data"]["key"]
    assert Program(app, key).send("POST", path).status_code == 403
    with app.app_context(), tenant_scope(operators.id), pytest.raises(Denied):
        platform.reset_admin(operators.actor("admin"), tenant.id, tenant.person("admin")[0])


def test_nobody_but_an_admin_is_reset_from_here(tenant: TenantKit, other_tenant: TenantKit, operator: Browser) -> None:
    """P3: a company's other people are its own admin's business; an admin of another company is not this one's."""
    assert reset(operator, tenant, tenant.user("manager")[0]).status_code == 404
    assert reset(operator, tenant, other_tenant.person("admin")[0]).status_code == 404
    assert reset(operator, tenant, 1).status_code == 404


# --- nothing else
def test_operators_read_nothing_of_a_company(tenant: TenantKit, operators: TenantKit, operator: Browser) -> None:
    """P3: their pages are as confined as everybody's."""
    id_, username, _password = tenant.user("manager", name="何处寻")
    for path in (f"/user/{id_}", f"/user/{id_}/edit", f"/api/v1/user/{id_}"):
        assert operator.get(path).status_code == 404
    assert operator.get("/api/v1/user/?q=何处寻").json["data"] == []
    page = operator.get(f"/platform/{tenant.id}").get_data(as_text=True)
    assert tenant.person("admin")[1] in page
    assert "何处寻" not in page
    assert username not in page


def test_after_a_look_at_a_company_one_is_back_at_home(app: Flask, tenant: TenantKit, operators: TenantKit) -> None:
    """P3: the scope of another company ends with the statement that needed it."""
    actor = operators.actor("admin")
    with app.app_context(), tenant_scope(operators.id):
        platform.companies(actor, tenant.code)
        platform.admins(actor, tenant.id)
        assert set(db.session.scalars(select(User.tenant_id)).all()) == {operators.id}


@pytest.mark.only_on("postgres")
@pytest.mark.parametrize("column", ["platform", "active", "name"])
def test_no_request_can_make_a_company_the_platforms(app: Flask, tenant: TenantKit, column: str) -> None:
    """P3: the role that serves requests reads companies, and writes nothing of them but their versions."""
    values = {"platform": True, "active": False, "name": "x"}
    with (
        app.app_context(),
        tenant_scope(tenant.id),
        pytest.raises(DBAPIError, match="permission denied"),
        transaction(),
    ):
        db.session.execute(update(Tenant).where(Tenant.id == tenant.id).values({column: values[column]}))


@pytest.mark.parametrize("query", ["q=%00", "after=%00", "q=a%00b%ff"])
@pytest.mark.parametrize("path", [PAGES[0], PAGES[2]])
def test_signs_that_no_database_takes_are_no_fault(operator: Browser, path: str, query: str) -> None:
    """P3"""
    assert operator.get(f"{path}?{query}").status_code == 200


# --- for everybody else
@pytest.mark.parametrize("path", PAGES)
def test_for_others_there_are_no_such_pages(app: Flask, tenant: TenantKit, other_tenant: TenantKit, path: str) -> None:
    """P3: 404 for the admin of a company, and for each of its other roles."""
    for role in ("admin", "manager", "operator", "agent"):
        browser = browser_of(app, tenant, role)
        assert browser.get(path.format(id=other_tenant.id)).status_code == 404, role
        assert "/platform/" not in browser.get("/workbench").get_data(as_text=True)


def test_others_reset_nobody(app: Flask, tenant: TenantKit, other_tenant: TenantKit) -> None:
    """P3: page and API."""
    browser, admin = browser_of(app, tenant), other_tenant.person("admin")[0]
    assert reset(browser, other_tenant, admin).status_code == 404
    headers = {"X-CSRFToken": browser.csrf}
    path = f"/api/v1/platform/companies/{other_tenant.id}/admins/{admin}/reset"
    assert browser.post(path, headers=headers).status_code == 404
    assert stored(app, other_tenant.id, User.must_change_password, id=admin) == [False]


def test_the_platforms_own_staff_who_are_no_admins_operate_nothing(
    app: Flask, operators: TenantKit, tenant: TenantKit
) -> None:
    """P3: deny by default."""
    for role in ("manager", "operator"):
        assert browser_of(app, operators, role).get("/platform/").status_code == 404


def test_the_mark_is_asked_for_at_every_request(
    app: Flask, operators: TenantKit, operator: Browser, as_owner: Owner
) -> None:
    """P3: a company that is the platform's no longer loses its pages with its next click."""
    assert operator.get("/platform/").status_code == 200
    mark(as_owner, operators, False)
    assert operator.get("/platform/").status_code == 404


def test_strangers_are_sent_to_the_login(app: Flask) -> None:
    """P3: as with every page."""
    assert Browser(app).get("/platform/").status_code in (302, 303)


# --- the command line
def test_the_first_operator_brings_the_company_live_and_others_join(owner: Flask, app: Flask) -> None:
    """P3: `ucc platform create-operator`."""
    with owner.app_context():
        company, once = platform.create_operator("ops.one")
    assert (company.code, company.platform) == ("platform", True)
    browser = Browser(app)
    assert browser.log_in("platform", "ops.one", once).status_code == 303
    assert browser.get("/platform/").location == "/password"  # first of all the one-time password is changed
    with owner.app_context():
        _company, second = platform.create_operator("ops.two")
        with pytest.raises(Invalid):
            platform.create_operator("ops.two")
        tenant_id = find_tenant("platform").id
    assert Browser(app).log_in("platform", "ops.two", second).status_code == 303
    roles = stored(app, tenant_id, Role.id, key="admin")
    assert set(stored(app, tenant_id, User.role_id)) == set(roles)
    change(owner, tenant_id, Tenant, id=tenant_id, platform=False, code=f"was-platform-{new_id() % 10**6}")


def test_companies_that_do_not_exist_are_not_found(app: Flask, operators: TenantKit) -> None:
    """P3: nor is the platform's own: its people are on its own page of users."""
    actor = operators.actor("admin")
    with app.app_context(), tenant_scope(operators.id):
        for id_ in (1, operators.id):
            with pytest.raises(NotFound):
                platform.admins(actor, id_)
