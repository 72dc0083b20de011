"""Column types of our own."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, insert, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError
from sqlalchemy.schema import CreateTable

from app.fields import kinds
from app.fields.types import UtcDateTime, long_text, short_text

TOKYO = dt.timezone(dt.timedelta(hours=9))


@pytest.fixture
def moments(new_table: Any) -> Table:
    table: Table = new_table(Column("at", UtcDateTime()))
    return table


def test_a_moment_of_any_zone_comes_back_in_utc(connection: Connection, moments: Table) -> None:
    connection.execute(insert(moments), [{"at": dt.datetime(2026, 11, 22, 19, 0, 0, 123456, tzinfo=TOKYO)}])
    found = connection.scalars(select(moments.c.at)).one()
    assert found == dt.datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=dt.UTC)
    assert found.tzinfo is dt.UTC


def test_no_moment_comes_back_as_none(connection: Connection, moments: Table) -> None:
    connection.execute(insert(moments), [{"at": None}])
    assert connection.scalars(select(moments.c.at)).one() is None


def test_a_naive_moment_is_refused(connection: Connection, moments: Table) -> None:
    with pytest.raises(StatementError, match="needs a time zone"):
        connection.execute(insert(moments), [{"at": dt.datetime(2026, 11, 22)}])
    with pytest.raises(StatementError, match="needs a time zone"):
        connection.execute(select(moments).where(moments.c.at > dt.datetime(2026, 11, 22)))


def test_the_database_itself_has_utc(connection: Connection, moments: Table) -> None:
    connection.execute(insert(moments), [{"at": dt.datetime(2026, 11, 22, 19, tzinfo=TOKYO)}])
    stored = {"sqlite": "SELECT at FROM trial_0", "postgresql": "SELECT (at AT TIME ZONE 'UTC')::text FROM trial_0"}
    assert connection.scalar(text(stored[connection.dialect.name])).startswith("2026-11-22 10:00:00")


def test_postgresql_knows_that_it_is_a_moment(connection: Connection, moments: Table) -> None:
    zoned = inspect(connection).get_columns(moments.name)[0]["type"].timezone
    assert zoned is (connection.dialect.name == "postgresql")


COLUMNS = {
    "text": ("VARCHAR(255)", 'VARCHAR(255) COLLATE "C"'),
    "longtext": ("TEXT", 'TEXT COLLATE "C"'),
    "integer": ("BIGINT", "BIGINT"),
    "boolean": ("BOOLEAN", "BOOLEAN"),
    "choice": ("VARCHAR(64)", 'VARCHAR(64) COLLATE "C"'),
    "choices": ("TEXT", 'TEXT COLLATE "C"'),
    "date": ("DATE", "DATE"),
    "time": ("TIME", "TIME WITHOUT TIME ZONE"),
    "datetime": ("DATETIME", "TIMESTAMP WITH TIME ZONE"),
    "digits": ("VARCHAR(32)", 'VARCHAR(32) COLLATE "C"'),
    "mobile": ("VARCHAR(11)", 'VARCHAR(11) COLLATE "C"'),
    "email": ("VARCHAR(254)", 'VARCHAR(254) COLLATE "C"'),
    "password": ("VARCHAR(256)", "VARCHAR(256)"),
    "ref": ("BIGINT", "BIGINT"),
}


@pytest.mark.parametrize(("kind", "types"), COLUMNS.items())
def test_the_columns_of_the_kinds(subject: Any, kind: str, types: tuple[str, str]) -> None:
    for dialect, expected in zip((sqlite.dialect(), postgresql.dialect()), types, strict=True):
        table = Table("things", MetaData(), Column("it", kinds[kind].type_(subject(kind).field)))
        assert f"it {expected}\n" in str(CreateTable(table).compile(dialect=dialect))


def test_texts_are_ordered_by_code_point_on_both_databases(connection: Connection, new_table: Any) -> None:
    table = new_table(Column("short", short_text(20)), Column("long", long_text()))
    names = ["张", "b", "B", "_", "a", "é", "𠮷", "A1", "1"]
    connection.execute(insert(table), [{"short": name, "long": name} for name in names])
    for column in table.c:
        assert list(connection.scalars(select(column).order_by(column))) == sorted(names)
