"""Changes to tables that are declared elsewhere (FAB's), before any of them exists in a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnDefault,
    ForeignKey,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    UniqueConstraint,
)
from sqlalchemy.sql.schema import ColumnCollectionConstraint
from sqlalchemy.types import TypeEngine

_PREFIXES = {PrimaryKeyConstraint: "pk", UniqueConstraint: "uq", ForeignKeyConstraint: "fk"}


def retype(column: Column[Any], type_: TypeEngine[Any]) -> None:
    column.type = type_
    column.__dict__.pop("comparator", None)  # remembered from the old type


def forget_types(model: type[Any]) -> None:
    """Mapped attributes remember the types their columns had when first asked, and FAB's API classes ask at import.

    PostgreSQL would be told that a BigInteger is an INTEGER, and refuse ids of 63 bits.
    """
    for column in model.__table__.c:
        remembered = getattr(model, column.key).expression.__dict__
        remembered.pop("type", None)
        remembered.pop("comparator", None)


def app_made_id(column: Column[Any], make: Callable[[], int]) -> None:
    """The column is a BigInteger filled by `make`, neither by a sequence nor by the database."""
    database_made_id(column)
    retype(column, BigInteger())
    column.autoincrement = False
    required(column, make)


def database_made_id(column: Column[Any]) -> None:
    """The column counts by itself, as SQLite and PostgreSQL each do, without FAB's named sequence."""
    _forget_sequence(column)
    column.default = None
    column.table.primary_key.__dict__.pop("_autoincrement_column", None)


def required(column: Column[Any], default: Any = None) -> None:
    """NOT NULL, with `default` (a value, or a function without arguments) where none is given."""
    column.nullable = False
    if default is not None:
        ColumnDefault(default)._set_parent_with_dispatch(column)


def on_update(column: Column[Any], make: Callable[[], Any]) -> None:
    ColumnDefault(make, for_update=True)._set_parent_with_dispatch(column)


def drop_unique(table: Table, *columns: str) -> None:
    """Drops the unique constraint over exactly `columns`. Raises LookupError: FAB has changed its models."""
    found = [
        constraint
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint) and tuple(constraint.columns.keys()) == columns
    ]
    if not found:
        raise LookupError(f"{table.name} has no unique constraint over {columns}")
    table.constraints.difference_update(found)
    for name in columns:
        table.c[name].unique = None  # FAB makes a form validator of it


def drop_foreign_key(table: Table, column: str) -> None:
    for key in list(table.c[column].foreign_keys):
        table.constraints.discard(key.constraint)
        _forget_foreign_key(table, key)


def drop_foreign_keys(table: Table, constraint: ForeignKeyConstraint) -> None:
    """Drops one foreign key over several columns, and leaves others of the same columns."""
    table.constraints.discard(constraint)
    for key in constraint.elements:
        _forget_foreign_key(table, key)


def _forget_foreign_key(table: Table, key: ForeignKey) -> None:
    table.foreign_keys.discard(key)
    key.parent.foreign_keys.discard(key)
    key._remove_from_metadata(table.metadata)


def drop_index(table: Table, name: str) -> None:
    """Raises LookupError: FAB has changed its models."""
    found = [index for index in table.indexes if index.name == name]
    if not found:
        raise LookupError(f"{table.name} has no index {name}")
    table.indexes.difference_update(found)


def forget(table: Table) -> None:
    """Takes `table` out of its metadata: no database gets it, and no migration sees it."""
    for key in table.foreign_keys:
        _ = key.column  # found now and remembered: afterwards it could not be
    for column in table.c:
        _forget_sequence(column)
    table.metadata.remove(table)


def _forget_sequence(column: Column[Any]) -> None:
    if isinstance(column.default, Sequence):
        column.table.metadata._sequences.pop(column.default._key, None)


def name_constraints(table: Table) -> None:
    """Names by the metadata's convention for what was declared before the convention was set."""
    for constraint in table.constraints:
        if constraint.name is None and isinstance(constraint, ColumnCollectionConstraint):
            columns = "" if isinstance(constraint, PrimaryKeyConstraint) else "_" + "_".join(constraint.columns.keys())
            constraint.name = f"{_PREFIXES[type(constraint)]}_{table.name}{columns}"
