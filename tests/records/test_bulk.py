"""Thousands of rows through the one write path: the database takes them in while the next ones pass the rules."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import func, select

from app.engine import engine
from app.errors import Violation
from app.models.base import db, new_id, transaction
from app.models.companion import Companion
from app.records import bulk, rules
from app.records.bulk import SENT_AT_ONCE, Bulk
from app.records.tables import model_of
from tests.desk import Desk

MANY = 2 * SENT_AT_ONCE + 3


BLANK = {
    "gender": "", "type": None, "team": None, "agent": None, "last_contact_at": None, "assigned_at": None, "remark": "",
}  # fmt: skip


def rows(number: int) -> list[dict[str, Any]]:
    return [BLANK | {"name": "张伟", "phone": f"1{3_000_000_000 + at}"} for at in range(number)]


def add(desk: Desk, values: list[dict[str, Any]]) -> list[Any]:
    """As an import does: what finds the rows goes beside them."""
    with desk.at_work(), closing(Companion()) as companion, companion.along(lambda: None), transaction():
        return Bulk(desk.actor, engine().product.resource("customer"), companion=companion).add(values)


def there(desk: Desk) -> list[int]:
    with desk.at_work():
        model = model_of(engine().product.resource("customer"))
        gram = model.__gram__
        grams = select(func.count()).select_from(gram).where(gram.gram == "张伟")
        assert db.session.scalars(grams).one() == db.session.scalars(select(func.count(model.id))).one()
        return list(db.session.scalars(select(model.id).order_by(model.id)))


def test_all_are_there_and_found_in_the_order_given(desk: Desk) -> None:
    made = add(desk, rows(MANY))
    assert made == sorted(made) == there(desk)


def test_one_that_the_database_refuses_tells_by_itself_and_the_others_are_added(desk: Desk) -> None:
    """C1: the type of one row is deleted in the moment between the look at it and the save."""
    values = rows(MANY)
    values[SENT_AT_ONCE + 7]["type"] = new_id()
    made = add(desk, values)
    refused = [one for one in made if not isinstance(one, int)]
    assert len(refused) == 1
    assert made.index(refused[0]) == SENT_AT_ONCE + 7
    assert list(refused[0]) == ["type"]
    assert there(desk) == [one for one in made if isinstance(one, int)]


def test_a_rule_sees_each_row_once_as_it_was_given(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though all are tried again, one by one, when one of them is refused."""

    def number(change: Any) -> None:
        change.after["remark"] += "一"
        if change.after["phone"].endswith("5"):
            raise Violation("phone", "五")

    def look(change: Any) -> None:
        change.find("customer", phone=change.after["phone"])  # waits for what is in flight

    monkeypatch.setattr(rules, "found", lambda _resource, _names: [number, look])
    values = rows(21)
    values[20]["type"] = new_id()
    made = add(desk, values)
    assert [at for at, one in enumerate(made) if not isinstance(one, int)] == [5, 15, 20]
    with desk.at_work():
        model = model_of(engine().product.resource("customer"))
        assert set(db.session.scalars(select(model.remark))) == {"一"}


def test_trying_writes_nothing_and_says_the_same(desk: Desk) -> None:
    with desk.at_work(), transaction():
        page = Bulk(desk.actor, engine().product.resource("customer"))
        assert all(isinstance(one, int) for one in page.add(rows(3), dry=True))
    assert there(desk) == []


def test_rows_that_cannot_be_cleaned_are_told_by_their_place(desk: Desk) -> None:
    with desk.at_work(), transaction():
        page = engine().product.resource("customer")
        made = bulk.add_many(desk.actor, page, [{"name": "张伟", "phone": "13800138000"}, {"name": ""}])
    assert len(made.ids) == 1
    assert list(made.refused) == [1]


def test_a_rule_sees_what_earlier_calls_have_added(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    values = rows(2)
    seen: list[bool] = []

    def look(change: Any) -> None:
        seen.append(change.find("customer", phone=values[0]["phone"]) is not None)

    monkeypatch.setattr(rules, "found", lambda _resource, _names: [look])
    with desk.at_work(), transaction():
        bulk = Bulk(desk.actor, engine().product.resource("customer"))
        bulk.add(values[:1])
        bulk.add(values[1:])
    assert seen == [False, True]
