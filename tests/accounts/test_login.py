"""Logging in (U2)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from flask import Flask
from limits.errors import StorageError

from app.accounts import login
from app.fields.password import FAKE_HASH
from app.models.adopted import User
from app.models.base import utcnow
from app.models.tenant import Tenant
from tests.accounts.browser import Browser, Program, words
from tests.accounts.rows import change, stored

WRONG = "wrong-password-9"
Person = tuple[int, str, str]


@pytest.fixture
def person(tenant: Any) -> Person:
    """(id, login name, password) of an operator."""
    return tenant.user("operator")


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def hashes_checked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The hashes that were computed against, in order."""
    seen: list[str] = []
    genuine = login.verify_password

    def verify(hashed: str, plain: str) -> bool:
        seen.append(hashed)
        return genuine(hashed, plain)

    monkeypatch.setattr(login, "verify_password", verify)
    yield seen


def test_the_right_three_open_the_workbench(browser: Browser, tenant: Any, person: Person) -> None:
    answer = browser.log_in(tenant.code, person[1], person[2])
    assert (answer.status_code, answer.location) == (303, "/workbench")
    assert browser.is_in()


def test_spaces_around_code_and_login_name_do_not_matter(browser: Browser, tenant: Any, person: Person) -> None:
    assert browser.log_in(f" {tenant.code.upper()} ", f" {person[1]} ", person[2]).status_code == 303


def test_tenant_in_the_address_is_filled_in(browser: Browser) -> None:
    assert 'value="acme"' in browser.get("/login?tenant=acme").get_data(as_text=True)


def test_a_code_in_the_address_is_escaped(browser: Browser) -> None:
    assert "<script>alert" not in browser.get('/login?tenant="><script>alert(1)</script>').get_data(as_text=True)


def test_next_is_followed_after_the_login(browser: Browser, tenant: Any, person: Person) -> None:
    assert browser.log_in(tenant.code, person[1], person[2], "?next=/user/?q=a").location == "/user/?q=a"


def test_next_to_another_host_is_not_followed(browser: Browser, tenant: Any, person: Person) -> None:
    assert browser.log_in(tenant.code, person[1], person[2], "?next=//evil.cn/").location == "/workbench"


def test_two_companies_may_have_the_same_login_name(app: Flask, tenant: Any, other_tenant: Any) -> None:
    """FAB: usernames are unique over all, and `one_or_none()` raises on duplicates."""
    ours = tenant.user("operator", username="zhangwei", password="Our-password-1")
    theirs = other_tenant.user("operator", username="zhangwei", password="Their-password-1")
    for kit, person, stranger in ((tenant, ours, theirs), (other_tenant, theirs, ours)):
        browser = Browser(app)
        assert browser.log_in(kit.code, "zhangwei", stranger[2]).status_code == 401
        assert browser.log_in(kit.code, "zhangwei", person[2]).status_code == 303


def test_email_is_no_login_name(browser: Browser, tenant: Any) -> None:
    """FAB tries the username and then the email."""
    person = tenant.user("operator", email="li@example.com")
    assert browser.log_in(tenant.code, "li@example.com", person[2]).status_code == 401


def unknown_company(app: Flask, owner: Flask, kit: Any, person: Person) -> tuple[str, str, str]:
    return "no-such-company", person[1], person[2]


def unknown_user(app: Flask, owner: Flask, kit: Any, person: Person) -> tuple[str, str, str]:
    return kit.code, "nobody", person[2]


def wrong_password(app: Flask, owner: Flask, kit: Any, person: Person) -> tuple[str, str, str]:
    return kit.code, person[1], WRONG


def locked(app: Flask, owner: Flask, kit: Any, person: Person) -> tuple[str, str, str]:
    change(app, kit.id, User, id=person[0], locked_until=utcnow() + timedelta(minutes=5))
    return kit.code, person[1], person[2]


def disabled(app: Flask, owner: Flask, kit: Any, person: Person) -> tuple[str, str, str]:
    change(app, kit.id, User, id=person[0], active=False)
    return kit.code, person[1], person[2]


def company_disabled(app: Flask, owner: Flask, kit: Any, person: Person) -> tuple[str, str, str]:
    change(owner, kit.id, Tenant, id=kit.id, active=False)
    return kit.code, person[1], person[2]


def nothing(app: Flask, owner: Flask, kit: Any, person: Person) -> tuple[str, str, str]:
    return "", "", ""


def nul_characters(app: Flask, owner: Flask, kit: Any, person: Person) -> tuple[str, str, str]:
    return kit.code, "a\x00b", "p\x00q"


def endless_password(app: Flask, owner: Flask, kit: Any, person: Person) -> tuple[str, str, str]:
    return kit.code, person[1], "x" * 20_000


FAILURES = [
    unknown_company, unknown_user, wrong_password, locked, disabled, company_disabled, nothing, nul_characters,
    endless_password,
]  # fmt: skip
Failure = Callable[[Flask, Flask, Any, Person], tuple[str, str, str]]


