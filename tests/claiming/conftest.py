"""Agents, leaders and a pool of customers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from app.access import Actor
from app.accounts.people import PERSON, actor_of, same_role
from app.engine import engine
from app.models.adopted import Role, User
from app.models.base import db, new_id, transaction, utcnow
from app.models.tenant import Tenant
from app.records import claiming, settings
from app.records.claiming import Claimed
from tests.desk import Desk
from tests.kit import TenantKit


@dataclass(frozen=True)
class Floor(Desk):
    """The admin's desk, and everybody else's."""

    def allow(self, **values: Any) -> None:
        """Sets parameters (B1–B4)."""
        with self.at_work(), transaction():
            settings.save(self.actor, self.resource("business"), values)

    def team(self, name: str) -> int:
        return self.add("team", name=name).id

    def person(self, role: str = "agent", **values: Any) -> Person:
        return Person(self.kit, self.kit.user(role, **values)[0])

    def pool(self, number: int, **values: Any) -> list[int]:
        """The ids of so many customers of the pool, oldest first."""
        with self.at_work(), transaction() as session:
            model = engine().models["customer"]
            first = utcnow() - timedelta(days=1)
            rows = [
                {"id": new_id(), "name": f"客户{one}", "phone": f"138{one:08}", "version": 1, "gender": "",
                 "remark": "", "created_at": first + timedelta(seconds=one), "changed_at": first, **values}
                for one in range(number)
            ]  # fmt: skip
            session.execute(insert(model), rows)
        return [row["id"] for row in rows]

    def owners(self) -> dict[int, int | None]:
        """Who has which customer."""
        with self.at_work():
            model = engine().models["customer"]
            return dict(db.session.execute(select(model.id, model.agent)).all())


@dataclass
class Person:
    kit: TenantKit
    id: int

    @property
    def actor(self) -> Actor:
        """As they are now: role, team and the company's settings."""
        with Desk(self.kit, None).at_work():  # type: ignore[arg-type]
            found = select(*PERSON).join(Role, same_role()).join(Tenant, Tenant.id == User.tenant_id)
            return actor_of(db.session.execute(found.where(User.id == self.id)).one())

    @property
    def desk(self) -> Desk:
        return Desk(self.kit, self.actor)

    def claim(self, key: str = "") -> Claimed:
        actor = self.actor
        desk = Desk(self.kit, actor)
        with desk.at_work(), transaction():
            return claiming.claim(actor, desk.resource("customer"), "claim", key)


@pytest.fixture
def floor(tenant: TenantKit) -> Floor:
    return Floor(tenant, tenant.actor("admin"))


@pytest.fixture
def owner_of_tables(as_owner: Callable[[], AbstractContextManager[Any]]) -> Callable[[], AbstractContextManager[Any]]:
    return as_owner
