"""P3: the pages of the audit log and the login log, which can only be looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest

from app.models.adopted import User
from app.models.base import transaction
from app.records import audit, audit_words, login_log
from tests.desk import Desk
from tests.kit import TenantKit
from tests.web.site import Site, rows, selected

LOGS = ("audit_log", "login_log")


def entry_of(site: Site, path: str = "/audit_log/") -> str:
    """The address of the newest entry."""
    found = re.search(r'href="(/\w+_log/\d+)"', site.get(path).text)
    assert found
    return found[1]


def words(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


@pytest.mark.parametrize("log", LOGS)
def test_nothing_writes_to_a_log(site: Site, log: str) -> None:
    """P3: no route of page or API adds, edits or deletes an entry, not even for the admin."""
    id_ = entry_of(site, "/login_log/").rpartition("/")[2] if log == "login_log" else "1"
    for path in ("add", f"{id_}/edit"):
        assert site.get(f"/{log}/{path}").status_code == 404, path
    for path in ("add", f"{id_}/edit", "delete", f"{id_}/delete", "do/delete", "rearrange"):
        assert site.post(f"/{log}/{path}", {"ids": id_}).status_code in (404, 405), path
    for method, path in (("POST", ""), ("PUT", id_), ("PATCH", id_), ("DELETE", id_), ("POST", "delete")):
        answer = site.api(method, f"/api/v1/{log}/{path}", json={"ids": [id_]})
        assert answer.status_code in (404, 405), (method, path)


def test_a_change_is_found_by_who_when_page_action_record_and_address(site: Site, desk: Desk) -> None:
    shelf = desk.add("shelf", name="甲架").id
    desk.edit("shelf", shelf, name="乙架")
    who = desk.actor.get_full_name()
    for query, found in (
        ("resource=shelf&action=edit", 1),
        ("resource=shelf", 2),
        ("resource=shelf&resource=gadget&action=add", 1),
        (f"resource=shelf&actor_name={who}", 2),
        ("resource=shelf&actor_name=nobody", 0),
        ("q=乙架", 1),
        (f"record_id={shelf}", 2),
        ("resource=shelf&at.from=2020-01-01&at.to=2099-01-01", 2),
        ("resource=shelf&at.to=2020-01-01", 0),
        ("resource=shelf&address=10.", 0),
    ):
        assert len(rows(site.get(f"/audit_log/?{query}"))) == found, query


def test_pages_and_actions_are_chosen_by_their_names(site: Site) -> None:
    """Every page, and every button of every page, beside what the product does by itself."""
    text = site.get("/audit_log/").text
    for label in ("用户", "公告", "新增", "重置密码", "退役"):
        assert f">{label}</option>" in text, label
    assert selected(site.get("/audit_log/?resource=user&action=reset_password"), "action.in") == ["reset_password"]


def test_an_entry_shows_before_and_after_in_the_readers_language(
    site: Site, desk: Desk, tenant: TenantKit, site_of: Callable[[TenantKit, str], Site]
) -> None:
    gadget = desk.add("gadget", code="AB-1", name="手机", state="new").id
    desk.act("gadget", "retire", gadget)
    path = entry_of(site)
    text = words(site.get(path).text)
    assert "退役 · 手机" in text
    assert "状态 全新 已退役" in text
    with tenant.app.app_context(), desk.at_work(), transaction() as session:
        session.get_one(User, desk.actor.user_id).locale = "en"
    text = words(site_of(tenant, "admin").get(path).text)
    assert "State New Retired" in text
    assert "Retire · 手机" in text


def test_an_entry_leads_to_its_record_and_a_record_to_all_its_entries(site: Site, desk: Desk) -> None:
    shelf = desk.add("shelf", name="甲架").id
    assert f'href="/shelf/{shelf}"' in site.get(entry_of(site)).text
    page = unescape(site.get(f"/shelf/{shelf}").text)
    history = f"/audit_log/?resource=shelf&record_id={shelf}"
    assert f'href="{history}"' in page
    assert rows(site.get(history)) == ["甲架"]


def test_whoever_may_not_view_the_log_is_not_led_there(
    site_of: Callable[[TenantKit, str], Site], tenant: TenantKit, desk: Desk
) -> None:
    id_, _name, _password = tenant.user("agent")
    manager = site_of(tenant, "manager")
    assert "/audit_log/" not in manager.get(f"/user/{id_}").text
    assert manager.get("/audit_log/").status_code == 403
    assert manager.get("/login_log/").status_code == 200


def test_an_entry_about_what_the_product_no_longer_has_is_told_as_it_was(site: Site, desk: Desk) -> None:
    with desk.at_work(), transaction():
        gone = replace(desk.resource("shelf"), name="fax_line")
        audit.enter(desk.actor, gone, "melt", (7, "<b>x</b>"), before={"tone": 5}, after={"tone": 6})
    answer = site.get(entry_of(site))
    assert answer.status_code == 200
    assert "fax_line" in answer.text
    assert "tone 5 6" in words(answer.text)
    assert "<b>x</b>" not in answer.text


def test_an_entry_without_a_record_has_a_name(site: Site, desk: Desk) -> None:
    with desk.at_work(), transaction():
        audit.note(desk.actor, "export", desk.resource("shelf"), {"rows": 12})
    text = words(site.get(entry_of(site)).text)
    assert "导出" in text
    assert "行数 — 12" in text


def test_secrets_are_starred(site: Site, desk: Desk) -> None:
    desk.add("gadget", code="AB-1", name="手机", unlock_word="Xk29-fmqz-11")
    text = site.get(entry_of(site)).text
    assert "***" in text
    assert "Xk29" not in text


def test_an_id_is_text_in_json(site: Site, desk: Desk) -> None:
    shelf = desk.add("shelf", name="甲架").id
    (entry,) = site.api("GET", f"/api/v1/audit_log/?record_id={shelf}").json["data"]
    assert entry["record_id"] == str(shelf)
    assert entry["record_title"] == "甲架"


def test_the_neighbours_log_is_not_there(site: Site, foreign: Desk, site_of: Callable[[TenantKit, str], Site]) -> None:
    foreign.add("shelf", name="他家")
    theirs = entry_of(site_of(foreign.kit, "admin"))
    assert site.get(theirs).status_code == 404
    assert "他家" not in site.get("/audit_log/").text


def test_every_action_that_the_history_names_can_be_searched_for(site: Site, desk: Desk) -> None:
    """The words of a record's history and the options of the log's filter are two lists: they must agree."""
    with desk.at_work():
        known = {option.value for option in desk.resource("audit_log").field("action").options}
    assert set(audit_words.VERBS) <= known


def test_the_login_log_says_browser_and_system_in_words(tenant: TenantKit) -> None:
    """P3: a list that can be read; the entry's page has the header as it was sent."""
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"
    site = Site(tenant, "admin")
    with tenant.app.test_request_context(headers={"User-Agent": agent}), transaction():
        login_log.note(tenant.id, "login", username="someone")
    listed = site.get("/login_log/?username.eq=someone").text
    assert "Chrome · Windows" in listed and "AppleWebKit" not in listed
    link = re.search(r'href="(/login_log/\d+)"', listed)
    assert link is not None and "AppleWebKit" in site.get(link[1]).text
