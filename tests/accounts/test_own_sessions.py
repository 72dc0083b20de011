"""One's own logins and API keys on their pages (P1), and an admin who ends those of a user (P3)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.devices import device
from app.accounts.own_logins import list_logins
from app.errors import Denied, Invalid
from app.models.api_key import ApiKey
from app.models.audit import AuditEntry
from app.models.base import utcnow
from app.models.session import LoginSession
from tests.accounts.browser import Browser, Program
from tests.accounts.rows import change, stored
from tests.desk import Desk
from tests.kit import TenantKit

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "MicroMessenger/8.0.49"
)
Person = tuple[int, str, str]


@pytest.fixture
def person(tenant: TenantKit) -> Person:
    return tenant.user("operator")


def log_in(app: Flask, kit: TenantKit, person: Person, agent: str = CHROME) -> Browser:
    browser = Browser(app)
    browser.environ["HTTP_USER_AGENT"] = agent
    browser.log_in(kit.code, person[1], person[2])
    browser.get("/my/logins")
    return browser


@pytest.fixture
def here(app: Flask, tenant: TenantKit, person: Person) -> Browser:
    return log_in(app, tenant, person)


def shown(browser: Browser) -> list[tuple[str, str]]:
    """(device, id of the button that ends it or "") of each login on the page."""
    page = browser.get("/my/logins").get_data(as_text=True)
    entries = re.findall(r'<li data-title="([^"]*)">(.*?)</li>', page, re.DOTALL)
    return [(name, "".join(re.findall(r'name="ids" value="(\d+)"', text))) for name, text in entries]


def test_all_logins_are_listed_in_words_and_this_one_first(
    app: Flask, tenant: TenantKit, person: Person, here: Browser
) -> None:
    """P1: browser, phone and program."""
    log_in(app, tenant, person, PHONE)
    Program(app).log_in(tenant.code, person[1], person[2])
    found = shown(here)
    assert found[0] == ("Chrome · Windows", "")  # what one is using has no button
    assert "WeChat · iPhone" in [name for name, _id in found[1:]]
    assert len(found) == 3


def test_one_of_them_is_ended(app: Flask, tenant: TenantKit, person: Person, here: Browser) -> None:
    """P1: 结束此登录 ends that one at its next request, and no other."""
    phone, third = log_in(app, tenant, person, PHONE), log_in(app, tenant, person, "curl/8.5")
    (id_,) = [id_ for name, id_ in shown(here) if name.startswith("WeChat")]
    assert here.post("/my/logins/end", {"ids": id_}).status_code == 303
    assert not phone.is_in()
    assert third.is_in() and here.is_in()


def test_all_others_are_ended_those_of_programs_too(
    app: Flask, tenant: TenantKit, person: Person, here: Browser
) -> None:
    """P1: 结束其他所有登录."""
    phone, program = log_in(app, tenant, person, PHONE), Program(app)
    program.log_in(tenant.code, person[1], person[2])
    here.post("/my/logins/end_others")
    assert not phone.is_in()
    assert program.send("GET", "/api/v1/user/").status_code == 401
    assert here.is_in()
    assert len(shown(here)) == 1
    assert "end_login" in stored(app, tenant.id, AuditEntry.action, record_id=person[0])


def test_nobody_ends_the_login_of_another(
    app: Flask, tenant: TenantKit, other_tenant: TenantKit, here: Browser
) -> None:
    """P1: not of a colleague, not of somebody in another company: 404."""
    for kit in (tenant, other_tenant):
        colleague = kit.user("admin")
        theirs = log_in(app, kit, colleague)
        (id_,) = stored(app, kit.id, LoginSession.id, user_id=colleague[0])
        assert here.post("/my/logins/end", {"ids": str(id_)}).status_code == 404
        here.post("/my/logins/end_others")
        assert theirs.is_in()


def test_what_has_ended_by_itself_is_not_listed(app: Flask, tenant: TenantKit, person: Person, here: Browser) -> None:
    """P1: idle for half an hour, or run out."""
    mine = stored(app, tenant.id, LoginSession.id, user_id=person[0])
    log_in(app, tenant, person)
    (other,) = set(stored(app, tenant.id, LoginSession.id, user_id=person[0])) - set(mine)
    change(app, tenant.id, LoginSession, id=other, last_seen_at=utcnow() - timedelta(minutes=31))
    assert len(shown(here)) == 1


def test_a_key_neither_lists_nor_ends_logins(tenant: TenantKit) -> None:
    """P1: whoever finds one does not throw its owner out."""
    with pytest.raises(Denied):
        list_logins(tenant.actor("operator"))  # no login: as a request with an API key


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome · Windows"), (PHONE, "WeChat · iPhone"), ("python-requests/2.32.3", "python-requests"),
        ("curl/8.5.0", "curl"), ("", ""), ("<script>alert(1)</script>", ""),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
         "Safari/605.1.15", "Safari · macOS"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130 Safari/537.36 Edg/130",
         "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Linux; Android 14; HUAWEI) AppleWebKit/537.36 Chrome/114 HuaweiBrowser/15 Mobile Safari/537.36",
         "Huawei · Android"),
    ],
)  # fmt: skip
def test_a_device_in_words(agent: str, words: str) -> None:
    """P1: what people call it."""
    assert device(agent) == words


# --- 强制下线
def test_an_admin_logs_a_user_out_everywhere(app: Flask, tenant: TenantKit, person: Person, here: Browser) -> None:
    """P3: all logins end at the next request; the user may log in again, with the same password."""
    Desk(tenant, tenant.actor("admin")).act("user", "log_out", person[0])
    assert not here.is_in()
    assert log_in(app, tenant, person).is_in()
    assert "log_out" in stored(app, tenant.id, AuditEntry.action, record_id=person[0])


@pytest.mark.parametrize(("role", "allowed"), [("manager", True), ("operator", False), ("agent", False)])
def test_who_may_log_somebody_out(tenant: TenantKit, person: Person, role: str, allowed: bool) -> None:
    """P3: the permission operate; and nobody logs out an admin but an admin."""
    desk = Desk(tenant, tenant.actor(role))
    if not allowed:
        with pytest.raises(Denied):
            desk.act("user", "log_out", person[0])
        return
    desk.act("user", "log_out", person[0])
    with pytest.raises(Invalid):
        desk.act("user", "log_out", tenant.person("admin")[0])


def test_nobody_logs_themselves_out_by_mistake(tenant: TenantKit) -> None:
    """P3: a ticked row of one's own among fifty."""
    actor = tenant.actor("admin")
    with pytest.raises(Invalid):
        Desk(tenant, actor).act("user", "log_out", actor.user_id)


