"""The database layer of isolation on PostgreSQL: a policy on every tenant table, rights, and the check at start.

Two roles. The *owner* makes tables (migrations). The *app* role serves requests: it is `ucc_app` or a member of it.
That group gets rights table by table and cannot leave row-level security. FORCE binds the owner as well, so an
installation with one role for both is isolated too. No tenant set means no rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Engine, text

from app.errors import UnsafeDatabase

APP_GROUP: Final = "ucc_app"
POLICY: Final = "tenant"
_SCOPE: Final = "nullif(current_setting('app.tenant_id', true), '')::bigint"
CONDITION: Final = f"tenant_id = {_SCOPE}"  # the planner sees which tenant is meant, and how many rows it has
WRITTEN: Final = f"tenant_id = (SELECT {_SCOPE})"  # the same, worked out once for all rows that a statement adds

# Rows that may be added and never changed afterwards, not even by a fault in the application.
APPEND_ONLY: Final = frozenset({"role_version", "audit_entry", "login_entry"})
# Where chains of entries end (app.models.chain), and the tables of those entries. The app role moves a head to the
# newest entry and nowhere else; as it can take no entry away, that is forward.
HEADS: Final = "chain_head"
CHAINS: Final = {"audit": "audit_entry", "login": "login_entry"}
# What the app role may write in tables that all tenants share: columns by table. Everything else there is read-only.
SHARED_WRITES: Final = {"tenant": ("permissions_version", "settings_version")}
# Tables that all tenants share whose rows the app role adds and removes: they hold nothing of a tenant's.
SHARED_ROWS: Final = frozenset({"job_ticket", "job_schedule"})
# Short statements over indexes in memory: PostgreSQL's defaults, meant for spinning disks, would read whole tables.
# With the default cache the planner takes a whole walk along an index to read each page once, and the first rows of it,
# which are all a list asks for, to cost next to nothing: a tenth of what they do (docs/decisions/search.md).
APP_SETTINGS: Final = (
    "random_page_cost = 1.1",
    "effective_cache_size = '64MB'",
    "max_parallel_workers_per_gather = 0",
    "jit = off",
)
PRIVATE: Final = frozenset({"alembic_version"})

_TABLES: Final = text("""
    SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
           EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'
                   AND NOT a.attisdropped) AS owned,
           ARRAY(SELECT p.polname || ' ' || p.polcmd::text || ' ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '')
                        || ' ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
                 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive) AS policies
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY (current_schemas(false))
     ORDER BY c.relname
""")
_POLICIES: Final = text("SELECT polname FROM pg_policy WHERE polrelid = to_regclass(:quoted) AND polpermissive")
_COLUMNS: Final = text(
    "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(:quoted) AND attnum > 0 AND NOT attisdropped"
)
_ROLE: Final = text("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
# As PostgreSQL prints the policy back: the condition for reading, and the one for writing.
_PRINTED_SCOPE: Final = "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint"
_PRINTED: Final = f'(tenant_id = {_PRINTED_SCOPE}) (tenant_id = ( SELECT {_PRINTED_SCOPE} AS "nullif"))'


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the catalogue has it. `owned` means that its rows belong to tenants."""

    name: str
    enabled: bool
    forced: bool
    owned: bool
    policies: Sequence[str]

    @property
    def protected(self) -> bool:
        return self.enabled and self.forced and list(self.policies) == [f"{POLICY} * {_PRINTED}"]


def tables(connection: Connection) -> list[Table]:
    """Every table on the search path."""
    return [Table(*row) for row in connection.execute(_TABLES)]


def is_forced(connection: Connection, table: str) -> bool:
    """True if row-level security binds even the owner of `table`."""
    return any(found.forced for found in tables(connection) if found.name == table)


def protect(connection: Connection, table: str) -> None:
    """Row-level security on `table` by our policy alone (policies widen each other), and the app role's rights to it.

    Twice is as good as once.
    """
    quoted = _quote(connection, table)
    found = connection.scalars(_POLICIES, {"quoted": quoted}).all()
    _run(
        connection,
        *(f"DROP POLICY {_quote(connection, name)} ON {quoted}" for name in found),
        f"ALTER TABLE {quoted} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {quoted} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {POLICY} ON {quoted} USING ({CONDITION}) WITH CHECK ({WRITTEN})",
    )
    _allow_work(connection, table)


def _allow_work(connection: Connection, table: str) -> None:
    rights = "SELECT, INSERT, UPDATE, DELETE"
    if table in APPEND_ONLY:
        rights = "SELECT, INSERT"
    elif table == HEADS:
        rights = "SELECT, INSERT, UPDATE (seq, hash)"
        _only_forward(connection)
    _grant(connection, _quote(connection, table), rights)


