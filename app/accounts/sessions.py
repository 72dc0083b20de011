"""Logins as rows in the database, so that they can be ended from anywhere.

The browser's signed cookie, or an access token, holds an identity `<tenant id>:<token>`; the row holds only the
token's hash. A row counts while it is younger than SESSION_HOURS, was used within SESSION_IDLE_MINUTES, and bears the
user's present `session_epoch`: a reset, a disable or a change of role or password raises the epoch, which ends every
login of that user at the next request with no further statement.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from flask import current_app, has_request_context, request
from sqlalchemy import and_, bindparam, delete, or_, update

from app.access import Actor
from app.accounts import login_log
from app.accounts.headers import is_unattended
from app.accounts.people import actor_of, select_person
from app.accounts.statements import send
from app.models.base import db, new_id, transaction, utcnow
from app.models.session import LoginSession
from app.tenancy.scope import Scope, current_tenant_id, enter

WEB: Final = "web"
API: Final = "api"
TOUCH_AFTER: Final = timedelta(minutes=1)
MOST_AGENT: Final = 200  # characters of the browser's description that are kept

_BY_TOKEN = select_person(
    LoginSession,
    LoginSession.id.label("session_id"),
    LoginSession.epoch.label("epoch"),
    LoginSession.last_seen_at.label("last_seen_at"),
    LoginSession.expires_at.label("expires_at"),
).where(
    LoginSession.tenant_id == bindparam("tenant_id"),
    LoginSession.token_hash == bindparam("token_hash"),
    LoginSession.kind == bindparam("kind"),
)


def token_hash(token: str) -> str:
    """What is stored of a token. The token has 256 random bits, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def split_identity(identity: object) -> tuple[int, str] | None:
    """Tenant id and token of an identity, or None for anything else."""
    if not isinstance(identity, str):
        return None
    tenant_id, colon, token = identity.partition(":")
    if not colon or not token or not tenant_id.isascii() or not tenant_id.isdigit() or len(tenant_id) > 19:
        return None
    return int(tenant_id), token


def load(identity: object, kind: str) -> Actor | None:
    """The actor of a live login of this kind, whose tenant is then in scope for the rest of the request; else None."""
    parts = split_identity(identity)
    if parts is None:
        return None
    tenant_id, token = parts
    enter(Scope(tenant_id))
    now = utcnow()
    row = db.session.execute(
        _BY_TOKEN, {"tenant_id": tenant_id, "token_hash": token_hash(token), "kind": kind}
    ).one_or_none()
    if row is None or not _alive(row, now):
        db.session.rollback()  # nothing may go on in this tenant's transaction
        enter(None)
        return None
    actor = actor_of(row, session_id=row.session_id, token=token)
    if now - row.last_seen_at >= TOUCH_AFTER and not (has_request_context() and is_unattended(request)):
        _touch(row.session_id, now)
    return actor


def _alive(row: object, now: datetime) -> bool:
    """The conditions of this module's first paragraph, and that neither the user nor the company is disabled."""
    idle = timedelta(minutes=current_app.config["SESSION_IDLE_MINUTES"])
    return bool(
        row.active  # type: ignore[attr-defined]
        and row.tenant_active  # type: ignore[attr-defined]
        and row.epoch == row.session_epoch  # type: ignore[attr-defined]
        and now < row.expires_at  # type: ignore[attr-defined]
        and now - row.last_seen_at < idle  # type: ignore[attr-defined]
    )


def _touch(session_id: int, now: datetime) -> None:
    """Remembers that the login is in use; at most once a minute, so that reading pages does not write."""
    with transaction():
        send(
            update(LoginSession)
            .where(LoginSession.tenant_id == current_tenant_id(), LoginSession.id == session_id)
            .where(LoginSession.last_seen_at <= now - TOUCH_AFTER)
            .values(last_seen_at=now)
        )


def start(user_id: int, epoch: int, kind: str, *, address: str = "", agent: str = "") -> str:
    """Adds a login of this user of the tenant in scope and gives its identity. The caller holds a transaction.

    On the way the tenant's expired logins are removed, and those of this user that a new epoch has ended.
    """
    now = utcnow()
    token = secrets.token_urlsafe(32)
    tenant_id = current_tenant_id()
    send(
        delete(LoginSession)
        .where(LoginSession.tenant_id == tenant_id)
        .where(or_(LoginSession.expires_at <= now, and_(LoginSession.user_id == user_id, LoginSession.epoch != epoch)))
    )
    db.session.add(
        LoginSession(
            id=new_id(),
            tenant_id=tenant_id,
            user_id=user_id,
            token_hash=token_hash(token),
            epoch=epoch,
            kind=kind,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=current_app.config["SESSION_HOURS"]),
            address=address,
            agent=agent[:MOST_AGENT],
        )
    )
    db.session.flush()
    return f"{tenant_id}:{token}"


def end(actor: Actor) -> None:
    """Ends the login that `actor` came with; what its cookie or token held is worth nothing from now on."""
    if actor.session_id is None:
        return
    with transaction():
        send(delete(LoginSession).where(LoginSession.tenant_id == actor.tenant_id, LoginSession.id == actor.session_id))
        login_log.note(actor.tenant_id, "logout", username=actor.username, user_id=actor.user_id)
