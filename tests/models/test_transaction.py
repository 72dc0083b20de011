"""`transaction()`: the one way to write."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.models.base import db, new_id, transaction
from app.tenancy.scope import tenant_scope
from tests.databases import Database, connected, statements
from tests.tenancy.companies import Company, two_companies


@pytest.fixture
def company(database: Database, models: dict[str, type[Any]]) -> Company:
    return two_companies(database, models)[0]


@pytest.fixture
def shelf(models: dict[str, type[Any]]) -> Any:
    return models["shelf"]


@pytest.fixture
def session(bare_app: Flask, company: Company) -> Iterator[Session]:
    with bare_app.app_context(), tenant_scope(company.id):
        yield db.session()


def floor(database: Database, shelf: Any, company: Company) -> int | None:
    with connected(database.superuser_url or database.url) as connection:
        return connection.scalar(select(shelf.__table__.c.floor).where(shelf.__table__.c.id == company.shelf))


def own_shelf(session: Session, shelf: Any, company: Company) -> Any:
    return session.get(shelf, (company.id, company.shelf))


def test_it_commits_at_the_end(session: Session, database: Database, shelf: Any, company: Company) -> None:
    with transaction():
        own_shelf(session, shelf, company).floor = 3
        session.flush()
        assert floor(database, shelf, company) is None
    assert floor(database, shelf, company) == 3


def test_it_rolls_back_when_anything_is_raised(
    session: Session, database: Database, shelf: Any, company: Company
) -> None:
    with pytest.raises(KeyboardInterrupt), transaction():
        own_shelf(session, shelf, company).floor = 3
        session.flush()
        raise KeyboardInterrupt
    assert floor(database, shelf, company) is None
    with transaction():
        own_shelf(session, shelf, company).floor = 4
    assert floor(database, shelf, company) == 4


def test_nesting_raises_and_undoes_the_outer_one(
    session: Session, database: Database, shelf: Any, company: Company
) -> None:
    with pytest.raises(RuntimeError, match="inside transaction"), transaction():
        own_shelf(session, shelf, company).floor = 3
        with transaction():
            pass
    assert floor(database, shelf, company) is None


def test_changes_made_outside_are_not_swept_along(session: Session, shelf: Any, company: Company) -> None:
    session.add(shelf(name="x"))
    with pytest.raises(RuntimeError, match="pending"), transaction():
        pass


def test_savepoints_work_inside(session: Session, database: Database, shelf: Any, company: Company) -> None:
    with transaction():
        own_shelf(session, shelf, company).floor = 3
        session.flush()
        savepoint = session.begin_nested()
        own_shelf(session, shelf, company).floor = 4
        session.flush()
        savepoint.rollback()
    assert floor(database, shelf, company) == 3


def test_it_sees_what_others_have_changed_since(
    session: Session, database: Database, shelf: Any, company: Company
) -> None:
    """Rows read earlier in the request are read again, not written back as they were."""
    row = own_shelf(session, shelf, company)
    assert row.floor is None
    with connected(database.superuser_url or database.url) as connection:
        connection.execute(shelf.__table__.update().where(shelf.__table__.c.id == company.shelf).values(floor=9))
    with transaction():
        assert own_shelf(session, shelf, company).floor == 9


def test_rows_can_be_read_after_the_commit_without_a_statement(session: Session, shelf: Any, company: Company) -> None:
    with transaction():
        row = own_shelf(session, shelf, company)
        row.floor = 3
    with statements(db.engine) as sent:
        assert row.floor == 3
    assert sent == []


def test_a_second_editor_is_told(session: Session, shelf: Any, company: Company) -> None:
    with pytest.raises(StaleDataError), transaction():
        row = own_shelf(session, shelf, company)
        session.execute(update(shelf).values(version=7), execution_options={"synchronize_session": False})
        row.floor = 3


@pytest.mark.only_on("sqlite")
def test_on_sqlite_it_takes_the_write_lock_first(session: Session, company: Company) -> None:
    with statements(db.engine) as sent, transaction():
        pass
    assert sent.framing[0] == "BEGIN IMMEDIATE"


@pytest.mark.only_on("sqlite")
def test_on_sqlite_reading_takes_no_lock(session: Session, shelf: Any) -> None:
    with statements(db.engine) as sent:
        session.scalars(select(shelf.id)).all()
    assert sent.framing == ["BEGIN DEFERRED"]


@pytest.mark.only_on("sqlite")
def test_on_sqlite_readers_go_on_while_somebody_writes(
    bare_app: Flask, session: Session, shelf: Any, company: Company
) -> None:
    with transaction():
        own_shelf(session, shelf, company).floor = 3
        session.flush()
        with bare_app.app_context(), tenant_scope(company.id):
            assert own_shelf(db.session(), shelf, company).floor is None


@pytest.mark.only_on("sqlite")
def test_on_sqlite_connections_are_prepared(session: Session) -> None:
    pragmas = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000}
    found = {name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas}
    assert found == pragmas


def test_parallel_transactions_lose_no_update(
    bare_app: Flask, database: Database, shelf: Any, company: Company
) -> None:
    """Read, add one, write back, eight at once: SQLite by BEGIN IMMEDIATE, PostgreSQL by the row's lock."""
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with bare_app.app_context(), tenant_scope(company.id):
                for _ in range(5):
                    with transaction() as session:
                        row = session.get(shelf, (company.id, company.shelf), with_for_update=True)
                        row.floor = (row.floor or 0) + 1
        except BaseException as fault:
            failures.append(fault)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert floor(database, shelf, company) == 40


def test_a_request_that_read_first_can_still_write(
    bare_app: Flask, database: Database, shelf: Any, company: Company
) -> None:
    """On SQLite a read transaction that turns into a writing one fails at once when somebody wrote in between."""
    with bare_app.app_context(), tenant_scope(company.id):
        own_shelf(db.session(), shelf, company)
        with connected(database.superuser_url or database.url) as connection:
            connection.execute(shelf.__table__.update().where(shelf.__table__.c.id == company.shelf).values(floor=1))
        with transaction() as session:
            own_shelf(session, shelf, company).floor += 1
    assert floor(database, shelf, company) == 2


def test_new_rows_get_id_version_and_times(session: Session, shelf: Any) -> None:
    with transaction():
        row = shelf(name=f"x{new_id()}")
        session.add(row)
    assert row.id > 0
    assert row.version == 1
    assert row.created_at == row.created_at.astimezone() and row.created_at.utcoffset() is not None
    with transaction():
        row = session.get(shelf, (row.tenant_id, row.id))
        before = row.changed_at
        row.floor = 1
    assert row.version == 2
    assert row.changed_at > before
