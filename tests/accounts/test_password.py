"""Changing one's own password (P1) and the forced change (P3)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from app.accounts.tenants import find_tenant, reset_user_password
from app.errors import NotFound
from app.models.adopted import User
from app.models.audit import AuditEntry
from tests.accounts.browser import Browser, Program
from tests.accounts.rows import change, stored

NEW = "Blaue-Berge-42"
Person = tuple[int, str, str]


@pytest.fixture
def person(tenant: Any) -> Person:
    return tenant.user("operator", must_change_password=False)


@pytest.fixture
def browser(app: Flask, tenant: Any, person: Person) -> Browser:
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    browser.get("/password")
    return browser


def errors(page: str) -> dict[str, str]:
    """The messages beside the fields, by field."""
    found = re.findall(r'<p class="error" id="(\w+)-error">(.*?)</p>', page, re.DOTALL)
    return {name: " ".join(re.sub(r"<[^>]*>", " ", text).split()) for name, text in found}


def send(browser: Browser, old: str, new: str, confirm: str | None = None) -> Any:
    return browser.post("/password", {"old": old, "new": new, "confirm": new if confirm is None else confirm})


def test_the_new_password_opens_and_the_old_one_does_not(
    app: Flask, tenant: Any, person: Person, browser: Browser
) -> None:
    assert send(browser, person[2], NEW).location == "/workbench"
    assert Browser(app).log_in(tenant.code, person[1], person[2]).status_code == 401
    assert Browser(app).log_in(tenant.code, person[1], NEW).status_code == 303


def test_success_says_so(person: Person, browser: Browser) -> None:
    send(browser, person[2], NEW)
    assert 'class="notice tone-success"' in browser.get("/workbench").get_data(as_text=True)


def test_other_logins_end_and_this_one_stays_with_a_new_token(
    app: Flask, tenant: Any, person: Person, browser: Browser
) -> None:
    other, stolen = Browser(app), Browser(app)
    other.log_in(tenant.code, person[1], person[2])
    stolen.client.set_cookie("ucc", browser.cookie(), domain="localhost")
    send(browser, person[2], NEW)
    assert browser.is_in()
    assert not other.is_in()
    assert not stolen.is_in()


def test_each_fault_stands_beside_its_field(browser: Browser) -> None:
    answer = send(browser, "not-the-old-1", "short", "different")
    assert answer.status_code == 400
    assert set(errors(answer.get_data(as_text=True))) == {"old", "new", "confirm"}


@pytest.mark.parametrize(
    ("new", "confirm", "field"),
    [
        (NEW, NEW + "x", "confirm"),
        ("abc", "abc", "new"),  # FAB takes three characters
        ("onlyletters", "onlyletters", "new"),
        ("password123", "password123", "new"),
        ("", "", "new"),
    ],
)
def test_a_bad_new_password_is_refused_at_its_field(
    app: Flask, tenant: Any, person: Person, browser: Browser, new: str, confirm: str, field: str
) -> None:
    answer = send(browser, person[2], new, confirm)
    assert set(errors(answer.get_data(as_text=True))) == {field}
    assert Browser(app).log_in(tenant.code, person[1], person[2]).status_code == 303


def test_the_login_name_is_no_password(app: Flask, tenant: Any) -> None:
    person = tenant.user("operator", username="zhang.wei.2024")
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    browser.get("/password")
    assert set(errors(send(browser, person[2], "Zhang.Wei.2024").get_data(as_text=True))) == {"new"}


def test_the_old_password_is_no_new_one(person: Person, browser: Browser) -> None:
    assert set(errors(send(browser, person[2], person[2]).get_data(as_text=True))) == {"new"}


def test_no_password_comes_back_in_the_page(person: Person, browser: Browser) -> None:
    page = send(browser, person[2], NEW, NEW + "x").get_data(as_text=True)
    assert NEW not in page
    assert person[2] not in page


def test_guessing_the_old_password_locks_the_account(app: Flask, tenant: Any, person: Person, browser: Browser) -> None:
    for _guess in range(5):
        send(browser, "not-the-old-1", NEW)
    assert set(errors(send(browser, person[2], NEW).get_data(as_text=True))) == {"old"}
    assert stored(app, tenant.id, User.locked_until, id=person[0]) != [None]


def test_the_change_is_in_the_audit_log_without_any_password(
    app: Flask, tenant: Any, person: Person, browser: Browser
) -> None:
    send(browser, person[2], NEW)
    assert stored(app, tenant.id, AuditEntry.action, record_id=person[0]) == ["change_password"]
    assert stored(app, tenant.id, AuditEntry.after, record_id=person[0]) == [None]


# --- P3: the forced change
@pytest.fixture
def newcomer(app: Flask, tenant: Any) -> tuple[Browser, Person]:
    person = tenant.user("operator", must_change_password=True)
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    return browser, person


@pytest.mark.parametrize("path", ["/workbench", "/", "/user/", "/user/add"])
def test_every_other_page_leads_to_the_change(newcomer: tuple[Browser, Person], path: str) -> None:
    answer = newcomer[0].get(path)
    assert (answer.status_code, answer.location) == (303, "/password")


def test_htmx_is_sent_to_the_change_too(newcomer: tuple[Browser, Person]) -> None:
    assert newcomer[0].get("/user/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/password"


def test_the_api_says_that_a_change_is_due(app: Flask, tenant: Any, newcomer: tuple[Browser, Person]) -> None:
    browser, person = newcomer
    program = Program(app)
    assert program.log_in(tenant.code, person[1], person[2]).status_code == 200
    for answer in (program.send("GET", "/api/v1/user/"), browser.get("/api/v1/user/")):
        assert answer.status_code == 403
        assert answer.json["error"]["code"] == "password_change_required"


def test_after_the_change_everything_opens(newcomer: tuple[Browser, Person]) -> None:
    browser, person = newcomer
    browser.get("/password")
    send(browser, person[2], NEW)
    assert browser.is_in()


def test_whoever_must_change_may_still_log_out(newcomer: tuple[Browser, Person]) -> None:
    browser, _person = newcomer
    browser.get("/password")
    assert browser.post("/logout").location == "/login"


def test_command_line_reset_gives_a_one_time_password(
    app: Flask, tenant: Any, person: Person, browser: Browser
) -> None:
    change(app, tenant.id, User, id=person[0], failed_logins=5)
    with app.app_context():
        once = reset_user_password(find_tenant(tenant.code), person[1])
    assert not browser.is_in()
    assert Browser(app).log_in(tenant.code, person[1], person[2]).status_code == 401
    again = Browser(app)
    assert again.log_in(tenant.code, person[1], once).status_code == 303
    assert again.get("/workbench").location == "/password"
    assert "reset_password" in stored(app, tenant.id, AuditEntry.action, record_id=person[0])


def test_command_line_reset_of_nobody_says_so(app: Flask, tenant: Any) -> None:
    with app.app_context(), pytest.raises(NotFound):
        reset_user_password(find_tenant(tenant.code), "nobody")
