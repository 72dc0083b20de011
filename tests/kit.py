"""A company of one's own for a test: fresh, so that tests neither see nor disturb each other."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest.mock import patch

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.access import Actor
from app.accounts import tenants
from app.accounts.people import PERSON, actor_of, same_role
from app.engine import engine
from app.fields.password import hash_password
from app.models.adopted import Role, User
from app.models.base import db, new_id, transaction
from app.models.tenant import Tenant
from app.records import finding
from app.records.system import people
from app.tenancy.scope import tenant_scope

PASSWORD = "Correct-horse-9"
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|name="csrf-token" content="([^"]+)"')

_numbers = itertools.count(1)


@cache
def hashed(password: str) -> str:
    return hash_password(password)


def new_address() -> str:
    """An address that nobody else in this run has: logins are limited by address."""
    number = next(_numbers)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


@dataclass
class TenantKit:
    """`roles` maps role keys to ids. At first the company has one user, its admin; `actor` and `person` add more."""

    app: Flask
    id: int
    code: str
    roles: dict[str, int]
    _people: dict[str, tuple[int, str, str]] = field(default_factory=dict)

    def user(self, role_key: str = "operator", **values: Any) -> tuple[int, str, str]:
        """(id, login name, password) of a new user. `values` go over the defaults, `password` in plain text."""
        number = next(_numbers)
        password = values.pop("password", PASSWORD)
        row = {"id": new_id(), "username": f"{role_key.replace('_', '.')}{number}", "name": f"用户{number}",
               "role_id": self.roles[role_key], **values}  # fmt: skip
        with self.app.app_context(), tenant_scope(self.id), transaction():
            finding.add(people(engine().product), [User(password=hashed(password), **row)])
        return row["id"], row["username"], password

    def person(self, role_key: str) -> tuple[int, str, str]:
        """(id, login name, password) of the one user of that role that `actor` and `client_as` go by."""
        if role_key not in self._people:
            self._people[role_key] = self.user(role_key)
        return self._people[role_key]

    def actor(self, role_key: str) -> Actor:
        """That user as the product sees them, with the role's grants as they are now."""
        user_id, _, _ = self.person(role_key)
        with self.app.app_context(), tenant_scope(self.id):
            found = select(*PERSON).join(Role, same_role()).join(Tenant, Tenant.id == User.tenant_id)
            return actor_of(db.session.execute(found.where(User.id == user_id)).one())


def make_tenant(app: Flask, as_owner: Callable[[], AbstractContextManager[Any]]) -> TenantKit:
    """A new company whose admin has PASSWORD and need not change it."""
    # One hash for all of them: at 20 ms each they would be half of the suite's time.
    with as_owner(), patch.object(tenants, "hash_password", lambda _: hashed(PASSWORD)):
        tenant, _ = tenants.create_tenant(f"t{next(_numbers)}-{new_id() % 10**6}", "测试企业")
        with tenant_scope(tenant.id), transaction() as session:
            admin = session.scalars(select(User)).one()
            admin.must_change_password = False
            roles = {role.key: role.id for role in session.scalars(select(Role))}
            person = (admin.id, admin.username, PASSWORD)
        return TenantKit(app, tenant.id, tenant.code, roles, {"admin": person})


def log_in(kit: TenantKit, role_key: str) -> FlaskClient:
    """A browser in which that user has logged in through the form. `client.csrf` is the token for further posts."""
    client = kit.app.test_client()
    client.environ_base["REMOTE_ADDR"] = new_address()
    _, username, password = kit.person(role_key)
    form = {"tenant": kit.code, "username": username, "password": password, "csrf_token": csrf_token(client, "/login")}
    answer = client.post("/login", data=form)
    assert answer.status_code in (302, 303), f"{username} could not log in: {answer.status_code}"
    client.csrf = csrf_token(client, "/workbench")
    return client


def csrf_token(client: FlaskClient, path: str) -> str:
    found = CSRF.search(client.get(path).get_data(as_text=True))
    assert found, f"{path} holds no CSRF token"
    return found[1] or found[2]
