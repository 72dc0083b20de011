"""What revisions do beside Alembic's own operations. Revisions are history: never change what a function here does.

Rows are changed with forced row-level security put aside for the moment: it binds the tables' owner as well, who
belongs to no tenant. Nobody can see that: ALTER TABLE holds the table until the revision is committed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from alembic import op
from sqlalchemy import ColumnElement, column, func, literal_column, table, update

from app.tenancy import rls


def protect(name: str) -> None:
    """Row-level security for a tenant's table, and the app role's rights on it. Nothing on SQLite."""
    if _postgresql():
        rls.protect(op.get_bind(), name)


def share(name: str) -> None:
    """The app role's rights on a table that all tenants share. Nothing on SQLite."""
    if _postgresql():
        rls.share(op.get_bind(), name)


def refer(name: str, source: str, target: str, here: Sequence[str], there: Sequence[str], **options: Any) -> None:
    """A foreign key added after its table was made (Citus wants that). SQLite has it from CREATE TABLE already."""
    if _postgresql():
        op.create_foreign_key(name, source, target, list(here), list(there), **options)


def fill(name: str, column_name: str, default: str) -> None:
    """Gives `default` to the rows that have no value."""
    _set(name, column_name, literal_column(_quoted(default)), column(column_name).is_(None))


def clear(name: str, column_name: str) -> None:
    """Takes the value from every row."""
    _set(name, column_name, literal_column("NULL"), column(column_name).is_not(None))


def cut(name: str, column_name: str, length: int) -> None:
    """Shortens the texts that are longer than `length` characters."""
    text: ColumnElement[str] = column(column_name)
    _set(name, column_name, func.substr(text, 1, length), func.length(text) > length)


def _set(name: str, column_name: str, value: ColumnElement[Any], where: ColumnElement[bool]) -> None:
    with _every_row(name):
        op.execute(update(table(name, column(column_name))).where(where).values({column_name: value}))


@contextmanager
def _every_row(name: str) -> Iterator[None]:
    forced = _postgresql() and rls.is_forced(op.get_bind(), name)
    if forced:
        op.execute(f'ALTER TABLE "{name}" NO FORCE ROW LEVEL SECURITY')
    yield
    if forced:
        op.execute(f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY')


def _postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
