"""Passwords a person had before (P2)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.fields.password import verify_password
from app.models.old_password import OldPassword
from tests.accounts.browser import Browser
from tests.accounts.policies import set_policy
from tests.accounts.rows import stored
from tests.accounts.test_password import errors, send
from tests.desk import Desk
from tests.kit import TenantKit

NEW = [f"Tram-{word}-41" for word in ("linden", "walnut", "hazel", "rowan", "poplar", "willow", "cherry")]
Person = tuple[int, str, str]


@pytest.fixture
def person(tenant: TenantKit) -> Person:
    return tenant.user("operator")


@pytest.fixture
def browser(app: Flask, tenant: TenantKit, person: Person) -> Browser:
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    browser.get("/password")
    return browser


def change_to(browser: Browser, old: str, new: str) -> Any:
    answer = send(browser, old, new)
    browser.get("/password")
    return answer


def kept(app: Flask, kit: TenantKit, person: Person) -> list[str]:
    return stored(app, kit.id, OldPassword.hash, user_id=person[0])


def test_the_five_before_the_present_one_are_refused_and_the_sixth_is_not(
    app: Flask, tenant: TenantKit, person: Person, browser: Browser
) -> None:
    """P2: history of 5."""
    set_policy(tenant, profile="mlps3")
    now = person[2]
    for new in NEW[:5]:
        assert change_to(browser, now, new).status_code == 303
        now = new
    assert len(kept(app, tenant, person)) == 5
    assert set(errors(change_to(browser, now, person[2]).get_data(as_text=True))) == {"new"}
    assert set(errors(change_to(browser, now, NEW[2]).get_data(as_text=True))) == {"new"}
    assert change_to(browser, now, NEW[5]).status_code == 303
    assert change_to(browser, NEW[5], person[2]).status_code == 303
    assert len(kept(app, tenant, person)) == 5


def test_only_hashes_are_kept(app: Flask, tenant: TenantKit, person: Person, browser: Browser) -> None:
    """P2: argon2id, as the present one."""
    set_policy(tenant, profile="mlps3")
    change_to(browser, person[2], NEW[0])
    (hashed,) = kept(app, tenant, person)
    assert hashed.startswith("$argon2id$")
    assert verify_password(hashed, person[2])


def test_nothing_is_kept_where_nothing_is_asked_for(
    app: Flask, tenant: TenantKit, person: Person, browser: Browser
) -> None:
    """P2: asvs needs no history, so a copy of the database holds none."""
    set_policy(tenant, profile="mlps3")
    change_to(browser, person[2], NEW[0])
    set_policy(tenant, profile="asvs")
    change_to(browser, NEW[0], NEW[1])
    assert kept(app, tenant, person) == []
    assert change_to(browser, NEW[1], NEW[0]).status_code == 303


def test_the_present_one_is_never_its_own_successor(person: Person, browser: Browser) -> None:
    """P2: whatever the policy."""
    assert set(errors(change_to(browser, person[2], person[2]).get_data(as_text=True))) == {"new"}


def test_a_reset_is_no_way_back_to_the_old_password(app: Flask, tenant: TenantKit, person: Person) -> None:
    """P2, P3: the one that was replaced counts; the one-time password that nobody chose does not."""
    set_policy(tenant, profile="mlps3")
    desk = Desk(tenant, tenant.actor("admin"))
    (once,) = desk.act("user", "reset_password", person[0]).reveal.values()
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], once)
    browser.get("/password")
    assert set(errors(change_to(browser, once, person[2]).get_data(as_text=True))) == {"new"}
    assert change_to(browser, once, NEW[0]).status_code == 303
    assert len(kept(app, tenant, person)) == 1


def test_an_admin_is_not_told_what_somebodys_password_was(tenant: TenantKit, person: Person) -> None:
    """P2: a refusal would tell, as often as one asks; what an admin sets must be changed at once anyway."""
    set_policy(tenant, profile="mlps3")
    saved = Desk(tenant, tenant.actor("admin")).edit("user", person[0], password=person[2])
    assert saved.id == person[0]


def test_a_wrong_old_password_is_told_nothing_of_the_history(
    tenant: TenantKit, person: Person, browser: Browser
) -> None:
    """P1, P2: an unattended screen is no way to try out passwords."""
    set_policy(tenant, profile="mlps3")
    change_to(browser, person[2], NEW[0])
    assert set(errors(change_to(browser, "not the old one", person[2]).get_data(as_text=True))) == {"old"}


def test_the_history_goes_with_the_person(app: Flask, tenant: TenantKit, person: Person, browser: Browser) -> None:
    """P2: nothing of a deleted person's passwords stays."""
    set_policy(tenant, profile="mlps3")
    change_to(browser, person[2], NEW[0])
    Desk(tenant, tenant.actor("admin")).delete("user", person[0])
    assert kept(app, tenant, person) == []
