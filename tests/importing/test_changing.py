"""Fields of the company that change while a file is being imported: its rows are made anew, and none is lost."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from sqlalchemy import select

from app.engine import engine
from app.errors import Busy
from app.jobs import import_tally, importing
from app.models.base import db
from app.records.importing import making, writing
from tests.importing.conftest import Importer

ROWS = [[f"客户{n}", f"1380013800{n}"] for n in range(6)]


def add_a_field(importer: Importer) -> None:
    """As somebody else does, elsewhere."""
    add = importer.as_("admin").desk.add
    other = threading.Thread(target=add, args=("customer_field",), kwargs={"name": "城市", "kind": "text"})
    other.start()
    other.join()


def done(importer: Importer, id_: int) -> bool:
    importer.work()
    job = importer.job(id_)
    assert job.state == "done", (job.state, job.message)
    return importer.count() == len(ROWS)


def test_between_two_batches(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BATCH", 2)
    monkeypatch.setattr(importing, "TOGETHER", 1)
    move, moved = import_tally.Tally.move, list[int]()

    def moving(tally: Any, done: Any) -> None:
        move(tally, done)
        moved.append(tally.rows)
        if len(moved) == 1:
            add_a_field(importer)

    monkeypatch.setattr(import_tally.Tally, "move", moving)
    assert done(importer, importer.put(importer.csv(*ROWS)))


def test_while_the_next_batch_is_made(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch on its way is begun anew by the new fields; the next one was made by the old ones."""
    monkeypatch.setattr(writing, "BATCH", 2)
    make, calls = making.Maker.make, iter(range(9))
    made: list[int] = []

    def counted(maker: Any, rows: Any) -> Any:
        found = make(maker, rows)
        made.append(len(found))
        return found

    def busy_once(write: Any) -> Any:
        def written(work: Any, *given: Any) -> None:
            if next(calls) == 0:
                given[-1].start()
                while len(made) < 2:
                    time.sleep(0.01)
                add_a_field(importer)
                raise Busy("锁")
            write(work, *given)

        return written

    monkeypatch.setattr(making.Maker, "make", counted)
    for name in ("_write", "_write_on"):  # one batch, or several together
        monkeypatch.setattr(importing._Work, name, busy_once(getattr(importing._Work, name)))
    assert done(importer, importer.put(importer.csv(*ROWS)))
    with importer.desk.at_work():
        model = engine().models[importer.page]
        assert set(db.session.scalars(select(model.c1))) <= {None, ""}


def test_fields_that_never_come_to_rest_end_it_with_a_word(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(*_given: Any) -> None:
        raise writing.FieldsChanged

    id_ = importer.put(importer.csv(*ROWS))
    monkeypatch.setattr(writing, "_check_fields", changed)
    importer.work()
    job = importer.job(id_)
    assert job.state == "failed"
    assert "字段" in job.message
    assert not job.fault
