"""C1: an admin sees and calls off the jobs of everybody in the company, and gets nobody's files."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from app.access import Actor
from app.jobs import company, files, queue
from app.jobs.task import Task
from app.models.audit import AuditEntry
from app.models.base import db, transaction
from tests.jobs.conftest import Queue
from tests.kit import TenantKit
from tests.web.site import Site, notices

Install = Callable[..., None]


def theirs(jobs: Queue, role: str = "manager") -> tuple[Actor, int]:
    actor = jobs.kit.actor(role)
    with jobs.at_work(), transaction():
        return actor, queue.enqueue(actor, "test", {"resource": "customer"})


def makes_a_file(task: Task) -> dict[str, int]:
    token = files.draft()
    with transaction():
        task.offer(token, "geheim.csv")
    return {"n": 3}


def test_an_admin_sees_who_what_when_and_the_result_but_no_file(jobs: Queue, handler: Install) -> None:
    """C1"""
    handler(makes_a_file, describe=lambda _given: "客户列表", tell=lambda result: [f"换了 {result['n']} 个"])
    manager, id_ = theirs(jobs)
    jobs.worker().run_one()
    site = Site(jobs.kit, "admin")
    text = site.get("/jobs/all/").text
    for told in (manager.get_full_name(), "Test job", "客户列表", "换了 3 个"):
        assert told in text
    assert "geheim" not in text and "/retry" not in text
    assert "geheim" in Site(jobs.kit, "manager").get("/jobs/").text
    sent = site.api("GET", "/api/v1/jobs/all/").json["data"]
    assert [(one["id"], one["files"]) for one in sent] == [(str(id_), [])]
    assert manager.get_full_name() in sent[0]["asked_by"]
    assert "/jobs/all/" in site.get("/jobs/").text


def test_an_admin_calls_off_anybodys_job_and_it_is_written_down(jobs: Queue, handler: Install) -> None:
    """C1"""
    handler(lambda task: None)
    manager, id_ = theirs(jobs)
    with jobs.at_work(), transaction():
        system = queue.enqueue(Actor(jobs.kit.id, None, "system"), "test", {})
    site = Site(jobs.kit, "admin")
    for one in (id_, system):
        assert site.post(f"/jobs/all/{one}/cancel").status_code == 303
        assert notices(site.get("/jobs/all/"))[0][0] == "success"
        assert jobs.job(one).state == "cancelled"
    site.post(f"/jobs/all/{id_}/cancel")
    assert notices(site.get("/jobs/all/"))[0][0] == "warning"
    assert site.api("POST", f"/api/v1/jobs/all/{id_}/cancel").status_code == 409
    assert site.api("POST", "/api/v1/jobs/all/1/cancel").status_code == 404
    with jobs.at_work():
        found = select(AuditEntry.record_id).where(AuditEntry.action == company.CANCELLED).order_by(AuditEntry.id)
        assert db.session.scalars(found).all() == [manager.user_id, None]


def test_nobody_else_may(jobs: Queue, handler: Install, other_tenant: TenantKit) -> None:
    """R1, R2."""
    handler(lambda task: None)
    _manager, id_ = theirs(jobs)
    for role in ("manager", "operator", "agent"):
        site = Site(jobs.kit, role)
        assert site.get("/jobs/all/").status_code == 403
        assert site.post(f"/jobs/all/{id_}/cancel").status_code == 403
        assert site.api("GET", "/api/v1/jobs/all/").status_code == 403
        assert "/jobs/all/" not in site.get("/jobs/").text
    stranger = Site(other_tenant, "admin")
    assert stranger.post(f"/jobs/all/{id_}/cancel").status_code == 404
    assert f"job-{id_}" not in stranger.get("/jobs/all/").text
    assert jobs.job(id_).state == "queued"


def test_older_ones_are_on_the_next_page(jobs: Queue, handler: Install) -> None:
    """C1"""
    handler(lambda task: None)
    ids = [jobs.put() for _ in range(5)]
    with jobs.at_work():
        first = company.page(jobs.actor, limit=2)
        second = company.page(jobs.actor, first.next, limit=3)
    assert [one.job.id for one in (*first.jobs, *second.jobs)] == ids[::-1]
    assert second.next is None
    older = Site(jobs.kit, "admin").get(f"/jobs/all/?before={ids[1]}", base_url="http://localhost/ucc").text
    assert older.count('class="job"') == 1
    assert f'hx-get="/ucc/jobs/all/?before={ids[1]}"' in older, "which asks for itself again while a job is under way"
