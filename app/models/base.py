"""The database handle, the two mixins of tenant-owned rows, and the one way to write: `transaction()`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakSet

from flask_appbuilder import Model
from flask_appbuilder.models.sqla.base import SQLA
from flask_babel import lazy_gettext as _l
from psycopg.pq import TransactionStatus
from sqlalchemy import BigInteger, ForeignKey, Integer, MetaData, event, func, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column

from app.errors import Busy
from app.fields.types import IN_UTC, UtcDateTime
from app.models.flight import FLYING, land, pipeline_of
from app.models.ids import new_id, new_ids
from app.tenancy.guard import Guarded
from app.tenancy.session import TenantSession

__all__ = ["Base", "TenantOwned", "TenantRow", "before_commit", "db", "new_id", "new_ids", "transaction", "utcnow"]

if TYPE_CHECKING:

    class Base(DeclarativeBase):
        """FAB's declarative base, which has no types of its own."""
else:
    Base = Model

# Every constraint has a name that can be foretold: migrations drop by name, errors are recognised by name.
metadata: MetaData = Base.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BUSY_TIMEOUT_MS = 10_000
SEARCH = "ucc_search"  # execution option of a statement whose best plan depends on the values it looks for
WRITE = "ucc_write"  # execution option of a connection whose transaction is meant to write
RUN = "run_"  # how the parts of a list's statement are called that are read one after the other
_READS = ("SELECT", "SET LOCAL", f"WITH {RUN}")  # how statements begin that change nothing
_IN_TRANSACTION = "ucc_in_transaction"  # key of session.info
_GAVE_UP = ("40P01", "55P03")  # as PostgreSQL calls a deadlock, and a lock that did not come in time
_LAST = "ucc_last"  # key of session.info: what the open transaction does before it commits


def utcnow() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


class TenantRow(Guarded):
    """A row of one tenant, and nothing more: the key every table of the product's own has."""

    __tablename__: str
    tenant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", ondelete="RESTRICT"), primary_key=True, sort_order=-20, autoincrement=False
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, sort_order=-19, autoincrement=False)


class TenantOwned(TenantRow):
    """A record: `version` answers 409 to the second of two editors; the rest says who made and changed it when.

    `created_by` and `changed_by` are ids of users without a foreign key: a person may go while what they wrote stays,
    and deleting one must not scan every table. Who writes sets them (`app.records.service`); None is the system.
    """

    version: Mapped[int] = mapped_column(Integer, nullable=False, sort_order=900)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False, sort_order=901)
    created_by: Mapped[int | None] = mapped_column(BigInteger, sort_order=902)
    changed_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=utcnow, onupdate=utcnow, nullable=False, sort_order=903
    )
    changed_by: Mapped[int | None] = mapped_column(BigInteger, sort_order=904)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Database(SQLA):
    """Flask-SQLAlchemy's handle over FAB's classes; its SQLite connections obey our transactions."""

    Model: ClassVar[Any]

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Any) -> Engine:
        engine: Engine = super()._make_engine(bind_key, options, app)
        prepare = {"sqlite": prepare_sqlite, "postgresql": prepare_postgresql}.get(engine.dialect.name)
        if prepare:
            prepare(engine)
        return engine


db = Database(session_options={"class_": TenantSession, "expire_on_commit": False})


def prepare_postgresql(engine: Engine) -> None:
    """Lets PostgreSQL plan once what it can, and anew what it must.

    psycopg prepares statements it sees often, and forgets them all at a ROLLBACK: so a transaction that has only read
    ends by COMMIT, which is the same to the database. A statement that looks for something is never prepared: one plan
    for all names makes rare ones a hundred times slower. Nor is SET LOCAL: there would be one for each tenant.
    Every connection speaks UTC, whatever the server does, so that moments need not be converted one by one.
    """
    rollback, wrote = engine.dialect.do_rollback, WeakSet[Any]()

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
        connection.commit()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        wrote.discard(connection.connection.driver_connection)

    @event.listens_for(engine, "before_cursor_execute")
    def _note(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(_READS):
            wrote.add(connection.connection.driver_connection)

    @event.listens_for(engine, "do_execute")
    def _execute(cursor: Any, statement: str, values: Any, context: Any) -> bool:
        if context.execution_options.get(SEARCH) or statement.startswith("SET LOCAL"):
            cursor.execute(statement, values, prepare=False)
        elif pipeline_of(cursor.connection) is not None:
            cursor.execute(statement, values)
        else:
            return False
        land(cursor.connection, flying=context.execution_options.get(FLYING, False))
        return True

    @event.listens_for(engine, "do_executemany")
    def _execute_many(cursor: Any, statement: str, values: Any, _context: Any) -> bool:
        if pipeline_of(cursor.connection) is None:
            return False
        cursor.executemany(statement, values)
        land(cursor.connection)
        return True

    def _end(connection: Any) -> None:
        driver = connection.driver_connection
        only_read = driver not in wrote and driver.info.transaction_status == TransactionStatus.INTRANS
        (engine.dialect.do_commit if only_read else rollback)(connection)

    setattr(engine.dialect, IN_UTC, True)
    engine.dialect.do_rollback = _end  # type: ignore[method-assign, assignment] # no event comes before a rollback


def prepare_sqlite(engine: Engine) -> None:
    """WAL, foreign keys, patience with other writers, and BEGIN sent by us: the driver's own comes too late."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver neither begins nor commits behind SQLAlchemy's back
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN DEFERRED")


@contextmanager
def transaction() -> Iterator[Session]:
    """One write transaction on `db.session`: committed at the end, rolled back when anything is raised.

    What was read before on this session is forgotten first, so that the block sees the rows as they are now; on SQLite
    it holds the write lock from its first statement, so a read is never outdated by the time it is written back.
    Raises Busy where it and another one waited for each other, and RuntimeError when one is open already, or changes
    are pending outside any.
    """
    session: Session = db.session()
    if session.info.get(_IN_TRANSACTION):
        raise RuntimeError("transaction() inside transaction(): there is one per request, opened by the outermost code")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes pending outside transaction(): make them inside")
    session.rollback()
    session.expire_all()
    session.info[_IN_TRANSACTION] = True
    try:
        session.connection(execution_options={WRITE: True})
        yield session
        for finish in session.info.pop(_LAST, ()):
            finish(session)
        session.commit()
    except BaseException as fault:
        session.rollback()
        if isinstance(fault, OperationalError) and getattr(fault.orig, "sqlstate", None) in _GAVE_UP:
            raise Busy(_l("Somebody else is changing the same records at this moment. Please try again.")) from fault
        raise
    finally:
        session.info.pop(_IN_TRANSACTION, None)
        session.info.pop(_LAST, None)


def without_waiting() -> None:
    """Inside `transaction()`: its commit need not be on the disk when it returns. Only for work that is noted as done
    in the same transaction, so that whoever goes on after a crash does again what was lost (docs/decisions/import.md).
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.set_config("synchronous_commit", "off", True)))


def in_transaction() -> bool:
    """True inside `transaction()`."""
    return bool(db.session().info.get(_IN_TRANSACTION))


def before_commit(finish: Callable[[Session], None]) -> None:
    """Calls `finish` once, as the last thing that the open `transaction()` does. Raises RuntimeError outside any."""
    session: Session = db.session()
    if not session.info.get(_IN_TRANSACTION):
        raise RuntimeError("before_commit() outside transaction()")
    session.info.setdefault(_LAST, {})[finish] = None
