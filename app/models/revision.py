"""Revisions: one readable file per theme of steps, written once and kept for ever, applied in order."""

from __future__ import annotations

import secrets
import textwrap
from argparse import Namespace
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.autogenerate import render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import ops
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Dialect
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.errors import MigrationFault
from app.models.step import Step, Theme
from app.tenancy import rls

HOME = Path(__file__).resolve().parent.parent / "migrations"
OWN = HOME / "versions"  # the revisions that come with the product
_TITLES: dict[Theme, str] = {
    "tables": "add", "columns": "extend", "constraints": "constrain", "changes": "change", "drops": "drop from",
}  # fmt: skip

_DIALECTS: tuple[Dialect, Dialect] = (SQLiteDialect(), PGDialect())  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped

# What SQLite does without rebuilding the table.
_ALONE = ops.CreateTableOp | ops.DropTableOp | ops.CreateIndexOp | ops.DropIndexOp


class Revisions:
    """All revisions: those of the product and, where it is another folder, those written for this installation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        places = dict.fromkeys([OWN.resolve(), folder.resolve()])
        self.config = Config(cmd_opts=Namespace(quiet=True))
        self.config.set_main_option("script_location", str(HOME).replace("%", "%%"))
        self.config.set_main_option("path_separator", "newline")
        self.config.set_main_option("version_locations", "\n".join(map(str, places)).replace("%", "%%"))
        self.config.set_main_option("file_template", "%%(rev)s_%%(slug)s")

    def head(self) -> str | None:
        """The last revision there is; None if there is none. Raises MigrationFault if two follow the same one."""
        heads = self._script().get_heads()
        if len(heads) > 1:
            raise MigrationFault(f"revisions {' and '.join(heads)} follow the same one: delete or rewrite one of them")
        return heads[0] if heads else None

    def write(self, steps: Sequence[Step], connection: Connection) -> list[Path]:
        """One file per theme of `steps`, each following the last. Gives their paths."""
        return [
            self._write_one(theme, list(group), connection) for theme, group in groupby(steps, lambda step: step.theme)
        ]

    def _write_one(self, theme: Theme, steps: list[Step], connection: Connection) -> Path:
        script, number = self._script(), 1 + sum(1 for _ in self._script().walk_revisions())
        made = script.generate_revision(
            f"{number:04d}_{secrets.token_hex(2)}",
            f"{_TITLES[theme]} {', '.join(dict.fromkeys(step.table for step in steps))}",
            head=self.head() or "base",
            version_path=self.folder.resolve(),
            steps=[_line(step) for step in steps],
            upgrades=textwrap.indent(_code(steps, connection).strip(), "    ").strip(),
        )
        if made is None:
            raise MigrationFault(f"no revision was written to {self.folder}")
        return Path(made.path)

    def apply(self, connection: Connection) -> None:
        """Brings the database to `head`. Raises MigrationFault: whole revisions stay, a broken one is undone."""
        self.config.attributes["connection"] = connection
        if connection.dialect.name == "postgresql":
            connection.rollback()  # only with no transaction open does Alembic make each revision one
        try:
            self.head()
            command.upgrade(self.config, "head")
        except (CommandError, DBAPIError) as fault:
            raise MigrationFault(_why(fault)) from fault
        if connection.dialect.name == "postgresql":
            rls.secure(connection)  # also heals rights where the app role was made after the tables
            rls.share(connection, "alembic_version")  # `pending` asks as the app role
            connection.commit()

    def applied(self, connection: Connection) -> str | None:
        """The revision the database is at."""
        return MigrationContext.configure(connection).get_current_revision()

    def missing_from(self, connection: Connection) -> list[Path]:
        """Files of revisions the database has not seen."""
        script, at = self._script(), self.applied(connection)
        return [Path(one.path) for one in script.iterate_revisions("head", at or "base")]

    def _script(self) -> ScriptDirectory:
        self.folder.mkdir(parents=True, exist_ok=True)
        return ScriptDirectory.from_config(self.config)


def _why(fault: Exception) -> str:
    cause = fault.orig if isinstance(fault, DBAPIError) else fault
    return f"the migration stopped and the step it was at was undone: {cause}"


def _code(steps: Sequence[Step], connection: Connection) -> str:
    """The body of `upgrade()`. Neighbouring operations on one table share a block, so SQLite rebuilds it once."""
    parts: list[Any] = []
    for item in (item for step in steps for item in step.body):
        if isinstance(item, str | _ALONE):
            parts.append(item)
            continue
        table = item.source_table if isinstance(item, ops.CreateForeignKeyOp) else item.table_name  # type: ignore[attr-defined]
        if not (parts and isinstance(parts[-1], ops.ModifyTableOps) and parts[-1].table_name == table):
            parts.append(ops.ModifyTableOps(table, []))
        parts[-1].ops.append(item)
    context = MigrationContext.configure(connection)
    return "\n".join(part if isinstance(part, str) else _render(part, context) for part in parts)


def _render(operation: ops.MigrateOperation, context: MigrationContext) -> str:
    container = ops.UpgradeOps([operation])
    code = render_python_code(container, render_as_batch=True, render_item=_neutral, migration_context=context)
    lines = textwrap.dedent(f"    {code}").replace(", schema=None)", ")").splitlines()
    lines = [line for line in lines if line.strip() and not line.startswith("# ###")]
    if isinstance(operation, ops.CreateTableOp):
        lines = ["", lines[0], *(f"    {line}" for line in lines[1:-1]), *lines[-1:]]
    return "\n".join(lines)


def _line(step: Step) -> str:
    """A step as it stands in the file's docstring."""
    text = str(step).replace("\\", "/").replace('"""', "'''")
    return "\n".join(textwrap.wrap(text, 118, subsequent_indent="    "))


def _neutral(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Our own types as what they are in each database, in SQLAlchemy's words, so that revisions outlive our code."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    here, there = (repr(_in(dialect, item).as_generic()) for dialect in _DIALECTS)
    if here == there:
        return f"sa.{here}"
    return f"sa.{here}.with_variant(sa.{there}, 'postgresql')"


def _in(dialect: Dialect, item: TypeDecorator[Any]) -> TypeEngine[Any]:
    """What our type is in this database, where it may again differ from one to the other."""
    return item.load_dialect_impl(dialect).dialect_impl(dialect)
