"""What PostgreSQL plans once and what anew (docs/benchmarks.md)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.base import SEARCH, db, new_id, transaction, without_waiting
from app.tenancy.scope import tenant_scope
from tests.databases import Database
from tests.tenancy.companies import Company, two_companies

pytestmark = pytest.mark.only_on("postgres")
ENOUGH = 8  # psycopg prepares what it has sent five times


@pytest.fixture
def company(database: Database, models: dict[str, type[Any]]) -> Company:
    return two_companies(database, models)[0]


@pytest.fixture
def shelf(models: dict[str, type[Any]]) -> Any:
    return models["shelf"]


def prepared(session: Session) -> list[str]:
    found = session.connection().exec_driver_sql("SELECT statement FROM pg_prepared_statements")
    return [row[0] for row in found]


def ask_often(app: Flask, statement: Any, tenant_id: int) -> list[str]:
    """What is prepared on the connection after `statement` was sent in many requests."""
    with app.app_context():
        db.engine.dispose()  # other tests may have left several connections: these requests shall share one
    with tenant_scope(tenant_id):
        for _ in range(ENOUGH):
            with app.app_context():
                db.session.execute(statement).all()
        with app.app_context():
            return prepared(db.session())


def test_what_is_read_often_is_planned_once(bare_app: Flask, shelf: Any, company: Company) -> None:
    found = ask_often(bare_app, select(shelf.id, shelf.name), company.id)
    assert any(statement.startswith("SELECT shelf.id, shelf.name") for statement in found)
    assert not any(statement.startswith("SET LOCAL") for statement in found)


def test_a_search_is_planned_for_what_it_looks_for(bare_app: Flask, shelf: Any, company: Company) -> None:
    search = select(shelf.id).where(shelf.name.like("%a%")).execution_options(**{SEARCH: True})
    assert not any("LIKE" in statement for statement in ask_often(bare_app, search, company.id))


def test_what_was_written_outside_a_transaction_is_not_kept(bare_app: Flask, shelf: Any, company: Company) -> None:
    with bare_app.app_context(), tenant_scope(company.id):
        db.session.add(shelf(id=new_id(), name="left open"))
        db.session.flush()
    with bare_app.app_context(), tenant_scope(company.id):
        assert db.session.scalars(select(shelf.name).where(shelf.name == "left open")).all() == []


def test_a_commit_is_on_the_disk_unless_one_says_that_it_need_not_be(bare_app: Flask, company: Company) -> None:
    """C1: an import's batch is done again where it was lost; what anybody else is told is done, is done."""

    def waits() -> Any:
        return db.session.scalar(select(func.current_setting("synchronous_commit")))

    with bare_app.app_context(), tenant_scope(company.id):
        db.engine.dispose()  # one connection for all of it
        with transaction() as session:
            session.connection().exec_driver_sql("SET synchronous_commit = on")  # test servers do without
        with transaction():
            without_waiting()
            assert waits() == "off"
        with transaction():
            assert waits() == "on"
        db.engine.dispose()
