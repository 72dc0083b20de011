"""Connections of the role that owns the tables: migrations use them, requests never do.

The engine's own connections carry the tenant guard and few rights; these may change tables. One migration runs at a
time: PostgreSQL by an advisory lock, SQLite by the write lock of its file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from app.errors import MigrationFault
from app.models.base import db

LOCK_KEY = 0x7563632D6D6967  # "ucc-mig": the advisory lock every migration of one database takes
WAIT_SECONDS = 60  # for another migration to end, and for a table somebody else is using


def url_of(app: Flask) -> URL:
    """OWNER_DATABASE_URL, or where it is empty the database the app itself uses."""
    if app.config.get("OWNER_DATABASE_URL"):
        return make_url(app.config["OWNER_DATABASE_URL"])
    with app.app_context():
        return make_url(db.engine.url)


@contextmanager
def reading(url: URL) -> Iterator[Connection]:
    """A connection that looks at the tables. It waits for nobody and changes nothing."""
    engine = _engine(url, "BEGIN")
    with engine.connect() as connection:
        yield connection


@contextmanager
def migrating(url: URL) -> Iterator[Connection]:
    """The one connection that may change tables now.

    On SQLite everything inside is one transaction; on PostgreSQL the caller commits, so that each revision is one.
    Raises MigrationFault if another migration holds the lock for a minute.
    """
    engine = _engine(url, "BEGIN IMMEDIATE")
    if engine.dialect.name == "sqlite":
        with _one_transaction(engine) as connection:
            yield connection
    else:
        with engine.connect() as keeper, engine.connect() as connection:
            _take_lock(keeper)
            yield connection


@contextmanager
def _one_transaction(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        try:
            transaction = connection.begin()
        except OperationalError as fault:
            raise _busy() from fault
        yield connection
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            transaction.rollback()
            raise MigrationFault(f"the migration was undone: a row of {broken[0]} would refer to a missing {broken[2]}")
        transaction.commit()


def _take_lock(keeper: Connection) -> None:
    """Held until `keeper` closes, however that comes about: a killed migration leaves no lock behind."""
    keeper = keeper.execution_options(isolation_level="AUTOCOMMIT")
    try:
        keeper.execute(select(func.pg_advisory_lock(LOCK_KEY)))
    except OperationalError as fault:
        raise _busy() from fault


def _busy() -> MigrationFault:
    return MigrationFault(f"another migration of this database has been running for {WAIT_SECONDS} seconds")


def _engine(url: URL, begin: str) -> Engine:
    if url.get_backend_name() != "sqlite":
        options = f"-c lock_timeout={WAIT_SECONDS}s"  # a blocked ALTER would make every request queue up behind it
        return create_engine(url, poolclass=NullPool, connect_args={"options": options})
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def take_over_transactions(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # Python's sqlite3 would commit before every CREATE and ALTER
        connection.execute("PRAGMA foreign_keys=OFF")  # or rebuilding a table would delete what refers to it

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
