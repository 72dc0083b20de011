"""The ORM layer of isolation: every statement of `db.session` is confined to the tenant in scope, or refused.

What can be confined is (selects of any shape, updates, deletes, relationship loads: one criterion per class). What
cannot is refused: statements on bare tables, SQL texts, inline inserts, updates by a list of keys. Past the session's
events (`session.connection()`, the engine) only the lint and, on PostgreSQL, row-level security stand guard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast
from weakref import WeakKeyDictionary

from flask_sqlalchemy.session import Session as AnySession
from sqlalchemy import BigInteger, Executable, Select, Table, TextClause, bindparam, event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, scoped_session, with_loader_criteria
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import Insert

from app.errors import CrossTenant
from app.tenancy.scope import current, current_tenant_id
from app.tenancy.setting import adopt_begin, apply_scope, forget_on_end, forget_on_rollback

__all__ = ["AUDITED", "Guarded", "apply_scope", "install", "uninstall"]

# Execution option of a statement that the guard cannot judge and a person has: its value says why it is safe.
AUDITED: Final = "ucc_audited"


class Guarded:
    """Marks the mapped classes whose rows belong to tenants: all that have `tenant_id`, FAB's included."""

    tenant_id: Any = None  # every such class maps its own; SQLAlchemy looks at this one first


# The value is asked for when the statement is sent, so one compiled statement serves all tenants; and a statement
# that needs it outside any scope raises NoTenant, whatever its shape.
TENANT: Final = bindparam("ucc_tenant_id", callable_=current_tenant_id, type_=BigInteger)
CONFINED: Final = with_loader_criteria(Guarded, lambda cls: cls.tenant_id == TENANT, include_aliases=True)
_kept: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def install(session: scoped_session[AnySession]) -> None:
    """Puts the guard on every session of `session`. Doing so twice changes nothing."""
    for name, listener in LISTENERS.items():
        if not event.contains(session, name, listener):
            event.listen(session, name, listener)


def uninstall(session: scoped_session[AnySession]) -> None:
    """For the tests that prove the other layers alone."""
    for name, listener in LISTENERS.items():
        if event.contains(session, name, listener):
            event.remove(session, name, listener)


def confine(state: ORMExecuteState) -> Any:
    """Listens to `do_orm_execute`. Raises CrossTenant for what it can neither confine nor let pass."""
    apply_scope(state.session)
    scope = current()
    if scope is not None and scope.tenant_id is None:
        return None  # isolation was left, with a reason
    if not state.is_orm_statement:
        _refuse_bare(state)
    elif state.is_from_statement:
        raise CrossTenant("from_statement() cannot be confined to a tenant")
    elif state.is_insert:
        return _insert(state)
    elif state.is_column_load:
        _confine_refresh(state)
    else:
        statement = _confined(state.statement)
        if state.is_update or state.is_delete:
            _check_change(state)
            statement = _confine_others(statement)
        state.statement = statement
    return None


def _confined(statement: Any) -> Any:
    """`statement` with the criterion. Kept as long as the statement is, because SQLAlchemy's key of a compiled
    statement lives with the object: one that is built once and sent often keeps it."""
    if any(option is CONFINED for option in statement._with_options):
        return statement  # a late load brings it along
    found = _kept.get(statement)
    if found is None:
        found = _kept[statement] = statement.options(CONFINED)
    return found


def _confine_refresh(state: ORMExecuteState) -> None:
    """Reading a row again, or a column late: here SQLAlchemy applies no criteria of options."""
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, Guarded):
        state.statement = cast("Select[Any]", state.statement).where(mapper.class_.tenant_id == TENANT)


def _refuse_bare(state: ORMExecuteState) -> None:
    """Statements without a mapped class pass if they touch no tenant's table, or say that they have been audited."""
    if state.execution_options.get(AUDITED):
        return
    statement = state.statement
    if isinstance(statement, TextClause):
        raise CrossTenant("text() cannot be confined to a tenant: select through mapped classes")
    for name in _tenant_tables(statement):
        raise CrossTenant(f"{name} is a tenant's table: select through its mapped class")


