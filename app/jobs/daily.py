"""Jobs that nobody asks for: once a day per company, at three in the morning where the company is.

`job_schedule` says when each is due next. Whoever gets the lock of a row that is due puts the job in and moves the row
on to the next morning, in one transaction: so it is put in once, however many workers look, and late rather than never.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from app.access import system_actor
from app.jobs.queue import enqueue
from app.models.base import db, transaction
from app.models.job_schedule import JobSchedule
from app.models.tenant import Tenant
from app.records import recycle_bin, returning
from app.tenancy.scope import tenant_scope

AT: Final = time(3)  # when nobody is at work

# Kind of job → whether the company in scope needs it.
DAILY: Final[dict[str, Callable[[], bool]]] = {returning.JOB: returning.wanted, recycle_bin.JOB: recycle_bin.wanted}


def put_in(now: datetime) -> int:
    """Puts in the jobs that are due at `now`; gives how many. A look that finds nothing only reads."""
    for kind in DAILY:
        _plan(kind, now)
    found = select(JobSchedule.company_id, JobSchedule.kind).where(JobSchedule.due_at <= now)
    due = [(row.company_id, row.kind) for row in db.session.execute(found.order_by(JobSchedule.due_at))]
    db.session.rollback()
    return sum(_put_in(company, kind, now) for company, kind in due)


def next_time(now: datetime, zone: str) -> datetime:
    """The next time that it is AT in that zone."""
    there = now.astimezone(ZoneInfo(zone))
    today = datetime.combine(there.date(), AT, there.tzinfo)
    # Another day on the wall clock, which may be 23 hours away.
    found = today if today > there else datetime.combine(there.date() + timedelta(days=1), AT, there.tzinfo)
    return found.astimezone(now.tzinfo)


def _plan(kind: str, now: datetime) -> None:
    """Gives companies that have none their row."""
    there = exists().where(JobSchedule.company_id == Tenant.id, JobSchedule.kind == kind)
    missing = select(Tenant.id, Tenant.timezone).where(Tenant.active.is_(True), ~there)
    rows = [(row.id, row.timezone) for row in db.session.execute(missing)]
    db.session.rollback()
    for company, zone in rows:
        try:
            with transaction() as session:
                session.add(JobSchedule(company_id=company, kind=kind, due_at=next_time(now, zone)))
        except IntegrityError:
            continue  # another worker has planned it in this moment


def _put_in(company: int, kind: str, now: datetime) -> bool:
    with transaction() as session:
        wanted = select(JobSchedule).where(JobSchedule.company_id == company, JobSchedule.kind == kind)
        row = session.scalars(wanted.where(JobSchedule.due_at <= now).with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return False  # another worker has it
        tenant = session.get_one(Tenant, company)
        row.due_at = next_time(now, tenant.timezone)
        needed = DAILY.get(kind)
        with tenant_scope(company):
            if not tenant.active or needed is None or not needed():
                return False
            by = system_actor(company, kind, locale=tenant.locale, timezone=tenant.timezone)
            enqueue(by, kind, {})
            return True