# --- the page of API keys
def test_a_key_is_made_on_the_page_and_shown_once(app: Flask, tenant: TenantKit, person: Person, here: Browser) -> None:
    """P3: the key stands in the one answer; it opens the API as its owner."""
    here.get("/my/keys")
    page = here.post("/my/keys", {"name": "CRM", "days": "90"}).get_data(as_text=True)
    (key,) = re.findall(r"<code>(ucc_[^<]+)</code>", page)
    assert Program(app, key).send("GET", "/api/v1/user/").status_code == 200
    again = here.get("/my/keys").get_data(as_text=True)
    assert key not in again
    assert "CRM" in again
    (expires,) = stored(app, tenant.id, ApiKey.expires_at, user_id=person[0])
    assert timedelta(days=89) < expires - utcnow() < timedelta(days=91)


def test_a_key_is_revoked_on_the_page(app: Flask, tenant: TenantKit, person: Person, here: Browser) -> None:
    """P3: at once; and both are in the audit log."""
    here.get("/my/keys")
    page = here.post("/my/keys", {"name": "CRM", "days": ""}).get_data(as_text=True)
    (key,) = re.findall(r"<code>(ucc_[^<]+)</code>", page)
    (id_,) = stored(app, tenant.id, ApiKey.id, user_id=person[0])
    assert here.post("/my/keys/revoke", {"ids": str(id_)}).status_code == 303
    assert Program(app, key).send("GET", "/api/v1/user/").status_code == 401
    assert here.post("/my/keys/revoke", {"ids": str(id_)}).status_code == 404
    assert {"key_made", "key_revoked"} <= set(stored(app, tenant.id, AuditEntry.action, record_id=person[0]))


@pytest.mark.parametrize(
    ("sent", "at"),
    [({"name": "", "days": "90"}, "key-name")]
    + [({"name": "x", "days": days}, "key-days") for days in ("999", "0", "-1", "x", "1000000")],
)
def test_what_is_wrong_with_a_key_stands_at_its_field(here: Browser, sent: dict[str, Any], at: str) -> None:
    """P3: and what was typed stays."""
    here.get("/my/keys")
    answer = here.post("/my/keys", sent)
    assert answer.status_code == 400
    assert f'id="{at}-error"' in answer.get_data(as_text=True)


def test_keys_of_a_colleague_are_not_revoked(app: Flask, tenant: TenantKit, here: Browser) -> None:
    """P3: 404 for what is not one's own."""
    colleague = tenant.user("admin")
    theirs = log_in(app, tenant, colleague)
    theirs.get("/my/keys")
    theirs.post("/my/keys", {"name": "theirs", "days": "30"})
    (id_,) = stored(app, tenant.id, ApiKey.id, user_id=colleague[0])
    assert here.post("/my/keys/revoke", {"ids": str(id_)}).status_code == 404
