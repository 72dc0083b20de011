"""Putting jobs in, looking at them, calling them off. Everything here runs inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update

from app.access import Actor
from app.errors import Conflict, NotFound, TooMany
from app.jobs.begun import note
from app.models.base import db, new_id, utcnow
from app.models.job import CANCELLED, FAILED, LIVE, QUEUED, WAITING, Job, JobTicket
from app.records import audit

KEPT_DAYS: Final = 30  # that a finished job is remembered
MOST_SHOWN: Final = 50
PERSON_JOBS: Final = 20  # that wait or run, of one person
COMPANY_JOBS: Final = 200  # of a whole company
LATE: Final = timedelta(minutes=1)  # that a job may wait before its person is told that nobody does it
AGAIN: Final = 300  # seconds after which it is worth asking again


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as the person who asked for it sees it."""

    id: int
    kind: str
    arguments: Mapping[str, Any]
    state: str
    cancel: bool
    done: int
    total: int
    message: str
    result: Mapping[str, Any] | None
    fault: str
    asks: str
    approval: Mapping[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def live(self) -> bool:
        return self.state in LIVE


_SHOWN: Final = tuple(getattr(Job, name) for name in JobRow.__slots__)


def enqueue(
    actor: Actor, kind: str, arguments: Mapping[str, Any], *, total: int = 0, at: datetime | None = None, asks: str = ""
) -> int:
    """The id of a new job of `kind` (see `app.jobs.handlers`). A worker sees it once the caller's transaction has
    committed, and not before `at`.

    With `asks`, the name of a resource, no worker sees it before one who may has approved it (app.jobs.approval).
    `arguments` must be JSON: ids as strings. The caller has checked the permission; the worker checks it again. Raises
    TooMany where too many wait.
    """
    _demand_room(actor)
    now, id_ = utcnow(), new_id()
    db.session.execute(
        delete(Job).where(
            Job.actor_id == actor.user_id,
            Job.id < id_,
            Job.finished_at < now - timedelta(days=KEPT_DAYS),
        )
    )
    db.session.add(
        Job(
            id=id_,
            tenant_id=actor.tenant_id,
            kind=kind,
            actor_id=actor.user_id,
            address=audit.address(),
            arguments=dict(arguments),
            total=total,
            asks=asks,
            state=WAITING if asks else QUEUED,
            created_at=now,
        )
    )
    if not asks:
        db.session.add(JobTicket(id=id_, company_id=actor.tenant_id, free_at=at or now))
    db.session.flush()
    note(id_)
    return id_


def mine(actor: Actor, limit: int = MOST_SHOWN) -> list[JobRow]:
    """The actor's own jobs, newest first."""
    found = db.session.execute(
        select(*_SHOWN).where(Job.actor_id == actor.user_id).order_by(Job.id.desc()).limit(limit)
    )
    return [JobRow(*row) for row in found]


def get(actor: Actor, id_: int) -> JobRow:
    """One of the actor's own jobs. Raises NotFound for any other."""
    found = db.session.execute(select(*_SHOWN).where(Job.actor_id == actor.user_id, Job.id == id_)).one_or_none()
    if found is None:
        raise NotFound
    return JobRow(*found)


def left_alone(jobs: Iterable[JobRow]) -> dict[int, datetime]:
    """Since when nobody does these jobs, by id, of those that are not over: their ticket has been free for a while, as
    no worker came, or theirs died. No statement where none is that old."""
    before = utcnow() - LATE
    ids = [job.id for job in jobs if job.live and job.created_at <= before]
    if not ids:
        return {}
    free = select(JobTicket.id, JobTicket.free_at).where(JobTicket.id.in_(ids), JobTicket.free_at <= before)
    return {row.id: row.free_at for row in db.session.execute(free)}


def cancel(actor: Actor, id_: int) -> JobRow:
    """Calls off one of the actor's own jobs: one that waits is over at once, one that runs stops at its next step.

    Raises NotFound, and Conflict for a job that is over.
    """
    get(actor, id_)
    # Before the job's row, as the worker does it: so the two never wait for each other.
    ticket = db.session.scalars(select(JobTicket).where(JobTicket.id == id_).with_for_update()).one_or_none()
    state = _held(actor, id_).state if ticket is None else get(actor, id_).state
    if ticket is None and state != WAITING:
        raise Conflict(_("The job is over already."))
    values: dict[str, Any] = {"cancel": True}
    if state in (QUEUED, WAITING):
        values |= {"state": CANCELLED, "finished_at": utcnow()}
        if ticket is not None:
            db.session.delete(ticket)
    db.session.flush()
    db.session.execute(update(Job).where(Job.id == id_).values(values))
    return get(actor, id_)


def retry(actor: Actor, id_: int) -> JobRow:
    """Does one of the actor's own jobs again that has failed or was called off: the same job with the same arguments,
    which goes on from what it has kept. Who keeps nothing begins anew.

    Raises NotFound, and Conflict for a job that is not over, that is done, or that was never approved.
    """
    job = _held(actor, id_)
    if job.state in LIVE:
        raise Conflict(_("This is being done already."))
    if job.state not in (FAILED, CANCELLED) or (job.asks and not (job.approval or {}).get("yes")):
        raise Conflict(_("This cannot be done again. Start it anew."))
    _demand_room(actor)
    values = {"state": QUEUED, "cancel": False, "attempts": 0, "message": "", "fault": "", "result": None,
              "started_at": None, "finished_at": None}  # fmt: skip
    db.session.execute(update(Job).where(Job.id == id_).values(values))
    db.session.add(JobTicket(id=id_, company_id=actor.tenant_id, free_at=utcnow()))
    db.session.flush()
    note(id_)
    return get(actor, id_)


def _demand_room(actor: Actor) -> None:
    """Raises TooMany where the person or the company has too many jobs that are not over; the system always may put one
    in. Counted without a lock: requests at once may go over by as many as they are, and the next is refused."""
    if actor.user_id is None:
        return
    live = select(func.count(Job.id)).where(Job.state.in_((*LIVE, WAITING)))
    if db.session.scalars(live.where(Job.actor_id == actor.user_id)).one() >= PERSON_JOBS:
        raise TooMany(_("You have %(n)s jobs that are not over. Wait for one, or call one off.", n=PERSON_JOBS), AGAIN)
    if db.session.scalars(live).one() >= COMPANY_JOBS:
        raise TooMany(_("The company has %(n)s jobs that are not over. Try again later.", n=COMPANY_JOBS), AGAIN)


def _held(actor: Actor, id_: int) -> Job:
    """One of the actor's own jobs, which nobody else changes until the transaction ends. Raises NotFound."""
    statement = select(Job).where(Job.actor_id == actor.user_id, Job.id == id_).with_for_update()
    found: Job | None = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found
