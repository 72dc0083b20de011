"""The ORM guard alone: no policy of the database helps here. Whatever the shape of a query, it sees one company."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import and_, exists, func, literal, select, union, union_all
from sqlalchemy.orm import Session, aliased

from app.errors import CrossTenant, NoTenant
from app.models.adopted import Grant, Role, User
from app.models.api_key import ApiKey
from app.models.audit import AuditEntry
from app.models.build import links_of
from app.models.read_mark import ReadMark
from app.models.session import LoginSession
from app.models.tenant import Tenant
from app.tenancy.scope import leave_tenant_isolation_unsafe, tenant_scope
from tests.tenancy.companies import Company

Read = Callable[[Session, Any], set[int]]


def _select_rows(session: Session, g: Any) -> set[int]:
    return {row.tenant_id for row in session.scalars(select(g))}


def _select_column(session: Session, g: Any) -> set[int]:
    return set(session.scalars(select(g.tenant_id)))


def _legacy_query(session: Session, g: Any) -> set[int]:
    return {row.tenant_id for row in session.query(g).all()}


def _query_columns(session: Session, g: Any) -> set[int]:
    return {row[0] for row in session.query(g.tenant_id).distinct()}


def _alias(session: Session, g: Any) -> set[int]:
    other = aliased(g)
    return set(session.scalars(select(other.tenant_id)))


def _alias_joined(session: Session, g: Any) -> set[int]:
    other = aliased(g)  # joined on what both companies have, so that only the guard tells them apart
    return set(session.scalars(select(other.tenant_id).select_from(g).join(other, other.code == g.code)))


def _outer_join(session: Session, g: Any) -> set[int]:
    return set(session.scalars(select(User.tenant_id).select_from(g).outerjoin(User, User.username == "admin"))) - {
        None
    }


def _implicit_join(session: Session, g: Any) -> set[int]:
    return set(session.scalars(select(User.tenant_id).where(User.version == g.version, g.code == "g1")))


def _subquery(session: Session, g: Any) -> set[int]:
    inner = select(g.tenant_id.label("t")).subquery()
    return set(session.scalars(select(inner.c.t)))


def _alias_of_subquery(session: Session, g: Any) -> set[int]:
    inner = aliased(g, select(g).subquery())
    return set(session.scalars(select(inner.tenant_id)))


def _nested_subquery(session: Session, g: Any) -> set[int]:
    inner = select(g.tenant_id.label("t"), g.id.label("i")).subquery()
    outer = select(inner.c.t).limit(10_000).subquery()
    return set(session.scalars(select(outer.c.t)))


def _scalar_subquery(session: Session, g: Any) -> set[int]:
    found = session.scalar(select(select(func.count(func.distinct(g.tenant_id))).scalar_subquery()))
    return set(range(found))


def _exists(session: Session, g: Any) -> set[int]:
    other = aliased(g)
    return set(session.scalars(select(other.tenant_id).where(exists().where(g.code == other.code))))


def _in_subquery(session: Session, g: Any) -> set[int]:
    return set(session.scalars(select(User.tenant_id).where(User.tenant_id.in_(select(g.tenant_id)))))


def _cte(session: Session, g: Any) -> set[int]:
    inner = select(g.tenant_id.label("t")).cte("inner")
    return set(session.scalars(select(inner.c.t)))


def _recursive_cte(session: Session, g: Any) -> set[int]:
    start = select(g.tenant_id.label("t"), g.code.label("c"), literal(1).label("n")).cte("walk", recursive=True)
    again = aliased(g)
    step = select(again.tenant_id, again.code, start.c.n + 1).where(start.c.n < 2, again.code == start.c.c)
    walk = start.union_all(step)
    return set(session.scalars(select(walk.c.t)))


def _union(session: Session, g: Any) -> set[int]:
    return set(session.scalars(union(select(g.tenant_id), select(User.tenant_id))))


def _union_of_subqueries(session: Session, g: Any) -> set[int]:
    one, two = select(g.tenant_id.label("t")).subquery(), select(User.tenant_id.label("t")).subquery()
    both = union_all(select(one), select(two)).subquery()
    return set(session.scalars(select(both.c.t)))


def _from_union(session: Session, g: Any) -> set[int]:
    both = aliased(g, union_all(select(g), select(g)).subquery())
    return set(session.scalars(select(both.tenant_id)))


def _group(session: Session, g: Any) -> set[int]:
    return {row[0] for row in session.execute(select(g.tenant_id, func.count()).group_by(g.tenant_id))}


def _window(session: Session, g: Any) -> set[int]:
    found = session.execute(select(g.tenant_id, func.count().over())).all()
    return {row[0] for row in found}


def _stream(session: Session, g: Any) -> set[int]:
    return {row.tenant_id for row in session.scalars(select(g).execution_options(yield_per=1))}


def _locking(session: Session, g: Any) -> set[int]:
    return {row.tenant_id for row in session.scalars(select(g).with_for_update())}


def _lateral(session: Session, g: Any) -> set[int]:
    if session.get_bind().dialect.name == "sqlite":
        return _subquery(session, g)
    inner = select(g.tenant_id.label("t")).where(g.code != User.username).lateral()
    return set(session.scalars(select(inner.c.t).select_from(User).join(inner, literal(True))))


READS: list[Read] = [
    _select_rows, _select_column, _legacy_query, _query_columns, _alias, _alias_joined, _outer_join, _implicit_join,
    _subquery, _alias_of_subquery, _nested_subquery, _exists, _in_subquery, _cte, _recursive_cte, _union,
    _union_of_subqueries, _from_union, _group, _window, _stream, _locking, _lateral,
]  # fmt: skip
NAMES = [read.__name__.strip("_") for read in READS]


@pytest.mark.parametrize("read", READS, ids=NAMES)
def test_a_query_sees_the_rows_of_one_company(read: Read, own_session: Session, own: Company, gadget: Any) -> None:
    assert read(own_session, gadget) == {own.id}


@pytest.mark.parametrize("read", READS, ids=NAMES)
def test_the_same_query_without_the_guard_sees_both(
    read: Read,
    own_session: Session,
    own: Company,
    foreign: Company,
    gadget: Any,
    without_guard: Callable[[], AbstractContextManager[None]],
) -> None:
    with without_guard():
        assert read(own_session, gadget) >= {own.id, foreign.id}


@pytest.mark.parametrize("read", READS, ids=NAMES)
def test_without_a_tenant_a_query_raises(read: Read, session: Session, gadget: Any) -> None:
    with pytest.raises(NoTenant):
        read(session, gadget)


@pytest.mark.parametrize("read", READS, ids=NAMES)
def test_leaving_isolation_sees_both(read: Read, session: Session, own: Company, foreign: Company, gadget: Any) -> None:
    with leave_tenant_isolation_unsafe("the test wants to see it"):
        assert read(session, gadget) >= {own.id, foreign.id}


@pytest.mark.parametrize("model", [User, Role, Grant, LoginSession, ApiKey, AuditEntry, ReadMark])
def test_every_class_of_the_engine_is_guarded(model: Any, own_session: Session, own: Company) -> None:
    assert set(own_session.scalars(select(model.tenant_id))) == {own.id}


def test_link_rows_are_guarded(own_session: Session, own: Company, gadget: Any) -> None:
    assert set(own_session.scalars(select(links_of(gadget, "spares").tenant_id))) == {own.id}


def test_query_count_counts_one_company(own_session: Session, gadget: Any) -> None:
    assert own_session.query(gadget).count() == 1


def test_count_of_a_limited_subquery_counts_one_company(own_session: Session, gadget: Any) -> None:
    some = select(gadget.id).limit(100).subquery()
    assert own_session.scalar(select(func.count()).select_from(some)) == 1


def test_scalar_subquery_counts_one_company(own_session: Session, gadget: Any) -> None:
    assert _scalar_subquery(own_session, gadget) == {0}


def test_get_finds_own_rows_only(own_session: Session, own: Company, foreign: Company, gadget: Any) -> None:
    assert own_session.get(gadget, (own.id, own.gadget)) is not None
    assert own_session.get(gadget, (foreign.id, foreign.gadget)) is None
    assert own_session.get(User, foreign.user) is None


def test_get_does_not_find_what_another_scope_left_in_the_identity_map(
    session: Session, own: Company, foreign: Company, gadget: Any
) -> None:
    with tenant_scope(foreign.id):
        left = session.get(gadget, (foreign.id, foreign.gadget)), session.get(User, foreign.user)
        assert None not in left
    with tenant_scope(own.id):
        assert session.get(gadget, (foreign.id, foreign.gadget)) is None
        assert session.get(User, foreign.user) is None


def test_a_row_of_another_scope_cannot_be_refreshed(session: Session, own: Company, foreign: Company) -> None:
    with tenant_scope(foreign.id):
        user = session.get(User, foreign.user)
    with tenant_scope(own.id), pytest.raises(Exception, match="refresh"):
        session.refresh(user)


def test_a_column_of_another_scope_cannot_be_loaded_late(session: Session, own: Company, foreign: Company) -> None:
    with tenant_scope(foreign.id):
        user = session.get(User, foreign.user)
        session.expire(user)
    with tenant_scope(own.id), pytest.raises(Exception, match="deleted"):
        assert user.username


def test_relations_read_within_the_company(own_session: Session, own: Company, gadget: Any) -> None:
    user = own_session.get(User, own.user)
    tool = own_session.get(gadget, (own.id, own.gadget))
    assert [role.id for role in user.roles] == [own.role]
    assert [shelf.id for shelf in tool.spares] == [own.shelf]


def test_the_tenant_is_asked_for_when_the_statement_is_sent(session: Session, own: Company, foreign: Company) -> None:
    """One statement object, as `records` builds once per resource, serves whoever is in scope."""
    statement = select(User.id).where(and_(User.username == "admin"))
    for company in (own, foreign, own):
        with tenant_scope(company.id):
            assert session.scalars(statement).all() == [company.user]


def test_shared_tables_need_no_tenant(session: Session) -> None:
    assert session.scalar(select(func.count(Tenant.id))) >= 2


@pytest.mark.parametrize("table", [User.__table__, Role.__table__], ids=["user", "role"])
def test_a_bare_table_is_refused(table: Any, own_session: Session) -> None:
    for statement in (
        select(table),
        select(func.count()).select_from(table),
        select(select(table.c.id).subquery()),
        union(select(table.c.id), select(table.c.id)),
    ):
        with pytest.raises(CrossTenant):
            own_session.execute(statement)
