"""The demo company's call centre is believable and whole (C1, C2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import select

from app.demo import create_demo
from app.demo_customers import CUSTOMERS, TEAMS
from app.engine import engine
from app.models.adopted import Role, User
from app.models.base import db, transaction
from app.models.tenant import Tenant
from app.tenancy.scope import tenant_scope


def test_the_demo_has_teams_leaders_and_customers(
    app: Any, as_owner: Callable[[], AbstractContextManager[Any]], monkeypatch: Any
) -> None:
    """C1, C2: each team has a leader and agents; customers are of several types, some assigned to nobody."""
    monkeypatch.setattr("app.demo.CODE", f"demo-{id(app) % 10**6}")
    with as_owner():
        create_demo("Correct-horse-9")
        tenant = db.session.scalars(select(Tenant).order_by(Tenant.id.desc())).first()
        customer = engine().models["customer"]
        with tenant_scope(tenant.id), transaction():
            columns = (customer.type, customer.team, customer.agent, customer.last_contact_at, customer.c1, customer.c2)
            rows = db.session.execute(select(*columns)).all()
            fields = db.session.scalars(select(engine().models["customer_field"].name)).all()
            leaders = db.session.scalars(select(engine().models["team"].leader)).all()
            people = db.session.execute(
                select(User.team_id, Role.key).join(Role, Role.id == User.role_id).where(User.team_id.is_not(None))
            ).all()
    assert len(rows) == CUSTOMERS
    assert len({row.type for row in rows}) > 3
    assert {row.agent is None for row in rows} == {row.team is None for row in rows} == {True, False}
    assert {"客户来源", "意向金额"} <= set(fields)
    assert sum(row.c1 is not None for row in rows) > CUSTOMERS / 2
    assert len({row.c2 for row in rows}) > 10
    assert None not in leaders
    kept = {agent: [row.last_contact_at for row in rows if row.agent == agent] for agent in {row.agent for row in rows}}
    never = [agent for agent, moments in kept.items() if agent and None in moments and any(moments)]
    assert len(never) > 20
    led = Counter(team for team, key in people if key == "team_leader")
    assert len(led) == len(TEAMS)
    assert {key for _team, key in people} == {"team_leader", "agent"}
