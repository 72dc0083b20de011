"""`app.tenant_id`, the setting of a PostgreSQL transaction that row-level security reads (`app.tenancy.rls`).

SET LOCAL ends with the transaction, so no pooled connection carries one tenant to the next; as a text it is the form
that works on PostgreSQL, pgbouncer and Citus alike (ISOLATION-NOTES).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, SessionTransaction

from app.tenancy.scope import current

_NOW: Final = "ucc_tenant_setting"  # key of session.info: what the open transaction is set to; "?" after a rollback


def apply_scope(session: Session) -> None:
    """Makes the open transaction of `session` follow the scope in force. Statements of the session do so by themselves;
    only code that uses its connection directly after a change of scope needs to call this."""
    known = session.info.get(_NOW)
    if known is not None and known != _wanted():
        _set(session, session.connection())


def adopt_begin(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Listens to `after_begin`, of savepoints too."""
    if connection.dialect.name == "postgresql" and session.info.get(_NOW, "") != _wanted():
        _set(session, connection)
    elif connection.dialect.name == "postgresql":
        session.info.setdefault(_NOW, "")


def forget_on_end(session: Session, transaction: SessionTransaction) -> None:
    """Listens to `after_transaction_end`: the setting is gone with the transaction."""
    if transaction.parent is None:
        session.info.pop(_NOW, None)


def forget_on_rollback(session: Session, _previous: SessionTransaction) -> None:
    """Listens to `after_soft_rollback`: a savepoint takes back what was set inside it."""
    if _NOW in session.info:
        session.info[_NOW] = "?"


def _wanted() -> str:
    scope = current()
    return "" if scope is None or scope.tenant_id is None else str(int(scope.tenant_id))


def _set(session: Session, connection: Connection) -> None:
    wanted = _wanted()
    connection.exec_driver_sql(f"SET LOCAL app.tenant_id = '{wanted}'")
    session.info[_NOW] = wanted
