"""P3, 等保: who came in, went out, was refused or locked out, from where."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts import keys, login_log
from app.accounts.passwords import change_own, give_one_time_password
from app.errors import Invalid
from app.models.audit import AuditEntry
from app.models.base import db, transaction
from app.models.login import LoginEntry
from app.models.tenant import Tenant
from app.records import chain
from app.tenancy.scope import tenant_scope
from tests.accounts.browser import Browser
from tests.databases import connected
from tests.desk import Desk, at_once
from tests.kit import PASSWORD, TenantKit

WRONG = "wrong-password-9"
NEW = "Another-horse-77-staple"


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


def logged(kit: TenantKit) -> list[LoginEntry]:
    with kit.app.app_context(), tenant_scope(kit.id):
        return list(db.session.scalars(db.select(LoginEntry).order_by(LoginEntry.seq)))


def told(kit: TenantKit) -> list[tuple[str, str, str]]:
    return [(entry.event, entry.username, entry.reason) for entry in logged(kit)]


def fault(kit: TenantKit) -> str:
    with kit.app.app_context(), tenant_scope(kit.id):
        return chain.verify(LoginEntry).fault


def test_logging_in_and_out_is_logged(browser: Browser, tenant: TenantKit) -> None:
    """P3: who, when, from where, with what."""
    id_, username, password = tenant.user("operator")
    browser.log_in(tenant.code, username, password)
    assert browser.is_in()
    browser.post("/logout")
    assert told(tenant) == [("login", username, "web"), ("logout", username, "")]
    first = logged(tenant)[0]
    assert (first.user_id, first.seq) == (id_, 1)
    assert first.address
    assert first.agent
    assert fault(tenant) == ""


@pytest.mark.parametrize(
    ("who", "reason"), [("nobody", "unknown_user"), ("", "unknown_user"), (None, "wrong_password")]
)
def test_a_failure_is_logged_with_its_reason(browser: Browser, tenant: TenantKit, who: str | None, reason: str) -> None:
    _id, username, _password = tenant.user("operator")
    typed = username if who is None else who
    browser.log_in(tenant.code, typed, WRONG)
    assert told(tenant) == [("failure", typed, reason)]


def test_the_reason_of_a_disabled_account_is_in_the_log_alone(browser: Browser, tenant: TenantKit) -> None:
    _id, username, password = tenant.user("operator", active=False)
    browser.log_in(tenant.code, username, password)
    assert told(tenant) == [("failure", username, "disabled")]


def test_the_lock_is_an_entry_of_its_own(app: Flask, tenant: TenantKit) -> None:
    _id, username, password = tenant.user("operator")
    for _ in range(app.config["LOGIN_FAILURES"]):
        Browser(app).log_in(tenant.code, username, WRONG)
    Browser(app).log_in(tenant.code, username, password)
    events = [(event, reason) for event, _username, reason in told(tenant)]
    assert events.count(("lock", "wrong_password")) == 1
    assert events[-2:] == [("lock", "wrong_password"), ("failure", "locked")]


def test_an_unknown_company_has_no_log(browser: Browser, tenant: TenantKit, other_tenant: TenantKit) -> None:
    browser.log_in("no-such-company", "admin", PASSWORD)
    browser.log_in(tenant.code, "x", PASSWORD)
    assert told(other_tenant) == []
    assert len(told(tenant)) == 1


def test_an_address_that_is_stopped_writes_nothing_more(app: Flask, tenant: TenantKit) -> None:
    """The log is no way to fill the disk: LOGIN_RATE holds before anything is written."""
    browser = Browser(app)
    most = int(app.config["LOGIN_RATE"].split()[0])
    statuses = [browser.log_in(tenant.code, f"x{number}", WRONG).status_code for number in range(most + 5)]
    assert statuses[-5:] == [429] * 5
    assert len(told(tenant)) == most


def test_nothing_typed_upsets_the_log(browser: Browser, tenant: TenantKit) -> None:
    for name in ("a\x00b", "长" * 5000, "<script>", "\u202e"):
        assert browser.log_in(tenant.code, name, WRONG).status_code == 401
    assert [entry.username for entry in logged(tenant)][:2] == ["ab", "长" * 128]
    assert fault(tenant) == ""


def test_passwords_are_nowhere_in_it(browser: Browser, tenant: TenantKit) -> None:
    _id, username, password = tenant.user("operator")
    browser.log_in(tenant.code, username, WRONG)
    browser.log_in(tenant.code, username, password)
    kept = repr([vars(entry) for entry in logged(tenant)])
    assert WRONG not in kept
    assert password not in kept


def test_a_changed_password_and_a_wrong_old_one_are_logged(app: Flask, tenant: TenantKit) -> None:
    """P1."""
    actor = tenant.actor("manager")
    with app.test_request_context(environ_base={"REMOTE_ADDR": "10.1.1.1"}), tenant_scope(tenant.id):
        with pytest.raises(Invalid):
            change_own(actor, WRONG, NEW, NEW)
        change_own(actor, PASSWORD, NEW, NEW)
    assert told(tenant) == [("failure", actor.username, "wrong_password"), ("password", actor.username, "")]


def test_a_reset_says_by_whom(app: Flask, tenant: TenantKit) -> None:
    """P3: the button, the form and the command line alike; each is in the audit log too."""
    id_, username, _password = tenant.user("operator")
    desk = Desk(tenant, tenant.actor("admin"))
    desk.act("user", "reset_password", id_)
    desk.edit("user", id_, password=NEW)
    with app.app_context(), tenant_scope(tenant.id):
        give_one_time_password(db.session.get_one(Tenant, tenant.id), id_)
        actions = db.session.scalars(db.select(AuditEntry.action).order_by(AuditEntry.seq)).all()
    by = desk.actor.get_full_name()
    assert told(tenant) == [("reset", username, by), ("reset", username, by),
                            ("reset", username, "ucc user reset-password")]  # fmt: skip
    assert actions[-3:] == ["reset_password", "edit", "reset_password"]


def test_keys_are_in_both_logs(browser: Browser, tenant: TenantKit) -> None:
    actor = replace(tenant.actor("admin"), session_id=1)
    with tenant.app.app_context(), tenant_scope(tenant.id):
        key, secret = keys.create(actor, "报表")
        keys.revoke(actor, key.id)
        entries = db.session.execute(db.select(AuditEntry.action, AuditEntry.after).order_by(AuditEntry.seq)).all()
    assert told(tenant) == [("key_made", actor.username, "报表"), ("key_revoked", actor.username, "报表")]
    assert [tuple(entry) for entry in entries[-2:]] == [
        ("key_made", {"api_key": "报表"}),
        ("key_revoked", {"api_key": "报表"}),
    ]
    assert secret not in repr(told(tenant))


def test_what_is_rolled_back_was_not_logged(tenant: TenantKit) -> None:
    with tenant.app.app_context(), pytest.raises(ZeroDivisionError), transaction():
        login_log.note(tenant.id, "logout", username="x")
        raise ZeroDivisionError
    assert told(tenant) == []


def test_many_at_the_door_at_once_leave_one_chain(app: Flask, tenant: TenantKit) -> None:
    people = [tenant.user("agent") for _ in range(8)]
    at_once(*(lambda who=who: Browser(app).log_in(tenant.code, who[1], WRONG) for who in people))
    assert len(told(tenant)) == 8
    assert fault(tenant) == ""


def test_a_changed_entry_is_found(app: Flask, tenant: TenantKit) -> None:
    browser = Browser(app)
    for _ in range(3):
        browser.log_in(tenant.code, "x", WRONG)
    url = app.config["OWNER_DATABASE_URL"]
    with connected(url) as connection:
        if not url.startswith("sqlite"):
            connection.exec_driver_sql(f"SET LOCAL app.tenant_id = '{tenant.id}'")
        connection.execute(text("UPDATE login_entry SET address = '1.1.1.1' WHERE tenant_id = :t AND seq = 2"),
                           {"t": tenant.id})  # fmt: skip
    assert "2" in fault(tenant)
