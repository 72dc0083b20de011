"""The company that many customers are made for: found or brought live, with people, teams and fields of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from app.access import Actor, system_actor
from app.accounts.tenants import create_tenant, find_tenant
from app.demo import add_people
from app.demo_crowd import Company
from app.demo_customers import TEAMS, add_teams, customer_types
from app.demo_fields import OWN_FIELDS, add_own_fields
from app.engine import engine
from app.errors import NotFound
from app.fields.password import hash_password, new_one_time_password
from app.models.adopted import Role, User
from app.models.base import db, transaction
from app.models.tenant import Tenant
from app.tenancy.scope import tenant_scope

REASON: Final = "演示数据 / demo data"  # who did it, in the company's audit log
PER_AGENT: Final = 4_000  # customers that one agent looks after
FEWEST, MOST = 8, 300  # agents of a company brought live here
PER_TEAM: Final = 24  # agents


def actor_for(tenant: Tenant) -> Actor:
    return system_actor(tenant.id, REASON, locale=tenant.locale, timezone=tenant.timezone)


def company(code: str, name: str, customers: int, now: datetime) -> tuple[Tenant, str]:
    """The company `code`, brought live where there is none, and the password of the people made for it.

    One without agents gets as many as so many customers need; "" says that it had some. Raises Invalid for a code that
    cannot be one.
    """
    try:
        tenant, password = find_tenant(code), new_one_time_password()
    except NotFound:
        tenant, password = create_tenant(code, name)
    agents = min(max(customers // PER_AGENT, FEWEST), MOST)
    teams = TEAMS + tuple((f"电销{number}组", "") for number in range(3, agents // PER_TEAM))
    with tenant_scope(tenant.id), transaction():
        if db.session.scalar(select(User.id).join(Role, Role.id == User.role_id).where(Role.seat).limit(1)):
            return tenant, ""
        roles = {role.key: role.id for role in db.session.scalars(select(Role))}
        staff = {"operator": 2, "manager": 1 + agents // 100, "team_leader": len(teams), "agent": agents}
        add_people(roles, hash_password(password), now, staff)
        db.session.flush()
        add_teams(now, teams)
    return tenant, password


def how_many() -> int:
    """The customers of the company in scope."""
    model = engine().models["customer"]
    return int(db.session.scalar(select(func.count(model.id))) or 0)


def facts(tenant: Tenant) -> Company:
    """What the customers of the company in scope refer to; own fields that it lacks are added where there is room."""
    with transaction():
        own = add_own_fields(actor_for(tenant), OWN_FIELDS)
    with transaction():
        seats = select(User.team_id, User.id).join(Role, Role.id == User.role_id)
        agents = db.session.execute(seats.where(Role.seat, User.active).order_by(User.id)).all()
        team = engine().models["team"]
        teams = list(db.session.scalars(select(team.id).order_by(team.id)))
        return Company(tenant.code, customer_types(), [(row[0], row[1]) for row in agents], teams, own)
