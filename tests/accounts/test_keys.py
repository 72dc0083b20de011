"""API keys: made, listed and revoked by their owner."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.keys import MOST_KEYS
from app.models.adopted import User
from app.models.api_key import ApiKey
from app.models.base import utcnow
from app.models.tenant import Tenant
from tests.accounts.browser import Browser, Program
from tests.accounts.rows import change, stored

KEYS = "/api/v1/security/keys"
Person = tuple[int, str, str]


@pytest.fixture
def person(tenant: Any) -> Person:
    return tenant.user("operator")


@pytest.fixture
def program(app: Flask, tenant: Any, person: Person) -> Program:
    program = Program(app)
    program.log_in(tenant.code, person[1], person[2])
    return program


@pytest.fixture
def key(program: Program) -> str:
    return program.send("POST", KEYS, {"name": "CRM"}).json["data"]["key"]


def opens(app: Flask, key: str) -> bool:
    """Both headers must agree."""
    by_header = Program(app).send("GET", "/api/v1/user/", headers={"X-API-Key": key}).status_code
    by_bearer = Program(app, key).send("GET", "/api/v1/user/").status_code
    assert by_header == by_bearer
    return by_header == 200


def test_a_key_acts_as_its_owner(app: Flask, key: str) -> None:
    assert opens(app, key)
    assert Program(app, key).send("POST", "/api/v1/user/", {}).status_code == 403  # operators may not add users


def test_only_the_hash_of_a_key_is_stored(app: Flask, tenant: Any, person: Person, key: str) -> None:
    (kept,) = stored(app, tenant.id, ApiKey.hash, user_id=person[0])
    secret = key.rpartition("_")[2] if key.count("_") == 2 else key.split("_", 2)[2]
    assert secret not in kept
    (shown,) = stored(app, tenant.id, ApiKey.prefix, user_id=person[0])
    assert secret.startswith(shown)
    assert len(shown) < 10


def test_the_key_is_shown_once(program: Program, key: str) -> None:
    (listed,) = program.send("GET", KEYS).json["data"]
    assert listed["name"] == "CRM"
    assert key not in str(listed)


def test_a_revoked_key_opens_nothing(app: Flask, program: Program, key: str) -> None:
    (listed,) = program.send("GET", KEYS).json["data"]
    assert program.send("DELETE", f"{KEYS}/{listed['id']}").status_code == 204
    assert not opens(app, key)
    assert program.send("GET", KEYS).json["data"] == []
    assert program.send("DELETE", f"{KEYS}/{listed['id']}").status_code == 404


def test_keys_die_with_disabled_users(app: Flask, tenant: Any, person: Person, key: str) -> None:
    change(app, tenant.id, User, id=person[0], active=False)
    assert not opens(app, key)


def test_keys_die_with_disabled_companies(app: Flask, owner: Flask, tenant: Any, key: str) -> None:
    change(owner, tenant.id, Tenant, id=tenant.id, active=False)
    assert not opens(app, key)


def test_keys_wait_while_a_password_change_is_due(app: Flask, tenant: Any, person: Person, key: str) -> None:
    change(app, tenant.id, User, id=person[0], must_change_password=True)
    answer = Program(app, key).send("GET", "/api/v1/user/")
    assert answer.json["error"]["code"] == "password_change_required"


def test_a_key_expires(app: Flask, tenant: Any, person: Person, program: Program) -> None:
    made = program.send("POST", KEYS, {"name": "short", "days": 7}).json["data"]
    assert opens(app, made["key"])
    change(app, tenant.id, ApiKey, user_id=person[0], expires_at=utcnow() - timedelta(seconds=1))
    assert not opens(app, made["key"])


def test_use_is_written_down(app: Flask, tenant: Any, person: Person, key: str) -> None:
    assert stored(app, tenant.id, ApiKey.last_used_at, user_id=person[0]) == [None]
    opens(app, key)
    (used,) = stored(app, tenant.id, ApiKey.last_used_at, user_id=person[0])
    assert utcnow() - used < timedelta(seconds=10)


def test_a_key_makes_and_ends_no_keys(app: Flask, key: str) -> None:
    """Whoever finds one could otherwise outlive its revocation."""
    program = Program(app, key)
    assert program.send("POST", KEYS, {"name": "second"}).status_code == 403
    (listed,) = program.send("GET", KEYS).json["data"]
    assert program.send("DELETE", f"{KEYS}/{listed['id']}").status_code == 403


def test_keys_of_others_are_neither_seen_nor_ended(app: Flask, tenant: Any, program: Program, key: str) -> None:
    colleague = tenant.user("admin")
    other = Program(app)
    other.log_in(tenant.code, colleague[1], colleague[2])
    assert other.send("GET", KEYS).json["data"] == []
    (listed,) = program.send("GET", KEYS).json["data"]
    assert other.send("DELETE", f"{KEYS}/{listed['id']}").status_code == 404
    assert opens(app, key)


def test_the_tenant_in_a_key_cannot_be_exchanged(app: Flask, tenant: Any, other_tenant: Any, key: str) -> None:
    assert not opens(app, key.replace(str(tenant.id), str(other_tenant.id)))


@pytest.mark.parametrize(
    "key", ["ucc_", "ucc_1", "ucc_1_", "ucc_x_y", "ucc_-1_y", f"ucc_{'9' * 40}_y", "ucc_1_" + "y" * 999]
)
def test_no_key_breaks_the_api(app: Flask, key: str) -> None:
    assert not opens(app, key)


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"name": ""}, "name"), ({"name": "x" * 65}, "name"), ({"name": "a\x00"}, "name"), ({}, "name"),
     ({"name": "a", "days": 0}, "days"), ({"name": "a", "days": 400}, "days"), ({"name": "a", "days": "7"}, "days"),
     ({"name": "a", "user_id": 1}, "user_id")],
)  # fmt: skip
def test_a_malformed_key_names_the_fault(program: Program, sent: dict[str, Any], field: str) -> None:
    answer = program.send("POST", KEYS, sent)
    assert answer.status_code == 400
    assert list(answer.json["error"]["fields"]) == [field]


def test_twenty_keys_and_not_one_more_in_parallel_requests_too(
    app: Flask, tenant: Any, person: Person, program: Program
) -> None:
    for number in range(MOST_KEYS - 2):
        assert program.send("POST", KEYS, {"name": f"key {number}"}).status_code == 201
    threads = [threading.Thread(target=program.send, args=("POST", KEYS, {"name": "late"})) for _late in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stored(app, tenant.id, ApiKey.id, user_id=person[0])) == MOST_KEYS


def test_a_browser_needs_a_csrf_token_to_make_a_key(app: Flask, tenant: Any, person: Person) -> None:
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    browser.get("/workbench")
    bare = browser.client.post(KEYS, json={"name": "stolen"}, base_url="http://localhost")
    assert bare.status_code == 400
    headers = {"X-CSRFToken": browser.csrf}
    assert (
        browser.client.post(KEYS, json={"name": "mine"}, headers=headers, base_url="http://localhost").status_code
        == 201
    )
