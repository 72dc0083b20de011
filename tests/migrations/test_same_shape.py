"""A database made by revisions is the one the models describe, down to what Alembic does not compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect

from app.engine import Engine
from app.models.base import metadata
from app.models.build import tables_of
from tests.migrations.conftest import Place, apart

CATALOGUE = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, l.collname
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_collation l ON l.oid = a.attcollation
         WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped""",
    "indexes": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
}


def shape(connection: Connection) -> dict[str, set[Any]]:
    """All there is to know of each table, that of the revisions' own left out."""
    if connection.dialect.name == "postgresql":
        found = {name: connection.exec_driver_sql(query).all() for name, query in CATALOGUE.items()}
        return {name: {tuple(row) for row in rows if row[0] != "alembic_version"} for name, rows in found.items()}
    see = inspect(connection)
    return {
        table: {
            *(("column", one["name"], str(one["type"]), one["nullable"]) for one in see.get_columns(table)),
            *(
                ("index", one["name"], *one["column_names"], one["unique"], where(one))
                for one in see.get_indexes(table)
            ),
            *(("unique", str(sorted(one.items()))) for one in see.get_unique_constraints(table)),
            *(("reference", str(sorted(one.items()))) for one in see.get_foreign_keys(table)),
            ("key", str(see.get_pk_constraint(table))),
        }
        for table in see.get_table_names()
        if table != "alembic_version"
    }


def where(index: Any) -> str:
    return str(index.get("dialect_options", {}).get("sqlite_where"))


def test_revisions_and_models_make_the_same_database(place: Place, other_place: Place) -> None:
    def create() -> None:
        engine: Engine = other_place.app().extensions["ucc"]
        with other_place.engine().begin() as connection:
            metadata.create_all(connection, tables=tables_of(engine.models))

    for one in (place, other_place):
        one.schema.append(Path(__file__).parent.parent / "fake_schema")
    place.migrate()
    apart(create)
    with place.engine().connect() as ours, other_place.engine().connect() as theirs:
        made, wanted = shape(ours), shape(theirs)
    assert {name: made[name] ^ wanted[name] for name in made.keys() | wanted} == {name: set() for name in wanted}
