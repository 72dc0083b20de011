"""`ucc schema diff` and `ucc schema migrate` on a database with rows in it (issue, part 4)."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from app.errors import MigrationFault
from app.models.revision import OWN, Revisions
from tests.migrations.conftest import SCHEMA, Place, apart, finish, start

HOLIDAY = """
resource: holiday
label: {zh: 节假日, en: Holiday}
title: name
fields:
  name:
    kind: text
    max: 64
    label: {zh: 名称, en: Name}
    required: true
  day:
    kind: date
    label: {zh: 日期, en: Date}
    required: true
"""
KIND = """
  kind:
    kind: choice
    label: {zh: 类型, en: Kind}
    default: public
    options:
      - {value: public, label: {zh: 法定, en: Public}}
      - {value: company, label: {zh: 公司, en: Company}}
"""
REST = """
list:
  columns: [name, day]
form:
  - fields: [name, day]
"""
TENANT = (
    "INSERT INTO tenant (id, code, name, timezone, locale, active, permissions_version, settings_version, created_at)"
    " VALUES (1, 'a', 'A', 'Asia/Shanghai', 'zh', '1', 1, 1, '2026-01-01 00:00:00')"
)
AT = "1, '2026-01-01 00:00:00', '2026-01-01 00:00:00'"


def with_rows(place: Place) -> None:
    place.write("holiday", HOLIDAY + REST)
    place.migrate()
    place.ask(TENANT)
    for number, name in enumerate(("春节", "中秋节"), 1):
        add(place, number, name)


def add(place: Place, number: int, name: str) -> None:
    place.ask(
        "INSERT INTO holiday (tenant_id, id, name, day, version, created_at, changed_at)"
        f" VALUES (1, {number}, '{name}', '2026-02-{number:02d}', {AT})"
    )


def test_the_committed_revisions_give_exactly_the_tables_of_the_schema(place: Place) -> None:
    assert place.pending()
    place.upgrade()
    assert place.diff() == []
    assert not place.pending()


def test_a_new_yaml_becomes_a_table(place: Place) -> None:
    place.upgrade()
    place.write("holiday", HOLIDAY + REST)
    assert place.pending()
    step = "+ add table holiday (tenant_id, id, name, day, version, created_at, created_by, changed_at, changed_by)"
    assert place.diff() == [step]
    assert place.migrate() == [step]
    assert place.diff() == []
    assert not place.pending()
    place.ask(TENANT)
    add(place, 1, "春节")
    assert place.ask("SELECT name FROM holiday") == [("春节",)]


def test_every_kind_of_field_has_a_column_that_stays_as_it_is(place: Place) -> None:
    place.schema.append(SCHEMA.parent / "tests" / "fake_schema")
    assert any(step.startswith("+ add table gadget (") for step in place.migrate())
    assert place.diff() == []


def test_the_new_table_has_keys_that_hold(place: Place) -> None:
    with_rows(place)
    found = inspect(place.engine())
    assert found.get_pk_constraint("holiday")["constrained_columns"] == ["tenant_id", "id"]
    assert [key["referred_table"] for key in found.get_foreign_keys("holiday")] == ["tenant"]
    with pytest.raises(IntegrityError):
        place.ask("DELETE FROM tenant")


@pytest.mark.only_on("postgres")
def test_the_new_table_shows_a_tenant_its_own_rows_only(place: Place) -> None:
    with_rows(place)
    assert len(place.ask("SELECT name FROM holiday", tenant=1)) == 2
    assert place.ask("SELECT name FROM holiday", tenant=2) == []
    app = Place(place.app_url, place.app_url, place.folder)
    assert len(app.ask("SELECT name FROM holiday", tenant=1)) == 2


def test_a_new_field_gives_rows_that_exist_its_default(place: Place) -> None:
    with_rows(place)
    place.write("holiday", HOLIDAY + KIND + REST)
    assert place.migrate() == [
        "+ add column holiday.kind: text of at most 64 characters, 'public' in the rows that exist"
    ]
    assert place.ask("SELECT DISTINCT kind FROM holiday") == [("public",)]
    assert place.diff() == []


def test_workers_that_still_run_the_old_yaml_can_add_rows(place: Place) -> None:
    with_rows(place)
    place.write("holiday", HOLIDAY + KIND.replace("choice", "text").split("default")[0] + REST)
    place.migrate()
    add(place, 3, "国庆节")
    assert len(place.ask("SELECT name FROM holiday")) == 3


def test_a_field_taken_away_keeps_its_values_until_loss_is_allowed(place: Place) -> None:
    place.write("holiday", HOLIDAY + KIND + REST)
    place.migrate()
    place.ask(TENANT)
    place.write("holiday", HOLIDAY + REST)
    assert "- drop column holiday.kind: its values are lost" in place.diff()
    assert "- drop column holiday.kind: its values are lost" not in place.migrate()
    add(place, 1, "春节")  # though no field fills the column any more
    assert place.ask("SELECT kind FROM holiday") != []
    assert "- drop column holiday.kind: its values are lost" in place.migrate(allow_loss=True)
    assert place.diff() == []


def test_a_yaml_taken_away_keeps_its_table_until_loss_is_allowed(place: Place) -> None:
    with_rows(place)
    (place.folder / "schema" / "settings" / "holiday.yaml").unlink()
    assert place.migrate() == []
    assert len(place.ask("SELECT name FROM holiday")) == 2
    assert place.migrate(allow_loss=True) == ["- drop table holiday: all its rows are lost"]
    assert not inspect(place.engine()).has_table("holiday")


def test_tables_of_others_are_left_alone(place: Place) -> None:
    place.upgrade()
    place.ask("CREATE TABLE somebody_elses (id INTEGER PRIMARY KEY)")
    assert place.diff() == []


def test_a_field_becomes_unique_only_where_its_values_are(place: Place) -> None:
    with_rows(place)
    place.ask("UPDATE holiday SET name = '春节'")
    place.write("holiday", HOLIDAY.replace("max: 64", "max: 64\n    unique: true") + REST)
    assert place.diff()[-1].endswith("1 row(s) repeat the values of another; change them first")
    place.migrate(allow_loss=True)
    place.ask("UPDATE holiday SET name = '中秋节' WHERE id = 2")
    place.migrate()
    with pytest.raises(IntegrityError):
        add(place, 3, "春节")
    assert place.diff() == []


def test_two_migrations_at_once_do_the_work_once(place: Place) -> None:
    place.write("holiday", HOLIDAY + REST)
    running = [start(lambda: [str(step) for step in _migrate(place)]) for _ in range(2)]
    taken = [finish(*one) for one in running]
    assert sorted(map(len, taken)) == [0, 1]
    assert len(list(place.revisions.glob("*.py"))) == 1
    assert place.diff() == []


def _migrate(place: Place) -> list[object]:
    from app.models import migrate

    return [step for step in migrate.migrate(place.app()) if step.taken]


BROKEN = """
import os, signal
import sqlalchemy as sa
from alembic import op

