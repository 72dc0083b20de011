"""Server-side logins: what ends them, and what a stolen cookie is worth."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from app.models.adopted import User
from app.models.base import utcnow
from app.models.session import LoginSession
from app.models.tenant import Tenant
from app.tenancy.scope import current
from tests.accounts.browser import Browser, Program
from tests.accounts.rows import change, stored

Person = tuple[int, str, str]


@pytest.fixture
def person(tenant: Any) -> Person:
    return tenant.user("operator")


@pytest.fixture
def browser(app: Flask, tenant: Any, person: Person) -> Browser:
    """Logged in as `person`."""
    browser = Browser(app)
    assert browser.log_in(tenant.code, person[1], person[2]).status_code == 303
    assert browser.is_in()
    return browser


def with_cookie(app: Flask, cookie: str) -> Browser:
    browser = Browser(app)
    browser.client.set_cookie("ucc", cookie, domain="localhost")
    return browser


def forged(app: Flask, **content: Any) -> Browser:
    """What somebody who knew the SECRET_KEY could send."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return with_cookie(app, signer.dumps(content))


def identity(browser: Browser) -> str:
    with browser.client.session_transaction(base_url="http://localhost") as session:
        return session["_user_id"]


def test_only_the_hash_of_the_token_is_stored(app: Flask, tenant: Any, person: Person, browser: Browser) -> None:
    token = identity(browser).partition(":")[2]
    assert stored(app, tenant.id, LoginSession.token_hash, user_id=person[0]) == [
        hashlib.sha256(token.encode()).hexdigest()
    ]


def test_stock_session_survives_logout_but_ours_does_not(app: Flask, browser: Browser) -> None:
    """FAB: a stolen cookie still works after the logout."""
    stolen = with_cookie(app, browser.cookie())
    assert stolen.is_in()
    assert browser.post("/logout").location == "/login"
    assert not stolen.is_in()
    assert not browser.is_in()


def test_logout_by_get_does_nothing(browser: Browser) -> None:
    """FAB logs out by GET, so any picture on any page does."""
    assert browser.get("/logout").status_code == 405
    assert browser.is_in()


def test_logout_without_a_token_does_nothing(browser: Browser) -> None:
    assert browser.post("/logout", {"csrf_token": ""}).status_code == 400
    assert browser.is_in()


def test_logout_ends_this_login_only(app: Flask, tenant: Any, person: Person, browser: Browser) -> None:
    other = Browser(app)
    other.log_in(tenant.code, person[1], person[2])
    browser.post("/logout")
    assert other.is_in()


def test_a_login_ends_after_thirty_idle_minutes(app: Flask, tenant: Any, person: Person, browser: Browser) -> None:
    change(app, tenant.id, LoginSession, user_id=person[0], last_seen_at=utcnow() - timedelta(minutes=29, seconds=50))
    assert browser.is_in()
    change(app, tenant.id, LoginSession, user_id=person[0], last_seen_at=utcnow() - timedelta(minutes=30, seconds=1))
    assert not browser.is_in()


def test_a_login_ends_after_twelve_hours(app: Flask, tenant: Any, person: Person, browser: Browser) -> None:
    (ends,) = stored(app, tenant.id, LoginSession.expires_at, user_id=person[0])
    assert timedelta(hours=11, minutes=59) < ends - utcnow() <= timedelta(hours=12)
    change(app, tenant.id, LoginSession, user_id=person[0], expires_at=utcnow() - timedelta(seconds=1))
    assert not browser.is_in()


def test_use_is_written_down_once_a_minute(
    app: Flask, tenant: Any, person: Person, browser: Browser, queries: Any
) -> None:
    with queries() as counted:
        browser.get("/password")
    assert [statement for statement in counted if statement.startswith("UPDATE")] == []
    change(app, tenant.id, LoginSession, user_id=person[0], last_seen_at=utcnow() - timedelta(seconds=61))
    with queries() as counted:
        browser.get("/password")
    assert len([statement for statement in counted if statement.startswith("UPDATE")]) == 1
    (seen,) = stored(app, tenant.id, LoginSession.last_seen_at, user_id=person[0])
    assert utcnow() - seen < timedelta(seconds=10)


def test_session_user_tenant_and_role_are_one_statement(browser: Browser, queries: Any) -> None:
    browser.get("/password")
    with queries() as counted:
        assert browser.get("/password").status_code == 200
    assert len(counted) == 1


def test_static_files_ask_the_database_nothing(browser: Browser, queries: Any) -> None:
    with queries() as counted:
        assert browser.get("/static/css/shell.css").status_code == 200
    assert counted == []


def reset(app: Flask, owner: Flask, tenant: Any, person: Person) -> None:
    change(app, tenant.id, User, id=person[0], session_epoch=User.session_epoch + 1, must_change_password=True)


def disable(app: Flask, owner: Flask, tenant: Any, person: Person) -> None:
    change(app, tenant.id, User, id=person[0], active=False)


