"""What a second connection takes in is there with the transaction it stands beside, and gone with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.engine import engine
from app.errors import Busy
from app.models import companion as module
from app.models.base import db, transaction
from app.models.companion import Companion
from app.records.tables import model_of
from app.tenancy.scope import tenant_scope
from tests.kit import TenantKit

MOMENT = datetime(2026, 11, 23, tzinfo=UTC)


class Stop(Exception):
    """Raised in the middle of a transaction."""


@pytest.fixture
def companion(tenant: TenantKit) -> Iterator[Companion]:
    with tenant.app.app_context(), tenant_scope(tenant.id):
        one = Companion()
        yield one
        one.close()


def gram() -> Any:
    return model_of(engine().product.resource("customer")).__gram__


def put(text_: str) -> None:
    db.session.execute(insert(gram()), [{"gram": text_, "created_at": MOMENT, "owner_id": 1}])


def found() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(gram().gram).where(gram().owner_id == 1).order_by(gram().gram)))


def test_it_is_there_with_the_transaction_and_not_before(companion: Companion) -> None:
    told = []
    with companion.along(lambda: told.append(1)), transaction():
        with companion.part():
            companion.do(put, "一")
        assert told == [1]
        with companion.part():
            companion.do(put, "丁")
    assert found() == ["一", "丁"]
    with companion.along(lambda: None), transaction(), companion.part():  # the same one, for the next transaction
        companion.do(put, "七")
    assert found() == ["一", "丁", "七"]


def test_it_is_gone_with_the_transaction(companion: Companion) -> None:
    with pytest.raises(Stop), companion.along(lambda: None), transaction():
        with companion.part():
            companion.do(put, "一")
        raise Stop
    assert found() == []
    with companion.along(lambda: None), transaction(), companion.part():
        companion.do(put, "丁")
    assert found() == ["丁"]


def test_a_part_that_is_given_up_takes_its_own_with_it(companion: Companion) -> None:
    with companion.along(lambda: None), transaction():
        with db.session.begin_nested(), companion.part():
            companion.do(put, "一")
        with pytest.raises(Stop), db.session.begin_nested(), companion.part():
            companion.do(put, "丁")
            raise Stop
        with db.session.begin_nested(), companion.part():
            companion.do(put, "七")
    assert found() == ["一", "七"]


def test_what_a_call_raises_is_raised_by_its_part(companion: Companion) -> None:
    with companion.along(lambda: None), transaction():
        with pytest.raises(IntegrityError), db.session.begin_nested(), companion.part():
            companion.do(put, "一")
            companion.do(put, "一")
            companion.do(put, "丁")
        with db.session.begin_nested(), companion.part():
            companion.do(put, "七")
    assert found() == ["七"]


@pytest.mark.only_on("postgres")
def test_a_transaction_whose_second_connection_is_lost_is_not_committed(companion: Companion) -> None:
    """However late that happens: what it took in would be missing for good."""
    team = model_of(engine().product.resource("team"))
    theirs: list[int] = []
    with pytest.raises(OperationalError), companion.along(lambda: None), transaction():
        db.session.add(team(name="电销一组"))
        with companion.part():
            companion.do(put, "一")
            companion.do(lambda: theirs.append(db.session.scalars(select(func.pg_backend_pid())).one()))
        db.session.execute(select(func.pg_terminate_backend(theirs[0])))
    assert found() == []
    assert db.session.scalars(select(func.count(team.id))).one() == 0
    with companion.along(lambda: None), transaction(), companion.part():
        companion.do(put, "丁")
    assert found() == ["丁"]


@pytest.mark.only_on("postgres")
def test_what_began_it_is_told_although_the_second_connection_is_lost(companion: Companion) -> None:
    theirs: list[int] = []
    with pytest.raises(Stop), companion.along(lambda: None), transaction():
        with companion.part():
            companion.do(lambda: theirs.append(db.session.scalars(select(func.pg_backend_pid())).one()))
        db.session.execute(select(func.pg_terminate_backend(theirs[0])))
        raise Stop
    assert found() == []


@pytest.mark.only_on("postgres")
def test_it_does_not_wait_for_a_lock_for_ever(companion: Companion, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who holds the lock may wait for the transaction in turn, and the database would not see the circle."""
    monkeypatch.setattr(module, "PATIENCE", "100ms")
    with db.engine.connect() as other:
        other.execute(text(f"LOCK TABLE {gram().__table__.name} IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(Busy), companion.along(lambda: None), transaction(), companion.part():
            companion.do(put, "一")
    assert found() == []
