"""The ORM guard alone, on what changes rows: own rows change, foreign rows and tenants never do."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session, aliased

from app.errors import CrossTenant, NoTenant
from app.models.adopted import Role, User
from app.models.base import db, transaction
from app.models.session import LoginSession
from app.models.tenant import Tenant
from app.tenancy.guard import AUDITED
from app.tenancy.scope import leave_tenant_isolation_unsafe, tenant_scope
from tests.databases import Database
from tests.tenancy.companies import THEN, Company, new_shelf, two_companies

Off = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def companies(database: Database, models: dict[str, type[Any]]) -> tuple[Company, Company]:
    return two_companies(database, models)


def test_a_new_row_gets_the_tenant_in_scope(writing: Session, own: Company, models: dict[str, type[Any]]) -> None:
    shelf = new_shelf(models)
    writing.add(shelf)
    writing.flush()
    assert shelf.tenant_id == own.id


def test_a_new_row_of_another_tenant_is_refused(
    writing: Session, foreign: Company, models: dict[str, type[Any]]
) -> None:
    writing.add(new_shelf(models, tenant_id=foreign.id))
    with pytest.raises(CrossTenant):
        writing.flush()


def test_without_the_guard_it_is_accepted(
    writing: Session, foreign: Company, models: dict[str, type[Any]], without_guard: Off
) -> None:
    shelf = new_shelf(models, tenant_id=foreign.id)
    with without_guard():
        writing.add(shelf)
        writing.flush()
    assert shelf.tenant_id == foreign.id


def test_a_new_row_without_a_scope_is_refused(session: Session, models: dict[str, type[Any]]) -> None:
    session.add(new_shelf(models))
    with pytest.raises(NoTenant):
        session.flush()


def test_leaving_isolation_does_not_make_up_a_tenant(session: Session, models: dict[str, type[Any]]) -> None:
    session.add(new_shelf(models))
    with leave_tenant_isolation_unsafe("the test wants to see it"), pytest.raises(NoTenant):
        session.flush()


def test_merge_of_a_foreign_row_is_refused(writing: Session, foreign: Company, models: dict[str, type[Any]]) -> None:
    writing.merge(models["shelf"](tenant_id=foreign.id, id=foreign.shelf, name="偷"))
    with pytest.raises(CrossTenant):
        writing.flush()


def test_a_row_never_changes_its_tenant(writing: Session, own: Company, foreign: Company) -> None:
    writing.get(User, own.user).tenant_id = foreign.id
    with pytest.raises(CrossTenant):
        writing.flush()


def test_a_foreign_row_is_not_taken_over(session: Session, own: Company, foreign: Company) -> None:
    """The other way round: the tenant is set to one's own, on a row read in another scope."""
    with tenant_scope(foreign.id):
        user = session.get(User, foreign.user)
    user.tenant_id = own.id
    with tenant_scope(own.id), pytest.raises(CrossTenant):
        session.flush()


def test_a_row_read_in_another_scope_is_not_written(session: Session, own: Company, foreign: Company) -> None:
    with tenant_scope(foreign.id):
        user = session.get(User, foreign.user)
    user.phone = "13800138000"
    with tenant_scope(own.id), pytest.raises(CrossTenant):
        session.flush()


def test_a_row_read_in_another_scope_is_not_deleted(session: Session, own: Company, foreign: Company) -> None:
    with tenant_scope(foreign.id):
        role = session.get(Role, foreign.role)
    session.delete(role)
    with tenant_scope(own.id), pytest.raises(CrossTenant):
        session.flush()


def test_many_new_rows_are_looked_at_once(writing: Session, models: dict[str, type[Any]]) -> None:
    """4,000 rows: looking for each among all of them would take minutes."""
    writing.add_all(new_shelf(models) for _ in range(4_000))
    started = time.process_time()
    writing.flush()
    assert time.process_time() - started < 5


def test_a_detached_foreign_row_is_not_written(guard_only: Flask, own: Company, foreign: Company) -> None:
    with guard_only.app_context():
        with tenant_scope(foreign.id):
            user = db.session.get(User, foreign.user)
            db.session.expunge(user)
        user.phone = "13800138000"
        with tenant_scope(own.id):
            db.session.add(user)
            with pytest.raises(CrossTenant):
                db.session.flush()


