"""`ucc schema diff` and `ucc schema migrate`: the database follows the YAML, and never loses data unasked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, MetaData, Select, column, func, literal, select, table

from app.engine import engine
from app.models import owner
from app.models.base import db, metadata
from app.models.build import tables_of
from app.models.compare import plan
from app.models.revision import Revisions
from app.models.step import Step
from app.models.wanted import wanted

__all__ = ["Step", "diff", "migrate", "pending", "upgrade"]


def diff(app: Flask) -> list[Step]:
    """What `migrate` would do. Each step prints as one line: `+` safe, `-` loses data, `!` stopped by what is there."""
    with owner.reading(owner.url_of(app)) as connection:
        return plan(connection, *_wanted(app))


def migrate(app: Flask, *, allow_loss: bool = False) -> list[Step]:
    """Applies what revisions there are, then writes and applies those that changed YAML asks for.

    Gives every step, `taken` telling whether it was: those that lose data wait for `allow_loss`, those that rows forbid
    until the rows are put right. Raises MigrationFault; the database is then as its last whole revision left it.
    """
    revisions = _revisions(app)
    with owner.migrating(owner.url_of(app)) as connection:
        revisions.apply(connection)
        steps = plan(connection, *_wanted(app))
        take = [step for step in steps if step.allowed(allow_loss)]
        written = revisions.write(take, connection)
        try:
            revisions.apply(connection)
        except BaseException:
            _withdraw(written, revisions, connection)
            raise
    return [replace(step, taken=step in take) for step in steps if step in take or not step.spare]


def upgrade(app: Flask) -> None:
    """Applies the revisions the database has not seen; writes none. Raises MigrationFault."""
    with owner.migrating(owner.url_of(app)) as connection:
        _revisions(app).apply(connection)


def pending(app: Flask) -> bool:
    """Whether the database lacks a revision, a table or a column: two small queries, however large the database."""
    with app.app_context():
        needed = {(one.name, field.name) for one in tables_of(engine().models) for field in one.columns}
        with db.engine.connect() as connection:
            there = {(row[0], row[1]) for row in connection.execute(_columns_there(connection))}
            if ("alembic_version", "version_num") not in there or not needed <= there:
                return True
            seen = connection.scalars(select(column("version_num")).select_from(table("alembic_version"))).all()
    return [_revisions(app).head()] != list(seen)


def _columns_there(connection: Connection) -> Select[str, str]:
    """Every (table, column) of the database, whatever the role may do with them."""
    if connection.dialect.name == "sqlite":
        master = table("sqlite_master", column("name"))
        fields = func.pragma_table_info(master.c.name).table_valued("name")
        return select(master.c.name, fields.c.name).select_from(master.join(fields, literal(True)))
    tables = table("pg_class", column("oid"), column("relname"), column("relnamespace"))
    columns = table("pg_attribute", column("attrelid"), column("attname"), column("attnum"), column("attisdropped"))
    spaces = table("pg_namespace", column("oid"), column("nspname"))
    return (
        select(tables.c.relname, columns.c.attname)
        .join_from(tables, columns, columns.c.attrelid == tables.c.oid)
        .join(spaces, spaces.c.oid == tables.c.relnamespace)
        .where(spaces.c.nspname == func.current_schema(), columns.c.attnum > 0, ~columns.c.attisdropped)
    )


def _wanted(app: Flask) -> tuple[MetaData, set[str]]:
    """The tables of this product, and the names of those that another product built in this process (tests) has."""
    with app.app_context():
        tables = wanted(engine().product, engine().models)
    return tables, set(metadata.tables) - set(tables.tables)


def _withdraw(written: Sequence[Path], revisions: Revisions, connection: Connection) -> None:
    """What was not applied was never written; what was applied stays, in the database and in the folder."""
    connection.rollback()
    unseen = revisions.missing_from(connection)
    connection.rollback()
    for path in set(written) & set(unseen):
        path.unlink()


def _revisions(app: Flask) -> Revisions:
    return Revisions(Path(app.config["MIGRATIONS"]))