@pytest.mark.parametrize("failure", FAILURES)
def test_every_refusal_says_the_same(app: Flask, owner: Flask, tenant: Any, person: Person, failure: Failure) -> None:
    expected = Browser(app).log_in(tenant.code, "somebody", WRONG)
    answer = Browser(app).log_in(*failure(app, owner, tenant, person))
    assert answer.status_code == expected.status_code == 401
    assert words(answer.get_data(as_text=True)) == words(expected.get_data(as_text=True))


@pytest.mark.parametrize("failure", FAILURES)
def test_every_refusal_costs_one_password_check(
    app: Flask, owner: Flask, tenant: Any, person: Person, failure: Failure, hashes_checked: list[str]
) -> None:
    sent = failure(app, owner, tenant, person)
    assert Browser(app).log_in(*sent).status_code == 401
    assert len(hashes_checked) == 1


@pytest.mark.parametrize("failure", FAILURES)
def test_every_refusal_costs_the_same_statements(
    app: Flask, owner: Flask, tenant: Any, person: Person, failure: Failure, queries: Any
) -> None:
    sent = failure(app, owner, tenant, person)
    browser = Browser(app)
    browser.get("/login")
    form = dict(zip(("tenant", "username", "password"), sent, strict=True))
    with queries() as counted:
        assert browser.post("/login", form).status_code == 401
    assert len(counted) == 6  # company, user, count of attempts; head, entry, head of the login log


def test_a_locked_or_disabled_account_is_never_compared_with_its_own_hash(
    app: Flask, tenant: Any, person: Person, hashes_checked: list[str]
) -> None:
    change(app, tenant.id, User, id=person[0], locked_until=utcnow() + timedelta(minutes=5))
    Browser(app).log_in(tenant.code, person[1], person[2])
    assert hashes_checked == [FAKE_HASH]


def test_five_failures_lock_the_account_for_fifteen_minutes(app: Flask, tenant: Any, person: Person) -> None:
    browser = Browser(app)
    for _attempt in range(4):
        browser.log_in(tenant.code, person[1], WRONG)
    assert stored(app, tenant.id, User.locked_until, id=person[0]) == [None]
    browser.log_in(tenant.code, person[1], WRONG)
    left = stored(app, tenant.id, User.locked_until, id=person[0])[0] - utcnow()
    assert timedelta(minutes=14, seconds=50) < left <= timedelta(minutes=15)
    assert browser.log_in(tenant.code, person[1], person[2]).status_code == 401


def test_the_lock_ends_by_itself_and_a_new_count_begins(app: Flask, tenant: Any, person: Person) -> None:
    change(app, tenant.id, User, id=person[0], locked_until=utcnow() - timedelta(seconds=1), failed_logins=5)
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], WRONG)
    assert stored(app, tenant.id, User.fail_login_count, id=person[0]) == [1]
    assert stored(app, tenant.id, User.locked_until, id=person[0]) == [None]
    assert browser.log_in(tenant.code, person[1], person[2]).status_code == 303


def test_attempts_during_the_lock_do_not_prolong_it(app: Flask, tenant: Any, person: Person) -> None:
    until = utcnow() + timedelta(minutes=3)
    change(app, tenant.id, User, id=person[0], locked_until=until, failed_logins=5)
    Browser(app).log_in(tenant.code, person[1], WRONG)
    assert stored(app, tenant.id, User.locked_until, id=person[0]) == [until]


def test_a_login_forgets_the_failures_before_it(app: Flask, tenant: Any, person: Person) -> None:
    browser = Browser(app)
    for _round in range(2):
        for _attempt in range(4):
            browser.log_in(tenant.code, person[1], WRONG)
        assert browser.log_in(tenant.code, person[1], person[2]).status_code == 303
        browser.get("/workbench")
        browser.post("/logout")


def test_parallel_guesses_are_checked_five_times_at_most(
    app: Flask, tenant: Any, person: Person, hashes_checked: list[str]
) -> None:
    """Counting after the check would let every parallel guess through."""
    browsers = [Browser(app) for _guess in range(20)]
    for browser in browsers:
        browser.get("/login")
    form = {"tenant": tenant.code, "username": person[1], "password": WRONG}
    threads = [threading.Thread(target=browser.post, args=("/login", form)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(hashes_checked) == 20
    assert sum(hashed != FAKE_HASH for hashed in hashes_checked) == 5


def test_logging_in_is_no_change_of_the_record(app: Flask, tenant: Any, person: Person) -> None:
    before = [stored(app, tenant.id, column, id=person[0]) for column in (User.version, User.changed_on)]
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], WRONG)
    browser.log_in(tenant.code, person[1], person[2])
    assert [stored(app, tenant.id, column, id=person[0]) for column in (User.version, User.changed_on)] == before
    assert stored(app, tenant.id, User.last_login, id=person[0]) != [None]


