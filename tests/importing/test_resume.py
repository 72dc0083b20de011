"""A worker that dies in the middle: nothing is lost, nothing is there twice, and the numbers are right."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from app.engine import engine
from app.errors import NotFound
from app.jobs import files, import_plans, import_tally, importing, queue
from app.jobs.task import Task
from app.jobs.worker import Worker
from app.models.base import db, transaction, utcnow
from app.models.job import JobTicket
from app.records.importing import writing
from tests.browser.site import ROOT
from tests.importing.conftest import Importer, counts

WORKER = """
import json, sys
from app import create_app
from app.jobs.worker import Worker
Worker(create_app(json.loads(sys.argv[1]))).run_one()
"""


class Died(BaseException):
    """What a killed worker looks like from inside."""


def lines(number: int) -> list[list[str]]:
    """Every seventh row is at fault, every eleventh repeats the one before."""
    found: list[list[str]] = []
    for n in range(number):
        phone = "1" if n % 7 == 3 else found[-1][1] if n % 11 == 5 and n % 7 != 4 else f"139{n:08d}"
        found.append([f"客户{n}", phone])
    return found


def free(importer: Importer) -> None:
    """The dead worker's lease has run out."""
    with importer.kit.app.app_context(), transaction():
        db.session.execute(update(JobTicket).values(free_at=utcnow()))


def after(number: int, call: Callable[..., Any]) -> Callable[..., Any]:
    """`call`, and death when it has been called so often."""
    left = iter(range(number))

    def wrapped(*arguments: Any, **named: Any) -> Any:
        found = call(*arguments, **named)
        if next(left, None) is None:
            raise Died
        return found

    return wrapped


@pytest.mark.parametrize("place", ["before the commit", "after the commit"])
def test_a_dead_worker_s_import_goes_on(importer: Importer, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setattr(writing, "BATCH", 5)
    monkeypatch.setattr(importing, "TOGETHER", 2)
    path = importer.csv(*lines(150))
    expected = counts(importer.tried(path))
    id_ = importer.put(path)
    for deaths in (2, 3, 0, 1):
        with monkeypatch.context() as patch:
            target, name = (Task, "keep") if place.startswith("before") else (import_tally.Tally, "move")
            patch.setattr(target, name, after(deaths, getattr(target, name)))
            with pytest.raises(Died):
                Worker(importer.kit.app).run_one()
        free(importer)
    importer.work()
    job = importer.job(id_)
    assert job.state == "done", (job.message, job.fault)
    result = dict(job.result or {})
    assert counts(result) == expected
    assert importer.count() == expected[0]
    assert len({phone for (phone,) in importer.all("phone")}) == expected[0]
    back = importer.refused(result).read_text("utf-8-sig").splitlines()
    assert len(back) == expected[3] + 1
    assert len({line.split(",")[0] for line in back}) == len(back)


def test_one_that_is_called_off_says_what_it_has_done(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BATCH", 20)
    monkeypatch.setattr(importing, "TOGETHER", 3)
    id_ = importer.put(importer.csv(*lines(150)))
    real = import_tally.Tally.move

    def move(tally: Any, done: Any) -> None:
        real(tally, done)
        if tally.rows == 80:
            with transaction():
                queue.cancel(importer.actor, id_)

    monkeypatch.setattr(import_tally.Tally, "move", move)
    importer.work()
    job = importer.job(id_)
    assert job.state == "cancelled"
    assert dict(job.result or {})["rows"] == 80
    assert importer.count() == dict(job.result or {})["created"]


def test_the_file_goes_when_it_has_been_imported(importer: Importer) -> None:
    path = importer.csv(*lines(3))
    draft = importer.decided(importer.upload(path))
    with importer.desk.at_work():
        stored = files.open_for(importer.actor, draft.file_id).path
        db.session.rollback()
        with transaction():
            import_plans.start(importer.actor, engine().product.resource("customer"), draft)
        importer.work()
        assert not stored.exists()
        with pytest.raises(NotFound):
            files.open_for(importer.actor, draft.file_id)


@pytest.mark.only_on("sqlite")
def test_a_killed_process(importer: Importer) -> None:
    """SIGKILL, for real, somewhere between the first batch and the last."""
    rows = [[f"客户{n}", f"139{n:08d}"] for n in range(8_000)]
    id_ = importer.put(importer.csv(*rows))
    shown = ("INSTANCE", "DATABASE_URL", "SCHEMA")
    settings = {name: importer.kit.app.config[name] for name in shown}
    worker = subprocess.Popen([sys.executable, "-c", WORKER, json.dumps(settings)], cwd=ROOT)
    deadline = time.monotonic() + 60
    while importer.job(id_).done == 0 and time.monotonic() < deadline and worker.poll() is None:
        time.sleep(0.02)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    done = importer.job(id_)
    assert 0 < done.done <= 8_000
    free(importer)
    importer.work()
    assert counts(dict(importer.job(id_).result or {})) == (8_000, 0, 0, 0)
    assert importer.count() == 8_000
