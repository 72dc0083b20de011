"""The ORM guard alone, on bulk inserts and upserts: every row gets the tenant in scope, or none is written."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.errors import CrossTenant, NoTenant
from app.models.adopted import User
from app.models.base import new_id, transaction
from app.models.build import links_of
from app.tenancy.scope import tenant_scope
from tests.databases import Database
from tests.tenancy.companies import Company, two_companies

Off = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def companies(database: Database, models: dict[str, type[Any]]) -> tuple[Company, Company]:
    return two_companies(database, models)


def test_values_beside_rows_are_refused(writing: Session, foreign: Company, models: dict[str, type[Any]]) -> None:
    with pytest.raises(CrossTenant):
        writing.execute(insert(models["shelf"]).values(tenant_id=foreign.id), [{"id": new_id(), "name": "x"}])


@pytest.mark.parametrize("strategy", ["bulk", "raw", "orm"])
def test_another_way_of_inserting_is_refused(writing: Session, foreign: Company, gadget: Any, strategy: str) -> None:
    rows = [{"tenant_id": foreign.id, "code": "x"}]
    with pytest.raises(CrossTenant):
        writing.execute(insert(gadget), rows, execution_options={"dml_strategy": strategy})


def test_a_bulk_insert_gets_the_tenant_in_scope(writing: Session, own: Company, models: dict[str, type[Any]]) -> None:
    shelf = models["shelf"]
    ids = [new_id(), new_id()]
    writing.execute(insert(shelf), [{"id": id_, "name": f"架{id_}", "version": 1} for id_ in ids])
    found = writing.execute(select(shelf.tenant_id).where(shelf.id.in_(ids))).scalars().all()
    assert found == [own.id, own.id]


def test_an_insert_of_one_row_gets_the_tenant_in_scope(
    writing: Session, own: Company, models: dict[str, type[Any]]
) -> None:
    shelf, id_ = models["shelf"], new_id()
    writing.execute(insert(shelf), {"id": id_, "name": f"架{id_}", "version": 1})
    assert writing.scalar(select(shelf.tenant_id).where(shelf.id == id_)) == own.id


def test_a_bulk_insert_leaves_the_callers_rows_as_they_are(writing: Session, models: dict[str, type[Any]]) -> None:
    row = {"id": new_id(), "name": f"架{new_id()}", "version": 1}
    writing.execute(insert(models["shelf"]), [row])
    assert "tenant_id" not in row


def test_a_bulk_insert_of_foreign_rows_is_refused(
    writing: Session, own: Company, foreign: Company, models: dict[str, type[Any]]
) -> None:
    rows = [{"tenant_id": company.id, "id": new_id(), "name": "x", "version": 1} for company in (own, foreign)]
    with pytest.raises(CrossTenant):
        writing.execute(insert(models["shelf"]), rows)


def test_a_bulk_insert_without_the_guard_accepts_them(
    writing: Session, foreign: Company, models: dict[str, type[Any]], without_guard: Off
) -> None:
    with without_guard():
        row = {"tenant_id": foreign.id, "id": new_id(), "name": "x", "version": 1}
        shelf = models["shelf"]
        writing.execute(insert(shelf), [row])
        assert writing.scalar(select(shelf.tenant_id).where(shelf.id == row["id"])) == foreign.id


def test_a_bulk_insert_without_a_scope_is_refused(session: Session, own: Company, models: dict[str, type[Any]]) -> None:
    with pytest.raises(NoTenant):
        session.execute(insert(models["shelf"]), [{"tenant_id": own.id, "id": new_id(), "name": "x", "version": 1}])


def test_link_rows_of_foreign_records_are_refused(
    writing: Session, own: Company, foreign: Company, gadget: Any
) -> None:
    link = links_of(gadget, "spares")
    with pytest.raises(CrossTenant):
        writing.execute(insert(link), [{"tenant_id": foreign.id, "owner_id": own.gadget, "target_id": own.shelf}])


@pytest.mark.parametrize("statement", [
    lambda s, foreign: insert(s).values(tenant_id=foreign.id, id=1, name="x", version=1),
    lambda s, foreign: insert(s).values([{"tenant_id": foreign.id, "id": 1, "name": "x", "version": 1}]),
    lambda s, foreign: insert(s).from_select(["tenant_id", "id"], select(literal(foreign.id), literal(1))),
    lambda s, foreign: insert(s),
])  # fmt: skip
def test_an_insert_with_values_of_its_own_is_refused(
    statement: Callable[[Any, Company], Any], writing: Session, foreign: Company, models: dict[str, type[Any]]
) -> None:
    with pytest.raises(CrossTenant):
        writing.execute(statement(models["shelf"], foreign))


def upsert_into(session: Session, model: Any) -> Any:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(model)


def test_an_upsert_on_the_tenants_key_is_confined(
    guard_only: Flask, own: Company, gadget: Any, name_of: Callable[[Company], str | None]
) -> None:
    row = {"id": own.gadget, "code": "g1", "name": "改", "state": "new", "active": True, "version": 1}
    with guard_only.app_context(), tenant_scope(own.id), transaction() as session:
        start = upsert_into(session, gadget)
        change = start.on_conflict_do_update(index_elements=["tenant_id", "id"], set_={"name": start.excluded.name})
        session.execute(change, [row])
    assert name_of(own) == "改"


def test_an_upsert_that_could_meet_a_foreign_row_is_refused(
    writing: Session, own: Company, foreign: Company, gadget: Any
) -> None:
    """An id alone may be another company's; a new value of tenant_id would give the row away."""
    user, tool = upsert_into(writing, User), upsert_into(writing, gadget)
    row = {"id": foreign.user, "username": "x", "first_name": "x", "role_id": own.role, "version": 1}
    for statement in (
        user.on_conflict_do_update(index_elements=["id"], set_={"phone": "1"}),
        user.on_conflict_do_nothing(),
        tool.on_conflict_do_update(index_elements=["tenant_id", "id"], set_={"tenant_id": foreign.id}),
    ):
        with pytest.raises(CrossTenant):
            writing.execute(statement, [row])
