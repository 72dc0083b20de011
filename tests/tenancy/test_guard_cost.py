"""What the guard costs: nothing is compiled again for another tenant, nothing is sent that was not asked for."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select, update
from sqlalchemy.engine.interfaces import CacheStats
from sqlalchemy.orm import Session, aliased

from app.models.adopted import Role, User
from app.models.base import db
from app.tenancy.guard import _confined, _kept
from app.tenancy.scope import tenant_scope
from tests.databases import statements
from tests.tenancy.companies import Company


@pytest.fixture
def session(bare_app: Flask) -> Iterator[Session]:
    with bare_app.app_context():
        yield db.session()


@pytest.fixture
def compiled(session: Session) -> Iterator[Counter[str]]:
    """How often a statement was found compiled (hit) or not (miss)."""
    engine: Engine = db.engine
    seen: Counter[str] = Counter()

    def note(_connection: Any, _cursor: Any, _sql: str, _values: Any, context: Any, _many: bool) -> None:
        if context.cache_hit in (CacheStats.CACHE_HIT, CacheStats.CACHE_MISS):
            seen["hit" if context.cache_hit is CacheStats.CACHE_HIT else "miss"] += 1
        elif context.compiled is not None:
            seen["uncached"] += 1

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def _columns() -> Any:
    return select(User.id, User.username).where(User.username == "admin")


def _joined() -> Any:
    role = aliased(Role)
    return select(User, role.name).join(role, (role.tenant_id == User.tenant_id) & (role.id == User.role_id))


def _counted() -> Any:
    return select(func.count()).select_from(select(User.id).where(User.active).limit(10).subquery())


def _updated() -> Any:
    return update(User).where(User.username == "nobody").values(phone="13800138000")


@pytest.mark.parametrize("make", [_columns, _joined, _counted, _updated])
def test_a_statement_is_compiled_once_for_all_tenants(
    make: Callable[[], Any], session: Session, companies: tuple[Company, Company], compiled: Counter[str]
) -> None:
    for company in (*companies, *companies):
        with tenant_scope(company.id):
            session.execute(make())  # built anew each time, as a request does
            session.rollback()
    assert compiled["miss"] <= 1
    assert compiled["hit"] >= 3
    assert compiled["uncached"] == 0


def test_a_kept_statement_is_confined_once(session: Session, companies: tuple[Company, Company]) -> None:
    """The same object again finds its compiled form by its own key, without walking the statement anew."""
    statement = _columns()
    assert _confined(statement) is _confined(statement)
    assert _confined(_confined(statement)) is _confined(statement)
    assert _confined(statement) is not _confined(statement.limit(1))


def test_a_statement_that_is_gone_is_forgotten() -> None:
    """Requests make statements without end: what is kept of them must go with them."""
    gc.collect()
    before = len(_kept)
    for _ in range(50):
        _confined(_confined(_columns()))
    gc.collect()
    assert len(_kept) <= before


def test_the_guard_sends_no_statement_of_its_own(session: Session, own: Company) -> None:
    with statements(db.engine) as sent, tenant_scope(own.id):
        session.execute(_columns())
        session.get(User, own.user)
    assert len(sent) == 2


def test_the_criterion_stands_once_per_class(session: Session, own: Company) -> None:
    with statements(db.engine) as sent, tenant_scope(own.id):
        session.execute(_joined())
    assert sent[0].count("ucc_tenant_id" if db.engine.dialect.name == "postgresql" else "tenant_id = ?") == 2
