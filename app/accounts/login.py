"""Logging in with enterprise code, login name and password (U2).

Every attempt that does not succeed costs the same statements and one password check, and gets the same answer:
unknown company, unknown user, wrong password, locked and disabled cannot be told apart.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask import current_app, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import case, literal, or_, select, update

from app.accounts import login_log, sessions
from app.accounts.limits import check_address, count_failure
from app.accounts.statements import send
from app.errors import NotLoggedIn
from app.fields.password import FAKE_HASH, verify_password
from app.models.adopted import User
from app.models.base import db, transaction, utcnow
from app.models.tenant import Tenant
from app.tenancy.scope import current_tenant_id, tenant_scope

# Ids only: people type passwords into the wrong field, and nothing typed may end up in a log.
log = logging.getLogger(__name__)

NO_TENANT: Final = 0  # ids are above it: a search in this tenant takes as long as in any, and finds nothing
NO_USER: Final = 0
MOST_NAME: Final = 128  # characters of an enterprise code or login name worth looking up
# Logging in is no change of the record: its "changed" stays what the last editor made it.
UNCHANGED: Final = {"changed_on": User.changed_on}
MOST_PASSWORD: Final = 1024  # characters of a password worth hashing


class LoginRefused(NotLoggedIn):
    """The three do not open an account. It never says which of them is wrong, nor whether the account is locked."""

    def __init__(self) -> None:
        super().__init__(_l("Enterprise code, login name or password is wrong, or the account cannot log in now."))


@dataclass(frozen=True, slots=True)
class Account:
    """What the lookup found; all defaults when it found nothing."""

    user_id: int = NO_USER
    password: str = FAKE_HASH
    epoch: int = 0
    active: bool = True


def log_in(code: str, username: str, password: str, kind: str, locale: str = "") -> str:
    """The identity of a new login (see `sessions`). `locale` is the language chosen before, which becomes the account's
    where it has none of its own. Raises LoginRefused, and TooMany when an address keeps failing.
    """
    check_address()
    tenant_id = _find_tenant(code)
    with tenant_scope(tenant_id):
        account = _find_account(username)
        if not attempt(account.user_id, account.password, password, username, account.active):
            count_failure()
            log.warning("login refused: tenant %s user %s from %s", tenant_id, account.user_id, request.remote_addr)
            raise LoginRefused
        with transaction():
            identity = _succeed(account, kind, locale)
            login_log.note(tenant_id, "login", username=username, user_id=account.user_id, reason=kind)
    log.info("login: tenant %s user %s from %s (%s)", tenant_id, account.user_id, request.remote_addr, kind)
    return identity


def attempt(user_id: int, stored: str, password: str, username: str, active: bool = True) -> bool:
    """True if `password` opens the account of this user of the tenant in scope, which may still try.

    The attempt is counted before the password is looked at, in one atomic statement, so that a thousand parallel
    guesses are checked LOGIN_FAILURES times at most; `forgive` takes the count back. Whatever the reason for a no,
    exactly one hash is computed, and outside of any transaction. A no is noted in the login log with its reason.
    """
    with transaction():
        allowed, locks = _count_attempt(user_id, utcnow())
    usable = len(password) <= MOST_PASSWORD
    right = verify_password(stored if allowed else FAKE_HASH, password if usable else "")
    if right and allowed and usable:
        return True
    _note_failure(user_id, username, _reason(user_id, active, allowed), locks)
    return False


def _reason(user_id: int, active: bool, allowed: bool) -> str:
    if user_id == NO_USER:
        return login_log.UNKNOWN_USER
    if not active:
        return login_log.DISABLED
    return login_log.WRONG_PASSWORD if allowed else login_log.LOCKED


def _note_failure(user_id: int, username: str, reason: str, locks: bool) -> None:
    """An unknown company has no log; the same statements run, so that nobody can tell it by the time."""
    tenant_id = current_tenant_id()
    known = user_id or None
    with transaction():
        if tenant_id == NO_TENANT:
            login_log.note_nothing()
            return
        login_log.note(tenant_id, "failure", username=username, user_id=known, reason=reason)
        if locks:
            login_log.note(tenant_id, "lock", username=username, user_id=known, reason=reason)


def forgive(user_id: int, last_login_at: datetime | None = None, locale: str = "") -> None:
    """Forgets the failed attempts of a user who has just given the right password. The caller holds a transaction."""
    values: dict[str, Any] = {"failed_logins": 0, "locked_until": None, **UNCHANGED}
    if last_login_at is not None:
        values["last_login_at"] = last_login_at
    if locale:
        values["locale"] = case((User.locale == "", locale), else_=User.locale)
    send(update(User).where(User.tenant_id == current_tenant_id(), User.id == user_id).values(values))


def _find_tenant(code: str) -> int:
    name = _plausible(code.strip().lower())
    return db.session.scalar(select(Tenant.id).where(Tenant.code == name, Tenant.active.is_(True))) or NO_TENANT


def _find_account(username: str) -> Account:
    name = _plausible(username.strip())
    with transaction():  # a new one: the statement before ran without a tenant
        row = db.session.execute(
            select(User.id, User.password, User.session_epoch, User.active).where(
                User.tenant_id == current_tenant_id(), User.username == name
            )
        ).one_or_none()
    return Account(row.id, row.password or FAKE_HASH, row.session_epoch, row.active) if row else Account()


def _count_attempt(user_id: int, now: datetime) -> tuple[bool, bool]:
    """Adds one to the user's failed attempts, and locks the account at the last one: whether they may try, and whether
    this locks. Neither where it is locked or disabled. A lock that has run out starts a new count.
    """
    failures = case((User.locked_until.is_not(None), 1), else_=User.failed_logins + 1)
    until = literal(now + timedelta(minutes=current_app.config["LOCK_MINUTES"]), User.locked_until.type)
    met = db.session.execute(
        update(User)
        .where(User.tenant_id == current_tenant_id(), User.id == user_id, User.active.is_(True))
        .where(or_(User.locked_until.is_(None), User.locked_until <= now))
        .values(
            {
                "failed_logins": failures,
                "locked_until": case((failures >= current_app.config["LOGIN_FAILURES"], until), else_=None),
                **UNCHANGED,
            }
        )
        .returning(User.locked_until),
        execution_options={"synchronize_session": False},
    ).all()
    return bool(met), any(until is not None for (until,) in met)


def _succeed(account: Account, kind: str, locale: str) -> str:
    forgive(account.user_id, last_login_at=utcnow(), locale=locale)
    return sessions.start(account.user_id, account.epoch, kind, **here())


def here() -> dict[str, str]:
    """Where the request comes from, for the session's row."""
    return {"address": request.remote_addr or "", "agent": request.user_agent.string}


def _plausible(name: str) -> str:
    """`name`, or "" where no code or login name can look like it; control characters would upset the database."""
    return name if len(name) <= MOST_NAME and name.isprintable() else ""
