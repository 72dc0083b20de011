from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.base import db
from app.tenancy import guard
from app.tenancy.scope import tenant_scope
from tests.databases import Database, connected
from tests.rig import Rig
from tests.tenancy.companies import Company, two_companies


@pytest.fixture(scope="module")
def companies(database: Database, models: dict[str, type[Any]]) -> tuple[Company, Company]:
    """Shared by a module's tests; modules that write have their own per test."""
    return two_companies(database, models)


@pytest.fixture
def own(companies: tuple[Company, Company]) -> Company:
    return companies[0]


@pytest.fixture
def foreign(companies: tuple[Company, Company]) -> Company:
    return companies[1]


@pytest.fixture(scope="session")
def guard_only(database: Database, rigs: dict[str, Rig]) -> Flask:
    """An app whose connections no database policy holds: the guard alone stands between companies."""
    return rigs[database.name].unbound_app


@pytest.fixture
def session(guard_only: Flask) -> Iterator[Session]:
    """A session past every layer but the guard, with nobody in scope yet."""
    with guard_only.app_context():
        yield db.session()


@pytest.fixture
def own_session(session: Session, own: Company) -> Iterator[Session]:
    with tenant_scope(own.id):
        yield session


@pytest.fixture
def without_guard() -> Callable[[], AbstractContextManager[None]]:
    @contextmanager
    def off() -> Iterator[None]:
        guard.uninstall(db.session)
        try:
            yield
        finally:
            guard.install(db.session)

    return off


@pytest.fixture
def gadget(models: dict[str, type[Any]]) -> Any:
    return models["gadget"]


@pytest.fixture
def writing(guard_only: Flask, own: Company) -> Iterator[Session]:
    """A write transaction in the scope of the own company. What a test flushes is taken back."""
    with guard_only.app_context(), tenant_scope(own.id):
        yield db.session()
        db.session.rollback()


@pytest.fixture
def name_of(database: Database, models: dict[str, type[Any]]) -> Callable[[Company], str | None]:
    """A gadget's name as it is in the database."""
    table = models["gadget"].__table__

    def read(company: Company) -> str | None:
        with connected(database.superuser_url or database.url) as connection:
            return connection.scalar(select(table.c.name).where(table.c.id == company.gadget))

    return read
