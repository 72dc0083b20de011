"""JSON web tokens of /api/v1/security/."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_jwt_extended import create_access_token

from app.models.adopted import User
from app.models.base import utcnow
from app.models.session import LoginSession
from tests.accounts.browser import Browser, Program
from tests.accounts.rows import change, stored

Person = tuple[int, str, str]


@pytest.fixture
def person(tenant: Any) -> Person:
    return tenant.user("operator")


@pytest.fixture
def program(app: Flask, tenant: Any, person: Person) -> Program:
    """Logged in as `person`."""
    program = Program(app)
    assert program.log_in(tenant.code, person[1], person[2]).status_code == 200
    return program


def refreshing(app: Flask, program: Program) -> Program:
    return Program(app, program.refresh_token)


def test_the_token_opens_the_api(program: Program) -> None:
    assert program.send("GET", "/api/v1/user/").status_code == 200


def test_stock_login_answers_500_without_provider_but_ours_knows_none(app: Flask, tenant: Any, person: Person) -> None:
    answer = Program(app).log_in(tenant.code, person[1], person[2])
    assert set(answer.json) == {"access_token", "refresh_token", "token_type"}


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, {"tenant", "username", "password"}),
        ({"tenant": "a", "username": "b"}, {"password"}),
        ({"tenant": 1, "username": ["b"], "password": None}, {"tenant", "username", "password"}),
        ({"tenant": "a", "username": "b", "password": "c", "provider": "ldap"}, {"provider"}),
        (["a"], {""}),
        (None, {""}),
    ],
)
def test_a_malformed_login_names_every_fault(app: Flask, sent: Any, fields: set[str]) -> None:
    answer = Program(app).send("POST", "/api/v1/security/login", sent)
    assert answer.status_code == 400
    assert set(answer.json["error"]["fields"]) == fields


@pytest.mark.parametrize("password", ["wrong-password-9", "", "a\x00b", "\ud800", "x" * 5000])
def test_a_wrong_login_is_a_401_and_no_more(app: Flask, tenant: Any, person: Person, password: str) -> None:
    answer = Program(app).log_in(tenant.code, person[1], password)
    assert answer.status_code == 401
    assert answer.json["error"]["fields"] == {}


@pytest.mark.parametrize("name", ["\ud800", "a\x00", "x" * 5000])
def test_no_login_name_breaks_the_api(app: Flask, tenant: Any, name: str) -> None:
    assert Program(app).log_in(tenant.code, name, "whatever-9").status_code == 401
    assert Program(app).log_in(name, "admin", "whatever-9").status_code == 401


def test_page_and_api_share_the_lock(app: Flask, tenant: Any, person: Person) -> None:
    program, browser = Program(app), Browser(app)
    for _guess in range(3):
        program.log_in(tenant.code, person[1], "wrong-password-9")
    for _guess in range(2):
        browser.log_in(tenant.code, person[1], "wrong-password-9")
    assert program.log_in(tenant.code, person[1], person[2]).status_code == 401


def test_a_refreshed_token_is_the_same_person_of_the_same_tenant(app: Flask, program: Program) -> None:
    """FAB's refresh() drops the claims."""
    answer = refreshing(app, program).send("POST", "/api/v1/security/refresh")
    renewed = Program(app, answer.json["access_token"])
    assert renewed.send("GET", "/api/v1/user/").json == program.send("GET", "/api/v1/user/").json


def test_a_refresh_token_opens_nothing_but_refresh(app: Flask, program: Program) -> None:
    assert refreshing(app, program).send("GET", "/api/v1/user/").status_code == 401


def test_an_access_token_refreshes_nothing(program: Program) -> None:
    assert program.send("POST", "/api/v1/security/refresh").status_code == 401


def test_refresh_without_a_token_is_a_401(app: Flask) -> None:
    assert Program(app).send("POST", "/api/v1/security/refresh").status_code == 401


def test_logout_ends_both_tokens(app: Flask, program: Program) -> None:
    assert program.send("POST", "/api/v1/security/logout").status_code == 204
    assert program.send("GET", "/api/v1/user/").status_code == 401
    assert refreshing(app, program).send("POST", "/api/v1/security/refresh").status_code == 401


def test_stock_tokens_survive_a_password_reset_but_ours_end(
    app: Flask, tenant: Any, person: Person, program: Program
) -> None:
    change(app, tenant.id, User, id=person[0], session_epoch=User.session_epoch + 1)
    assert program.send("GET", "/api/v1/user/").status_code == 401
    assert refreshing(app, program).send("POST", "/api/v1/security/refresh").status_code == 401


def test_tokens_of_a_disabled_user_end(app: Flask, tenant: Any, person: Person, program: Program) -> None:
    change(app, tenant.id, User, id=person[0], active=False)
    assert program.send("GET", "/api/v1/user/").status_code == 401


def test_tokens_know_idle_and_absolute_ends(app: Flask, tenant: Any, person: Person, program: Program) -> None:
    change(app, tenant.id, LoginSession, user_id=person[0], last_seen_at=utcnow() - timedelta(minutes=31))
    assert refreshing(app, program).send("POST", "/api/v1/security/refresh").status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x.y.z", "Basic YWRtaW46eA==", "bearer \x80", "x" * 9000]
)
def test_no_header_breaks_the_api(app: Flask, header: str) -> None:
    assert Program(app).send("GET", "/api/v1/user/", headers={"Authorization": header}).status_code == 401


def test_a_cookie_login_is_no_token(app: Flask, tenant: Any, person: Person) -> None:
    """A token that names a row of the other kind is refused, even with a right signature."""
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    with browser.client.session_transaction(base_url="http://localhost") as session:
        identity = session["_user_id"]
    with app.test_request_context():
        token = create_access_token(identity=identity)
    assert Program(app, token).send("GET", "/api/v1/user/").status_code == 401


def test_a_bad_token_is_not_made_good_by_a_cookie(app: Flask, tenant: Any, person: Person) -> None:
    """Else a request without a CSRF token would be answered for its cookie."""
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    assert browser.get("/api/v1/user/").status_code == 200
    assert browser.get("/api/v1/user/", headers={"Authorization": "Bearer x.y.z"}).status_code == 401
    assert browser.get("/api/v1/user/", headers={"X-API-Key": "none"}).status_code == 401


def test_the_token_of_one_company_sees_nothing_of_another(app: Flask, program: Program, other_tenant: Any) -> None:
    stranger = other_tenant.user("operator", username="only-over-there")
    body = program.send("GET", "/api/v1/user/?size=200").get_data(as_text=True)
    assert stranger[1] not in body


def test_api_logins_are_rows_of_their_own_kind(app: Flask, tenant: Any, person: Person, program: Program) -> None:
    assert stored(app, tenant.id, LoginSession.kind, user_id=person[0]) == ["api"]
