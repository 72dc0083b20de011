"""Jobs that wait for a second person: who may decide, what they are told, and that a yes is good for a week.

The job itself is what is approved: its arguments never change, so a yes is a yes to exactly that. Everything here runs
inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app.access import Actor
from app.engine import engine
from app.errors import Conflict, Denied, Invalid, NotFound, UccError
from app.jobs import export as making
from app.models.adopted import User
from app.models.base import db, utcnow
from app.models.job import EXPIRED, QUEUED, REFUSED, WAITING, Job, JobTicket
from app.records import bilingual, export
from app.spec.model import ResourceSpec

DAYS: Final = 7  # that one waits for an answer, and that a yes holds
MOST: Final = 100
LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that waits. `own`: the actor has asked for it and so cannot decide."""

    id: int
    kind: str
    resource: str
    actor_id: int | None
    name: str
    arguments: dict[str, Any]
    total: int
    created_at: datetime
    own: bool


def resources(actor: Actor) -> list[ResourceSpec]:
    """Those whose jobs the actor may decide about."""
    return [one for one in engine().product.resources.values() if export.may_approve(actor, one)]


def waiting(actor: Actor) -> list[Waiting]:
    """What waits for somebody like the actor, oldest first; one's own stand among them."""
    names = [resource.name for resource in resources(actor)]
    if not names:
        return []
    asked = (
        select(Job, User.first_name, User.username)
        .outerjoin(User, User.id == Job.actor_id)
        .where(Job.state == WAITING, Job.asks.in_(names), Job.created_at > utcnow() - timedelta(days=DAYS))
        .order_by(Job.id)
        .limit(MOST)
    )
    return [
        Waiting(
            job.id, job.kind, job.asks, job.actor_id, f"{name or ''} ({login})", job.arguments, job.total,
            job.created_at, job.actor_id == actor.user_id,
        )
        for job, name, login in db.session.execute(asked)
    ]  # fmt: skip


def undecided(actor: Actor) -> int:
    """How many jobs of others wait for somebody like the actor, MOST at most."""
    return sum(not one.own for one in waiting(actor))


def decide(actor: Actor, id_: int, *, yes: bool, reason: str = "") -> Job:
    """Lets the job run, or refuses it with a reason.

    Raises NotFound for a job that does not wait for somebody like the actor, Denied for one's own, Invalid for a
    refusal without a reason, Conflict where it has been decided, called off, has waited too long, or has grown.
    """
    job: Job | None = db.session.scalars(select(Job).where(Job.id == id_).with_for_update()).one_or_none()
    if job is None or not job.asks or job.asks not in {resource.name for resource in resources(actor)}:
        raise NotFound
    if job.actor_id == actor.user_id:
        raise Denied(job.asks, export.APPROVE, _l("Somebody else has to approve what you have asked for."))
    if job.state != WAITING or job.created_at <= utcnow() - timedelta(days=DAYS):
        raise Conflict(_("This has been decided already, or is not wanted any more."))
    reason = " ".join(reason.split())
    if not yes and not reason:
        raise Invalid({"reason": [_l("Say why, so that the other person knows.")]})
    if len(reason) > LONGEST_REASON:
        raise Invalid({"reason": [_l("At most %(most)s characters fit.", most=LONGEST_REASON)]})
    if yes:
        _same_as_asked(job)
    now = utcnow()
    job.approval = {"yes": yes, "by": str(actor.user_id), "name": actor.get_full_name(), "at": now.isoformat(),
                    "reason": reason}  # fmt: skip
    if yes:
        job.state = QUEUED
        db.session.add(JobTicket(id=job.id, company_id=job.tenant_id, free_at=now))
    else:
        job.state, job.finished_at = REFUSED, now
    db.session.flush()
    return job


def _same_as_asked(job: Job) -> None:
    """A yes is one to what was read: raises Conflict where the export has become larger, or cannot be made any more."""
    if job.kind != export.JOB:
        return
    try:
        more = making.more_than_asked(job)
    except UccError as fault:
        why = fault.message or _("This is not allowed any more.")
        raise Conflict(_("This export cannot be made any more. Refuse it: %(why)s", why=why)) from fault
    if more:
        raise Conflict(
            _(
                "Since this was asked for it has grown from %(asked)s rows to %(n)s. Refuse it: it has to be asked for "
                "again.",
                n=f"{more:,}",
                asked=f"{job.arguments['rows']:,}",
            )
        )


def holds(job: Job) -> bool:
    """True if a second person has said yes less than a week ago."""
    said = job.approval or {}
    return bool(said.get("yes")) and datetime.fromisoformat(said["at"]) > utcnow() - timedelta(days=DAYS)


def expire() -> None:
    """Jobs of the company in scope that nobody decided about in time are over."""
    late = (Job.state == WAITING, Job.created_at <= utcnow() - timedelta(days=DAYS))
    db.session.execute(
        update(Job).where(*late).values(state=EXPIRED, finished_at=utcnow()),
        execution_options={"synchronize_session": False},
    )


def told(job: Waiting) -> Sequence[tuple[str, str]]:
    """What is asked for, label and text, in the reader's words."""
    return [(str(label), str(text)) for label, text in bilingual.read(job.arguments)]
