"""One answer per kind of failure, as a page, a piece for htmx, or JSON; bugs get a number that is in the log."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest
from flask import Flask

from app.errors import TooMany
from app.records import query
from tests.kit import TenantKit
from tests.web.site import Site

NUMBER = re.compile(r"<code>([0-9a-f]{12})</code>")


def main(page: str) -> str:
    """The page without its frame."""
    return page.partition('<main id="main"')[2].partition("</main>")[0]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_more: Any) -> None:
        raise ZeroDivisionError("the secret of the house")

    monkeypatch.setattr("app.web.listing.page", fail)
    monkeypatch.setattr(query, "page", fail)


def test_a_bug_is_logged_under_the_number_that_is_shown(
    site: Site, broken: None, caplog: pytest.LogCaptureFixture
) -> None:
    page = site.get("/gadget/")
    assert page.status_code == 500
    assert "the secret of the house" not in page.text
    number = NUMBER.search(page.text)
    assert number
    entry = next(record for record in caplog.records if number[1] in record.getMessage())
    assert entry.levelno == logging.ERROR
    assert entry.exc_info
    assert isinstance(entry.exc_info[1], ZeroDivisionError)


def test_what_the_database_refuses_is_logged_without_the_password_and_the_phone(
    site: Site, tenant: TenantKit, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for explain in ("_taken", "_gone"):
        monkeypatch.setattr(f"app.records.constraints.{explain}", lambda *_args: {})
    taken = tenant.user("agent")[1]
    person = {"username": taken, "password": "Correct-horse-8", "name": "张", "phone": "13912345678"}
    answer = site.api("POST", "/api/v1/user/", {**person, "role": str(tenant.roles["agent"])})
    assert answer.status_code == 500
    assert "INSERT INTO ab_user" in caplog.text
    assert "argon2" not in caplog.text
    assert "13912345678" not in caplog.text


def test_a_bug_of_the_api_is_json_with_the_number(site: Site, broken: None, caplog: pytest.LogCaptureFixture) -> None:
    error = site.api("GET", "/api/v1/gadget/").json["error"]
    assert error["code"] == "fault"
    assert error["fault"] in caplog.text
    assert "secret" not in str(error)


def test_for_htmx_it_is_a_toast_and_a_piece(site: Site, broken: None) -> None:
    part = site.get("/gadget/", htmx="list")
    assert part.status_code == 500
    assert '"toast"' in part.headers["HX-Trigger"]
    assert part.headers["HX-Trigger"].isascii()
    assert "data-error-text" in part.text


def test_a_page_that_is_not_there(site: Site, app: Flask) -> None:
    page = site.get("/nothing")
    assert page.status_code == 404
    assert 'class="side-nav"' in page.text
    alone = app.test_client().get("/nothing")
    assert alone.status_code == 404
    assert "side-nav" not in alone.text


def test_what_one_may_not_see_says_so(tenant: Any) -> None:
    page = Site(tenant, "agent").get("/user/")
    assert page.status_code == 403
    assert "data-error" in page.text


def test_too_many_says_how_long_to_wait(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_more: Any) -> None:
        raise TooMany("slowly", retry_after=17)

    monkeypatch.setattr("app.web.listing.page", fail)
    page = site.get("/gadget/")
    assert (page.status_code, page.headers["Retry-After"]) == (429, "17")
    assert "slowly" in page.text


def test_an_action_of_an_earlier_login_leads_back_to_its_page(site: Site) -> None:
    page = site.post("/gadget/delete", {"csrf_token": ""}, headers={"Referer": "http://localhost/gadget/?page=2"})
    assert page.status_code == 400
    assert "data-error" in page.text
    assert 'href="/gadget/?page=2"' in page.text


def test_trouble_that_passes_is_asked_about_again(site: Site, broken: None) -> None:
    assert 'href="/gadget/?name.contains=x"' in site.get("/gadget/?name.contains=x").text
    assert 'href="/gadget/"' not in main(site.get("/gadget/7").text)  # 404: asking again does not help


def test_a_toast_says_one_thing_and_the_fault_with_its_number(tenant: TenantKit, site: Site, broken: None) -> None:
    refused = Site(tenant, "agent").get("/user/").text
    assert 'data-error-text="您的角色没有此权限，如有需要请联系管理员。"' in refused
    part = site.get("/gadget/", htmx="list")
    said = json.loads(part.headers["HX-Trigger"])["toast"]["text"]
    assert re.fullmatch(r"错误已记录，数据没有改动。故障编号：[0-9a-f]{12}", said)


def test_a_body_that_is_too_large(site: Site) -> None:
    assert site.post("/gadget/add", {"name": "x" * (17 * 1024 * 1024)}).status_code == 413


def test_a_method_that_does_not_exist(site: Site) -> None:
    answer = site.client.put("/gadget/")
    assert answer.status_code in (400, 405)


def test_a_broken_database_still_gives_an_answer(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from sqlalchemy.exc import OperationalError

    def fail(*_args: Any, **_more: Any) -> None:
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr("app.accounts.sessions.load", fail)
    answer = site.get("/gadget/")
    assert answer.status_code == 500
    assert re.search(r"[0-9a-f]{12}", answer.text)
