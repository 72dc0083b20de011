"""Several batches in one transaction, none waited for: it comes to the same as one by one. PostgreSQL alone does so."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, func, select

from app.engine import engine
from app.errors import Invalid
from app.jobs import import_tally, importing
from app.models.base import db, transaction
from app.records import bulk_rows, finding, rules
from app.records.importing import making, writing
from app.records.rules import Violation
from tests.importing.conftest import Importer, counts

pytestmark = pytest.mark.only_on("postgres")
PHONES = [f"1380013800{n}" for n in range(8)]


@pytest.fixture(autouse=True)
def committed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows are done after each transaction; a batch is two rows."""
    monkeypatch.setattr(writing, "BATCH", 2)
    found: list[int] = []
    move = import_tally.Tally.move

    def moved(tally: Any, done: Any) -> None:
        move(tally, done)
        found.append(tally.rows)

    monkeypatch.setattr(import_tally.Tally, "move", moved)
    return found


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first batch does not go alone."""
    monkeypatch.setattr(importing, "FIRST", importing.TOGETHER)


def rows(*phones: str) -> list[list[str]]:
    return [[f"客户{number}", phone] for number, phone in enumerate(phones)]


def found_by_name(importer: Importer) -> list[str]:
    """The phones of the customers that the search box finds."""
    with importer.desk.at_work():
        model = engine().models["customer"]
        gram = model.__gram__
        ids = set(db.session.scalars(select(gram.owner_id).where(gram.gram == "客户")))
        every = db.session.execute(select(model.id, model.phone).order_by(model.id))
        return [phone for id_, phone in every if id_ in ids]


def test_four_batches_are_one_transaction(importer: Importer, committed: list[int]) -> None:
    """But the first, so that even runs that are killed again and again get on."""
    more = [*PHONES, "13900139000", "13900139001", "13900139002"]
    assert counts(importer.imported(importer.csv(*rows(*more)))) == (11, 0, 0, 0)
    assert committed == [2, 10, 11]
    assert found_by_name(importer) == more


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(("mode", "expected"), [("skip", (5, 0, 3, 0)), ("fail", (5, 0, 0, 3))])
def test_a_number_of_an_earlier_batch_is_known(
    importer: Importer, committed: list[int], mode: str, expected: tuple[int, ...]
) -> None:
    """Nobody else sees that it is there yet."""
    one, two, three, four, five, *_rest = PHONES
    path = importer.csv(*rows(one, two, two, one, three, four, five, one))
    assert counts(importer.imported(path, duplicates=mode)) == expected
    assert committed == [8]
    assert found_by_name(importer) == PHONES[:5]


@pytest.mark.usefixtures("at_once")
def test_a_number_whose_row_was_refused_is_not_there(
    importer: Importer, committed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(change: Any) -> None:
        if change.after["name"] == "客户1":
            raise Violation("name", "不行")

    monkeypatch.setattr(rules, "found", lambda _resource, _names: [refuse])
    result = importer.imported(importer.csv(*rows(PHONES[0], PHONES[1], PHONES[1])), duplicates="skip")
    assert counts(result) == (2, 0, 0, 1)
    assert committed == [3]


@pytest.mark.usefixtures("at_once")
def test_the_refused_come_back_in_the_order_of_the_file(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(change: Any) -> None:
        if change.after["name"] == "客户2":
            raise Violation("name", "不行")

    monkeypatch.setattr(rules, "found", lambda _resource, _names: [refuse])
    result = importer.imported(importer.csv(*rows("", *PHONES[:2], "", PHONES[2])))
    back = importer.refused(result).read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in back[1:]] == ["客户0", "客户2", "客户3"]


@pytest.mark.usefixtures("at_once")
def test_one_that_the_database_refuses_is_told_and_the_others_are_added(
    importer: Importer, committed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its type is deleted after the row was made: all that was sent is undone, and done again one by one."""
    importer.desk.add("customer_type", name="意向")
    make = making.Maker.make
    made: list[int] = []

    def then_delete(maker: Any, given: Any) -> Any:
        batch = make(maker, given)
        made.append(len(batch))
        if len(made) == 3:
            with transaction():
                model = engine().models["customer_type"]
                db.session.execute(delete(model).where(model.name == "意向"))
        return batch

    monkeypatch.setattr(making.Maker, "make", then_delete)
    path = importer.csv(*[[*row, "意向" if at == 4 else ""] for at, row in enumerate(rows(*PHONES))],
                        heads=["客户名称", "客户号码", "客户类型"])  # fmt: skip
    result = importer.imported(path)
    assert counts(result) == (7, 0, 0, 1)
    assert committed == [2, 4, 6, 8]
    assert found_by_name(importer) == [phone for at, phone in enumerate(PHONES) if at != 4]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("at", [2, 3])
@pytest.mark.parametrize("place", [finding, bulk_rows])
def test_a_fault_of_a_connection_is_got_over(
    importer: Importer, committed: list[int], monkeypatch: pytest.MonkeyPatch, place: Any, at: int
) -> None:
    """The one that takes in grams, and the other, halfway and with the last batch: nothing is there twice."""
    name = "index_new" if place is finding else "insert"
    call, calls = getattr(place, name), iter(range(99))

    def broken_once(*given: Any) -> None:
        call(*given)
        if next(calls) == at:
            db.session.execute(select(func.sqrt(-1)))

    monkeypatch.setattr(place, name, broken_once)
    assert counts(importer.imported(importer.csv(*rows(*PHONES)))) == (8, 0, 0, 0)
    assert committed == [2, 4, 6, 8]
    assert found_by_name(importer) == PHONES


@pytest.mark.usefixtures("at_once")
def test_what_stands_before_the_end_of_what_can_be_read_is_done(
    importer: Importer, committed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    make = making.Maker.make
    made: list[int] = []

    def torn(maker: Any, given: Any) -> Any:
        made.append(len(given))
        if len(made) == 3:
            raise Invalid({"": ["坏了"]})
        return make(maker, given)

    id_ = importer.put(importer.csv(*rows(*PHONES)))
    monkeypatch.setattr(making.Maker, "make", torn)
    importer.work()
    job = importer.job(id_)
    assert job.state == "failed"
    assert dict(job.result or {})["rows"] == 4
    assert committed == [4]
    assert found_by_name(importer) == PHONES[:4]


@pytest.mark.parametrize("plan", [{"duplicates": "update"}, {"whole": True}])
def test_what_changes_records_goes_one_by_one(importer: Importer, committed: list[int], plan: dict[str, Any]) -> None:
    importer.imported(importer.csv(*rows(*PHONES)), **plan)
    assert committed == ([8] if "whole" in plan else [2, 4, 6, 8])
