"""Conditions on texts: exact about what they find, and in a form that an index may serve under row-level security."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, String, Table, insert, select, text
from sqlalchemy.dialects import postgresql

from app.fields.conditions import contains, ends, holds, is_, starts
from app.fields.types import short_text
from app.tenancy.rls import protect

LAST = "\U0010ffff"


@pytest.fixture
def words(connection: Connection, new_table: Any) -> Any:
    """A column with the database's own collation, as the tables of others have."""
    table = new_table(Column("word", String(50)))

    def find(condition: Any, *stored: str) -> list[str]:
        connection.execute(insert(table), [{"word": word} for word in stored])
        return sorted(connection.scalars(select(table.c.word).where(condition(table.c.word))))

    return find


@pytest.mark.parametrize("prefix", ["a", "a-", "A", "张", "\ud7ff", f"b{LAST}", LAST, "a%", "z"])
def test_starts_finds_what_python_finds(words: Any, prefix: str) -> None:
    stored = ["a", "a-b", "ab", "A", "Ab", "b", f"b{LAST}", f"b{LAST}c", "c", "张", "张三", "弡", "\ud7ff!", "\ue000",
              LAST, LAST * 3, "a%", "z", "zz", ""]  # fmt: skip
    assert words(lambda column: starts(column, prefix), *stored) == sorted(w for w in stored if w.startswith(prefix))


@pytest.mark.parametrize("part", ["%", "_", "/", "\\", "/%", "a_b", "'", "%%", '"', ":x", "%(x)s"])
def test_signs_mean_themselves(words: Any, part: str) -> None:
    stored = [f"x{part}y", part, "axb", "xy", "a", ""]
    assert words(lambda column: contains(column, part), *stored) == sorted([f"x{part}y", part])


def test_ends_means_the_very_end(words: Any) -> None:
    assert words(lambda column: ends(column, "78%"), "5678%", "78%0", "5678x") == ["5678%"]


def test_contains_folds_case_of_letters_and_leaves_the_rest(words: Any) -> None:
    assert words(lambda column: contains(column, "zH"), "Zhang", "ZHOU", "张zh", "z h") == ["ZHOU", "Zhang", "张zh"]


def test_eq_is_exact(words: Any) -> None:
    assert words(lambda column: is_(column, "Zhang"), "Zhang", "zhang", "Zhang ", "ＺＨＡＮＧ") == ["Zhang"]


def test_holds_is_exact_about_case(words: Any) -> None:
    assert words(lambda column: holds(column, "|a|"), "|a|", "|A|", "|b|a|", "|ab|") == ["|a|", "|b|a|"]


PHONES = 20_000


@pytest.fixture
def phones(connection: Connection, new_table: Any) -> Any:
    """A table of 20,000 numbers under row-level security, indexed as lists are; what the planner does with a search."""
    if connection.dialect.name != "postgresql":
        pytest.skip("SQLite has no row-level security")
    phone = Column("phone", short_text(11))
    table = new_table(Column("tenant_id", BigInteger), phone, Index("ix_trial", "tenant_id", phone))
    protect(connection, table.name)
    connection.execute(text("SET LOCAL app.tenant_id = '1'"))
    connection.execute(insert(table), [{"tenant_id": 1, "phone": f"{13800000000 + i * 7}"} for i in range(PHONES)])
    connection.execute(text(f"ANALYZE {table.name}"))

    def plan(condition: Any) -> str:
        query = select(table).where(condition(table.c.phone))
        shown = query.compile(connection, compile_kwargs={"literal_binds": True})
        return "\n".join(connection.scalars(text(f"EXPLAIN {shown}".replace(":", "\\:"))))

    return plan


def test_an_index_serves_eq_and_starts_under_row_level_security_and_not_contains(phones: Any) -> None:
    for condition in (lambda column: is_(column, "13800000700"), lambda column: starts(column, "138000007")):
        found = re.search("Index Cond: (.*)", phones(condition))
        assert found
        assert "phone" in found[1]
    assert "phone" not in "".join(re.findall("Index Cond: (.*)", phones(lambda column: contains(column, "0007"))))


def sql(condition: Any) -> str:
    column = Table("t", MetaData(), Column("c", String())).c.c
    return str(condition(column).compile(dialect=postgresql.dialect()))


def test_eq_and_starts_use_leakproof_operators_only() -> None:
    assert sql(lambda column: is_(column, "x")) == "t.c = %(c_1)s::VARCHAR"
    assert sql(lambda column: starts(column, "x")) == (
        '(t.c COLLATE "C") >= %(param_1)s::VARCHAR AND (t.c COLLATE "C") < %(param_2)s::VARCHAR'
    )


def test_case_is_folded_only_where_there_is_any() -> None:
    assert " ILIKE " in sql(lambda column: contains(column, "张a"))
    assert " LIKE " in sql(lambda column: contains(column, "张三1"))


def test_one_shape_of_search_is_one_compiled_statement() -> None:
    table = Table("t", MetaData(), Column("c", String()))
    for condition in (starts, ends, contains, is_, holds):
        one, other = (select(table).where(condition(table.c.c, part))._generate_cache_key() for part in ("x", "y"))
        assert one is not None
        assert one == other
