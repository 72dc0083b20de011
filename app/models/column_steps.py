"""Steps about columns: added, dropped, of another type, demanded or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from flask_babel import lazy_gettext as _l
from sqlalchemy import Column, Connection, MetaData, types
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.models import contents
from app.models.step import Step, type_words


def add_column(op: ops.AddColumnOp, connection: Connection, wanted: MetaData) -> Iterator[Step]:
    """Rows that exist get the default. It stays on the server, for the workers that have not been restarted yet."""
    table, column = op.table_name, wanted.tables[op.table_name].columns[op.column.name]
    names = {"table": table, "column": column.name, "type": type_words(column.type)}
    words = _l("add column %(table)s.%(column)s: %(type)s", **names)
    default = contents.default_of(column)
    if default is not None:
        words = _l("%(words)s, %(default)s in the rows that exist", words=words, default=repr(default))
    if default is not None or column.nullable:
        given: Column[Any] = Column(column.name, column.type, server_default=default, nullable=column.nullable)
        yield Step("columns", table, words, (ops.AddColumnOp(table, given),))
        return
    found = contents.count(connection, table)
    blocked = _l("%(n)s row(s) would have no value; give the field a default", n=found) if found else ""
    optional: Column[Any] = Column(column.name, column.type, nullable=True)
    body = (ops.AddColumnOp(table, optional), _demand(table, column, True))
    yield Step("columns", table, words, body, columns=(column.name,), blocked=blocked)


def drop_column(op: ops.DropColumnOp, _connection: Connection, _wanted: MetaData) -> Iterator[Step]:
    """Until consent is given the column may stay empty, or no row could be added any more."""
    column, table = op.to_column(), op.table_name
    names = {"table": table, "column": column.name}
    if not column.nullable and not column.primary_key:
        text = _l("let %(table)s.%(column)s be empty, for no field uses it any more", **names)
        yield Step("changes", table, text, (_demand(table, column, False),), spare=True)
    text = _l("drop column %(table)s.%(column)s", **names)
    yield Step("drops", table, text, (op,), columns=(column.name,), loss=_l("its values are lost"))


def alter_column(op: ops.AlterColumnOp, connection: Connection, wanted: MetaData) -> Iterator[Step]:
    """A change of type, and whether a value is demanded, each a step of its own."""
    column = wanted.tables[op.table_name].columns[op.column_name]
    op.existing_type = _neutral(op.existing_type or types.NullType())
    if op.modify_type is not None:
        yield _retype(op, column, connection)
    if op.modify_nullable is not None:
        yield _renull(op, column, connection)


def _renull(op: ops.AlterColumnOp, column: Column[Any], connection: Connection) -> Step:
    table, names = op.table_name, {"table": op.table_name, "column": column.name}
    if op.modify_nullable:
        text = _l("let %(table)s.%(column)s be empty", **names)
        return Step("changes", table, text, (_demand(table, column, False),))
    text = _l("demand a value in %(table)s.%(column)s", **names)
    default = contents.default_of(column)
    if default is not None:
        text = _l("%(words)s, %(default)s in the rows without one", words=text, default=repr(default))
        fill = f"tables.fill({table!r}, {column.name!r}, {default!r})"
        return Step("changes", table, text, (fill, _demand(table, column, True)))
    found = contents.empty(connection, table, column.name)
    blocked = _l("%(n)s row(s) have none", n=found) if found else ""
    return Step("changes", table, text, (_demand(table, column, True),), blocked=blocked)


def _demand(table: str, column: Column[Any], demanded: bool) -> ops.AlterColumnOp:
    return ops.AlterColumnOp(
        table,
        column.name,
        existing_type=_neutral(column.type),
        existing_nullable=demanded,
        modify_nullable=not demanded,
    )


def _retype(op: ops.AlterColumnOp, column: Column[Any], connection: Connection) -> Step:
    table, name, new = op.table_name, column.name, column.type
    old = op.existing_type or types.NullType()
    words = {"table": table, "column": name, "old": type_words(old), "new": type_words(new)}
    text = _l("change %(table)s.%(column)s from %(old)s to %(new)s", **words)
    if _wider(old, new):
        text = _l("widen %(table)s.%(column)s from %(old)s to %(new)s", **words)
        return Step("changes", table, text, (_new_type(op, new),))
    if _is_text(old) and _is_text(new):
        length = getattr(_plain(new), "length", 0)
        text = _l("narrow %(table)s.%(column)s from %(old)s to %(new)s", **words)
        body = (f"tables.cut({table!r}, {name!r}, {length})", _new_type(op, new))
        return Step("changes", table, text, body, loss=_l("longer values are cut"))
    if _is_text(new):
        return Step("changes", table, text, (Convert.to(op, new),), loss=_l("its values become plain text"))
    return _start_afresh(op, column, text, connection)


def _start_afresh(op: ops.AlterColumnOp, column: Column[Any], text: object, connection: Connection) -> Step:
    """No database turns any text into a date: the old values go, the rows stay."""
    table, name, default = op.table_name, column.name, contents.default_of(column)
    optional = ops.AlterColumnOp(
        table, name, existing_type=op.existing_type, modify_nullable=True, modify_server_default=None
    )
    body: list[Any] = [optional, f"tables.clear({table!r}, {name!r})", Convert.to(op, column.type)]
    if default is not None:
        body.append(f"tables.fill({table!r}, {name!r}, {default!r})")
    blocked: object = ""
    if not column.nullable:
        found = contents.count(connection, table) if default is None else 0
        blocked = _l("%(n)s row(s) would have no value; give the field a default", n=found) if found else ""
        body.append(_demand(table, column, True))
    op.modify_nullable = None  # done here
    return Step("changes", table, text, tuple(body), loss=_l("its values are lost"), blocked=blocked)


def _new_type(op: ops.AlterColumnOp, new: TypeEngine[Any]) -> ops.AlterColumnOp:
    return ops.AlterColumnOp(op.table_name, op.column_name, existing_type=op.existing_type, modify_type=new)


class Convert(ops.AlterColumnOp):
    """A change of type with an explicit cast: PostgreSQL refuses most changes without."""

    using: str

    @classmethod
    def to(cls, op: ops.AlterColumnOp, new: TypeEngine[Any]) -> Convert:
        made = cls(op.table_name, op.column_name, existing_type=op.existing_type, modify_type=new)
        name = new.compile(postgresql.dialect())  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped
        made.using = f'"{op.column_name}"::text::{name}'
        return made


@renderers.dispatch_for(Convert)
def _render_convert(context: AutogenContext, op: Convert) -> str:
    plain = _new_type(op, op.modify_type or types.NullType())
    code: str = renderers.dispatch(plain)(context, plain)
    return f"{code.removesuffix(')')},\n           postgresql_using={op.using!r})"


def _neutral(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    """A type read from one database, as both know it: revisions hold for both."""
    return type_ if isinstance(type_, TypeDecorator) else type_.as_generic(allow_nulltype=True)


def _wider(old: TypeEngine[Any], new: TypeEngine[Any]) -> bool:
    if _is_text(old) and _is_text(new):
        before, after = getattr(_plain(old), "length", None), getattr(_plain(new), "length", None)
        return after is None or (before is not None and after >= before)
    return isinstance(_plain(new), types.BigInteger) and isinstance(_plain(old), types.Integer)


def _is_text(type_: TypeEngine[Any]) -> bool:
    return isinstance(_plain(type_), types.String)


def _plain(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    return type_.impl_instance if isinstance(type_, TypeDecorator) else type_
