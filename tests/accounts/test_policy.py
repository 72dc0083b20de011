"""The password policy of a company (P2): what is in force, wherever a password is set, and when it runs out."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.errors import Invalid
from app.fields.policy import Policy
from app.models.adopted import User
from app.models.base import utcnow
from app.models.tenant import Tenant
from app.records.passwords import policy_of
from app.tenancy.scope import tenant_scope
from tests.accounts.browser import Browser, Program
from tests.accounts.policies import set_policy
from tests.accounts.rows import change
from tests.accounts.test_password import errors, send
from tests.desk import Desk
from tests.kit import PASSWORD, TenantKit

SHORT = "kf9!mQ2x"  # eight characters of four kinds
LONG = "correct horse battery"
MLPS3 = Policy(min_length=8, classes=3, strength=0, expiry_days=90, reminder_days=7, history=5)
Person = tuple[int, str, str]


def in_force(kit: TenantKit) -> Policy:
    with kit.app.app_context(), tenant_scope(kit.id):
        return policy_of(kit.id)


@pytest.fixture
def person(tenant: TenantKit) -> Person:
    return tenant.user("operator", name="张伟", phone="13800138000")


@pytest.fixture
def browser(app: Flask, tenant: TenantKit, person: Person) -> Browser:
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    browser.get("/password")
    return browser


@pytest.fixture
def desk(tenant: TenantKit) -> Desk:
    return Desk(tenant, tenant.actor("admin"))


# --- profiles
def test_without_a_row_of_its_own_a_company_has_asvs(tenant: TenantKit) -> None:
    """P2: on by default."""
    assert in_force(tenant) == Policy()


def test_a_ready_profile_fixes_its_values_whatever_is_sent(tenant: TenantKit) -> None:
    """P2: 等保三级 cannot be had with a shorter password or without its expiry."""
    saved = set_policy(tenant, profile="mlps3", min_length=30, expiry_days=0, classes=1)
    assert (saved["min_length"], saved["classes"], saved["expiry_days"], saved["history"]) == (8, 3, 90, 5)
    assert in_force(tenant) == MLPS3


def test_nothing_can_be_changed_beside_a_ready_profile(tenant: TenantKit) -> None:
    """P2: a field sent alone changes nothing while the profile says otherwise."""
    set_policy(tenant, profile="mlps3")
    assert set_policy(tenant, min_length=64)["min_length"] == 8


def test_a_custom_policy_is_what_its_admin_says(tenant: TenantKit) -> None:
    """P2: custom."""
    set_policy(tenant, profile="custom", min_length=20, classes=2, strength=3, expiry_days=30, history=24)
    assert in_force(tenant) == Policy(20, 2, 3, 30, 7, 24)


@pytest.mark.parametrize(
    ("field", "value"),
    [("min_length", 7), ("min_length", 65), ("classes", 0), ("classes", 5), ("expiry_days", 366), ("history", 25),
     ("strength", 5), ("profile", "none")],
)  # fmt: skip
def test_a_custom_policy_has_bounds(tenant: TenantKit, field: str, value: Any) -> None:
    """P2: no company can do without."""
    with pytest.raises(Invalid) as caught:
        set_policy(tenant, **{"profile": "custom", field: value})
    assert list(caught.value.errors) == [field]


def test_every_company_has_its_own(tenant: TenantKit, other_tenant: TenantKit) -> None:
    """P2: per tenant."""
    set_policy(tenant, profile="mlps3")
    assert in_force(other_tenant) == Policy()


def test_only_an_admin_sees_and_sets_it(app: Flask, tenant: TenantKit, client_as: Any) -> None:
    """P2: page and API, denied to everyone else."""
    for role in ("operator", "manager", "finance", "team_leader", "agent"):
        assert client_as(tenant, role).get("/password_policy/").status_code == 403
    assert client_as(tenant, "admin").get("/password_policy/").status_code == 200


# --- wherever a password is set
def test_ones_own_change_obeys_it_at_once(tenant: TenantKit, person: Person, browser: Browser) -> None:
    """P1, P2: eight characters are too few for asvs, and enough for mlps3 at the next request."""
    assert "12" in errors(send(browser, person[2], SHORT).get_data(as_text=True))["new"]
    set_policy(tenant, profile="mlps3")
    assert "3" in errors(send(browser, person[2], "correct horse").get_data(as_text=True))["new"]
    assert send(browser, person[2], SHORT).location == "/workbench"


@pytest.mark.parametrize(
    "new", ["tea with ZhangWei 77", "tea 13800138000 pots", "tea with 张伟 and friends", "CeShiQiYe is my firm"]
)
def test_ones_own_data_is_no_password(person: Person, browser: Browser, new: str) -> None:
    """P2: name, pinyin, phone, company; in any letter case."""
    assert set(errors(send(browser, person[2], new).get_data(as_text=True))) == {"new"}


def test_users_added_and_edited_by_an_admin_obey_it(tenant: TenantKit, desk: Desk, person: Person) -> None:
    """P2: on the form and through the API, which write the same way."""
    new = {"username": "lisi", "name": "李四", "role": tenant.roles["agent"]}
    for way in (
        lambda password: desk.add("user", **new, password=password),
        lambda password: desk.edit("user", person[0], password=password),
    ):
        for poor in (SHORT, "elephantelephant", "tea with ZhangWei and LiSi", "qiye tea CeShiQiYe"):
            with pytest.raises(Invalid) as caught:
                way(poor)
            assert list(caught.value.errors) == ["password"]
        way(LONG)


def test_all_reasons_stand_at_the_password(tenant: TenantKit, desk: Desk, person: Person) -> None:
    """P2: each a message of its own."""
    set_policy(tenant, profile="custom", min_length=20, classes=3)
    with pytest.raises(Invalid) as caught:
        desk.edit("user", person[0], password="zhangwei")
    assert len(caught.value.errors["password"]) >= 3


@pytest.mark.parametrize("profile", ["asvs", "mlps3"])
def test_one_time_passwords_meet_the_policy(tenant: TenantKit, desk: Desk, person: Person, profile: str) -> None:
    """P3: whoever is reset gets what could be their own; 64 characters where the company asks for them."""
    set_policy(tenant, profile=profile)
    (password,) = desk.act("user", "reset_password", person[0]).reveal.values()
    assert len(password) == 14
    set_policy(tenant, profile="custom", min_length=64, classes=4, strength=4)
    (password,) = desk.act("user", "reset_password", person[0]).reveal.values()
    assert len(password) >= 64


# --- expiry
def aged(app: Flask, kit: TenantKit, person: Person, days: float) -> None:
    change(app, kit.id, User, id=person[0], password_changed_at=utcnow() - timedelta(days=days))


def test_an_expired_password_must_be_changed_by_running_logins_too(
    app: Flask, tenant: TenantKit, person: Person, browser: Browser
) -> None:
    """P2: expiry is no reason to end a login, and leaves nothing else to do in it."""
    set_policy(tenant, profile="mlps3")
    aged(app, tenant, person, 89.9)
    assert browser.is_in()
    aged(app, tenant, person, 90.1)
    answer = browser.get("/workbench")
    assert (answer.status_code, answer.location) == (303, "/password")
    program = Program(app)
    program.log_in(tenant.code, person[1], person[2])
    assert program.send("GET", "/api/v1/user/").json["error"]["code"] == "password_change_required"
    browser.get("/password")
    assert send(browser, person[2], "Kf9!mQ2#xL").status_code == 303
    assert browser.is_in()


def test_who_never_changed_it_counts_from_the_day_they_came(
    app: Flask, tenant: TenantKit, person: Person, browser: Browser
) -> None:
    """P2: no date of change is no way around."""
    set_policy(tenant, profile="mlps3")
    change(app, tenant.id, User, id=person[0], password_changed_at=None, created_on=utcnow() - timedelta(days=91))
    assert browser.get("/workbench").location == "/password"


@pytest.mark.parametrize(("days", "reminded"), [(82.5, False), (83.5, True), (89.5, True)])
def test_a_reminder_comes_seven_days_before(
    app: Flask, tenant: TenantKit, person: Person, browser: Browser, days: float, reminded: bool
) -> None:
    """P2: on every page, with the way to the form."""
    set_policy(tenant, profile="mlps3")
    aged(app, tenant, person, days)
    assert ('class="remind"' in browser.get("/workbench").get_data(as_text=True)) is reminded


def test_nothing_expires_under_asvs(app: Flask, tenant: TenantKit, person: Person, browser: Browser) -> None:
    """P2: no rotation."""
    aged(app, tenant, person, 5000)
    assert browser.is_in()


def test_a_worker_that_is_warm_asks_for_no_policy(browser: Browser, queries: Any) -> None:
    """P2: expiry costs no statement per request."""
    browser.get("/workbench")
    with queries() as sent:
        browser.get("/workbench")
    assert not [statement for statement in sent if "password_policy" in statement]


# --- the meter
def test_the_meter_says_what_the_form_will_say(person: Person, browser: Browser) -> None:
    """P2: one judge."""
    asked = browser.post("/password/strength", {"password": "ZhangWei520!", "own": "1"}).json
    refused = errors(send(browser, person[2], "ZhangWei520!").get_data(as_text=True))["new"]
    assert asked["score"] < 2
    assert "name" in asked["missed"]
    for text in asked["reasons"][:1]:
        assert text in refused
    good = browser.post("/password/strength", {"password": LONG, "own": "1"}).json
    assert (good["score"], good["missed"], good["reasons"]) == (4, [], [])


def test_the_meter_knows_whom_the_form_describes(browser: Browser) -> None:
    """P2: what is typed beside the password counts; what is known of the sender does not."""
    sent = {"password": "tea with LiSiGuang 77", "username": "lsg", "name": "李思光"}
    assert browser.post("/password/strength", sent).json["missed"] == ["name", "strength"]
    assert browser.post("/password/strength", {**sent, "name": "王五"}).json["missed"] == []


def test_what_is_asked_about_a_password_is_in_no_log(browser: Browser, caplog: Any) -> None:
    """P2: never logged."""
    with caplog.at_level("DEBUG"):
        browser.post("/password/strength", {"password": "Tulips-amnesty-88", "own": "1"})
    assert "Tulips" not in caplog.text


def test_the_meter_answers_people_not_machines(app: Flask, browser: Browser) -> None:
    """P2: rate limited, only with a login, and with its token."""
    answers = [browser.post("/password/strength", {"password": "x", "own": "1"}).status_code for _ask in range(122)]
    assert answers.count(200) == 120
    assert answers[-1] == 429
    assert Browser(app).post("/password/strength", {"password": "x"}).status_code != 200


def test_somebody_with_a_one_time_password_has_a_meter_too(app: Flask, tenant: TenantKit) -> None:
    """P3: the first thing they do is choose one."""
    newcomer = tenant.user("operator", must_change_password=True)
    browser = Browser(app)
    browser.log_in(tenant.code, newcomer[1], newcomer[2])
    browser.get("/password")
    assert browser.post("/password/strength", {"password": LONG, "own": "1"}).json["score"] == 4


def test_the_texts_are_chinese_for_chinese_readers(app: Flask, tenant: TenantKit, person: Person) -> None:
    """P2: reasons in zh and en."""
    change(app, tenant.id, User, id=person[0], locale="zh")
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], PASSWORD)
    browser.get("/password")
    asked = browser.post("/password/strength", {"password": "woaini1314520", "own": "1"}).json
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in [asked["name"], *asked["reasons"]]), (
        json.dumps(asked, ensure_ascii=False)
    )


def test_the_policy_moves_the_version_that_workers_remember_it_by(tenant: TenantKit, app: Flask) -> None:
    """P2: in force at the next request of every worker."""
    with app.app_context(), tenant_scope(tenant.id):
        before = tenant.actor("admin").settings_version
    set_policy(tenant, profile="mlps3")
    assert tenant.actor("admin").settings_version == before + 1
    assert Tenant.settings_version is not None
