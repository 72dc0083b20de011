from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from app.access import Actor
from app.records.rules import Change
from app.spec.model import Product
from tests.desk import Desk
from tests.kit import TenantKit

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ADMIN_ROLE = {"id": 7, "key": "admin", "name": "管理员"}


class Answers:
    """Stands for the other records: says what the test says, and notes what was asked and locked."""

    def __init__(self, *, other_admin: bool = False) -> None:
        self.other_admin = other_admin
        self.locked: list[str] = []

    def exists(self, **equals: Any) -> bool:
        assert equals == {"role": ADMIN_ROLE["id"], "active": True}
        return self.other_admin

    def find(self, resource: str, **equals: Any) -> dict[str, Any] | None:
        assert resource == "role"
        if set(equals) == {"id"}:
            return {"key": "", "base": "", "name": "自建", **equals}
        assert equals == {"key": "admin"}
        return ADMIN_ROLE

    def granted(self, role_id: int) -> frozenset[tuple[str, str]]:
        """Nothing: whoever makes the change holds all of it."""
        return frozenset()

    def lock(self, resource: str, **equals: Any) -> dict[str, Any] | None:
        self.locked.append(resource)
        return self.find(resource, **equals)


@pytest.fixture
def change(product: Product, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Change]:
    """A change of a record, made by user 2 of that role, as a rule sees it: no database is asked."""
    monkeypatch.setattr("app.records.rules.login_log.note", lambda *_args, **_more: None)

    def make(resource: str, before: dict | None, after: dict | None, *, by: str = "manager", id: int = 1,
             other_admin: bool = False) -> Change:  # fmt: skip
        kind = "add" if before is None else "delete" if after is None else "edit"
        answers = Answers(other_admin=other_admin)
        actor = Actor(tenant_id=1, user_id=2, role_key=by)
        return Change(kind, product.resource(resource), actor, id, before, after, answers, answers, now=NOW)

    return make


@pytest.fixture
def desk(tenant: TenantKit) -> Desk:
    """The admin's desk."""
    return Desk(tenant, tenant.actor("admin"))


@pytest.fixture
def desk_of(tenant: TenantKit) -> Callable[[str], Desk]:
    return lambda role: Desk(tenant, tenant.actor(role))
