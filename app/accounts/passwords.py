"""Changing one's own password (P1), and the one-time password of somebody who cannot log in (P3)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app.access import Actor
from app.accounts import sessions
from app.accounts.login import attempt, forgive
from app.accounts.statements import send
from app.errors import Invalid, NotLoggedIn
from app.fields.base import Rejected
from app.fields.password import FAKE_HASH, check_policy, hash_password
from app.models.adopted import User
from app.models.base import db, transaction, utcnow


def change_own(actor: Actor, old: str, new: str, confirmation: str, *, address: str = "", agent: str = "") -> str:
    """Changes the password of `actor`. All other logins of that person end; the identity of a new one is returned.

    Raises Invalid with what is wrong under "old", "new" and "confirmation", all at once (P1). Wrong old passwords
    count like failed logins and lock the account in the end: an unattended screen is no way to guess.
    """
    if actor.user_id is None:
        raise NotLoggedIn
    stored = db.session.scalars(
        select(User.password).where(User.tenant_id == actor.tenant_id, User.id == actor.user_id)
    ).one()
    errors = check_new(actor.username, old, new, confirmation)
    if not old:
        errors["old"] = [_l("Enter your present password.")]
    elif not attempt(actor.user_id, stored or FAKE_HASH, old):
        errors["old"] = [_l("The old password is wrong. After several wrong ones the account is locked for a while.")]
    if errors:
        raise Invalid(errors)
    hashed = hash_password(new)
    with transaction():
        forgive(actor.user_id)
        epoch = _store(actor, hashed)
        return sessions.start(actor.user_id, epoch, sessions.WEB, address=address, agent=agent)


def check_new(username: str, old: str, new: str, confirmation: str) -> dict[str, list[object]]:
    """What is wrong with a new password, by form field; nothing wrong gives an empty dict."""
    errors: dict[str, list[object]] = {}
    try:
        check_policy(new, username)
        if new == old:
            raise Rejected(_l("The new password is the old one."))
    except Rejected as fault:
        errors["new"] = [fault.message]
    if confirmation != new:
        errors["confirmation"] = [_l("This is not the new password typed again.")]
    return errors


def _store(actor: Actor, hashed: str) -> int:
    """Writes the new password; returns the raised epoch, which ends every login from before."""
    mine = (User.tenant_id == actor.tenant_id, User.id == actor.user_id)
    send(
        update(User)
        .where(*mine)
        .values(
            password=hashed,
            must_change_password=False,
            password_changed_at=utcnow(),
            session_epoch=User.session_epoch + 1,
            changed_by=actor.user_id,
        )
    )
    return db.session.scalars(select(User.session_epoch).where(*mine)).one()
