"""The session tells PostgreSQL whose rows to show, and tells it anew when the scope changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.adopted import User
from app.models.base import db, transaction
from app.models.tenant import Tenant
from app.tenancy.guard import apply_scope
from app.tenancy.scope import leave_tenant_isolation_unsafe, tenant_scope
from tests.databases import statements
from tests.tenancy.companies import Company


@pytest.fixture
def session(bare_app: Flask) -> Iterator[Session]:
    with bare_app.app_context():
        yield db.session()


def setting(session: Session) -> str:
    """As the connection has it now; asked past the session's events."""
    return session.connection().exec_driver_sql("SELECT current_setting('app.tenant_id', true)").scalar() or ""


@pytest.mark.only_on("postgres")
def test_a_transaction_begins_with_the_tenant_in_scope(session: Session, own: Company) -> None:
    with tenant_scope(own.id):
        assert setting(session) == str(own.id)


@pytest.mark.only_on("postgres")
def test_a_transaction_begun_before_the_scope_follows_it(session: Session, own: Company) -> None:
    """A login: the company is looked up by its code, then its users are read in the same transaction."""
    assert session.scalar(select(Tenant.id).where(Tenant.id == own.id)) == own.id
    with tenant_scope(own.id):
        assert session.scalar(select(User.id)) == own.user
        assert setting(session) == str(own.id)


@pytest.mark.only_on("postgres")
def test_the_setting_follows_every_change_of_scope(session: Session, own: Company, foreign: Company) -> None:
    with tenant_scope(own.id):
        assert session.scalar(select(User.id)) == own.user
        with tenant_scope(foreign.id):
            assert session.scalar(select(User.id)) == foreign.user
        assert session.scalar(select(User.id)) == own.user


@pytest.mark.only_on("postgres")
def test_leaving_the_scope_takes_the_setting_back(session: Session, own: Company) -> None:
    with tenant_scope(own.id):
        session.scalar(select(User.id))
    session.scalar(select(Tenant.id))
    assert setting(session) == ""


@pytest.mark.only_on("postgres")
def test_leaving_isolation_shows_the_app_role_nothing(session: Session, own: Company) -> None:
    with tenant_scope(own.id):
        assert session.scalar(select(User.id)) == own.user
    with leave_tenant_isolation_unsafe("the database's answer is tested"):
        assert session.scalars(select(User.id)).all() == []


@pytest.mark.only_on("postgres")
def test_a_savepoint_that_is_rolled_back_takes_its_setting_along(
    session: Session, own: Company, foreign: Company
) -> None:
    with tenant_scope(own.id):
        assert session.scalar(select(User.id)) == own.user
        savepoint = session.begin_nested()
        with tenant_scope(foreign.id):
            assert session.scalar(select(User.id)) == foreign.user
            savepoint.rollback()
            assert session.scalar(select(User.id)) == foreign.user
        assert session.scalar(select(User.id)) == own.user


@pytest.mark.only_on("postgres")
def test_a_flush_follows_the_scope(session: Session, bare_app: Flask, own: Company, foreign: Company) -> None:
    with tenant_scope(own.id), transaction():
        with tenant_scope(foreign.id):
            user = session.get(User, foreign.user)
        session.scalar(select(User.id))
        user.phone = "13800138000"
        with tenant_scope(foreign.id):
            session.flush()
            assert setting(session) == str(foreign.id)
        session.expunge_all()


@pytest.mark.only_on("postgres")
def test_apply_scope_is_for_code_past_the_events(session: Session, own: Company, foreign: Company) -> None:
    with tenant_scope(own.id):
        session.scalar(select(User.id))
        with tenant_scope(foreign.id):
            assert setting(session) == str(own.id)
            apply_scope(session)
            assert setting(session) == str(foreign.id)


@pytest.mark.only_on("postgres")
def test_the_next_transaction_starts_anew(session: Session, own: Company, foreign: Company) -> None:
    for company in (own, own, foreign):
        with tenant_scope(company.id):
            assert session.scalar(select(User.id)) == company.user
        session.commit()
    assert setting(session) == ""


def test_the_setting_is_sent_once_a_transaction(session: Session, own: Company) -> None:
    with statements(db.engine) as sent, tenant_scope(own.id):
        for _ in range(3):
            session.scalar(select(User.id))
        with session.begin_nested():
            session.scalar(select(User.id))
    postgres = db.engine.dialect.name == "postgresql"
    assert sum("SET LOCAL" in statement for statement in sent.framing) == (1 if postgres else 0)


def test_on_sqlite_apply_scope_does_nothing(session: Session, own: Company, foreign: Company) -> None:
    with tenant_scope(own.id):
        session.scalar(select(User.id))
        with tenant_scope(foreign.id):
            apply_scope(session)
            assert session.scalar(select(User.id)) == foreign.user
