"""Row-level security alone: raw SQL as the app role, with no guard in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from app.models.base import new_id
from app.models.build import tables_of
from app.tenancy import rls
from tests.databases import OWNER, Database, connected
from tests.tenancy.companies import Company, tenants_in

pytestmark = pytest.mark.only_on("postgres")

REFUSED = "row-level security"
DENIED = "permission denied"
CURRENT = "SELECT current_setting('app.tenant_id', true)"
NEW_SHELF = (
    "INSERT INTO shelf (tenant_id, id, name, version, created_at, changed_at) VALUES (:t, :id, :name, 1, now(), now())"
)


@pytest.fixture
def owned(models: dict[str, type[Any]]) -> list[str]:
    return [table.name for table in tables_of(models) if "tenant_id" in table.c]


@contextmanager
def working_for(url: str, tenant_id: object) -> Iterator[Connection]:
    """A raw connection with the tenant set as the session sets it; what it did is taken back."""
    with connected(url) as connection:
        if tenant_id is not None:
            connection.exec_driver_sql(f"SET LOCAL app.tenant_id = '{tenant_id}'")
        yield connection
        connection.rollback()


@pytest.fixture
def app_role(database: Database, own: Company) -> Iterator[Connection]:
    """The app role, working for the own company."""
    with working_for(database.url, own.id) as connection:
        yield connection


def refused(connection: Connection, match: str, statement: str, **values: Any) -> None:
    with pytest.raises(DBAPIError, match=match), connection.begin_nested():
        connection.execute(text(statement), values)


def test_a_role_sees_the_tenant_that_is_set(
    database: Database, owned: list[str], companies: tuple[Company, Company]
) -> None:
    for url in (database.url, database.owner_url):  # FORCE binds the owner too
        for company in companies:
            with working_for(url, company.id) as connection:
                for table in owned:
                    assert tenants_in(connection, table, companies) == {company.id}, table


@pytest.mark.parametrize("tenant_id", [None, ""])
def test_no_tenant_means_no_rows(
    database: Database, owned: list[str], companies: tuple[Company, Company], tenant_id: str | None
) -> None:
    for url in (database.url, database.owner_url):
        with working_for(url, tenant_id) as connection:
            for table in owned:
                assert tenants_in(connection, table, companies) == set(), table


def test_a_superuser_sees_everything(database: Database, owned: list[str], companies: tuple[Company, Company]) -> None:
    """The control: it is the policy that hides the rows, and a superuser is why `verify` refuses to start."""
    with connected(database.superuser_url) as connection:
        for table in owned:
            assert tenants_in(connection, table, companies) == {company.id for company in companies}, table


def test_rows_of_another_tenant_cannot_be_added(app_role: Connection, foreign: Company) -> None:
    refused(app_role, REFUSED, NEW_SHELF, t=foreign.id, id=new_id(), name="x")


def test_own_rows_can_be_added(app_role: Connection, own: Company) -> None:
    added = app_role.execute(text(NEW_SHELF), {"t": own.id, "id": new_id(), "name": f"x{new_id()}"})
    assert added.rowcount == 1


def test_rows_cannot_be_added_without_a_tenant(database: Database, own: Company) -> None:
    with working_for(database.url, None) as connection:
        refused(connection, REFUSED, NEW_SHELF, t=own.id, id=new_id(), name="x")


def test_updates_and_deletes_touch_own_rows_only(app_role: Connection, own: Company, foreign: Company) -> None:
    assert app_role.execute(text("UPDATE gadget SET name = 'x'")).rowcount == 1
    assert app_role.execute(text("UPDATE gadget SET name = 'x' WHERE id = :id"), {"id": foreign.gadget}).rowcount == 0
    assert app_role.execute(text("DELETE FROM gadget WHERE id = :id"), {"id": foreign.gadget}).rowcount == 0
    assert app_role.execute(text("DELETE FROM gadget")).rowcount == 1


def test_a_row_cannot_be_given_to_another_tenant(app_role: Connection, foreign: Company) -> None:
    refused(app_role, REFUSED, "UPDATE badge SET tenant_id = :t", t=foreign.id)


def test_an_upsert_cannot_reach_another_tenants_row(app_role: Connection, foreign: Company) -> None:
    refused(app_role, REFUSED, f"{NEW_SHELF} ON CONFLICT (tenant_id, id) DO UPDATE SET name = 'x'",
            t=foreign.id, id=foreign.shelf, name="A")  # fmt: skip


def test_subqueries_joins_and_unions_see_own_rows_only(app_role: Connection, own: Company) -> None:
    for statement in (
        "SELECT tenant_id FROM (SELECT * FROM gadget) AS g",
        "SELECT u.tenant_id FROM shelf s JOIN ab_user u ON true",
        "WITH g AS (SELECT * FROM gadget) SELECT tenant_id FROM g",
        "SELECT tenant_id FROM gadget UNION SELECT tenant_id FROM ab_user",
    ):
        assert set(app_role.scalars(text(statement))) == {own.id}, statement


def test_the_setting_ends_with_the_transaction(database: Database, own: Company) -> None:
    """One pooled connection, two transactions: the second starts without a tenant (ISOLATION-NOTES: 994 of 2,000)."""
    engine = create_engine(database.url, pool_size=1, max_overflow=0)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL app.tenant_id = '{own.id}'")
        backend = connection.scalar(text("SELECT pg_backend_pid()"))
        assert connection.scalar(text("SELECT count(*) FROM gadget")) == 1
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) == backend
        assert connection.scalar(text(CURRENT)) in (None, "")
        assert connection.scalar(text("SELECT count(*) FROM gadget")) == 0
    engine.dispose()


@pytest.mark.parametrize("statement", [
    "ALTER TABLE gadget DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE gadget NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY tenant ON gadget",
    "CREATE POLICY open ON gadget USING (true)",
    "DROP TABLE gadget",
    "TRUNCATE gadget",
    "CREATE TABLE mine (id int)",
    f"SET ROLE {OWNER}",
    "SET SESSION AUTHORIZATION postgres",
])  # fmt: skip
def test_the_app_role_cannot_take_the_fence_down(app_role: Connection, statement: str) -> None:
    refused(app_role, "(?i)must be owner|permission denied", statement)


def test_row_security_off_is_an_error_not_all_rows(app_role: Connection) -> None:
    app_role.execute(text("SET LOCAL row_security = off"))
    refused(app_role, REFUSED, "SELECT * FROM gadget")


@pytest.mark.parametrize("statement", [
    "UPDATE audit_entry SET action = 'x'",
    "DELETE FROM audit_entry",
    "INSERT INTO tenant (id, code, name) VALUES (1, 'x', 'x')",
    "UPDATE tenant SET name = 'x'",
    "UPDATE tenant SET active = false",
    "DELETE FROM tenant",
    "INSERT INTO ab_permission (name) VALUES ('can_rule')",
    "DELETE FROM ab_permission_view",
    "UPDATE ab_view_menu SET name = 'x'",
])  # fmt: skip
def test_the_app_role_cannot_write_what_is_not_its_own(app_role: Connection, statement: str) -> None:
    refused(app_role, DENIED, statement)


def test_the_app_role_counts_grants_up_and_locks_its_company(app_role: Connection, own: Company) -> None:
    lock = text("SELECT id FROM tenant WHERE id = :id FOR UPDATE")
    assert app_role.scalar(lock, {"id": own.id}) == own.id
    change = text("UPDATE tenant SET permissions_version = permissions_version + 1 WHERE id = :id")
    assert app_role.execute(change, {"id": own.id}).rowcount == 1


def test_protecting_twice_is_as_good_as_once(database: Database, own: Company, foreign: Company) -> None:
    with connected(database.owner_url) as connection:
        rls.protect(connection, "gadget")
        assert rls.is_forced(connection, "gadget")
        assert not rls.is_forced(connection, "tenant")
    with working_for(database.url, own.id) as connection:
        assert tenants_in(connection, "gadget", (own, foreign)) == {own.id}
