from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.access import Actor
from app.jobs import queue
from app.jobs.handlers import HANDLERS, Handler
from app.jobs.task import Task
from app.jobs.worker import Worker
from app.models.base import db, transaction
from app.models.job import Job, JobTicket
from app.tenancy.scope import tenant_scope
from tests.kit import TenantKit


@dataclass
class Queue:
    """One company's jobs, put in by one person and done by workers in this process."""

    kit: TenantKit
    actor: Actor
    seen: list[Any] = field(default_factory=list)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with self.kit.app.app_context(), tenant_scope(self.kit.id):
            yield

    def put(self, kind: str = "test", **arguments: Any) -> int:
        with self.at_work(), transaction():
            return queue.enqueue(self.actor, kind, arguments)

    def get(self, id_: int) -> queue.JobRow:
        with self.at_work():
            return queue.get(self.actor, id_)

    def cancel(self, id_: int) -> queue.JobRow:
        with self.at_work(), transaction():
            return queue.cancel(self.actor, id_)

    def worker(self, stopping: Callable[[], bool] = lambda: False, lease: float = 60) -> Worker:
        return Worker(self.kit.app, stopping, lease)

    def job(self, id_: int) -> Any:
        with self.at_work():
            return db.session.get_one(Job, (self.kit.id, id_))

    def ticket(self, id_: int) -> Any:
        with self.kit.app.app_context():
            return db.session.scalars(select(JobTicket).where(JobTicket.id == id_)).one_or_none()

    def set_ticket(self, id_: int, **values: Any) -> None:
        with self.kit.app.app_context(), transaction():
            db.session.execute(update(JobTicket).where(JobTicket.id == id_).values(values))


@pytest.fixture
def jobs(tenant: TenantKit) -> Iterator[Queue]:
    """Nobody else's tickets are in the queue when the test begins."""
    with tenant.app.app_context(), transaction():
        db.session.execute(delete(JobTicket))
    yield Queue(tenant, tenant.actor("admin"))


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`handler(run, …)` makes `run` the handler of jobs of the kind "test"."""

    def install(run: Callable[[Task], Any], **options: Any) -> None:
        monkeypatch.setitem(HANDLERS, "test", Handler("Test job", run, **options))

    return install
