"""One's own logins: where one is logged in, and how to end that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, delete, select

from app.access import Actor
from app.accounts import login_log
from app.accounts.devices import device
from app.accounts.passwords import own_entry
from app.accounts.sessions import API
from app.accounts.statements import send
from app.errors import Denied, NotFound
from app.models.adopted import User
from app.models.base import db, transaction, utcnow
from app.models.session import LoginSession

ENDED: Final = "end_login"  # what the audit log calls it


@dataclass(frozen=True, slots=True)
class Login:
    """A login that is alive. `device` is "" where the browser says nothing; `mine` marks the one that asks."""

    id: int
    device: str
    by_program: bool
    address: str
    since: datetime
    seen: datetime
    mine: bool


def list_logins(actor: Actor) -> list[Login]:
    """The person's logins, the one in use first, then the latest seen first. Raises Denied."""
    _in_person(actor)
    rows = db.session.scalars(
        select(LoginSession)
        .join(User, and_(User.tenant_id == LoginSession.tenant_id, User.id == LoginSession.user_id))
        .where(*_of(actor), *_alive())
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())
    ).all()
    found = [
        Login(row.id, device(row.agent), row.kind == API, row.address, row.created_at, row.last_seen_at,
              row.id == actor.session_id)
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda login: not login.mine)


def end_login(actor: Actor, login_id: int) -> None:
    """Ends one of the person's logins, at its next request. Raises NotFound for what is none of theirs, and Denied."""
    _in_person(actor)
    with transaction():
        if send(delete(LoginSession).where(*_of(actor), LoginSession.id == login_id)) != 1:
            raise NotFound(_l("This login has ended already."))
        _note(actor)


def end_others(actor: Actor) -> int:
    """Ends all the person's logins but the one in use; how many that were. Raises Denied."""
    _in_person(actor)
    with transaction():
        number = send(delete(LoginSession).where(*_of(actor), LoginSession.id != actor.session_id))
        if number:
            _note(actor)
    return number


def _note(actor: Actor) -> None:
    own_entry(actor, ENDED)
    login_log.note(actor.tenant_id, "session_end", username=actor.username, user_id=actor.user_id)


def _of(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return LoginSession.tenant_id == actor.tenant_id, LoginSession.user_id == actor.user_id


def _alive() -> tuple[ColumnElement[bool], ...]:
    """As `sessions.load` has it."""
    idle = utcnow() - timedelta(minutes=current_app.config["SESSION_IDLE_MINUTES"])
    return (
        LoginSession.epoch == User.session_epoch,
        LoginSession.expires_at > utcnow(),
        LoginSession.last_seen_at > idle,
    )


def _in_person(actor: Actor) -> None:
    """An API key must not throw its owner out."""
    if actor.session_id is None:
        raise Denied("login", "view", _l("Logins are managed with a login, not with an API key."))
