"""Changing one's own password (P1), and the one-time password of somebody who cannot log in (P3)."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app.access import Actor, system_actor
from app.accounts import sessions
from app.accounts.login import attempt, forgive, here
from app.accounts.statements import send
from app.engine import engine
from app.errors import Invalid, NotLoggedIn
from app.fields.password import FAKE_HASH, hash_password, policy_faults
from app.models.adopted import User
from app.models.audit import AuditEntry
from app.models.base import db, transaction, utcnow
from app.models.tenant import Tenant
from app.records import audit, service
from app.records.system import people

CHANGED: Final = "change_password"  # what the audit log calls it
RESET: Final = "reset_password"  # the action of the people's resource


def change_own(actor: Actor, old: str, new: str, confirm: str) -> str:
    """Changes the password of `actor`. All logins of that person end; the identity of a new one is returned.

    Raises Invalid with what is wrong under "old", "new" and "confirm", all at once (P1). Wrong old passwords
    count like failed logins and lock the account in the end: an unattended screen is no way to guess.
    """
    if actor.user_id is None:
        raise NotLoggedIn
    stored = db.session.scalars(
        select(User.password).where(User.tenant_id == actor.tenant_id, User.id == actor.user_id)
    ).one()
    errors = check_new(actor.username, old, new, confirm)
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
        _record(actor)
        return sessions.start(actor.user_id, epoch, sessions.WEB, **here())


def check_new(username: str, old: str, new: str, confirm: str) -> dict[str, list[object]]:
    """What is wrong with a new password, by form field; nothing wrong gives an empty dict."""
    errors: dict[str, list[object]] = {}
    faults = policy_faults(new, username)
    if new and new == old:
        faults.append(_l("The new password is the old one."))
    if faults:
        errors["new"] = faults
    if confirm != new:
        errors["confirm"] = [_l("This is not the new password typed again.")]
    return errors


def give_one_time_password(tenant: Tenant, user_id: int) -> str:
    """A one-time password for a user of `tenant`, which is in scope; by the command line (P3).

    It goes the way of the page's button: rules, end of logins, audit entry. Raises NotFound.
    """
    operator = system_actor(tenant.id, "ucc user reset-password", locale=tenant.locale, timezone=tenant.timezone)
    with transaction():
        outcome = service.act(operator, people(engine().product), RESET, [user_id])
    (password,) = outcome.reveal.values()
    return password


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
    return int(db.session.scalars(select(User.session_epoch).where(*mine)).one())


def _record(actor: Actor) -> None:
    """The audit entry. Not through `records.service`: everyone may change their own password, few may edit users."""
    db.session.add(
        AuditEntry(
            tenant_id=actor.tenant_id,
            actor_id=actor.user_id,
            actor_name=actor.get_full_name()[: audit.LONGEST_NAME],
            address=audit.address(),
            resource=people(engine().product).name,
            record_id=actor.user_id,
            record_title=actor.get_full_name()[: audit.LONGEST_TITLE],
            action=CHANGED,
        )
    )