def _only_forward(connection: Connection) -> None:
    """The policy on HEADS that narrows the tenant's. A later revision makes it where a table of entries lacks seq."""
    if any("seq" not in connection.scalars(_COLUMNS, {"quoted": table}).all() for table in CHAINS.values()):
        return
    newest = " ".join(  # of CHAINS, which nobody else writes
        f"WHEN '{chain}' THEN (SELECT max(e.seq) FROM {table} e WHERE e.tenant_id = {HEADS}.tenant_id)"  # noqa: S608
        for chain, table in CHAINS.items()
    )
    _run(
        connection,
        f"DROP POLICY IF EXISTS forward ON {HEADS}",
        f"CREATE POLICY forward ON {HEADS} AS RESTRICTIVE FOR UPDATE USING (true) "
        f"WITH CHECK (seq = coalesce(CASE chain {newest} END, base_seq))",
    )


def share(connection: Connection, table: str) -> None:
    """The app role's rights to a table that all tenants share: to read it, and to write SHARED_WRITES, SHARED_ROWS.

    Of those, the columns that are there: an old revision comes by before a later one has added the newest.
    """
    quoted = _quote(connection, table)
    _grant(connection, quoted, "SELECT, INSERT, UPDATE, DELETE" if table in SHARED_ROWS else "SELECT")
    there = set(connection.scalars(_COLUMNS, {"quoted": quoted}))
    for column in SHARED_WRITES.get(table, ()):
        if column in there:
            _grant(connection, quoted, f"UPDATE ({_quote(connection, column)})")


def secure(connection: Connection) -> None:
    """Brings every table to what it must be: protected if its rows belong to tenants, shared if not.

    The last step of every migration: it also gives the rights that tables from before the app role lack. Nothing on
    SQLite.
    """
    if connection.dialect.name != "postgresql":
        return
    for table in tables(connection):
        if table.owned and table.protected:
            _allow_work(connection, table.name)
        elif table.owned:
            protect(connection, table.name)
        elif table.name not in PRIVATE:
            share(connection, table.name)


def create_roles(connection: Connection, owner: tuple[str, str], app: tuple[str, str]) -> None:
    """The two roles, each (name, password), and their group, for a new database: run once by a superuser in it.

    Roles that exist keep their passwords.
    """
    names = [_quote(connection, name) for name, _ in (owner, app)]
    _create_role(connection, APP_GROUP, "NOLOGIN")
    for name, password in (owner, app):
        literal = password.replace("'", "''")
        _create_role(connection, name, f"LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD '{literal}'")
    _run(
        connection,
        f"GRANT {APP_GROUP} TO {names[1]}",
        f"GRANT USAGE, CREATE ON SCHEMA public TO {names[0]}",
        f"GRANT USAGE ON SCHEMA public TO {APP_GROUP}",
        *(f"ALTER ROLE {names[1]} SET {setting}" for setting in APP_SETTINGS),
    )


def verify(engine: Engine) -> None:
    """Raises UnsafeDatabase, with every reason and what to do about it, where the database would not isolate tenants.

    SQLite has no row-level security: there foreign keys must be on.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            reasons = [*_unsafe_role(connection), *_unsafe_tables(connection)]
        else:
            on = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
            reasons = [] if on else ["foreign keys are off: connect through app.models.base.db"]
    if reasons:
        raise UnsafeDatabase("The database does not isolate tenants:\n  " + "\n  ".join(reasons))


def _unsafe_role(connection: Connection) -> Iterable[str]:
    role = connection.execute(_ROLE).one()
    if role.rolsuper or role.rolbypassrls:
        kind = "is a superuser" if role.rolsuper else "has BYPASSRLS"
        yield f"role {role.rolname} {kind}: set UCC_DATABASE_URL to {APP_GROUP} or a member of it"


def _unsafe_tables(connection: Connection) -> Iterable[str]:
    for table in tables(connection):
        if table.owned and not table.protected:
            yield f"table {table.name} is not protected by exactly the policy '{POLICY}': run `ucc schema migrate`"


def _create_role(connection: Connection, name: str, options: str) -> None:
    known = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}).first()
    if known is None:
        _run(connection, f"CREATE ROLE {_quote(connection, name)} {options}")


def _grant(connection: Connection, quoted: str, rights: str) -> None:
    """Where the group is missing, one role does everything, and owns the table already."""
    if connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": APP_GROUP}).first():
        _run(connection, f"GRANT {rights} ON {quoted} TO {APP_GROUP}")


def _quote(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


def _run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement.replace("%", "%%"))
