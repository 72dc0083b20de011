"""Jobs: what a request leaves behind is done once, as the person who asked, and everything that happens is told."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest

from app.errors import Conflict, NotFound, UccError
from app.jobs import queue
from app.jobs.task import Lost, Task
from app.jobs.worker import MOST_ATTEMPTS, Worker
from app.models.adopted import User
from app.models.base import db, transaction, utcnow
from app.records import audit
from tests.desk import at_once
from tests.jobs.conftest import Queue
from tests.kit import TenantKit

Install = Callable[..., None]


def test_a_job_is_done_as_the_person_who_asked(jobs: Queue, handler: Install) -> None:
    handler(lambda task: {"who": task.actor.username, "what": task.arguments["what"]})
    id_ = jobs.put(what="数")
    assert jobs.get(id_).state == "queued"
    assert jobs.worker().run_one()
    done = jobs.get(id_)
    assert (done.state, done.result) == ("done", {"who": jobs.actor.username, "what": "数"})
    assert done.created_at <= done.started_at <= done.finished_at
    assert jobs.ticket(id_) is None
    assert not jobs.worker().run_one()


def test_what_is_not_committed_is_not_there(jobs: Queue, handler: Install) -> None:
    handler(lambda task: None)
    with pytest.raises(RuntimeError), jobs.at_work(), transaction():
        queue.enqueue(jobs.actor, "test", {})
        raise RuntimeError
    assert not jobs.worker().run_one()


def test_a_job_may_be_put_off(jobs: Queue, handler: Install) -> None:
    handler(lambda task: None)
    with jobs.at_work(), transaction():
        id_ = queue.enqueue(jobs.actor, "test", {}, at=utcnow() + timedelta(hours=1))
    assert not jobs.worker().run_one()
    jobs.set_ticket(id_, free_at=utcnow())
    assert jobs.worker().run_one()


def test_many_workers_do_each_job_once(jobs: Queue, handler: Install) -> None:
    handler(lambda task: jobs.seen.append(task.id))
    ids = [jobs.put() for _ in range(12)]

    def work() -> None:
        worker = jobs.worker()
        while worker.run_one():
            pass

    assert at_once(*[work] * 4) == [None] * 4
    assert sorted(jobs.seen) == ids


def test_progress_is_seen_while_it_runs(jobs: Queue, handler: Install) -> None:
    def run(task: Task) -> None:
        task.report(3, 10, "三")
        jobs.seen.append(jobs.get(task.id))

    handler(run)
    id_ = jobs.put()
    jobs.worker().run_one()
    seen = jobs.seen[0]
    assert (seen.state, seen.done, seen.total, seen.message) == ("running", 3, 10, "三")
    assert jobs.get(id_).message == ""


def test_one_that_waits_is_called_off_at_once(jobs: Queue, handler: Install) -> None:
    handler(lambda task: jobs.seen.append(task.id))
    id_ = jobs.put()
    assert jobs.cancel(id_).state == "cancelled"
    assert not jobs.worker().run_one()
    assert jobs.seen == []
    with pytest.raises(Conflict):
        jobs.cancel(id_)


def test_one_that_runs_stops_at_its_next_step(jobs: Queue, handler: Install) -> None:
    def run(task: Task) -> None:
        assert jobs.cancel(task.id).state == "running"
        task.report(1, 1)
        raise AssertionError("a job that was called off goes on")

    handler(run)
    id_ = jobs.put()
    jobs.worker().run_one()
    assert jobs.get(id_).state == "cancelled"
    assert jobs.ticket(id_) is None


def test_nobody_sees_or_calls_off_what_somebody_else_asked_for(
    jobs: Queue, tenant: TenantKit, other_tenant: TenantKit
) -> None:
    id_ = jobs.put()
    for stranger in (Queue(tenant, tenant.actor("manager")), Queue(other_tenant, other_tenant.actor("admin"))):
        with pytest.raises(NotFound):
            stranger.cancel(id_)
        with stranger.at_work():
            assert queue.mine(stranger.actor) == []
    assert jobs.get(id_).state == "queued"


def test_a_refusal_is_told_in_the_words_of_the_person(jobs: Queue, handler: Install) -> None:
    def run(task: Task) -> None:
        raise UccError("不行")

    handler(run)
    id_ = jobs.put()
    jobs.worker().run_one()
    assert (jobs.get(id_).state, jobs.get(id_).message, jobs.get(id_).fault) == ("failed", "不行", "")


def test_a_bug_is_a_number_that_the_log_has_too(
    jobs: Queue, handler: Install, caplog: pytest.LogCaptureFixture
) -> None:
    def run(task: Task) -> None:
        raise ZeroDivisionError

    handler(run)
    id_ = jobs.put()
    jobs.worker().run_one()
    job = jobs.get(id_)
    assert job.state == "failed"
    assert job.fault
    assert job.fault in caplog.text


def test_an_unknown_kind_fails(jobs: Queue) -> None:
    id_ = jobs.put("no-such-kind")
    jobs.worker().run_one()
    assert jobs.get(id_).state == "failed"


def test_whoever_lost_the_permission_or_the_login_meanwhile_gets_nothing(
    jobs: Queue, handler: Install, tenant: TenantKit
) -> None:
    handler(lambda task: jobs.seen.append(task.id), permission="edit")
    for role, active in (("agent", True), ("admin", False)):
        theirs = Queue(tenant, tenant.actor(role))
        id_ = theirs.put(resource="user")
        with theirs.at_work(), transaction():
            db.session.get_one(User, theirs.actor.user_id).active = active
        jobs.worker().run_one()
        assert theirs.get(id_).state == "failed"
        assert theirs.get(id_).message
    assert jobs.seen == []


def test_the_audit_log_has_the_address_the_job_was_asked_from(jobs: Queue, handler: Install, tenant: TenantKit) -> None:
    handler(lambda task: {"from": audit.address()})
    with jobs.kit.app.test_request_context(environ_base={"REMOTE_ADDR": "10.9.8.7"}):
        id_ = jobs.put()
    jobs.worker().run_one()
    assert jobs.get(id_).result == {"from": "10.9.8.7"}


def test_the_job_of_a_dead_worker_is_taken_up_where_it_was(jobs: Queue, handler: Install) -> None:
    class Killed(BaseException):
        """As SIGKILL: nothing of the worker runs any more."""

    def run(task: Task) -> dict[str, Any]:
        jobs.seen.append(dict(task.kept))
        if not task.kept:
            with transaction():
                task.keep(5, 10, row=5)
            raise Killed
        return {"from": task.kept["row"]}

    handler(run)
    id_ = jobs.put()
    with pytest.raises(Killed):
        jobs.worker().run_one()
    assert jobs.get(id_).state == "running"
    assert not jobs.worker().run_one(), "the lease still runs"
    jobs.set_ticket(id_, free_at=utcnow())
    assert jobs.worker().run_one()
    assert jobs.get(id_).result == {"from": 5}
    assert jobs.seen == [{}, {"row": 5}]


def test_a_job_that_kills_its_workers_is_given_up(jobs: Queue, handler: Install) -> None:
    class Killed(BaseException):
        pass

    def run(task: Task) -> None:
        jobs.seen.append(task.id)
        raise Killed

    handler(run)
    id_ = jobs.put()
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Killed):
            jobs.worker().run_one()
        jobs.set_ticket(id_, free_at=utcnow())
    assert jobs.worker().run_one()
    assert jobs.get(id_).state == "failed"
    assert len(jobs.seen) == MOST_ATTEMPTS


def test_a_job_that_is_done_is_done_however_many_die_before_they_can_say_so(
    jobs: Queue, handler: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C1: what it kept with its last work is what came of it, though its person has gone by then."""

    class Killed(BaseException):
        pass

    def run(task: Task) -> dict[str, Any]:
        jobs.seen.append(task.id)
        with transaction():
            task.keep(2, 2, finished={"rows": 2})
        raise Killed

    def dies(*_args: Any, **_values: Any) -> None:
        raise Killed

    handler(run)
    id_ = jobs.put()
    with monkeypatch.context() as patch:
        patch.setattr(Worker, "_over", dies)
        for _ in range(MOST_ATTEMPTS):
            with pytest.raises(Killed):
                jobs.worker().run_one()
            jobs.set_ticket(id_, free_at=utcnow())
    with jobs.at_work(), transaction():
        db.session.get_one(User, jobs.actor.user_id).active = False
    assert jobs.worker().run_one()
    assert (jobs.get(id_).state, jobs.get(id_).result) == ("done", {"rows": 2})
    assert jobs.seen == [id_]