def test_update_changes_own_rows_only(
    guard_only: Flask, own: Company, foreign: Company, gadget: Any, name_of: Callable[[Company], str | None]
) -> None:
    with guard_only.app_context(), tenant_scope(own.id), transaction() as session:
        assert session.execute(update(gadget).values(name="改")).rowcount == 1
    assert (name_of(own), name_of(foreign)) == ("改", "螺丝刀")


def test_legacy_update_changes_own_rows_only(
    guard_only: Flask, own: Company, foreign: Company, gadget: Any, name_of: Callable[[Company], str | None]
) -> None:
    with guard_only.app_context(), tenant_scope(own.id), transaction() as session:
        assert session.query(gadget).update({"name": "改"}) == 1
    assert (name_of(own), name_of(foreign)) == ("改", "螺丝刀")


def test_update_through_a_subquery_looks_at_own_rows_only(
    guard_only: Flask, own: Company, gadget: Any, models: dict[str, type[Any]]
) -> None:
    shelf = models["shelf"]
    with guard_only.app_context(), tenant_scope(own.id), transaction() as session:
        value = select(gadget.tenant_id).where(gadget.code == "g1").order_by(gadget.tenant_id.desc()).limit(1)
        session.execute(update(shelf).values(floor=value.scalar_subquery()))
        assert session.scalars(select(shelf.floor)).all() == [own.id]


def test_update_from_another_table_looks_at_own_rows_only(
    guard_only: Flask, own: Company, foreign: Company, gadget: Any, models: dict[str, type[Any]]
) -> None:
    """UPDATE … FROM: SQLAlchemy puts criteria on the target alone."""
    shelf, other = models["shelf"], aliased(gadget)
    with guard_only.app_context(), tenant_scope(own.id), transaction() as session:
        for source in (gadget, other):
            for company, changed in ((foreign, 0), (own, 1)):
                same = source.id == company.gadget, source.version == shelf.version
                assert session.execute(update(shelf).where(*same).values(floor=1)).rowcount == changed


def test_delete_by_another_table_looks_at_own_rows_only(
    guard_only: Flask, own: Company, foreign: Company, gadget: Any
) -> None:
    with guard_only.app_context(), tenant_scope(own.id), transaction() as session:
        if session.get_bind().dialect.name == "sqlite":
            return  # knows no DELETE … USING
        for company, gone in ((foreign, 0), (own, 1)):
            statement = delete(gadget).where(gadget.version == User.version, User.id == company.user)
            assert session.execute(statement).rowcount == gone


def test_delete_takes_own_rows_only(
    guard_only: Flask, own: Company, foreign: Company, gadget: Any, name_of: Callable[[Company], str | None]
) -> None:
    with guard_only.app_context(), tenant_scope(own.id), transaction() as session:
        assert session.execute(delete(gadget)).rowcount == 1
    assert (name_of(own), name_of(foreign)) == (None, "螺丝刀")


def test_legacy_delete_takes_own_rows_only(
    guard_only: Flask, own: Company, foreign: Company, gadget: Any, name_of: Callable[[Company], str | None]
) -> None:
    with guard_only.app_context(), tenant_scope(own.id), transaction() as session:
        assert session.query(gadget).delete() == 1
    assert (name_of(own), name_of(foreign)) == (None, "螺丝刀")


def test_update_without_the_guard_changes_both(
    guard_only: Flask, own: Company, gadget: Any, without_guard: Off
) -> None:
    with guard_only.app_context(), tenant_scope(own.id), without_guard():
        assert db.session.execute(update(gadget).values(name="改")).rowcount >= 2
        db.session.rollback()


@pytest.mark.parametrize("statement", [
    lambda g, own, foreign: update(g).values(tenant_id=foreign.id),
    lambda g, own, foreign: update(g).values({g.tenant_id: foreign.id}),
    lambda g, own, foreign: update(g).values({g.__table__.c.tenant_id: foreign.id}),
    lambda g, own, foreign: update(g).ordered_values((g.name, "改"), (g.tenant_id, foreign.id)),
    lambda g, own, foreign: update(User).values(tenant_id=own.id),
])  # fmt: skip
def test_an_update_never_changes_the_tenant(
    statement: Callable[[Any, Company, Company], Any], writing: Session, own: Company, foreign: Company, gadget: Any
) -> None:
    with pytest.raises(CrossTenant):
        writing.execute(statement(gadget, own, foreign))


