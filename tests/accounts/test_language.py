"""zh and en: per user and lasting; for strangers by cookie, then by browser; zh by default (K4)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask_babel import format_datetime

from app.models.adopted import User
from app.models.tenant import Tenant
from tests.accounts.browser import Browser
from tests.accounts.rows import change, stored

Person = tuple[int, str, str]


def language(page: str) -> str:
    found = re.search(r'<html lang="([^"]+)"', page)
    assert found is not None
    return found[1]


def look(browser: Browser, path: str = "/login", **more: Any) -> str:
    return language(browser.get(path, **more).get_data(as_text=True))


@pytest.fixture
def person(tenant: Any) -> Person:
    return tenant.user("operator")


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-TW", "zh-CN"),
        ("fr", "zh-CN"),
        ("fr,en;q=0.5", "en"),
        (";;,", "zh-CN"),
    ],
)
def test_a_stranger_reads_what_the_browser_asks_for(app: Flask, wanted: str, given: str) -> None:
    assert look(Browser(app), headers={"Accept-Language": wanted}) == given


def test_a_strangers_choice_goes_before_the_browser(app: Flask) -> None:
    browser = Browser(app)
    look(browser)
    answer = browser.post("/language", {"locale": "en", "next": "/login?tenant=acme"})
    assert answer.location == "/login?tenant=acme"
    assert look(browser, headers={"Accept-Language": "zh"}) == "en"


def test_a_users_choice_lasts_over_logins_and_browsers(app: Flask, tenant: Any, person: Person) -> None:
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    assert look(browser, "/workbench") == "zh-CN"
    browser.post("/language", {"locale": "en"})
    assert look(browser, "/workbench") == "en"
    other = Browser(app)
    other.log_in(tenant.code, person[1], person[2])
    assert look(other, "/workbench") == "en"


def test_what_is_chosen_on_the_login_page_lasts_where_there_was_no_choice(
    app: Flask, tenant: Any, person: Person
) -> None:
    """K4: for who logs in there, for good; not over a choice of the account, nor from who was there before."""
    browser = Browser(app)
    browser.get("/login")
    browser.post("/language", {"locale": "en"})
    browser.log_in(tenant.code, person[1], person[2])
    assert look(browser, "/workbench") == "en"
    browser.get("/workbench")
    browser.post("/logout")
    next_one = tenant.user("manager")
    browser.log_in(tenant.code, next_one[1], next_one[2])
    assert look(browser, "/workbench") == "zh-CN"
    other = Browser(app)
    other.get("/login")
    other.post("/language", {"locale": "zh"})
    other.log_in(tenant.code, person[1], person[2])
    assert look(other, "/workbench") == "en"


def test_the_choice_is_no_change_of_the_record(app: Flask, tenant: Any, person: Person) -> None:
    columns = (User.version, User.changed_on)
    before = [stored(app, tenant.id, column, id=person[0]) for column in columns]
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    browser.get("/workbench")
    browser.post("/language", {"locale": "en"})
    assert [stored(app, tenant.id, column, id=person[0]) for column in columns] == before


def test_without_a_choice_the_companys_language_counts(app: Flask, owner: Flask, tenant: Any, person: Person) -> None:
    change(owner, tenant.id, Tenant, id=tenant.id, locale="en")
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    assert look(browser, "/workbench", headers={"Accept-Language": "zh"}) == "en"


def test_the_login_page_keeps_the_language_after_the_logout(app: Flask, tenant: Any, person: Person) -> None:
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    browser.get("/workbench")
    browser.post("/language", {"locale": "en"})
    browser.post("/logout")
    assert look(browser) == "en"


def test_stock_language_changes_by_get_but_ours_does_not(app: Flask) -> None:
    """FAB: GET /lang/<locale> writes the session."""
    browser = Browser(app)
    assert browser.get("/lang/en").status_code == 404
    assert browser.get("/language?locale=en").status_code == 405
    assert look(browser) == "zh-CN"


def test_there_is_no_third_language(app: Flask) -> None:
    browser = Browser(app)
    look(browser)
    assert browser.post("/language", {"locale": "fr"}).status_code == 400
    assert browser.post("/language", {"locale": "../en"}).status_code == 400


@pytest.mark.parametrize("target", ["//evil.cn", "https://evil.cn/", "/\\evil.cn"])
def test_the_choice_leads_to_no_other_host(app: Flask, target: str) -> None:
    browser = Browser(app)
    look(browser)
    assert "evil" not in browser.post("/language", {"locale": "en", "next": target}).location


def test_the_choice_goes_back_to_the_page_before(app: Flask) -> None:
    browser = Browser(app)
    look(browser)
    headers = {"Referer": "http://localhost/user/?q=a"}
    assert browser.post("/language", {"locale": "en"}, headers=headers).location == "/user/?q=a"


def test_moments_are_shown_in_the_companys_zone(app: Flask, owner: Flask, tenant: Any, person: Person) -> None:
    from datetime import UTC, datetime

    change(owner, tenant.id, Tenant, id=tenant.id, timezone="Asia/Tokyo")
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    with browser.client as client:
        client.get("/workbench", base_url="http://localhost")
        assert "21:30" in format_datetime(datetime(2026, 3, 1, 12, 30, tzinfo=UTC))
