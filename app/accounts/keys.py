"""API keys: long-lived credentials a user makes for programs. They act as that user, within that user's permissions.

A key reads `ucc_<tenant id>_<secret>`; only the hash of the whole is stored. It counts while neither it nor its user
nor the company is disabled, and while the user owes no change of password.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, func, select, update

from app.access import Actor
from app.accounts import login_log
from app.accounts.headers import KEY_PREFIX
from app.accounts.people import actor_of, select_person
from app.accounts.sessions import TOUCH_AFTER, token_hash
from app.accounts.statements import send
from app.engine import engine
from app.errors import Denied, Invalid, NotFound
from app.models.adopted import User
from app.models.api_key import ApiKey
from app.models.base import db, new_id, transaction, utcnow
from app.records import audit
from app.records.system import people
from app.tenancy.scope import Scope, enter

MOST_KEYS: Final = 20  # live keys one user may have
MOST_NAME: Final = 64
MOST_DAYS: Final = 366
SHOWN: Final = 6  # characters of the secret that a list shows, to tell keys apart

_BY_HASH = select_person(
    ApiKey,
    ApiKey.id.label("key_id"),
    ApiKey.last_used_at.label("last_used_at"),
    ApiKey.expires_at.label("expires_at"),
).where(
    ApiKey.tenant_id == bindparam("tenant_id"),
    ApiKey.hash == bindparam("hash"),
    ApiKey.revoked_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as its owner sees it; the secret is not in it."""

    id: int
    name: str
    prefix: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


def load(text: str) -> Actor | None:
    """The actor of a live key, whose tenant is then in scope for the rest of the request; else None."""
    prefix, _line, rest = text.partition("_")
    tenant_id, line, secret = rest.partition("_")
    if f"{prefix}_" != KEY_PREFIX or not line or not secret or not tenant_id.isascii() or not tenant_id.isdigit():
        return None
    if len(tenant_id) > 18 or len(text) > 200:
        return None
    enter(Scope(int(tenant_id)))
    row = db.session.execute(_BY_HASH, {"tenant_id": int(tenant_id), "hash": token_hash(text)}).one_or_none()
    now = utcnow()
    if row is None or not row.active or not row.tenant_active or (row.expires_at and row.expires_at <= now):
        db.session.rollback()
        enter(None)
        return None
    actor = actor_of(row)
    if row.last_used_at is None or now - row.last_used_at >= TOUCH_AFTER:
        _touch(row.tenant_id, row.key_id, now)
    return actor


def create(actor: Actor, name: str, days: int | None = None) -> tuple[Key, str]:
    """A new key of `actor`, and its full text, which nobody can see again. Raises Invalid and Denied."""
    _in_person(actor)
    name = name.strip()
    errors: dict[str, list[object]] = {}
    if not name or len(name) > MOST_NAME or not name.isprintable():
        errors["name"] = [_l("Give the key a name of at most %(most)s characters.", most=MOST_NAME)]
    if days is not None and not 1 <= days <= MOST_DAYS:
        errors["days"] = [_l("Between 1 and %(most)s days.", most=MOST_DAYS)]
    if errors:
        raise Invalid(errors)
    now = utcnow()
    secret = secrets.token_urlsafe(32)
    text = f"{KEY_PREFIX}{actor.tenant_id}_{secret}"
    row = ApiKey(
        id=new_id(),
        tenant_id=actor.tenant_id,
        user_id=actor.user_id,
        name=name,
        prefix=secret[:SHOWN],
        hash=token_hash(text),
        created_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    with transaction():
        _room_for_one_more(actor)
        db.session.add(row)
        db.session.flush()
        _note(actor, "key_made", name)
        key = Key(row.id, row.name, row.prefix, now, None, row.expires_at)
    return key, text


def list_keys(actor: Actor) -> list[Key]:
    """The live keys of `actor`, newest first."""
    rows = db.session.execute(
        select(ApiKey.id, ApiKey.name, ApiKey.prefix, ApiKey.created_at, ApiKey.last_used_at, ApiKey.expires_at)
        .where(ApiKey.tenant_id == actor.tenant_id, ApiKey.user_id == actor.user_id, ApiKey.revoked_at.is_(None))
        .order_by(ApiKey.created_at.desc(), ApiKey.id.desc())
    )
    return [Key(*row) for row in rows]


def revoke(actor: Actor, key_id: int) -> None:
    """Ends a key of `actor` at once. Raises NotFound for any other key, and Denied."""
    _in_person(actor)
    with transaction():
        name = db.session.scalars(
            update(ApiKey)
            .where(ApiKey.tenant_id == actor.tenant_id, ApiKey.user_id == actor.user_id, ApiKey.id == key_id)
            .where(ApiKey.revoked_at.is_(None))
            .values(revoked_at=utcnow())
            .returning(ApiKey.name),
            execution_options={"synchronize_session": False},
        ).one_or_none()
        if name is None:
            raise NotFound(_l("No such key."))
        _note(actor, "key_revoked", name)


def _note(actor: Actor, event: Literal["key_made", "key_revoked"], name: str) -> None:
    """Into both logs: a key is a login of sorts, and a change of the account."""
    login_log.note(actor.tenant_id, event, username=actor.username, user_id=actor.user_id, reason=name)
    who = (actor.user_id, actor.get_full_name())
    audit.enter(actor, people(engine().product), event, who, after={"api_key": name})


def _in_person(actor: Actor) -> None:
    """A key may not make or end keys: whoever finds one could otherwise outlive its revocation."""
    if actor.session_id is None:
        raise Denied("api_key", "add", _l("API keys are managed with a login, not with another key."))


def _room_for_one_more(actor: Actor) -> None:
    """Raises Invalid at the limit. The user's row is locked first, so that parallel requests count in turn."""
    db.session.execute(
        select(User.id).where(User.tenant_id == actor.tenant_id, User.id == actor.user_id).with_for_update()
    ).one()
    number = db.session.scalar(
        select(func.count())
        .select_from(ApiKey)
        .where(ApiKey.tenant_id == actor.tenant_id, ApiKey.user_id == actor.user_id, ApiKey.revoked_at.is_(None))
    )
    if (number or 0) >= MOST_KEYS:
        raise Invalid({"": [_l("You have %(most)s keys already. Revoke one first.", most=MOST_KEYS)]})


def _touch(tenant_id: int, key_id: int, now: datetime) -> None:
    with transaction():
        send(update(ApiKey).where(ApiKey.tenant_id == tenant_id, ApiKey.id == key_id).values(last_used_at=now))
