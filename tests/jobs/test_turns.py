"""Companies take turns: one with a thousand jobs neither starves another nor holds all workers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.errors import Conflict, NotFound
from app.jobs import queue
from app.jobs.task import Task
from app.models.base import transaction, utcnow
from app.models.job import Job
from tests.desk import at_once
from tests.jobs.conftest import Queue
from tests.kit import TenantKit
from tests.web.site import Site, notices

Install = Callable[..., None]


def test_a_company_with_many_jobs_waits_for_its_turn(jobs: Queue, handler: Install, other_tenant: TenantKit) -> None:
    """C1: the one job of another company is done second, not after all of the first."""
    handler(lambda task: jobs.seen.append(task.actor.tenant_id))
    theirs = Queue(other_tenant, other_tenant.actor("admin"))
    for _ in range(5):
        jobs.put()
    theirs.put()
    worker = jobs.worker()
    while worker.run_one():
        pass
    assert len(jobs.seen) == 6
    assert other_tenant.id in jobs.seen[:2]


def test_no_company_holds_all_workers(
    jobs: Queue, handler: Install, other_tenant: TenantKit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C1: at most so many at a time, also where workers look at once; a dead worker's does not count."""
    monkeypatch.setitem(jobs.kit.app.config, "COMPANY_JOBS", 2)
    handler(lambda task: None)
    ids = [jobs.put() for _ in range(6)]

    def take() -> object:
        with jobs.kit.app.app_context():
            return jobs.worker()._take()

    taken = [found for found in at_once(*[take] * 4) if found is not None]
    assert len(taken) == 2
    theirs = Queue(other_tenant, other_tenant.actor("admin"))
    theirs.put()
    assert take()[1] == other_tenant.id
    assert take() is None
    jobs.set_ticket(taken[0][0], free_at=utcnow() - timedelta(seconds=1))
    assert take()[1] == jobs.kit.id
    assert len(set(ids)) == 6


def test_a_failed_job_is_tried_again_from_where_it_was(jobs: Queue, handler: Install, tenant: TenantKit) -> None:
    """C1: the same job with what it kept; nobody else's, and none that is done."""

    def run(task: Task) -> dict[str, int]:
        if not task.kept:
            with transaction():
                task.keep(3, 9, row=3)
            raise Conflict("不行")
        return {"from": task.kept["row"]}

    handler(run)
    id_ = jobs.put()
    jobs.worker().run_one()
    site = Site(jobs.kit, "admin")
    assert f"/jobs/{id_}/retry" in site.get("/jobs/").text
    assert Site(tenant, "manager").post(f"/jobs/{id_}/retry").status_code == 404
    assert site.post(f"/jobs/{id_}/retry").status_code == 303
    assert jobs.get(id_).state == "queued"
    site.get("/jobs/")
    site.post(f"/jobs/{id_}/retry")
    assert notices(site.get("/jobs/"))[-1] == ("warning", "该任务已在排队或进行中。")
    jobs.worker().run_one()
    assert jobs.get(id_).result == {"from": 3}
    site.post(f"/jobs/{id_}/retry")
    assert notices(site.get("/jobs/"))[-1][0] == "warning"
    handler(run, retry=False)
    with jobs.at_work(), transaction(), pytest.raises(NotFound):
        queue.retry(jobs.actor, 1)


def test_what_waits_for_approval_can_be_called_off_but_not_tried_again(jobs: Queue, handler: Install) -> None:
    """C1: trying again is no way round a second person."""
    handler(lambda task: None)
    with jobs.at_work(), transaction():
        id_ = queue.enqueue(jobs.actor, "test", {}, asks="customer")
    assert jobs.cancel(id_).state == "cancelled"
    with jobs.at_work(), transaction(), pytest.raises(Conflict):
        queue.retry(jobs.actor, id_)
    assert not jobs.worker().run_one()
    assert isinstance(jobs.job(id_), Job)
