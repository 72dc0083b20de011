"""The page of one's own jobs, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.fields.base import Reader
from app.jobs.task import Task
from app.models.base import db, transaction, utcnow
from app.models.job import Job
from app.web.moments import span_end
from tests.jobs.conftest import Queue
from tests.web.site import Site, notices

Install = Callable[..., None]


def test_one_sees_ones_own_jobs_and_what_came_of_them(jobs: Queue, handler: Install) -> None:
    handler(lambda task: {"n": 3}, tell=lambda result: [f"换了 {result['n']} 个"])
    jobs.put()
    jobs.worker().run_one()
    text = Site(jobs.kit, "admin").get("/jobs/").text
    assert "Test job" in text
    assert "换了 3 个" in text
    assert "Test job" not in Site(jobs.kit, "manager").get("/jobs/").text


def test_the_page_asks_again_only_while_something_is_not_over(jobs: Queue, handler: Install) -> None:
    handler(lambda task: None)
    site = Site(jobs.kit, "admin")
    assert "hx-trigger" not in site.get("/jobs/").text
    jobs.put()
    assert 'hx-trigger="every 2s"' in site.get("/jobs/", htmx="jobs").text
    jobs.worker().run_one()
    piece = site.get("/jobs/", htmx="jobs").text
    assert "hx-trigger" not in piece
    assert "</html>" not in piece


def test_progress_is_a_bar(jobs: Queue, handler: Install) -> None:
    site = Site(jobs.kit, "admin")

    def run(task: Task) -> None:
        task.report(1500, 3000)
        jobs.seen.append(site.get("/jobs/").text)

    handler(run)
    jobs.put()
    jobs.worker().run_one()
    assert 'value="50" max="100"' in jobs.seen[0]
    assert "1,500 / 3,000" in jobs.seen[0]


def test_a_job_that_nobody_does_says_so(jobs: Queue, handler: Install) -> None:
    """C1: no bar that stands still without a word, where no worker runs or one has died."""

    class Killed(BaseException):
        pass

    def run(task: Task) -> None:
        raise Killed

    handler(run)
    id_, site = jobs.put(), Site(jobs.kit, "admin")
    assert "排队" not in site.get("/jobs/").text
    with jobs.at_work(), transaction():
        db.session.get_one(Job, (jobs.kit.id, id_)).created_at = utcnow() - timedelta(hours=1)
    assert "排队" not in site.get("/jobs/").text
    jobs.set_ticket(id_, free_at=utcnow() - timedelta(minutes=2))
    for path in ("/jobs/", "/jobs/all/"):
        assert "排队：前面还有其他任务，或后台服务未运行" in site.get(path).text
    with pytest.raises(Killed):
        jobs.worker().run_one()
    assert "中断" not in site.get("/jobs/").text, "its lease still runs"
    jobs.set_ticket(id_, free_at=utcnow() - timedelta(minutes=2))
    assert "中断，后台服务恢复后将从断点继续" in site.get("/jobs/").text


def test_one_calls_off_ones_own_job_and_nobody_elses(jobs: Queue, handler: Install) -> None:
    handler(lambda task: None)
    id_ = jobs.put()
    assert Site(jobs.kit, "manager").post(f"/jobs/{id_}/cancel").status_code == 404
    site = Site(jobs.kit, "admin")
    assert site.post(f"/jobs/{id_}/cancel").status_code == 303
    assert notices(site.get("/jobs/"))[0][0] == "success"
    assert jobs.get(id_).state == "cancelled"
    site.post(f"/jobs/{id_}/cancel")
    assert notices(site.get("/jobs/"))[0][0] == "warning"


def test_a_fault_is_a_number(jobs: Queue, handler: Install) -> None:
    def run(task: Task) -> None:
        raise ZeroDivisionError("secret-detail")

    handler(run)
    id_ = jobs.put()
    jobs.worker().run_one()
    text = Site(jobs.kit, "admin").get("/jobs/").text
    assert jobs.get(id_).fault in text
    assert "secret-detail" not in text


def test_nobody_logged_in_sees_none(jobs: Queue) -> None:
    assert jobs.kit.app.test_client().get("/jobs/").status_code == 303


@pytest.mark.parametrize(
    ("end", "zh", "en"),
    [
        ((23, 15, 46), "", ""),
        ((23, 15, 48), "15:48", "15:48"),
        ((24, 0, 5), "2026-11-24 00:05", "Nov 24, 2026, 00:05"),
    ],
)
def test_the_end_of_a_job_repeats_nothing_of_its_beginning(end: tuple[int, int, int], zh: str, en: str) -> None:
    begin, over = (datetime(2026, 11, *of, tzinfo=UTC) for of in ((23, 15, 46), end))
    for locale, shown in (("zh", zh), ("en", en)):
        assert span_end(begin, over, Reader(locale, "UTC")) == shown
