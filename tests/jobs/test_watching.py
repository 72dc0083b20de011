"""C1: a browser that has begun a job is told when it ends; one that has not asks nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from app.errors import Invalid
from tests.jobs.conftest import Queue
from tests.web.site import Site

Install = Callable[..., None]
Queries = Callable[[], AbstractContextManager[list[str]]]


def cookie(site: Site) -> str:
    found = site.client.get_cookie("ucc_jobs")
    return found.value if found else ""


def begin(site: Site) -> str:
    """A job of one's own by a button of a page."""
    site.post("/customer/export", {"query": "", "format": "csv", "columns": "shown"})
    return cookie(site)


def test_a_page_sets_the_cookie_when_it_puts_in_a_job_and_the_news_say_how_it_ended(
    jobs: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C1"""
    site = Site(jobs.kit, "admin")
    assert 'data-jobs-news="/jobs/news/"' in site.get("/customer/").text and cookie(site) == ""
    monkeypatch.setattr("app.records.export.DIRECT", -1)
    id_ = begin(site)
    assert id_.isdigit()
    assert site.get(f"/jobs/news/?id={id_}").json["jobs"] == [{"id": id_, "live": True, "waits": False}]
    jobs.worker().run_one()
    told = site.get(f"/jobs/news/?id={id_}").json["jobs"][0]
    assert (told["live"], told["tone"], told["link"]["download"]) == (False, "success", True)
    assert "导出" in told["text"] and "0" in told["text"]
    assert site.get(told["link"]["url"]).status_code == 200
    again = begin(site)
    assert again.split(".")[0] == id_ and len(again.split(".")) == 2
    assert site.client.get_cookie("ucc_jobs").http_only is False


def test_one_that_fails_or_is_called_off_says_so(jobs: Queue, handler: Install) -> None:
    """C1"""

    def run(task: object) -> None:
        raise Invalid({"": ["坏了"]})

    handler(run)
    failed, waiting = jobs.put(), jobs.put()
    jobs.worker().run_one()
    jobs.cancel(waiting)
    site = Site(jobs.kit, "admin")
    first, second = site.get(f"/jobs/news/?id={failed}&id={waiting}").json["jobs"]
    assert (first["tone"], second["tone"]) == ("danger", "info")
    assert "坏了" in first["text"] and first["link"]["url"] == f"/jobs/#job-{failed}"


def test_nobody_is_told_of_somebody_elses_job_and_nothing_is_asked_for_nothing(
    jobs: Queue, handler: Install, queries: Queries
) -> None:
    """C1, R2: what is not one's own is not there."""
    handler(lambda task: None)
    id_ = jobs.put()
    manager = Site(jobs.kit, "manager")
    assert manager.get(f"/jobs/news/?id={id_}&id=x&id=1").json == {"jobs": []}
    manager.get("/customer/")
    with queries() as none:
        assert manager.get("/jobs/news/").json == {"jobs": []}
    assert len(none) <= 1, "who is asking"
    assert jobs.kit.app.test_client().get("/jobs/news/").status_code == 303


def test_a_job_of_the_whole_list_is_watched_as_well(jobs: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    """C1: what was refused makes it no plain success."""
    site = Site(jobs.kit, "admin")
    monkeypatch.setattr("app.records.limits.BULK", 0)
    site.post("/customer/add", {"name": "甲", "phone": "13800000000"})
    answer = site.post("/customer/whole/delete", {"query": "", "asked": "1", "number": "1"})
    assert answer.status_code == 303 and cookie(site)
    jobs.worker().run_one()
    told = site.get(f"/jobs/news/?id={cookie(site)}").json["jobs"][0]
    assert (told["live"], told["tone"]) == (False, "success")
