"""FAB's user, role and grant tables, extended in place (FAB-NOTES)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask_appbuilder.security.sqla import models as fab
from sqlalchemy import insert, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.models.adopted import ADOPTED, Grant, PermissionView, Role, User
from app.models.base import Base, new_id, transaction
from app.tenancy.scope import tenant_scope
from tests.databases import Database, connected
from tests.tenancy.companies import Company, two_companies

NAMES = {
    "name": "first_name", "role": "role_id", "last_login_at": "last_login", "failed_logins": "fail_login_count",
    "created_at": "created_on", "changed_at": "changed_on",
    "created_by": "created_by_fk", "changed_by": "changed_by_fk",
}  # fmt: skip


@pytest.fixture
def company(database: Database, models: dict[str, type[Any]]) -> Company:
    return two_companies(database, models)[0]


@pytest.fixture
def session(bare_app: Flask, company: Company) -> Iterator[Session]:
    with bare_app.app_context(), tenant_scope(company.id), transaction() as session:
        yield session


def test_the_classes_are_fabs_own() -> None:
    """FAB names its Role outright in queries: a subclass would not be found there."""
    assert (ADOPTED["account"], ADOPTED["role"]) == (fab.User, fab.Role)


def test_tables_that_know_no_tenant_are_never_created(database: Database) -> None:
    gone = {"ab_user_role", "ab_group", "ab_user_group", "ab_group_role", "ab_register_user", "ab_api_key"}
    assert not gone & set(Base.metadata.tables)
    with connected(database.owner_url) as connection:
        assert not gone & set(inspect(connection).get_table_names())


def test_no_sequence_is_left_to_count_ids(database: Database) -> None:
    assert Base.metadata._sequences == {}
    if database.is_postgres:
        with connected(database.owner_url) as connection:
            assert not [name for name in inspect(connection).get_sequence_names() if name.startswith("ab_user")]


def test_a_user_is_made_of_our_names(session: Session, company: Company) -> None:
    user = User(username="li", name="李四", role=company.role, email="li@example.com")
    session.add(user)
    session.flush()
    session.expire(user)
    assert (user.first_name, user.role_id, user.last_name) == ("李四", company.role, "")
    assert (user.active, user.must_change_password, user.session_epoch, user.failed_logins) == (True, False, 0, 0)
    assert (user.phone, user.locale, user.version) == ("", "", 1)
    assert user.created_at.tzinfo is UTC
    assert (user.created_by, user.last_login_at, user.locked_until, user.password_changed_at) == (None,) * 4


@pytest.mark.parametrize(("ours", "fabs"), NAMES.items())
def test_our_name_and_fabs_are_one_column(session: Session, company: Company, ours: str, fabs: str) -> None:
    """In a filter, an order, a selected column, an update and an insert alike."""
    value = datetime(2026, 1, 2, tzinfo=UTC) if ours.endswith("_at") else "名" if ours == "name" else company.role
    if ours == "failed_logins":
        value = 3
    column = getattr(User, ours)
    session.execute(update(User).where(User.id == company.user).values({ours: value}))
    assert session.scalars(select(column).where(column == value).order_by(column)).all() == [value]
    assert getattr(session.get(User, company.user), fabs) == value


def test_users_can_be_inserted_in_bulk(session: Session, company: Company) -> None:
    rows = [
        {"id": new_id(), "username": f"u{n}", "first_name": "名", "role_id": company.role, "version": 1}
        for n in range(3)
    ]
    session.execute(insert(User), rows)
    assert session.query(User).count() == 4


def test_a_user_has_the_one_role(session: Session, company: Company) -> None:
    user, role = session.get(User, company.user), session.get(Role, company.role)
    assert (user.roles, role.user) == ([role], [user])
    assert (list(user.groups), list(role.groups)) == ([], [])


def test_a_role_has_its_permissions(session: Session, company: Company) -> None:
    role = session.get(Role, company.role)
    granted = session.scalars(select(Grant.permission_view_id).where(Grant.role_id == role.id)).all()
    assert [permission.id for permission in role.permissions] == granted
    assert session.get(PermissionView, granted[0]).role == [role]


def test_a_role_in_use_cannot_be_deleted(session: Session, company: Company) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        session.delete(session.get(Role, company.role))
        session.flush()


def test_grants_go_with_their_role(session: Session, company: Company) -> None:
    role = Role(name="临时")
    session.add(role)
    session.flush()
    session.add(Grant(role_id=role.id, permission_view_id=session.scalar(select(PermissionView.id))))
    session.flush()
    session.delete(role)
    session.flush()
    assert session.scalars(select(Grant.id).where(Grant.role_id == role.id)).all() == []


def test_a_user_can_be_deleted_whose_records_remain(session: Session, company: Company) -> None:
    """`created_by` is an id without a foreign key: what a person wrote stays when they go."""
    other = User(username="li", name="李四", role=company.role, created_by=company.user, changed_by=company.user)
    session.add(other)
    session.flush()
    leaving = User(username="wang", name="王五", role=company.role)
    session.add(leaving)
    session.flush()
    other.created_by = leaving.id
    session.flush()
    session.delete(leaving)
    session.flush()
    session.expire(other)
    assert other.created_by == leaving.id


@pytest.mark.parametrize("model", [User, Role])
def test_a_second_editor_is_told(session: Session, company: Company, model: Any) -> None:
    row = session.get(model, company.user if model is User else company.role)
    session.execute(update(model).values(version=7), execution_options={"synchronize_session": False})
    with pytest.raises(StaleDataError), session.begin_nested():
        row.changed_by = 1
        session.flush()


def test_changes_count_the_version_up_and_note_the_time(session: Session, company: Company) -> None:
    user = session.get(User, company.user)
    before = user.version, user.changed_at
    user.phone = "13800138000"
    session.flush()
    session.expire(user)
    assert user.version == before[0] + 1
    assert user.changed_at > before[1]


def test_ids_are_bigints_in_conditions_too(session: Session) -> None:
    """FAB declares Integer: PostgreSQL would refuse our ids as out of range."""
    for column in (User.id, Role.id, User.created_by, Grant.role_id):
        assert str((column == 1).right.type) == "BIGINT"


def test_the_same_name_in_two_companies(session: Session, company: Company) -> None:
    assert session.scalars(select(User.username)).all() == ["admin"]
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(User(username="admin", name="乙", role=company.role))
        session.flush()


def test_fab_makes_no_form_validator_of_dropped_constraints() -> None:
    columns = User.__table__.c.username, User.__table__.c.email, Role.__table__.c.name
    assert [column.unique for column in columns] == [None, None, None]


def test_adopting_too_late_says_so() -> None:
    """FAB's security manager configures the mappers as it is imported; after that the tables cannot be changed."""
    script = (
        "import sys, types\n"
        "package = types.ModuleType('app'); package.__path__ = ['app']; sys.modules['app'] = package\n"
        "import flask_appbuilder.security.sqla.manager\n"
        "import app.models.adopted\n"
    )
    run = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert "import app.models.adopted before FAB's security manager" in run.stderr


def test_fab_is_not_asked_who_is_logged_in() -> None:
    """FAB's default for created_by reads `flask.g`; ours is written by the service, which knows the actor."""
    assert [User.__table__.c[name].default for name in ("created_by_fk", "changed_by_fk")] == [None, None]


def test_a_team_is_referred_to_inside_the_company_only(session: Session, company: Company) -> None:
    """C2: the foreign key comes from the YAML's field and goes over company and id."""
    key = next(one for one in User.__table__.foreign_key_constraints if "team_id" in one.column_keys)
    assert key.column_keys == ["tenant_id", "team_id"]
    assert [column.name for column in key.referred_table.primary_key] == ["tenant_id", "id"]
