"""What the company in scope demands of passwords (P2): its policy, what is known about it and its people, and the
passwords they had before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import Any, Final

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import delete, select

from app.engine import engine
from app.fields.password import new_one_time_password, verify_password
from app.fields.policy import Known, Policy, Verdict, judge
from app.models.base import db, utcnow
from app.models.old_password import OldPassword
from app.models.tenant import Tenant
from app.records import in_force
from app.spec.model import FieldSpec, ResourceSpec
from app.tenancy.scope import current_tenant_id

POLICY: Final = "password_policy"  # the settings resource; its fields are those of Policy, and the profile
REMEMBERED: Final = 256  # policies
TELLING_KINDS: Final = ("text", "digits", "mobile", "email")  # of fields that hold what is known about a person


def policy_of(tenant_id: int, settings_version: int = 0) -> Policy:
    """What is demanded in the company in scope. No query once this version was asked for; 0 means unknown."""
    resource = engine().product.resources.get(POLICY)
    if resource is None:
        return Policy()
    values = in_force.current(POLICY, tenant_id, settings_version)
    return _policy(resource, *(values[name] for name in resource.fields))


@lru_cache(REMEMBERED)
def _policy(resource: ResourceSpec, *given: Any) -> Policy:
    """What the settings with these values demand: asked at every request, and the same for nearly all companies."""
    values = dict(zip(resource.fields, given, strict=True))
    values |= fixed_by_options(resource, values)
    return Policy(**{part.name: values[part.name] for part in fields(Policy)})


def fixed_by_options(resource: ResourceSpec, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the options chosen in `values` give to other fields (`sets:` in the YAML)."""
    return {
        name: value
        for field in resource.fields.values()
        for option in field.options
        if option.sets and option.value == values.get(field.name)
        for name, value in option.sets.items()
    }


def one_time_password() -> str:
    """One that meets the policy of the company in scope, whatever it is."""
    return new_one_time_password(policy_of(current_tenant_id()).min_length)


def judge_for(resource: ResourceSpec, plain: str, values: Mapping[str, Any], policy: Policy | None = None) -> Verdict:
    """Whether `plain` can be the password of a record with these values, in the company in scope."""
    return judge(policy or policy_of(current_tenant_id()), plain, [*_company(), *known_of(resource, values)])


def known_of(resource: ResourceSpec, values: Mapping[str, Any]) -> Iterator[Known]:
    """What a record says about the person: login name, name, phone… by the names the fields have on screen."""
    for field in resource.fields.values():
        value = values.get(field.name)
        if field.kind in TELLING_KINDS and isinstance(value, str) and value:
            yield Known(_inside(field), value)


def _inside(field: FieldSpec) -> LazyString:
    """The field's name in the language of whoever reads the sentence it stands in."""
    return LazyString(lambda: field.label.inside(str(get_locale() or "en")))


def _company() -> Iterator[Known]:
    code, name = db.session.execute(select(Tenant.code, Tenant.name).where(Tenant.id == current_tenant_id())).one()
    yield Known(_l("company's name"), name)
    yield Known(_l("enterprise code"), code)


# --- the passwords before
def keep_old(user_id: int, hashed: str, now: datetime) -> None:
    """Remembers a password that is being replaced, and forgets those the policy does not ask for any more."""
    number = policy_of(current_tenant_id()).history
    mine = (OldPassword.tenant_id == current_tenant_id(), OldPassword.user_id == user_id)
    if number and hashed:
        db.session.add(OldPassword(user_id=user_id, hash=hashed, replaced_at=now))
        db.session.flush()
    kept = select(OldPassword.id).where(*mine).order_by(OldPassword.id.desc()).limit(number)
    ids = db.session.scalars(kept).all()
    gone = delete(OldPassword).where(*mine, OldPassword.id.not_in(ids))
    db.session.execute(gone, execution_options={"synchronize_session": False})


def was_used_before(user_id: int, plain: str, policy: Policy) -> bool:
    """True if `plain` was one of the passwords the policy remembers. 20 ms for each of them: to be asked last."""
    if not policy.history:
        return False
    mine = (OldPassword.tenant_id == current_tenant_id(), OldPassword.user_id == user_id)
    newest = select(OldPassword.hash).where(*mine).order_by(OldPassword.id.desc()).limit(policy.history)
    return any(verify_password(hashed, plain) for hashed in db.session.scalars(newest).all())


# --- expiry
def days_left(policy: Policy, changed_at: datetime) -> int | None:
    """Days, begun ones included, in which a password set at `changed_at` must be changed; 0 once it has expired.

    None where it never expires, or not so soon that the policy has it reminded of.
    """
    if not policy.expiry_days:
        return None
    left = changed_at + timedelta(days=policy.expiry_days) - utcnow()
    if left <= timedelta(0):
        return 0
    return ceil(left / timedelta(days=1)) if left <= timedelta(days=policy.reminder_days) else None
