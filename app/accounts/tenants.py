"""Companies: bringing one live, finding it again, helping its people from the command line."""

from __future__ import annotations

import re
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.accounts.passwords import give_one_time_password
from app.accounts.permissions import grant_all_defaults, one_at_a_time
from app.accounts.role_history import record_start
from app.accounts.templates import GENERAL, NO_TEMPLATE, apply_template, template_called
from app.engine import engine
from app.errors import Invalid, NotFound
from app.fields import kind_of
from app.fields.base import Reader, Rejected
from app.fields.password import hash_password, new_one_time_password
from app.labels import LOCALES
from app.models.adopted import Role, User
from app.models.base import db, new_id, transaction
from app.models.tenant import Tenant
from app.records import finding
from app.records.chain import begin_chains
from app.records.system import people
from app.spec.model import ADMIN
from app.tenancy.scope import tenant_scope

CODE: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
MOST_NAME: Final = 128


def create_tenant(
    code: str, name: str, admin: str = ADMIN, *, timezone: str = "Asia/Shanghai", locale: str = "zh",
    platform: bool = False, template: str = GENERAL,
) -> tuple[Tenant, str]:  # fmt: skip
    """Brings a company live (K5): default roles with their default permissions (R1, R5), a first admin, and what the
    template gives it to begin with.

    Returns the tenant and the admin's one-time password (P3). Raises Invalid, everything at once.
    """
    code, name = code.strip(), name.strip()
    _check(code, name, admin, timezone=timezone, locale=locale, template=template)
    beginning = template_called(template)
    password = new_one_time_password()
    hashed = hash_password(password)  # slow on purpose: not while the transaction keeps others waiting
    tenant = Tenant(
        id=new_id(), code=code, name=name, timezone=timezone, locale=locale, active=True, permissions_version=1,
        platform=platform,
    )  # fmt: skip
    try:
        with transaction():
            one_at_a_time()
            db.session.add(tenant)
            db.session.flush()
            with tenant_scope(tenant.id):
                roles = _add_roles(locale)
                grant_all_defaults(engine().product, beginning.grants)
                record_start((role_id, key) for key, role_id in roles.items())
                _add_admin(admin, hashed, roles[ADMIN], locale)
                begin_chains()
                apply_template(tenant, beginning)
    except IntegrityError as fault:
        raise Invalid({"code": [_l("The enterprise code %(code)s is taken.", code=code)]}) from fault
    return tenant, password


def find_tenant(code: str) -> Tenant:
    """The company with this enterprise code. Raises NotFound."""
    tenant: Tenant | None = db.session.scalar(select(Tenant).where(Tenant.code == code))
    if tenant is None:
        raise NotFound(_l("There is no company with the enterprise code %(code)s.", code=code))
    return tenant


def list_tenants() -> list[tuple[str, str, str, str]]:
    """(code, name, "active" or "disabled", number of users) of every company, by code."""
    lines = []
    for tenant in db.session.scalars(select(Tenant).order_by(Tenant.code)).all():
        with tenant_scope(tenant.id), transaction():
            number = db.session.scalar(select(func.count()).select_from(User).where(User.tenant_id == tenant.id))
        lines.append((tenant.code, tenant.name, "active" if tenant.active else "disabled", str(number)))
    return lines


def reset_user_password(tenant: Tenant, username: str) -> str:
    """A one-time password for somebody who cannot log in (P3), for the command line. Raises NotFound."""
    with tenant_scope(tenant.id):
        with transaction():
            user_id = db.session.scalar(select(User.id).where(User.tenant_id == tenant.id, User.username == username))
        if user_id is None:
            raise NotFound(_l("There is no user %(username)s in this company.", username=username))
        return give_one_time_password(tenant, user_id)


def _check(code: str, name: str, admin: str, *, timezone: str, locale: str, template: str) -> None:
    errors: dict[str, list[object]] = {}
    if not CODE.fullmatch(code):
        errors["code"] = [
            _l("The enterprise code has 1 to 32 characters: small letters, digits, and hyphens between them.")
        ]
    if not name or len(name) > MOST_NAME or not name.isprintable():
        errors["name"] = [_l("Give the company a name of at most %(most)s characters.", most=MOST_NAME)]
    if not _is_timezone(timezone):
        errors["timezone"] = [_l("There is no time zone %(name)s.", name=timezone)]
    if locale not in LOCALES:
        errors["locale"] = [_l("There is no language %(name)s.", name=locale)]
    if template_called(template) is NO_TEMPLATE and template != GENERAL:
        errors["template"] = [_l("There is no template %(name)s.", name=template)]
    try:
        field = people(engine().product).field("username")
        spoken = get_locale() if "babel" in current_app.extensions else None  # a command may run without pages
        if not admin or kind_of(field).clean(field, admin, Reader(str(spoken or LOCALES[0]))) != admin:
            errors["admin"] = [_l("This cannot be a login name.")]
    except Rejected as fault:
        errors["admin"] = [fault.message]
    if errors:
        raise Invalid(errors)


def _is_timezone(name: str) -> bool:
    """Asks for this one: to list all of them takes 27 ms."""
    try:
        return bool(name) and ZoneInfo(name).key == name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _add_roles(locale: str) -> dict[str, int]:
    """The default roles of the tenant in scope, named in its language; their ids by key."""
    product = engine().product
    rows = [
        Role(
            id=new_id(),
            key=spec.key,
            name=spec.label.text(locale),
            remark=spec.remark.text(locale) if spec.remark else "",
            seat=spec.seat,
        )
        for spec in product.roles.values()
    ]
    db.session.add_all(rows)
    db.session.flush()
    return {row.key: row.id for row in rows}


def _add_admin(username: str, hashed: str, role_id: int, locale: str) -> None:
    product = engine().product
    admin = User(
        id=new_id(),
        username=username,
        name=product.roles[ADMIN].label.text(locale),
        password=hashed,
        role_id=role_id,
        active=True,
        must_change_password=True,
    )
    finding.add(people(product), [admin])
