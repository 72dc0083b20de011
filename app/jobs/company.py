"""The jobs of a whole company, for its admins: who asked for what, how far it is, what came of it (C1).

Files and one-time passwords stay their own person's: nothing here leads to them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select

from app.access import Actor
from app.engine import engine
from app.errors import Denied, NotFound
from app.jobs import queue
from app.jobs.queue import JobRow
from app.models.adopted import User
from app.models.base import db
from app.models.job import Job
from app.records import audit
from app.records.system import people
from app.spec.model import ADMIN

MOST: Final = 50
CANCELLED: Final = "cancel_job"  # as the audit log calls it


@dataclass(frozen=True, slots=True)
class CompanyJob:
    """`name` is of who asked for it: "" for the system, the number of the account where that has gone."""

    job: JobRow
    person_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class CompanyJobs:
    """The newest first; `next` is the id to go on after, None on the last page."""

    jobs: list[CompanyJob]
    next: int | None


def may_see(actor: Actor) -> bool:
    """True for admins: what others do with records, however it is filtered, is nobody else's to see, or to stop."""
    return actor.role_key == ADMIN


def page(actor: Actor, before: int | None = None, limit: int = MOST) -> CompanyJobs:
    """Jobs of everybody and of the system, one statement; those older than the job `before`. Raises Denied."""
    _demand(actor)
    shown = [getattr(Job, name) for name in JobRow.__slots__]
    wanted = (
        select(Job.actor_id, User.first_name, User.username, *shown)
        .outerjoin(User, (User.tenant_id == Job.tenant_id) & (User.id == Job.actor_id))
        .where(*([] if before is None else [Job.id < before]))
        .order_by(Job.id.desc())
        .limit(limit + 1)
    )
    found = [
        CompanyJob(JobRow(*row), person, _called(person, name, login))
        for person, name, login, *row in db.session.execute(wanted)
    ]
    return CompanyJobs(found[:limit], found[limit - 1].job.id if len(found) > limit else None)


def cancel(actor: Actor, id_: int) -> JobRow:
    """Calls off anybody's job, as its own person would; somebody else's is written down. Raises Denied, NotFound, and
    Conflict for a job that is over."""
    _demand(actor)
    found = db.session.execute(select(Job.actor_id, Job.kind).where(Job.id == id_)).one_or_none()
    if found is None:
        raise NotFound
    job = queue.cancel(replace(actor, user_id=found.actor_id), id_)
    if found.actor_id != actor.user_id:
        name = db.session.scalars(select(User.first_name).where(User.id == found.actor_id)).one_or_none()
        resource, person = people(engine().product), (found.actor_id, name or "")
        audit.enter(actor, resource, CANCELLED, person, after={"job": str(id_), "rows": job.done})
    return job


def _called(person: int | None, name: str | None, login: str | None) -> str:
    if person is None:
        return ""
    return f"{name or ''} ({login})" if login else str(person)


def _demand(actor: Actor) -> None:
    if not may_see(actor):
        raise Denied("job", "view")
