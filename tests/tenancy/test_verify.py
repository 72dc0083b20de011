"""The application refuses to start on a database that would not isolate tenants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from app import create_app
from app.errors import UnsafeDatabase
from app.tenancy import rls
from tests.databases import Database, connected

PROBE = "probe"


def engine_for(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)


@pytest.fixture
def probe(database: Database) -> Iterator[str]:
    """A tenant's table beside the product's, protected as a migration would."""
    with connected(database.owner_url) as connection:
        connection.exec_driver_sql(f"CREATE TABLE {PROBE} (tenant_id bigint NOT NULL)")
        rls.secure(connection)
    yield PROBE
    with connected(database.owner_url) as connection:
        connection.exec_driver_sql(f"DROP TABLE {PROBE}")


@pytest.mark.only_on("postgres")
def test_the_app_role_and_the_owner_are_safe(database: Database) -> None:
    rls.verify(engine_for(database.url))
    rls.verify(engine_for(database.owner_url))


@pytest.mark.only_on("postgres")
def test_a_superuser_is_refused(database: Database) -> None:
    with pytest.raises(UnsafeDatabase, match="postgres is a superuser: set UCC_DATABASE_URL"):
        rls.verify(engine_for(database.superuser_url))


@pytest.mark.only_on("postgres")
@pytest.mark.parametrize(("rights", "reason"), [
    ("NOSUPERUSER BYPASSRLS", "has BYPASSRLS"),
    ("SUPERUSER NOBYPASSRLS", "is a superuser"),
])  # fmt: skip
def test_a_role_that_no_policy_binds_is_refused(database: Database, rights: str, reason: str) -> None:
    name = "ucc_unbound"
    with connected(database.superuser_url) as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN {rights}")
    try:
        with pytest.raises(UnsafeDatabase, match=f"{name} {reason}"):
            rls.verify(create_engine(engine_for(database.url).url.set(username=name), poolclass=NullPool))
    finally:
        with connected(database.superuser_url) as connection:
            connection.exec_driver_sql(f"DROP ROLE {name}")


@pytest.mark.only_on("postgres")
def test_secure_protects_a_new_table(database: Database, probe: str) -> None:
    rls.verify(engine_for(database.url))


@pytest.mark.only_on("postgres")
@pytest.mark.parametrize("damage", [
    f"ALTER TABLE {PROBE} DISABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {PROBE} NO FORCE ROW LEVEL SECURITY",
    f"DROP POLICY tenant ON {PROBE}",
    f"CREATE POLICY open ON {PROBE} USING (true)",
    f"ALTER POLICY tenant ON {PROBE} USING (true)",
    f"ALTER POLICY tenant ON {PROBE} WITH CHECK (true)",
    f"DROP POLICY tenant ON {PROBE}; CREATE POLICY tenant ON {PROBE} FOR SELECT USING ({rls.CONDITION})",
])  # fmt: skip
def test_a_table_that_is_not_protected_is_refused_until_it_is(database: Database, probe: str, damage: str) -> None:
    with connected(database.owner_url) as connection:
        connection.exec_driver_sql(damage)
    with pytest.raises(UnsafeDatabase, match=f"table {probe} is not protected.*ucc schema migrate"):
        rls.verify(engine_for(database.url))
    with connected(database.owner_url) as connection:
        rls.secure(connection)
    rls.verify(engine_for(database.url))


@pytest.mark.only_on("postgres")
def test_the_application_does_not_start_there(database: Database, tmp_path: object) -> None:
    with pytest.raises(UnsafeDatabase):
        create_app({"TESTING": True, "INSTANCE": str(tmp_path), "DATABASE_URL": database.superuser_url})


@pytest.mark.only_on("sqlite")
def test_sqlite_without_foreign_keys_is_refused(database: Database) -> None:
    with pytest.raises(UnsafeDatabase, match="foreign keys are off"):
        rls.verify(engine_for(database.url))