def company_disabled(app: Flask, owner: Flask, tenant: Any, person: Person) -> None:
    change(owner, tenant.id, Tenant, id=tenant.id, active=False)


def role_changed(app: Flask, owner: Flask, tenant: Any, person: Person) -> None:
    role_id = tenant.roles["agent"]
    change(app, tenant.id, User, id=person[0], role_id=role_id, session_epoch=User.session_epoch + 1)


Event = Callable[[Flask, Flask, Any, Person], None]


@pytest.mark.parametrize("event", [reset, disable, company_disabled, role_changed])
def test_stock_session_survives_a_reset_but_ours_ends_at_once(
    app: Flask, owner: Flask, tenant: Any, person: Person, browser: Browser, event: Event
) -> None:
    """FAB: sessions stay valid after a password reset."""
    event(app, owner, tenant, person)
    assert browser.get("/workbench").location == "/login"


BY_THE_ADMIN = {
    "reset": ("POST", "/api/v1/user/do/reset_password", lambda kit, id_: {"ids": [str(id_)]}),
    "disable": ("POST", "/api/v1/user/do/disable", lambda kit, id_: {"ids": [str(id_)]}),
    "role": ("PUT", "/api/v1/user/{id}", lambda kit, id_: {"role": str(kit.roles["agent"])}),
    "password": ("PUT", "/api/v1/user/{id}", lambda kit, id_: {"password": "Blaue-Berge-42"}),
    "delete": ("DELETE", "/api/v1/user/{id}", lambda kit, id_: None),
}


@pytest.mark.parametrize("case", BY_THE_ADMIN)
def test_what_the_admin_does_ends_the_logins_of_that_user_only(
    app: Flask, tenant: Any, person: Person, browser: Browser, case: str
) -> None:
    colleague, admin, program = tenant.user("operator"), tenant.user("admin"), Program(app)
    other = Browser(app)
    other.log_in(tenant.code, colleague[1], colleague[2])
    program.log_in(tenant.code, admin[1], admin[2])
    method, path, body = BY_THE_ADMIN[case]
    answer = program.send(method, path.format(id=person[0]), body(tenant, person[0]))
    assert answer.status_code in (200, 204), answer.get_data(as_text=True)
    assert not browser.is_in()
    assert other.is_in()
    assert program.send("GET", "/api/v1/user/").status_code == 200


def test_an_edit_of_the_name_ends_nothing(app: Flask, tenant: Any, person: Person, browser: Browser) -> None:
    admin, program = tenant.user("admin"), Program(app)
    program.log_in(tenant.code, admin[1], admin[2])
    assert program.send("PUT", f"/api/v1/user/{person[0]}", {"name": "李四"}).status_code == 200
    assert browser.is_in()


def test_the_tenant_of_a_login_cannot_be_exchanged(
    app: Flask, tenant: Any, other_tenant: Any, person: Person, browser: Browser
) -> None:
    token = identity(browser).partition(":")[2]
    assert forged(app, _user_id=f"{tenant.id}:{token}").is_in()
    assert not forged(app, _user_id=f"{other_tenant.id}:{token}").is_in()


@pytest.mark.parametrize("content", ["", ":", "1", "1:", "x:y", "-1:y", "1" * 30 + ":y", "²:y", 7, None, ["1:y"]])
def test_no_cookie_content_breaks_the_page(app: Flask, content: Any) -> None:
    assert forged(app, _user_id=content).get("/workbench").status_code == 303


def test_a_cookie_signed_with_another_key_is_no_login(app: Flask, browser: Browser) -> None:
    payload, dot, _signature = browser.cookie().rpartition(".")
    assert not with_cookie(app, f"{payload}{dot}forged").is_in()


def test_a_login_removes_outdated_ones(app: Flask, tenant: Any, person: Person, browser: Browser) -> None:
    change(app, tenant.id, LoginSession, user_id=person[0], expires_at=utcnow() - timedelta(days=1))
    Browser(app).log_in(tenant.code, person[1], person[2])
    assert len(stored(app, tenant.id, LoginSession.id, user_id=person[0])) == 1


def test_eight_threads_never_exchange_people(app: Flask, tenant: Any, other_tenant: Any) -> None:
    seen: list[tuple[str, str]] = []

    def look(kit: Any, name: str) -> None:
        _id, username, password = kit.user("operator", name=name)
        browser = Browser(app)
        browser.log_in(kit.code, username, password)
        for _look in range(10):
            seen.append((name, browser.get("/workbench").get_data(as_text=True)))

    people = [(kit, f"某人{kit.code}{number}") for number in range(4) for kit in (tenant, other_tenant)]
    threads = [threading.Thread(target=look, args=person) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 80
    names = {name for _kit, name in people}
    assert [name for name, page in seen if {other for other in names if other in page} != {name}] == []


def test_a_request_does_not_inherit_the_tenant_of_the_one_before(app: Flask, browser: Browser) -> None:
    browser.get("/workbench")

    assert current() is None
