"""Statements that nobody waits for: what becomes of them is told all the same, and as ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, literal, select
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from app.models.base import db, transaction
from app.models.flight import FLYING, in_flight
from app.tenancy.scope import tenant_scope
from tests.databases import Database
from tests.tenancy.companies import two_companies

WRONG = select(func.sqrt(-1))
pytestmark = pytest.mark.only_on("postgres")


@pytest.fixture
def session(bare_app: Flask, database: Database, models: dict[str, type[Any]]) -> Iterator[Session]:
    company = two_companies(database, models)[0]
    with bare_app.app_context(), tenant_scope(company.id):
        yield db.session()


def test_what_is_wrong_is_told_at_the_end(session: Session) -> None:
    with transaction():
        with pytest.raises(DataError), session.begin_nested(), in_flight(session):
            session.execute(WRONG, execution_options={FLYING: True})
        assert session.scalar(select(literal(2))) == 2


def test_or_by_the_next_one_that_is_waited_for(session: Session) -> None:
    done = []
    with transaction(), pytest.raises(DataError), session.begin_nested(), in_flight(session):
        session.execute(WRONG, execution_options={FLYING: True})
        session.scalar(select(literal(2)))
        done.append(2)
    assert done == []


def test_one_that_is_waited_for_has_its_rows(session: Session) -> None:
    with transaction(), in_flight(session):
        session.execute(select(literal(1)), execution_options={FLYING: True})
        assert session.scalar(select(literal(2))) == 2