def _tenant_tables(statement: Executable) -> Iterator[str]:
    for element in visitors.iterate(cast("Any", statement)):
        if isinstance(element, TextClause):
            yield "a text()"
        elif isinstance(element, Table) and "tenant_id" in element.c:
            yield element.name


def _insert(state: ORMExecuteState) -> Any:
    """`execute(insert(Model), rows)` gets the tenant into every row; values inside the statement are refused."""
    mapper = state.bind_mapper
    if mapper is None or not issubclass(mapper.class_, Guarded):
        return None
    statement = state.statement
    if not isinstance(statement, Insert) or not state.parameters or _inline(statement):
        raise CrossTenant("insert() with values of its own cannot be confined: execute(insert(Model), rows)")
    rows: list[Mapping[str, Any]] = (
        state.parameters if isinstance(state.parameters, list) else [cast("Mapping[str, Any]", state.parameters)]
    )
    tenant_id = current_tenant_id()
    for row in rows:
        if row.get("tenant_id", tenant_id) != tenant_id:
            raise CrossTenant(f"a row of {mapper.class_.__name__} names another tenant")
    stamp = [{"tenant_id": tenant_id}] * len(rows)
    return state.invoke_statement(params=stamp if isinstance(state.parameters, list) else stamp[0])


def _inline(statement: Insert) -> bool:
    """True for values, a SELECT, or an upsert that could meet another tenant's row."""
    upsert = getattr(statement, "_post_values_clause", None)
    meets = getattr(upsert, "inferred_target_elements", None) or ()
    if upsert is not None and "tenant_id" not in [getattr(element, "key", element) for element in meets]:
        return True
    sets = dict(getattr(upsert, "update_values_to_set", ()))
    return bool(statement._values or statement._multi_values or statement.select is not None or "tenant_id" in sets)


def _check_change(state: ORMExecuteState) -> None:
    if state.execution_options.get("dml_strategy", "auto") != "auto":
        raise CrossTenant("dml_strategy passes the tenant guard by")
    mapper = state.bind_mapper
    if mapper is None or not issubclass(mapper.class_, Guarded):
        return
    if isinstance(state.parameters, list):
        raise CrossTenant("an update by a list of keys cannot be confined: update(Model).where(…)")
    if not state.is_update:
        return
    values = [*(state.statement._values or ()), *(state.parameters or ())]  # type: ignore[attr-defined]
    if any(getattr(key, "key", key) == "tenant_id" for key in values):
        raise CrossTenant("a row never changes its tenant")


def _confine_others(statement: Any) -> Any:
    """UPDATE … FROM and DELETE … USING: SQLAlchemy puts the criterion on the target alone."""
    parts = [*statement._where_criteria, *(getattr(statement, "_values", None) or {}).values()]
    others = {source for part in parts for source in getattr(part, "_from_objects", ())} - {statement.table}
    return statement.where(*(source.c.tenant_id == TENANT for source in others if "tenant_id" in source.c))


def stamp_or_refuse(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Listens to `before_flush`. New rows get the tenant in scope; rows of another tenant raise CrossTenant."""
    apply_scope(session)
    scope = current()
    left = scope is not None and scope.tenant_id is None
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, Guarded):
            continue
        if row.tenant_id is None:
            row.tenant_id = current_tenant_id()
        elif not left and row.tenant_id != current_tenant_id():
            raise CrossTenant(f"a row of {type(row).__name__} belongs to another tenant")
    for row in session.dirty:
        if isinstance(row, Guarded) and get_history(row, "tenant_id").deleted:
            raise CrossTenant("a row never changes its tenant")


LISTENERS: Final[Mapping[str, Callable[..., Any]]] = {
    "do_orm_execute": confine,
    "before_flush": stamp_or_refuse,
    "after_begin": adopt_begin,
    "after_transaction_end": forget_on_end,
    "after_soft_rollback": forget_on_rollback,
}
