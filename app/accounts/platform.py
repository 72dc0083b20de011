"""The company that runs the product for all others, and what its admins may do for them (docs/decisions/platform.md).

They see which companies there are, and give a company's admin a one-time password (P3). Nothing else of another company
is within their reach: each of the few statements here names what it reads, in the scope of the one company it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func, or_, select

from app.access import Actor, system_actor
from app.accounts.passwords import RESET
from app.accounts.people import same_role
from app.accounts.tenants import create_tenant
from app.engine import engine
from app.errors import Denied, NotFound
from app.labels import Label
from app.models.adopted import Role, User
from app.models.base import db, transaction
from app.models.tenant import Tenant
from app.records import audit, service
from app.records.passwords import one_time_password
from app.records.system import people
from app.spec.model import ADMIN
from app.tenancy.scope import tenant_scope

CODE: Final = "platform"  # enterprise code of the platform's own company
NAME: Final = Label("平台运营", "Platform operations")
RESET_ADMIN: Final = "reset_admin"  # what the platform's own audit log calls it
MOST: Final = 20  # companies on a page: each costs a statement that counts its users


@dataclass(frozen=True, slots=True)
class Company:
    id: int
    code: str
    name: str
    active: bool
    users: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Admin:
    """What has to be known of somebody whose password is to be reset."""

    id: int
    username: str
    name: str
    active: bool
    last_login_at: datetime | None


def operates(actor: Actor) -> bool:
    """True for the admins of the platform's own company."""
    return actor.platform and actor.role_key == ADMIN


def demand_operator(actor: Actor) -> None:
    """Raises NotFound unless the actor operates the platform: nobody else need know that there are such pages."""
    if not operates(actor):
        raise NotFound


def companies(actor: Actor, text: str = "", after: str = "") -> tuple[list[Company], str]:
    """The companies whose code or name holds `text`, by code, from the one behind the code `after` on; and the code to
    go on after, "" at the end. The platform's own is not among them. Raises NotFound.
    """
    demand_operator(actor)
    wanted = select(Tenant).where(Tenant.platform.is_(False), Tenant.code > after)
    if text:
        wanted = wanted.where(
            or_(Tenant.code.contains(text.lower(), autoescape=True), Tenant.name.contains(text, autoescape=True))
        )
    rows = db.session.scalars(wanted.order_by(Tenant.code).limit(MOST + 1)).all()
    found = [_company(tenant) for tenant in rows[:MOST]]
    return found, found[-1].code if len(rows) > MOST else ""


def company(actor: Actor, tenant_id: int) -> Company:
    """One company. Raises NotFound."""
    return _company(_tenant(actor, tenant_id))


def admins(actor: Actor, tenant_id: int) -> list[Admin]:
    """The admins of a company, by login name. Raises NotFound."""
    tenant = _tenant(actor, tenant_id)
    with tenant_scope(tenant.id):
        return _admins()


def reset_admin(actor: Actor, tenant_id: int, user_id: int) -> tuple[Admin, str]:
    """A one-time password for an admin of a company (P3). All logins of that admin end.

    It is in the company's own audit log, under the operator's name, and in the platform's. Raises NotFound for anybody
    but an admin, and Denied for a request with an API key: whoever finds one would hold every company.
    """
    tenant = _tenant(actor, tenant_id)
    if actor.session_id is None:
        raise Denied(CODE, "operate", _l("This needs a login, not an API key."))
    resource = people(engine().product)
    by = f"{NAME.text(tenant.locale)} {actor.get_full_name()} ({actor.username})"
    with transaction():
        with tenant_scope(tenant.id):
            chosen = next((admin for admin in _admins() if admin.id == user_id), None)
            if chosen is None:
                raise NotFound
            operator = system_actor(tenant.id, by, locale=tenant.locale, timezone=tenant.timezone)
            outcome = service.act(operator, resource, RESET, [user_id])
        what = {"company": f"{tenant.name} ({tenant.code})"}
        audit.enter(actor, resource, RESET_ADMIN, (None, f"{tenant.code} · {chosen.username}"), after=what)
    (password,) = outcome.reveal.values()
    return chosen, password


def create_operator(username: str, locale: str = "zh") -> tuple[Tenant, str]:
    """One more operator, with a one-time password; the first time the platform's own company as well.

    For the command line, which alone may write companies. Raises Invalid.
    """
    tenant = db.session.scalar(select(Tenant).where(Tenant.platform.is_(True)))
    if tenant is None:
        return create_tenant(CODE, NAME.text(locale), username, locale=locale, platform=True)
    with tenant_scope(tenant.id), transaction():
        role_id = db.session.scalars(select(Role.id).where(Role.tenant_id == tenant.id, Role.key == ADMIN)).one()
        password = one_time_password()
        values = {"username": username, "name": username, "role": role_id, "password": password}
        console = system_actor(tenant.id, "ucc platform create-operator", locale=tenant.locale)
        service.add(console, people(engine().product), values)
    return tenant, password


def _tenant(actor: Actor, tenant_id: int) -> Tenant:
    """Raises NotFound, also for the platform's own company: its people are on its own page of users."""
    demand_operator(actor)
    tenant: Tenant | None = db.session.scalar(select(Tenant).where(Tenant.id == tenant_id, Tenant.platform.is_(False)))
    if tenant is None:
        raise NotFound(_("There is no such company."))
    return tenant


def _company(tenant: Tenant) -> Company:
    with tenant_scope(tenant.id):
        users = db.session.scalar(select(func.count(User.id)).where(User.tenant_id == tenant.id))
    return Company(tenant.id, tenant.code, tenant.name, tenant.active, users or 0, tenant.created_at)


def _admins() -> list[Admin]:
    """Those of the company in scope."""
    rows = db.session.execute(
        select(User.id, User.username, User.first_name, User.active, User.last_login)
        .join(Role, and_(same_role(), Role.key == ADMIN))
        .order_by(User.username)
    )
    return [Admin(*row) for row in rows]
