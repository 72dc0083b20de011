"""The difference between a database and the tables the product wants, as steps (issue: `ucc schema diff`).

Alembic finds the differences; here and in `column_steps` stands what each means for the data, and what the rows need.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import ops
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, ForeignKeyConstraint, MetaData, Table
from sqlalchemy.exc import SAWarning

from app.models import column_steps, contents
from app.models.step import THEMES, Step


def plan(connection: Connection, wanted: MetaData, ignore: Collection[str] = ()) -> list[Step]:
    """Every step that would make the database hold exactly the tables of `wanted`, in the order to take them.

    Tables named in `ignore` are left out. So is a table that nobody wants and that has no tenant: it is not ours.
    """
    context = MigrationContext.configure(connection, opts=options(wanted, ignore))
    with warnings.catch_warnings():
        # People are in teams that people lead: no order of the tables suits both keys, and none is needed here.
        warnings.filterwarnings("ignore", "Cannot correctly sort tables", category=SAWarning)
        found = produce_migrations(context, wanted).upgrade_ops
    if found is None:
        return []
    steps = [step for op in _flat(found.ops) for step in _steps(op, connection, wanted)]
    steps = [_waiting(step, steps) for step in steps]
    shared = {table.name for table in wanted.tables.values() if "tenant_id" not in table.columns}
    # What has no tenant comes first: others refer to it, by keys that Alembic does not order tables by.
    return sorted(_fold(steps), key=lambda step: (THEMES.index(step.theme), step.table not in shared))


def options(wanted: MetaData, ignore: Collection[str] = ()) -> dict[str, Any]:
    """What Alembic is to compare. Server defaults only serve rows older than their column: they are no difference."""

    def is_ours(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        if kind != "table":
            return True
        return name not in ignore and not (reflected and other is None and "tenant_id" not in item.c)

    return {
        "target_metadata": wanted,
        "compare_type": True,
        "compare_server_default": False,
        "include_object": is_ours,
    }


def _flat(operations: Sequence[ops.MigrateOperation]) -> Iterator[ops.MigrateOperation]:
    for op in operations:
        if isinstance(op, ops.ModifyTableOps):
            yield from op.ops
        else:
            yield op


def _waiting(step: Step, steps: list[Step]) -> Step:
    """What needs a column that cannot be added yet has to wait for it."""
    missing = {(one.table, name) for one in steps if one.theme == "columns" and one.blocked for name in one.columns}
    if step.theme == "constraints" and any((step.table, name) in missing for name in step.columns):
        return replace(step, blocked=_l("the column has to be added first"))
    return step


def _fold(steps: list[Step]) -> list[Step]:
    """The indexes of a table that comes or goes belong to its step: nobody wants to read about them one by one."""
    made = {step.table: step for step in steps if step.theme == "tables"}
    gone = {step.table for step in steps if step.theme == "drops" and not step.columns}
    rest = []
    for step in steps:
        if step.theme == "constraints" and step.table in made:
            table = made[step.table]
            body = sorted((*table.body, *step.body), key=lambda item: isinstance(item, str))
            made[step.table] = replace(table, body=tuple(body))
        elif step.theme != "tables" and not (step.theme == "constraints" and step.table in gone):
            rest.append(step)
    return [*made.values(), *rest]


def _steps(op: Any, connection: Connection, wanted: MetaData) -> Iterator[Step]:
    describe = _DESCRIBE.get(type(op))
    if describe is None:
        raise NotImplementedError(f"no words for {type(op).__name__} on {getattr(op, 'table_name', '?')}")
    yield from describe(op, connection, wanted)


def _add_table(op: ops.CreateTableOp, _connection: Connection, wanted: MetaData) -> Iterator[Step]:
    table = wanted.tables[op.table_name]
    text = _l("add table %(table)s (%(columns)s)", table=table.name, columns=", ".join(table.columns.keys()))
    body: list[Any] = [op]
    body += [_late_key(table, key) for key in sorted(table.foreign_key_constraints, key=str) if key.use_alter]
    body.append(f"tables.{'protect' if 'tenant_id' in table.columns else 'share'}({table.name!r})")
    yield Step("tables", table.name, text, tuple(body))


def _late_key(table: Table, key: ForeignKeyConstraint) -> str:
    here = [column.name for column in key.columns]
    there = [element.column.name for element in key.elements]
    target = key.referred_table.name
    return (
        f"tables.refer({str(key.name)!r}, {table.name!r}, {target!r}, {here!r}, {there!r}, ondelete={key.ondelete!r})"
    )


def _drop_table(op: ops.DropTableOp, _connection: Connection, _wanted: MetaData) -> Iterator[Step]:
    text = _l("drop table %(table)s", table=op.table_name)
    yield Step("drops", op.table_name, text, (op,), loss=_l("all its rows are lost"))


def _add_index(op: ops.CreateIndexOp, connection: Connection, wanted: MetaData) -> Iterator[Step]:
    index = op.to_index()
    names = tuple(getattr(part, "name", str(part)) for part in index.expressions)
    if op.unique:
        where = index.dialect_options[connection.dialect.name].get("where")
        yield _unique(op, wanted.tables[op.table_name], names, where, connection)
        return
    text = _l("add index on %(table)s (%(columns)s)", table=op.table_name, columns=", ".join(names))
    yield Step("constraints", op.table_name, text, (op,), columns=names)


def _add_unique(op: ops.CreateUniqueConstraintOp, connection: Connection, wanted: MetaData) -> Iterator[Step]:
    names = tuple(str(getattr(name, "name", name)) for name in op.columns)
    yield _unique(op, wanted.tables[op.table_name], names, None, connection)


def _unique(op: ops.MigrateOperation, table: Table, names: tuple[str, ...], where: Any, connection: Connection) -> Step:
    shown = ", ".join(name for name in names if name != "tenant_id")
    text = _l("let %(table)s (%(columns)s) be unique within a tenant", table=table.name, columns=shown)
    doubles = contents.doubles(connection, table, names, where)
    blocked = _l("%(n)s row(s) repeat the values of another; change them first", n=doubles) if doubles else ""
    return Step("constraints", table.name, text, (op,), columns=names, blocked=blocked)


def _add_key(op: ops.CreateForeignKeyOp, _connection: Connection, _wanted: MetaData) -> Iterator[Step]:
    columns = ", ".join(name for name in op.local_cols if name != "tenant_id")
    text = _l("let %(table)s (%(columns)s) refer to %(to)s",
              table=op.source_table, columns=columns, to=op.referent_table)  # fmt: skip
    yield Step("constraints", op.source_table, text, (op,), columns=tuple(op.local_cols))


def _drop_index(op: ops.DropIndexOp, _connection: Connection, _wanted: MetaData) -> Iterator[Step]:
    table = op.table_name or ""
    yield Step("constraints", table, _l("drop index %(name)s on %(table)s", name=op.index_name, table=table), (op,))


def _drop_constraint(op: ops.DropConstraintOp, _connection: Connection, _wanted: MetaData) -> Iterator[Step]:
    names = {"name": str(op.constraint_name), "table": op.table_name}
    yield Step("constraints", op.table_name, _l("drop constraint %(name)s on %(table)s", **names), (op,))


_DESCRIBE: dict[type[ops.MigrateOperation], Callable[[Any, Connection, MetaData], Iterator[Step]]] = {
    ops.CreateTableOp: _add_table,
    ops.DropTableOp: _drop_table,
    ops.AddColumnOp: column_steps.add_column,
    ops.DropColumnOp: column_steps.drop_column,
    ops.AlterColumnOp: column_steps.alter_column,
    ops.CreateIndexOp: _add_index,
    ops.DropIndexOp: _drop_index,
    ops.CreateUniqueConstraintOp: _add_unique,
    ops.CreateForeignKeyOp: _add_key,
    ops.DropConstraintOp: _drop_constraint,
}
