"""`ucc demo fill`: many believable customers, the same ones every time, up to a number and no further."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.demo_company import facts
from app.demo_crowd import BATCH, DAYS, Company, batches
from app.demo_fields import OWN_FIELDS
from app.demo_fill import Filling, fill, prepare
from app.engine import engine
from app.models.base import db, transaction
from app.tenancy.scope import tenant_scope

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
SOMEBODY = Company("somebody", [1, 2, 3, 4, 5, 6], [(11, 101), (12, 102), (None, 103)], [11, 12])


@pytest.fixture(scope="module")
def crowd() -> list[dict[str, Any]]:
    return [row for batch in batches(SOMEBODY, 0, BATCH, NOW) for row in batch]


def test_names_are_as_common_as_among_people(crowd: list[dict[str, Any]]) -> None:
    """C1: 王, 李, 张 lead with some 7 % each; names have two or three characters, the longer ones in front."""
    people = [row["name"] for row in crowd if row["gender"]]
    assert {name for name, _ in Counter(name[0] for name in people).most_common(3)} == {"王", "李", "张"}
    lengths = Counter(map(len, people))
    assert lengths[3] > 3 * lengths[2] > 0
    assert len(set(people)) > len(people) * 0.7
    assert max(map(len, (row["name"] for row in crowd))) <= 64


def test_numbers_are_mobiles_and_some_landlines(crowd: list[dict[str, Any]]) -> None:
    """C1."""
    phones = [row["phone"] for row in crowd]
    assert all(phone.isdecimal() for phone in phones)
    mobile = [phone for phone in phones if len(phone) == 11 and phone[0] == "1"]
    landline = [phone for phone in phones if phone[0] == "0"]
    assert len(mobile) + len(landline) == len(phones)
    assert 0.04 < len(landline) / len(phones) < 0.1
    assert len({phone[:3] for phone in mobile}) > 30


def test_customers_came_in_over_two_years_and_were_called_afterwards(crowd: list[dict[str, Any]]) -> None:
    """C1: oldest first, none of them in the future; some nobody looks after, some are called by nobody yet."""
    created = [row["created_at"] for row in crowd]
    assert created == sorted(created)
    assert timedelta(days=1) < NOW - created[0] < timedelta(days=DAYS + 1)
    assert NOW - created[-1] < timedelta(days=2)
    assert all(row["created_at"] <= (row["last_contact_at"] or NOW) <= NOW for row in crowd)
    share = sum(row["agent"] is None for row in crowd) / len(crowd)
    assert 0.3 < share < 0.5
    assert all(row["agent"] for row in crowd if row["last_contact_at"])
    assert {(row["team"], row["agent"]) for row in crowd if row["agent"]} == set(SOMEBODY.agents)
    assert Counter(row["type"] for row in crowd).most_common(1)[0][0] == 1
    assert any(row["remark"] for row in crowd)


def test_any_part_of_the_crowd_is_the_same_however_it_is_come_by() -> None:
    """C1: what a stopped run lacks is what an unbroken one would have made."""
    whole = [row for batch in batches(SOMEBODY, 0, 2 * BATCH, NOW) for row in batch]
    rest = [row for batch in batches(SOMEBODY, BATCH - 3, 2 * BATCH, NOW) for row in batch]
    assert rest == whole[BATCH - 3 :]
    other = next(batches(Company("other", [], [], []), 0, 10, NOW))
    assert [row["name"] for row in other] != [row["name"] for row in whole[:10]]
    assert {row["type"] for row in other} == {row["agent"] for row in other} == {None}


@contextmanager
def _scope(filling: Filling) -> Iterator[None]:
    with tenant_scope(filling.tenant.id), transaction():
        yield


def _customers() -> int:
    return db.session.scalar(select(func.count(engine().models["customer"].id)))


def test_a_company_is_filled_up_and_no_further(
    app: Any, as_owner: Callable[[], AbstractContextManager[Any]], monkeypatch: Any
) -> None:
    """C1: people, teams and own fields first; a second run adds what lacks, a third nothing."""
    code = f"fill-{uuid4().hex[:8]}"
    monkeypatch.setattr("app.demo_crowd.BATCH", 40)
    with as_owner():
        first = prepare(code, "填充", 60, NOW)
        assert first.password
        assert list(fill(first, NOW)) == [40, 20]
        again = prepare(code, "填充", 90, NOW)
        assert (again.had, again.password) == (60, "")
        assert sum(fill(again, NOW)) == 30
        assert list(fill(prepare(code, "填充", 90, NOW), NOW)) == []
        with _scope(again):
            customer, definition = engine().models["customer"], engine().models["customer_field"]
            assert _customers() == 90
            slots = dict(db.session.execute(select(definition.name, definition.slot)).all())
            assert slots.keys() == {field.name for field in OWN_FIELDS}
            given = db.session.execute(select(*(func.count(getattr(customer, slot)) for slot in slots.values()))).one()
            assert all(0 < number <= 90 for number in given)
            newest = select(customer.name_pinyin, customer.phone, customer.phone_reversed).order_by(customer.id.desc())
            pinyin, phone, reversed_ = db.session.execute(newest.limit(1)).one()
            assert pinyin.isascii()
            assert pinyin
            assert reversed_ == phone[::-1]
            gram = customer.__gram__
            assert db.session.scalar(select(func.count(gram.owner_id.distinct()))) == 90
            assert len(set(db.session.scalars(select(customer.agent)))) > 5
            assert len(set(db.session.scalars(select(customer.type)))) > 3
        with tenant_scope(first.tenant.id):
            assert facts(first.tenant).own.keys() == set(slots.values())