def test_a_worker_that_seemed_dead_writes_nothing_more(jobs: Queue, handler: Install) -> None:
    def run(task: Task) -> dict[str, Any]:
        if jobs.seen:
            return {"by": "second"}
        jobs.seen.append(task.id)
        jobs.set_ticket(task.id, free_at=utcnow())
        assert jobs.worker().run_one()
        with pytest.raises(Lost), transaction():
            task.keep(1, row=1)
        return {"by": "first"}

    handler(run)
    id_ = jobs.put()
    jobs.worker().run_one()
    assert jobs.get(id_).result == {"by": "second"}
    assert jobs.job(id_).kept == {}


def test_the_lease_is_renewed_while_the_job_runs(jobs: Queue, handler: Install) -> None:
    running, over = Event(), Event()

    def run(task: Task) -> None:
        running.set()
        assert over.wait(20)

    handler(run)
    id_ = jobs.put()
    thread = Thread(target=jobs.worker(lease=0.8).run_one)
    thread.start()
    try:
        assert running.wait(20)
        first = jobs.ticket(id_).free_at
        deadline = time.monotonic() + 20
        while jobs.ticket(id_).free_at <= first + timedelta(seconds=1) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert jobs.ticket(id_).free_at > first + timedelta(seconds=1)
    finally:
        over.set()
        thread.join()
    assert jobs.get(id_).state == "done"


def test_a_worker_that_is_told_to_end_gives_the_job_back(jobs: Queue, handler: Install) -> None:
    told = Event()

    def run(task: Task) -> None:
        with transaction():
            task.keep(4, 9, row=4)
        told.set()
        task.report(5, 9)

    handler(run)
    id_ = jobs.put()
    jobs.worker(told.is_set).run_one()
    assert jobs.get(id_).state == "queued"
    assert (jobs.job(id_).attempts, jobs.job(id_).kept) == (0, {"row": 4})
    assert jobs.ticket(id_).free_at <= utcnow()


def test_old_jobs_are_forgotten_and_others_are_not(jobs: Queue, handler: Install, tenant: TenantKit) -> None:
    handler(lambda task: None)
    theirs = Queue(tenant, tenant.actor("manager"))
    for one in (jobs, theirs):
        one.put()
        jobs.worker().run_one()
        with one.at_work(), transaction():
            for row in queue.mine(one.actor):
                db.session.get_one(queue.Job, (tenant.id, row.id)).finished_at = utcnow() - timedelta(days=31)
    new = jobs.put()
    with jobs.at_work():
        assert [row.id for row in queue.mine(jobs.actor)] == [new]
    with theirs.at_work():
        assert len(queue.mine(theirs.actor)) == 1
