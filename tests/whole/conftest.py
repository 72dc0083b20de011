from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, update
from werkzeug.datastructures import MultiDict

from app.access import Actor
from app.jobs import bulk, queue
from app.jobs.worker import Worker
from app.models.base import db, transaction, utcnow
from app.models.job import Job, JobTicket
from app.records import whole
from tests.claiming.conftest import Floor, Person
from tests.kit import TenantKit

__all__ = ["Crowd", "Person"]


@dataclass(frozen=True)
class Crowd(Floor):
    """A company whose people do things to all that a filter finds, with a worker in this process."""

    def put(self, doing: str, query: str = "", actor: Actor | None = None, **asked: Any) -> int:
        """The id of the job that does it."""
        actor = actor or self.actor
        args = MultiDict([tuple(part.split("=")) for part in query.split("&") if part])
        with self.at_work(), transaction():
            order = whole.order(actor, self.resource("customer"), doing, args, asked)
            number = whole.number(actor, order)
            return queue.enqueue(actor, whole.JOB, order.arguments(actor, number), total=number)

    def work(self) -> bool:
        return Worker(self.kit.app).run_one()

    def job(self, id_: int) -> Any:
        with self.at_work():
            return db.session.get_one(Job, (self.kit.id, id_))

    def result(self, id_: int) -> Mapping[str, Any]:
        job = self.job(id_)
        assert job.state == "done", (job.state, job.message, job.fault)
        return job.result

    def free(self) -> None:
        """As if the lease of a dead worker had run out."""
        with self.at_work(), transaction():
            db.session.execute(update(JobTicket).values(free_at=utcnow()))


@pytest.fixture
def crowd(tenant: TenantKit, monkeypatch: pytest.MonkeyPatch) -> Crowd:
    """Batches of three."""
    monkeypatch.setattr(bulk, "BATCH", 3)
    with tenant.app.app_context(), transaction():
        db.session.execute(delete(JobTicket))
    return Crowd(tenant, tenant.actor("admin"))