revision = {name!r}
down_revision = {after!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    {fault}
"""


def broken(place: Place, fault: str, name: str = "broken") -> str:
    """A revision after the product's last one."""
    return BROKEN.format(fault=fault, name=name, after=Revisions(OWN).head())


@pytest.mark.parametrize("fault", ["op.execute('SELECT nothing')", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_an_interrupted_migration_leaves_a_usable_database(place: Place, fault: str) -> None:
    place.revisions.mkdir()
    revision = place.revisions / "broken.py"
    revision.write_text(broken(place, fault))
    with pytest.raises(MigrationFault if "SELECT" in fault else EOFError):
        place.upgrade()
    assert not inspect(place.engine()).has_table("half")
    revision.unlink()
    place.write("holiday", HOLIDAY + REST)
    place.migrate()
    assert place.diff() == []


def test_a_revision_that_fails_is_not_kept(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.upgrade()
    place.write("holiday", HOLIDAY + REST)
    monkeypatch.setattr("app.models.revision._code", lambda *_: "op.execute('SELECT nothing')")
    with pytest.raises(MigrationFault, match="nothing"):
        place.migrate()
    assert list(place.revisions.glob("*.py")) == []
    assert not place.pending() or place.diff()


def test_two_revisions_after_the_same_one_are_refused(place: Place) -> None:
    place.revisions.mkdir()
    for name in ("one", "two"):
        text = broken(place, "pass", name)
        (place.revisions / f"{name}.py").write_text(text)
    with pytest.raises(MigrationFault, match="one and two"):
        place.upgrade()


def test_pending_asks_two_questions(place: Place) -> None:
    from sqlalchemy import event

    from app.models import migrate
    from app.models.base import db

    place.upgrade()

    def count() -> int:
        app, seen = place.app(), []
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
        migrate.pending(app)
        return len([one for one in seen if not one.startswith(("PRAGMA", "BEGIN"))])

    assert apart(count) == 2
