"""The worker: takes the ticket whose turn it is, does the job, writes down what came of it.

A ticket is taken for LEASE seconds and the lease is renewed while the job runs, by a thread of its own. So the job of a
worker that was killed is taken up by another within LEASE seconds; and a worker that only seemed dead finds that it no
longer holds the ticket, and writes nothing more.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any, Final

from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from app.access import Actor, demand
from app.accounts.statements import send
from app.engine import engine
from app.errors import UccError
from app.jobs import approval, daily, files, turns
from app.jobs.handlers import HANDLERS
from app.jobs.people import actor_for
from app.jobs.task import Cancelled, Lost, Stopping, Task
from app.models.base import db, transaction, utcnow
from app.models.job import CANCELLED, DONE, FAILED, QUEUED, RUNNING, Job, JobTicket
from app.models.tenant import Tenant
from app.records import audit
from app.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)

LEASE: Final = 60.0  # seconds
POLL: Final = 1.0  # seconds between two looks at an empty queue
MOST_ATTEMPTS: Final = 3  # a job that kills its worker is not tried for ever
LOOK: Final = 60.0  # seconds between two looks for daily jobs that are due
SWEEP: Final = 3600.0  # seconds between two looks for files that have expired


class Worker:
    """`stopping` says whether the process is to end; a job that runs then goes back into the queue."""

    def __init__(self, app: Flask, stopping: Callable[[], bool] = lambda: False, lease: float = LEASE) -> None:
        self.app = app
        self.stopping = stopping
        self.lease = lease
        self.name = secrets.token_hex(8)
        self._served = 0  # the company whose turn it was last

    def run(self) -> None:
        """Works until `stopping`. A database that is away is waited for."""
        swept, looked = -SWEEP, -LOOK
        while not self.stopping():
            try:
                if time.monotonic() - looked >= LOOK:
                    looked = time.monotonic()
                    self.look()
                if time.monotonic() - swept >= SWEEP:
                    swept = time.monotonic()
                    self.sweep()
                busy = self.run_one()
            except SQLAlchemyError:
                log.exception("the queue of jobs cannot be read; trying again")
                busy = False
            if not busy:
                time.sleep(POLL)

    def look(self) -> int:
        """Puts in the daily jobs that are due; gives how many."""
        with self.app.app_context():
            return daily.put_in(utcnow())

    def sweep(self) -> int:
        """Removes the files of all companies that have expired; gives how many."""
        swept = 0
        with self.app.app_context():
            companies = db.session.scalars(select(Tenant.id).order_by(Tenant.id)).all()
            for tenant_id in companies:
                with tenant_scope(tenant_id), transaction():
                    swept += files.sweep()
                    approval.expire()
        return swept

    def run_one(self) -> bool:
        """Does the job whose turn it is. False where there is none."""
        with self.app.app_context():
            taken = self._take()
            if taken is None:
                return False
            id_, tenant_id = taken
            with tenant_scope(tenant_id), self._heart(id_):
                self._work(id_)
        return True

    def _take(self) -> tuple[int, int] | None:
        """(job, company) of the ticket whose turn it is, which nobody else may take for the time of a lease."""
        free = turns.free(self._served, self.app.config["COMPANY_JOBS"])
        waiting = db.session.scalars(free.with_only_columns(JobTicket.id)).first()
        db.session.rollback()
        if waiting is None:
            return None  # an idle worker never asks for a write lock: SQLite has one for everybody
        with transaction():
            turns.one_at_a_time()
            ticket = db.session.scalars(free.with_for_update(skip_locked=True)).one_or_none()
            if ticket is None:
                return None
            ticket.holder, ticket.free_at = self.name, utcnow() + timedelta(seconds=self.lease)
            self._served = ticket.company_id
            return ticket.id, ticket.company_id

    def _work(self, id_: int) -> None:
        with transaction():
            job = db.session.scalars(select(Job).where(Job.id == id_)).one_or_none()
            if job is None:
                self._tear_up(id_)
                return
            job.attempts += 1
            job.state, job.started_at = RUNNING, job.started_at or utcnow()
        task = Task(id_, job.kind, _nobody(job), job.arguments, dict(job.kept), self.name, self.stopping)
        task.approved = approval.holds(job)
        if "finished" in task.kept:  # only saying so is left, however many died over it, whoever asked for it
            self._over(task, DONE, result=dict(task.kept["finished"]), message="")
            return
        if job.attempts > MOST_ATTEMPTS:
            log.error("job %s (%s): given up after %s attempts", id_, job.kind, MOST_ATTEMPTS)
            self._over(task, FAILED, message=_("It was begun several times and never came to an end."))
            return
        token = audit.origin.set(job.address)
        try:
            self._attempt(task, job)
        finally:
            audit.origin.reset(token)

    def _attempt(self, task: Task, job: Job) -> None:
        """Whatever happens to the handler is written down; only a lost or stopped job is somebody else's."""
        try:
            task.actor = actor_for(job)
            db.session.rollback()
            with force_locale(task.actor.locale):
                result = _handle(task)
                self._over(task, DONE, result=result, message="")
        except Cancelled:
            db.session.rollback()
            self._over(task, CANCELLED)
        except Stopping:
            self._give_back(task)
        except Lost:
            log.warning("job %s (%s): another worker has it", task.id, task.kind)
        except UccError as refusal:
            db.session.rollback()
            with force_locale(task.actor.locale):
                self._over(task, FAILED, message=str(refusal) or _("This is not allowed any more."))
        except Exception:
            db.session.rollback()
            fault = secrets.token_hex(6)
            log.exception("fault %s: job %s (%s)", fault, task.id, task.kind)
            self._over(task, FAILED, fault=fault)

    def _over(self, task: Task, state: str, **values: Any) -> None:
        try:
            with transaction():
                task.hold()
                values |= {"state": state, "finished_at": utcnow()}
                db.session.execute(update(Job).where(Job.id == task.id).values(values))
                self._tear_up(task.id)
        except Lost:
            log.warning("job %s (%s) is %s, but another worker has it", task.id, task.kind, state)

    def _give_back(self, task: Task) -> None:
        """Into the queue again, at its place: being stopped was no fault of the job's."""
        db.session.rollback()
        with transaction():
            task.hold()
            values = {"state": QUEUED, "attempts": Job.attempts - 1}
            db.session.execute(update(Job).where(Job.id == task.id).values(values))
            send(update(JobTicket).where(JobTicket.id == task.id).values(holder="", free_at=utcnow()))

    def _tear_up(self, id_: int) -> None:
        send(delete(JobTicket).where(JobTicket.id == id_, JobTicket.holder == self.name))

    @contextmanager
    def _heart(self, id_: int) -> Iterator[None]:
        """Renews the lease while the block runs."""
        done = Event()
        beat = Thread(target=self._beat, args=(id_, done), name=f"job {id_}", daemon=True)
        beat.start()
        try:
            yield
        finally:
            done.set()
            beat.join()

    def _beat(self, id_: int, done: Event) -> None:
        while not done.wait(self.lease / 4):
            try:
                with self.app.app_context(), transaction():
                    until = utcnow() + timedelta(seconds=self.lease)
                    held = (JobTicket.id == id_, JobTicket.holder == self.name)
                    send(update(JobTicket).where(*held).values(free_at=until))
            except SQLAlchemyError:
                log.exception("job %s: the lease could not be renewed; trying again", id_)


def _nobody(job: Job) -> Actor:
    """Until it is known on whose behalf the job runs."""
    return Actor(tenant_id=job.tenant_id, user_id=None, role_key="")


def _handle(task: Task) -> dict[str, Any] | None:
    """What came of it. Raises whatever the handler does, Denied where the person may no longer do this, UccError for an
    unknown kind."""
    handler = HANDLERS.get(task.kind)
    if handler is None:
        raise UccError(_("This version of the product does not know how to do this."))
    if handler.permission is not None:
        demand(task.actor, engine().product.resource(task.arguments["resource"]), handler.permission)
    result = handler.run(task)
    db.session.rollback()  # what a handler only read holds no transaction open
    return None if result is None else dict(result)