def test_one_address_may_fail_thirty_times_in_five_minutes(app: Flask, tenant: Any) -> None:
    """FAB's AUTH_RATE_LIMITED does nothing by itself; ours counts page and API together."""
    browser, program = Browser(app, address="192.0.2.1"), Program(app, address="192.0.2.1")
    for attempt in range(15):
        assert browser.log_in(tenant.code, f"nobody{attempt}", WRONG).status_code == 401
        assert program.log_in(tenant.code, f"nobody{attempt}", WRONG).status_code == 401
    refused = browser.log_in(tenant.code, "nobody", WRONG)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 300
    assert f'name="tenant" value="{tenant.code}"' in refused.text  # the form is there for the next try
    assert program.log_in(tenant.code, "nobody", WRONG).status_code == 429
    assert Browser(app, address="192.0.2.2").log_in(tenant.code, "nobody", WRONG).status_code == 401


def test_a_login_page_left_open_asks_again(app: Flask, tenant: Any, person: Person) -> None:
    """Somebody else has logged in and out in the same browser meanwhile: no error page, and nothing typed twice."""
    browser = Browser(app)
    browser.get("/login")
    form = {"tenant": tenant.code, "username": person[1], "password": person[2]}
    again = browser.post("/login", {**form, "csrf_token": "of an earlier login"})
    assert again.status_code == 400
    assert f'name="username" value="{person[1]}"' in again.text
    assert person[2] not in again.text
    assert not browser.is_in()


def test_a_call_centre_behind_one_address_can_log_in(app: Flask, tenant: Any, person: Person) -> None:
    """Only failures count: at nine o'clock everybody comes at once."""
    for _agent in range(31):
        assert Browser(app, address="192.0.2.4").log_in(tenant.code, person[1], person[2]).status_code == 303


def test_an_address_that_is_only_claimed_does_not_count(app: Flask, tenant: Any) -> None:
    """PROXIES is 0 here: anybody may send X-Forwarded-For."""
    browser = Browser(app, address="192.0.2.5")
    for attempt in range(30):
        browser.get("/login")
        form = {"tenant": tenant.code, "username": f"nobody{attempt}", "password": WRONG}
        browser.post("/login", form, headers={"X-Forwarded-For": f"198.51.100.{attempt}"})
    assert browser.log_in(tenant.code, "nobody", WRONG).status_code == 429


def test_logins_go_on_while_the_store_of_rates_is_away(
    app: Flask, tenant: Any, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accounts lock by themselves, so nobody gains by it."""

    def away(*_args: object) -> NoReturn:
        raise StorageError(ConnectionError("gone"))

    strategy = app.extensions["ucc_limiter"].limiter
    monkeypatch.setattr(strategy, "test", away)
    monkeypatch.setattr(strategy, "hit", away)
    browser = Browser(app)
    assert browser.log_in(tenant.code, person[1], WRONG).status_code == 401
    assert browser.log_in(tenant.code, person[1], person[2]).status_code == 303


def test_the_log_names_nobody_by_what_was_typed(
    app: Flask, tenant: Any, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """People type passwords into the wrong field."""
    caplog.set_level("INFO")
    browser = Browser(app)
    browser.log_in(tenant.code, "typed-into-the-wrong-field", WRONG)
    browser.log_in(tenant.code, person[1], person[2])
    told = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("app."))
    assert "login refused" in told
    assert f"user {person[0]}" in told
    assert "typed-into" not in told
    assert WRONG not in told
    assert person[2] not in told


def test_looking_at_the_login_page_is_not_limited(app: Flask) -> None:
    browser = Browser(app, address="192.0.2.3")
    assert {browser.get("/login").status_code for _look in range(40)} == {200}


def test_pages_opened_at_once_after_the_login_have_the_same_csrf_token(app: Flask, tenant: Any, person: Person) -> None:
    """Otherwise each answer brings a cookie of its own, and the forms of all but the last are refused."""
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    assert "Set-Cookie" not in browser.get("/workbench").headers


def test_session_fixation_is_of_no_use(app: Flask, tenant: Any, person: Person) -> None:
    """FAB keeps the session over the login, so whoever planted it would be logged in too."""
    browser = Browser(app)
    browser.get("/login")
    with browser.client.session_transaction(base_url="http://localhost") as planted:
        planted["planted"] = "by the attacker"
        csrf_before = planted["csrf_token"]
    cookie_before = browser.cookie()
    browser.log_in(tenant.code, person[1], person[2])
    browser.get("/workbench")
    with browser.client.session_transaction(base_url="http://localhost") as session:
        assert "planted" not in session
        assert session["csrf_token"] != csrf_before
    stranger = Browser(app)
    stranger.client.set_cookie("ucc", cookie_before, domain="localhost")
    assert not stranger.is_in()


def test_who_is_logged_in_needs_no_login_page(browser: Browser, tenant: Any, person: Person) -> None:
    browser.log_in(tenant.code, person[1], person[2])
    assert browser.get("/login?next=/user/").location == "/user/"
