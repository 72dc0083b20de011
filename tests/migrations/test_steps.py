"""What each kind of change does to rows that exist, on tables made for the purpose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    make_url,
)
from sqlalchemy.exc import IntegrityError

from app.fields.types import UtcDateTime
from app.models import owner, revision
from app.models.base import metadata as real
from app.models.compare import plan
from app.models.revision import Revisions
from tests.migrations.conftest import Place

NAME = {"name": Column("name", String(20), nullable=False, default="")}


def tables(*more: Any, columns: dict[str, Column[Any]] | None = None) -> MetaData:
    """A tenant, a shelf, and a thing on it whose other columns the test chooses."""
    made = MetaData(naming_convention=real.naming_convention)
    Table("tenant", made, Column("id", BigInteger, primary_key=True), Column("permissions_version", Integer))
    for name, extra in {
        "shelf": [],
        "thing": [*(column._copy() for column in (columns or NAME).values()), *more],
    }.items():
        Table(
            name, made,
            Column("tenant_id", BigInteger, ForeignKey("tenant.id", ondelete="RESTRICT", use_alter=True),
                   primary_key=True, autoincrement=False),
            Column("id", BigInteger, primary_key=True, autoincrement=False),
            *extra,
        )  # fmt: skip
    return made


@pytest.fixture(autouse=True)
def without_our_own_revisions(place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(revision, "OWN", tmp_path / "none")


def evolve(place: Place, wanted: MetaData, *, allow_loss: bool = True) -> list[str]:
    """All steps towards `wanted`; those allowed have been taken, and leave nothing more to do."""
    revisions = Revisions(place.revisions)
    with owner.migrating(make_url(place.owner_url)) as connection:
        revisions.apply(connection)
        steps = plan(connection, wanted)
        revisions.write([step for step in steps if step.allowed(allow_loss)], connection)
        revisions.apply(connection)
        left = [step for step in plan(connection, wanted) if step.allowed(allow_loss)]
    assert left == []
    return [str(step) for step in steps]


def filled(place: Place, **columns: Column[Any]) -> None:
    """Two things of one tenant and one of another, named alpha, beta and alpha."""
    evolve(place, tables(columns=NAME | columns))
    for tenant, number, name in ((1, 1, "alpha"), (1, 2, "beta"), (2, 1, "alpha")):
        if number == 1:
            place.ask(f"INSERT INTO tenant (id) VALUES ({tenant})")
        extra = "".join(f", '{column.info['row']}'" for column in columns.values())
        names = "".join(f", {name}" for name in columns)
        place.ask(
            f"INSERT INTO thing (tenant_id, id, name{names}) VALUES ({tenant}, {number}, '{name}'{extra})",
            tenant=tenant,
        )


def names(place: Place, tenant: int = 1, column: str = "name") -> list[Any]:
    return [
        row[0] for row in place.ask(f"SELECT {column} FROM thing WHERE tenant_id = {tenant} ORDER BY id", tenant=tenant)
    ]


def test_a_longer_text_is_widened(place: Place) -> None:
    filled(place)
    steps = evolve(place, tables(columns={"name": Column("name", String(40), nullable=False)}), allow_loss=False)
    assert steps == [
        "+ widen thing.name from text of at most 20 characters to text of at most 40 characters",
    ]
    steps = evolve(place, tables(columns={"name": Column("name", Text, nullable=False)}), allow_loss=False)
    assert steps == ["+ widen thing.name from text of at most 40 characters to text of any length"]
    assert names(place) == ["alpha", "beta"]


def test_a_shorter_text_cuts_the_values_of_every_tenant(place: Place) -> None:
    filled(place)
    wanted = {"name": Column("name", String(3), nullable=False)}
    assert evolve(place, tables(columns=wanted), allow_loss=False)[0].startswith("- narrow thing.name")
    assert names(place) == ["alpha", "beta"]
    evolve(place, tables(columns=wanted))
    assert names(place) == ["alp", "bet"]
    assert names(place, tenant=2) == ["alp"]


def test_another_type_starts_without_values(place: Place) -> None:
    filled(place, day=Column("day", String(10), nullable=False, default="", info={"row": "soon"}))
    wanted = NAME | {"day": Column("day", Date)}
    assert evolve(place, tables(columns=wanted)) == [
        "- change thing.day from text of at most 10 characters to date: its values are lost"
    ]
    assert names(place, column="day") == [None, None]


def test_another_type_starts_with_the_default(place: Place) -> None:
    filled(place, flag=Column("flag", String(10), nullable=False, default="", info={"row": "x"}))
    evolve(place, tables(columns=NAME | {"flag": Column("flag", Boolean, nullable=False, default=True)}))
    assert [bool(value) for value in names(place, tenant=2, column="flag")] == [True]


def test_any_type_can_become_text(place: Place) -> None:
    filled(place, size=Column("size", BigInteger, info={"row": "42"}))
    wanted = NAME | {"size": Column("size", String(10), nullable=False, default="")}
    assert evolve(place, tables(columns=wanted))[0] == (
        "- change thing.size from whole number to text of at most 10 characters: its values become plain text"
    )
    assert names(place, column="size") == ["42", "42"]


def test_a_larger_number_is_widened(place: Place) -> None:
    filled(place, size=Column("size", Integer, info={"row": "42"}))
    steps = evolve(place, tables(columns=NAME | {"size": Column("size", BigInteger)}), allow_loss=False)
    assert steps == ["+ widen thing.size from small whole number to whole number"]


def test_a_demanded_value_is_the_default_where_there_was_none(place: Place) -> None:
    filled(place)
    evolve(place, tables(columns=NAME | {"note": Column("note", String(9))}))
    wanted = NAME | {"note": Column("note", String(9), nullable=False, default="none")}
    assert evolve(place, tables(columns=wanted), allow_loss=False) == [
        "+ demand a value in thing.note, 'none' in the rows without one"
    ]
    assert names(place, column="note") == ["none", "none"]
    assert names(place, tenant=2, column="note") == ["none"]


def test_a_demanded_value_without_default_waits_for_the_rows(place: Place) -> None:
    filled(place)
    evolve(place, tables(columns=NAME | {"size": Column("size", Integer)}))
    wanted = tables(columns=NAME | {"size": Column("size", Integer, nullable=False)})
    assert evolve(place, wanted) == ["! demand a value in thing.size: 3 row(s) have none"]
    for tenant in (1, 2):
        place.ask("UPDATE thing SET size = 1", tenant=tenant)
    assert evolve(place, wanted) == ["+ demand a value in thing.size"]


def test_a_new_column_without_default_waits_for_an_empty_table(place: Place) -> None:
    filled(place)
    size = {"size": Column("size", Integer, nullable=False)}
    index = Index(None, "tenant_id", "size", "id")
    assert evolve(place, tables(index, columns=NAME | size)) == [
        "! add column thing.size: small whole number: 3 row(s) would have no value; give the field a default",
        "! add index on thing (tenant_id, size, id): the column has to be added first",
    ]
    for tenant in (1, 2):
        place.ask("DELETE FROM thing", tenant=tenant)
    size = {"size": Column("size", Integer, nullable=False)}
    evolve(place, tables(columns=NAME | size))
    with pytest.raises(IntegrityError):
        place.ask("INSERT INTO thing (tenant_id, id, name) VALUES (1, 1, 'x')")


def test_a_value_need_not_be_given_any_more(place: Place) -> None:
    filled(place)
    assert evolve(place, tables(columns={"name": Column("name", String(20))}), allow_loss=False) == [
        "+ let thing.name be empty"
    ]


def test_unique_within_a_tenant_counts_each_tenant_apart(place: Place) -> None:
    filled(place)
    assert evolve(place, tables(UniqueConstraint("tenant_id", "name"))) == [
        "+ let thing (name) be unique within a tenant"
    ]
    with pytest.raises(IntegrityError):
        place.ask("INSERT INTO thing (tenant_id, id, name) VALUES (1, 3, 'alpha')")


def test_a_new_unique_column_waits_until_its_default_does_not_repeat(place: Place) -> None:
    filled(place)
    code = {"code": Column("code", String(9), nullable=False, default="-")}
    steps = evolve(place, tables(UniqueConstraint("tenant_id", "code"), columns=NAME | code))
    assert steps[1] == (
        "! let thing (code) be unique within a tenant: 1 row(s) repeat the values of another; change them first"
    )


def test_a_reference_is_held_by_the_database(place: Place) -> None:
    filled(place)
    key = ForeignKeyConstraint(["tenant_id", "shelf_id"], ["shelf.tenant_id", "shelf.id"], ondelete="RESTRICT")
    steps = evolve(place, tables(key, columns=NAME | {"shelf_id": Column("shelf_id", BigInteger)}), allow_loss=False)
    assert steps == ["+ add column thing.shelf_id: whole number", "+ let thing (shelf_id) refer to shelf"]
    place.ask("INSERT INTO shelf (tenant_id, id) VALUES (1, 7)", "UPDATE thing SET shelf_id = 7 WHERE tenant_id = 1")
    with pytest.raises(IntegrityError):
        place.ask("UPDATE thing SET shelf_id = 8 WHERE tenant_id = 1")


def test_a_rebuilt_table_keeps_what_it_had(place: Place) -> None:
    """SQLite changes a column by copying the table: keys, uniques, partial indexes and references must come along."""

    def wanted(length: int, **more: Column[Any]) -> MetaData:
        name = Column("name", String(length), nullable=False, default="")
        return tables(
            UniqueConstraint("tenant_id", "name"),
            Index("uq_thing_code", "tenant_id", "code", unique=True,
                  sqlite_where=Column("code", String) != "", postgresql_where=Column("code", String) != ""),
            ForeignKeyConstraint(["tenant_id", "shelf_id"], ["shelf.tenant_id", "shelf.id"], ondelete="RESTRICT"),
            ForeignKeyConstraint(["tenant_id", "parent_id"], ["thing.tenant_id", "thing.id"], ondelete="CASCADE"),
            columns={
                "name": name,
                "code": Column("code", String(9), nullable=False, default=""),
                "shelf_id": Column("shelf_id", BigInteger),
                "parent_id": Column("parent_id", BigInteger),
                "at": Column("at", UtcDateTime),
                **more,
            },
        )  # fmt: skip

    evolve(place, wanted(20))
    before = shape(place)
    evolve(place, wanted(10))
    evolve(place, wanted(40, on=Column("on", Boolean, nullable=False, default=True)))
    evolve(place, wanted(40))
    assert shape(place) == before
    place.ask("INSERT INTO tenant (id) VALUES (1)")
    insert = "INSERT INTO thing (tenant_id, id, name, code, parent_id) VALUES (1, %s)"
    place.ask(insert % "1, 'a', '', NULL", insert % "2, 'b', '', 1")
    for forbidden in ("3, 'a', '', NULL", "3, 'c', '', 9"):
        with pytest.raises(IntegrityError):
            place.ask(insert % forbidden)


def shape(place: Place) -> dict[str, Any]:
    found = inspect(place.engine())
    return {
        "key": found.get_pk_constraint("thing"),
        "unique": found.get_unique_constraints("thing"),
        "references": sorted(
            (key["name"], key["referred_table"], key["options"]) for key in found.get_foreign_keys("thing")
        ),
        "indexes": sorted(
            (index["name"], index["column_names"], index["unique"]) for index in found.get_indexes("thing")
        ),
        "columns": {(column["name"], column["nullable"]) for column in found.get_columns("thing")},
    }
