"""Changing one's own password (P1), and the one-time password of somebody who cannot log in (P3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app.access import Actor, system_actor
from app.accounts import login_log, sessions
from app.accounts.login import attempt, forgive, here
from app.accounts.statements import send
from app.engine import engine
from app.errors import Invalid, NotLoggedIn
from app.fields.password import FAKE_HASH, hash_password
from app.fields.policy import Verdict
from app.models.adopted import User
from app.models.base import db, transaction, utcnow
from app.models.tenant import Tenant
from app.records import audit, service
from app.records.passwords import TELLING_KINDS, judge_for, keep_old, policy_of, was_used_before
from app.records.system import people

CHANGED: Final = "change_password"  # what the audit log calls it
RESET: Final = "reset_password"  # the action of the people's resource
_HASH: Final = "password"


def change_own(actor: Actor, old: str, new: str, confirm: str) -> str:
    """Changes the password of `actor`. All logins of that person end; the identity of a new one is returned.

    Raises Invalid with what is wrong under "old", "new" and "confirm", all at once (P1). Wrong old passwords
    count like failed logins and lock the account in the end: an unattended screen is no way to guess.
    """
    if actor.user_id is None:
        raise NotLoggedIn
    policy, person = policy_of(actor.tenant_id, actor.settings_version), _myself(actor)
    errors = check_new(new, confirm, judge_for(people(engine().product), new, person, policy).texts)
    if not old:
        errors["old"] = [_l("Enter your present password.")]
    elif not attempt(actor.user_id, person[_HASH] or FAKE_HASH, old, actor.username):
        errors["old"] = [_l("The old password is wrong. After several wrong ones the account is locked for a while.")]
    elif new == old:
        errors.setdefault("new", []).append(_l("The new password is the old one."))
    elif not errors and was_used_before(actor.user_id, new, policy):
        errors["new"] = [_l("You had this password before. Choose one that is new.")]
    if errors:
        raise Invalid(errors)
    hashed = hash_password(new)
    with transaction():
        forgive(actor.user_id)
        if not actor.must_change_password or actor.password_expired:
            keep_old(actor.user_id, person[_HASH], utcnow())
        epoch = _store(actor, hashed)
        own_entry(actor, CHANGED)
        login_log.note(actor.tenant_id, "password", username=actor.username, user_id=actor.user_id)
        return sessions.start(actor.user_id, epoch, sessions.WEB, **here())


def strength_of(actor: Actor, plain: str, about: Mapping[str, str] | None = None) -> Verdict:
    """What would be said of `plain` as a password: of the actor's own, or where `about` is given of the person whom
    these values describe, as somebody is typing them into a form. Nothing is kept or counted (P2).
    """
    policy = policy_of(actor.tenant_id, actor.settings_version)
    return judge_for(people(engine().product), plain, _myself(actor) if about is None else about, policy)


def _myself(actor: Actor) -> dict[str, Any]:
    """What the record of `actor` says about the person, and under _HASH the hash of their password."""
    told = {field.name: getattr(User, field.name) for field in people(engine().product).fields.values()
            if field.kind in TELLING_KINDS}  # fmt: skip
    columns = [column.label(name) for name, column in told.items()]
    mine = (User.tenant_id == actor.tenant_id, User.id == actor.user_id)
    return dict(db.session.execute(select(User.password.label(_HASH), *columns).where(*mine)).one()._mapping)


def check_new(new: str, confirm: str, faults: Sequence[object]) -> dict[str, list[object]]:
    """What is wrong with a new password, by form field, given what the policy has against it."""
    errors: dict[str, list[object]] = {}
    if not new:
        errors["new"] = [_l("Enter a new password.")]
    elif faults:
        errors["new"] = [*faults]
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


def own_entry(actor: Actor, action: str, after: Mapping[str, Any] | None = None) -> None:
    """An audit entry on something the person did to their own account. Not through `records.service`: everyone may
    change their own password, few may edit users.
    """
    audit.enter(actor, people(engine().product), action, (actor.user_id, actor.get_full_name()), after=after)
