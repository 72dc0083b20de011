"""What the rows that already exist allow: asked before a migration, so that it fails in words and not half-way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, column, func, inspect, select, table
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.schema import ScalarElementColumnDefault

TENANTS = "tenant"  # the table of all companies; it has no row-level security


def count(connection: Connection, name: str, where: ColumnElement[bool] | None = None) -> int:
    """How many rows of the table `name`, of all tenants together."""
    query = select(func.count()).select_from(table(name))
    return sum(_per_tenant(connection, query if where is None else query.where(where)))


def empty(connection: Connection, name: str, column_name: str) -> int:
    """How many rows have no value in that column."""
    return count(connection, name, column(column_name).is_(None))


def doubles(
    connection: Connection, wanted: Table, columns: Sequence[str], where: ColumnElement[bool] | None = None
) -> int:
    """How many rows would have to go for `columns` to be unique. Rows without a value in one of them do not count."""
    inspector = inspect(connection)
    if not inspector.has_table(wanted.name):
        return 0
    there = {found["name"] for found in inspector.get_columns(wanted.name)}
    for name in set(columns) - there:
        default = default_of(wanted.columns[name])
        if default is None or (default == "" and where is not None):
            return 0  # no row will have a value in the new column
    keys: list[ColumnElement[Any]] = [column(key) for key in columns if key in there]
    groups = select((func.count() - 1).label("extra")).select_from(table(wanted.name)).group_by(*keys)
    groups = groups.where(*[key.is_not(None) for key in keys]).having(func.count() > 1)
    if where is not None and len(keys) == len(columns):
        groups = groups.where(where)
    extra = groups.subquery()
    return sum(_per_tenant(connection, select(func.coalesce(func.sum(extra.c.extra), 0))))


def _per_tenant(connection: Connection, query: Select[int]) -> Iterator[int]:
    """The number once per tenant: row-level security shows the owner of a table one tenant's rows at a time.

    The setting ends with the transaction. SQLite shows all rows at once.
    """
    if connection.dialect.name == "sqlite" or not inspect(connection).has_table(TENANTS):
        yield int(connection.scalar(query) or 0)
        return
    tenants: Sequence[int] = connection.scalars(select(column("id")).select_from(table(TENANTS))).all()
    for tenant_id in tenants:
        connection.exec_driver_sql(f"SET LOCAL app.tenant_id = '{int(tenant_id)}'")
        yield int(connection.scalar(query) or 0)


def default_of(wanted: Column[Any]) -> str | None:
    """What rows that exist get, as the text of an SQL literal that both databases read. None: nothing.

    It is the default of the field in the YAML, put into `info`; else the column's own, if it is a fixed value.
    """
    value = wanted.info.get("default")
    if value is None:
        if not isinstance(wanted.default, ScalarElementColumnDefault):
            return None
        value = wanted.default.arg
    # SQLite's form of a value (0 for False, ISO dates) is one PostgreSQL reads as well.
    write = wanted.type.dialect_impl(sqlite.dialect()).bind_processor(sqlite.dialect())
    stored = value if write is None else write(value)
    return str(int(stored) if isinstance(stored, bool) else stored)
