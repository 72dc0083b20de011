"""What a handler gets: who asked, for what, how far it had come; and how it says how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import case, select, update

from app.access import Actor
from app.jobs import files
from app.jobs.files import FileRow
from app.models.base import db, transaction
from app.models.job import Job, JobTicket

REPORT_EVERY: Final = 0.5  # seconds: a bar that moves twice a second is lively enough, and cheap


class Cancelled(Exception):
    """The person has called the job off."""


class Stopping(Exception):
    """The worker is to end: another one goes on with the job."""


class Lost(Exception):
    """Another worker has the job: this one was taken for dead, and may write no more."""


@dataclass(slots=True)
class Task:
    """One run of one job. `kept` is what an earlier run that died, or was stopped, had kept."""

    id: int
    kind: str
    actor: Actor
    arguments: Mapping[str, Any]
    kept: dict[str, Any]
    holder: str
    stopping: Callable[[], bool] = lambda: False
    approved: bool = False  # a second person has said yes, not too long ago
    _reported: float = field(default=0.0, repr=False)

    def report(self, done: int, total: int | None = None, message: str = "") -> None:
        """How far the job is, for the bar on the page, in a transaction of its own. Call it as often as you like,
        outside any transaction: twice a second it is written down.

        Raises Cancelled, Stopping and Lost: let them through.
        """
        now = time.monotonic()
        if self.stopping():
            raise Stopping
        if now - self._reported < REPORT_EVERY and done != total:
            return
        self._reported = now
        with transaction():
            self._write(done, total, message)

    def keep(self, done: int, total: int | None = None, message: str = "", **kept: Any) -> None:
        """As `report`, inside the caller's transaction, and remembers `kept` with the work that this transaction does:
        either both are there for the next run or neither. So each batch is done exactly once.

        `finished` is the job's result, kept with its last work: if the worker dies before it can say so, the next one
        says it, and does not run the handler again."""
        if self.stopping():
            raise Stopping
        self.kept |= kept
        # A job that gets on is no job that kills its workers, however often they are killed.
        attempts = case((Job.done < done, 1), else_=Job.attempts)
        self._write(done, total, message, kept=dict(self.kept), attempts=attempts)

    def offer(self, token: str, name: str, *, resource: str = "", permission: str = "", full: bool = False) -> FileRow:
        """Makes a draft (`files.draft`) a file that the person finds at this job, inside the caller's transaction: see
        `files.keep`. A run that may be resumed keeps the token (`keep(…, draft=token)`) and goes on with the file."""
        return files.keep(self.actor, token, name, resource=resource, permission=permission, job_id=self.id, full=full)

    def hold(self) -> bool:
        """Locks the job until the caller's transaction ends; True if it has been called off. Raises Lost."""
        found = db.session.execute(
            select(Job.cancel)
            .join(JobTicket, JobTicket.id == Job.id)
            .where(Job.id == self.id, JobTicket.holder == self.holder)
            .with_for_update(of=JobTicket)
        ).one_or_none()
        if found is None:
            raise Lost
        return bool(found.cancel)

    def _write(self, done: int, total: int | None, message: str, **values: Any) -> None:
        if self.hold():
            raise Cancelled
        values["done"] = done
        if total is not None:
            values["total"] = total
        if message:
            values["message"] = message
        db.session.execute(update(Job).where(Job.id == self.id).values(values))