def test_an_update_never_changes_the_tenant_by_parameters(writing: Session, foreign: Company, gadget: Any) -> None:
    with pytest.raises(CrossTenant):
        writing.execute(update(gadget), {"tenant_id": foreign.id})
    with pytest.raises(CrossTenant):
        writing.execute(update(gadget).values(tenant_id=bindparam("t")), {"t": foreign.id})


def test_an_update_by_a_list_of_keys_is_refused(writing: Session, foreign: Company, gadget: Any) -> None:
    rows = [{"tenant_id": foreign.id, "id": foreign.gadget, "name": "改"}]
    with pytest.raises(CrossTenant):
        writing.execute(update(gadget), rows)
    with pytest.raises(CrossTenant):
        writing.execute(update(User), [{"id": foreign.user, "phone": "1"}, {"id": foreign.user, "phone": "2"}])


@pytest.mark.parametrize("strategy", ["core_only", "orm"])
def test_another_way_of_changing_is_refused(writing: Session, gadget: Any, strategy: str) -> None:
    for statement in (update(gadget).values(name="改"), delete(gadget)):
        with pytest.raises(CrossTenant):
            writing.execute(statement, execution_options={"dml_strategy": strategy})
        with pytest.raises(CrossTenant):
            writing.execute(statement.execution_options(dml_strategy=strategy))


@pytest.mark.parametrize("statement", [
    lambda t, foreign: t.insert().values(tenant_id=foreign.id, id=1),
    lambda t, foreign: t.update().values(name="x"),
    lambda t, foreign: t.delete(),
    lambda t, foreign: text("DELETE FROM shelf"),
    lambda t, foreign: select(text("*")).select_from(text("shelf")),
    lambda t, foreign: Tenant.__table__.update().values(name=select(t.c.name).limit(1).scalar_subquery()),
])  # fmt: skip
def test_statements_on_bare_tables_are_refused(
    statement: Callable[[Any, Company], Any], writing: Session, foreign: Company, models: dict[str, type[Any]]
) -> None:
    with pytest.raises(CrossTenant):
        writing.execute(statement(models["shelf"].__table__, foreign))


def test_an_audited_statement_passes(writing: Session) -> None:
    statement = text("SELECT 1").execution_options(**{AUDITED: "reads no table"})
    assert writing.scalar(statement) == 1


def test_from_statement_is_refused(writing: Session, gadget: Any) -> None:
    for source in (text("SELECT * FROM gadget"), select(gadget.__table__)):
        with pytest.raises(CrossTenant):
            writing.execute(select(gadget).from_statement(source))


def test_the_bulk_methods_are_refused(writing: Session, foreign: Company, models: dict[str, type[Any]]) -> None:
    with pytest.raises(TypeError):
        writing.bulk_save_objects([new_shelf(models, tenant_id=foreign.id)])
    with pytest.raises(TypeError):
        writing.bulk_insert_mappings(models["shelf"], [{"tenant_id": foreign.id}])
    with pytest.raises(TypeError):
        writing.bulk_update_mappings(models["shelf"], [{"tenant_id": foreign.id}])


def test_relations_of_fab_cannot_be_written(writing: Session, own: Company) -> None:
    """`user.roles = […]` would be FAB's way to give a role; here a role is a column with a composite key."""
    user, role = writing.get(User, own.user), writing.get(Role, own.role)
    user.roles = []
    writing.flush()
    writing.expire(user)
    assert user.roles == [role]


def test_a_session_of_a_foreign_user_is_refused_by_the_key(writing: Session, foreign: Company) -> None:
    row = LoginSession(user_id=foreign.user, token_hash="x", epoch=0, expires_at=THEN)
    writing.add(row)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        writing.flush()


def test_shared_rows_need_no_scope(session: Session, own: Company) -> None:
    session.execute(update(Tenant).where(Tenant.id == own.id).values(permissions_version=7))
    assert session.scalar(select(Tenant.permissions_version).where(Tenant.id == own.id)) == 7
    session.rollback()


def test_expunged_and_refreshed_rows_stay_apart(session: Session, own: Company, foreign: Company) -> None:
    with tenant_scope(foreign.id):
        user = session.get(User, foreign.user)
    with tenant_scope(own.id), pytest.raises(InvalidRequestError):
        session.refresh(user)
