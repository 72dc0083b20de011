"""The lint alone: source text, nothing runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.tenancy import lint


def rules(source: str) -> list[str]:
    return [fault.rule for fault in lint.uses(source, "app/x.py")]


@pytest.mark.parametrize(("source", "rule"), [
    ("from sqlalchemy import text\nsession.execute(text('SELECT 1'))", "sql-text"),
    ("from sqlalchemy import text as t\nt('SELECT 1')", "sql-text"),
    ("from sqlalchemy.sql import text\ntext('SELECT 1')", "sql-text"),
    ("from sqlalchemy.sql.expression import literal_column\nliteral_column('x')", "sql-text"),
    ("import sqlalchemy as sa\nsa.text('SELECT 1')", "sql-text"),
    ("import sqlalchemy\nsqlalchemy.text('SELECT 1')", "sql-text"),
    ("from sqlalchemy import DDL\nDDL('DROP TABLE x')", "sql-text"),
    ("select(User.__table__)", "bare-table"),
    ("User.__table__.insert()", "bare-table"),
    ("delete(inspect(User).local_table)", "bare-table"),
    ("from sqlalchemy import table\nselect(table('ab_user'))", "bare-table"),
    ("from sqlalchemy import Table\nTable('ab_user', metadata)", "bare-table"),
    ("session.bulk_save_objects(rows)", "bulk-method"),
    ("session.bulk_insert_mappings(User, rows)", "bulk-method"),
    ("db.session.bulk_update_mappings(User, rows)", "bulk-method"),
    ("select(User).from_statement(other)", "from-statement"),
    ("db.session.connection().execute(statement)", "connection"),
    ("with db.engine.connect() as c:\n    pass", "connection"),
    ("with engine().begin() as c:\n    pass", "connection"),
    ("engine.raw_connection()", "connection"),
    ("c.exec_driver_sql('SELECT 1')", "connection"),
    ("from sqlalchemy import create_engine\ncreate_engine(url)", "connection"),
    ("import sqlite3", "connection"),
    ("from psycopg import connect", "connection"),
    ("with leave_tenant_isolation_unsafe('because'):\n    pass", "leaves-isolation"),
    ("s.execution_options(**{AUDITED: 'because'})", "leaves-isolation"),
    ("def f():\n    if x:\n        return lambda: s.from_statement(y)", "from-statement"),
])  # fmt: skip
def test_a_way_past_the_guard_is_found(source: str, rule: str) -> None:
    assert rules(source) == [rule]


@pytest.mark.parametrize("source", [
    "session.execute(select(User).where(User.id == 1))",
    "session.add(User())",
    "from app.fields import text\ntext('x')",
    "kind.text(field, value)",
    "'text(SELECT 1)'  # text()",
    "with transaction():\n    session.flush()",
    "with session.begin_nested():\n    pass",
])  # fmt: skip
def test_what_the_guard_sees_is_let_pass(source: str) -> None:
    assert rules(source) == []


def test_the_product_is_clean() -> None:
    assert [str(fault) for fault in lint.check()] == []


def test_a_use_without_an_entry_is_a_fault_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "x.py").write_text("a = 1\nUser.__table__\n", encoding="utf-8")
    (fault,) = lint.check(tmp_path, {})
    assert str(fault).startswith("app/x.py:2: bare-table: ")
    assert lint.check(tmp_path, {"app/x.py": {"bare-table": "declares"}}) == []
    assert lint.check(tmp_path, {"app/x.py": {"sql-text": "other rule"}}) != []


def test_rule_files_are_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / "schema" / "a").mkdir(parents=True)
    (tmp_path / "schema" / "a" / "x.py").write_text("import sqlite3\n", encoding="utf-8")
    assert [fault.rule for fault in lint.check(tmp_path, {})] == ["connection"]


def test_an_entry_that_nothing_needs_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (fault,) = lint.check(tmp_path, {"app/gone.py": {"sql-text": "was safe"}})
    assert "app/gone.py" in str(fault)


def test_every_entry_says_why() -> None:
    reasons = [reason for rules in lint.ALLOWED.values() for reason in rules.values()]
    assert all(len(reason) > 10 for reason in reasons)


def test_the_command_fails_where_there_are_faults(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lint.main() == 0
    monkeypatch.setattr(lint, "check", lambda: [lint.Fault("app/x.py", 3, "connection")])
    assert lint.main() == 1
    assert capsys.readouterr().out.startswith("app/x.py:3: connection: ")
