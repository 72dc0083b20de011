"""The one SELECT behind lists and records: plain columns, the LIMIT first, display names joined to what is left.

Joining after the LIMIT is what keeps a page cheap at any size of the table: 25 names are looked up, not 200,000.
Columns are selected through the mapped classes, never through their tables, so that the tenancy guard applies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import Subquery

from app.fields import kind_of
from app.models.base import RUN
from app.records.cursor import Cursor
from app.records.keyset import Keyset
from app.records.layout import ENTRY, PART, Layout
from app.records.tables import column_of, links, live, model_of, resource_of
from app.records.ways import Way
from app.spec.model import FieldSpec

# Parameters: the id of the one record wanted; how many rows at most.
RECORD: Final = "record_id"
ROWS: Final = "rows"


def select_one(layout: Layout, conditions: Sequence[ColumnElement[bool]] = ()) -> Select[Any]:
    """The record whose id is the parameter RECORD, if it meets the conditions."""
    model = model_of(layout.resource)
    wanted = _columns(layout, model.id, 0).where(
        model.id == bindparam(RECORD, type_=BigInteger), *live(layout.resource, model), *conditions
    )
    return _with_titles(layout, wanted.subquery())


def select_page(layout: Layout, keyset: Keyset, cursor: Cursor | None, ways: Sequence[Way]) -> Select[Any]:
    """At most ROWS rows beyond `cursor` that some way leads to, in reading order: from the end where the cursor goes
    backward."""
    backward = cursor is not None and cursor.backward
    limit = bindparam(ROWS, type_=Integer)
    runs: list[list[Select[Any]]] = [[] for _run in keyset.runs(cursor)]
    for way in ways:
        along = keyset if way.newest is None else replace(keyset, column=way.newest[0], id=way.newest[1])
        for number, run in enumerate(along.runs(cursor)):
            for found in run:
                rows = _columns(layout, along.key, number).where(*way.conditions, *found.conditions)
                runs[number].append(rows.order_by(*along.order_in(found, backward=backward)).limit(limit))
    base = _in_turn(runs, limit)
    in_order = (base.c._run, *keyset.order_by(base.c._key, base.c._id, backward=backward))
    return _with_titles(layout, base).order_by(*in_order).limit(limit)


def _columns(layout: Layout, key: Any, run: int) -> Select[Any]:
    model = model_of(layout.resource)
    return select(
        model.tenant_id.label("_tenant"),
        model.id.label("_id"),
        model.version.label("_version"),
        key.label("_key"),
        literal_column(str(run)).label("_run"),
        *(column_of(model, field).label(field.name) for field in layout.columns),
    )


def _in_turn(runs: Sequence[Sequence[Select[Any]]], limit: BindParameter[int]) -> Subquery:
    """The runs one after the other. A later one is read only where those before it have not filled the page: else the
    last few rows without a value would be looked for in all of the table, for every page."""
    if len(runs) == 1:
        return either(runs[0]).subquery()
    found: list[CTE] = []
    for number, ways in enumerate(runs):
        before = [select(func.count()).select_from(one).scalar_subquery() for one in found]
        open_ = [sum(before[1:], before[0]) < limit] if before else []
        found.append(either([way.where(*open_) for way in ways]).cte(f"{RUN}{number}"))
    return union_all(*(select(one) for one in found)).subquery()


def either(ways: Sequence[Select[Any]]) -> Select[Any] | CompoundSelect[Any]:
    """What any way finds, each row once. SQLite wants each in a subquery of its own, or it refuses their LIMIT."""
    return ways[0] if len(ways) == 1 else union(*(select(way.subquery()) for way in ways))


def _with_titles(layout: Layout, base: Subquery) -> Select[Any]:
    """The columns in the order that `Layout.row` reads them in."""
    values = [base.c[field.name] for field in layout.columns]
    others = [aliased(model_of(resource_of(field))) for field in layout.refs]
    titles = [getattr(other, resource_of(field).title) for field, other in zip(layout.refs, others, strict=True)]
    aggregates = [_aggregate(layout, base, field) for field in layout.several]
    statement = select(base.c._id, base.c._version, base.c._key, *values, *titles, *aggregates).select_from(base)
    for field, other in zip(layout.refs, others, strict=True):
        same = and_(other.tenant_id == base.c._tenant, other.id == base.c[field.name])
        statement = statement.outerjoin(other, same)
    return statement


def _aggregate(layout: Layout, base: Subquery, field: FieldSpec) -> ColumnElement[Any]:
    """The ids and titles that a refs field holds, as one text."""
    link = links(layout.resource, field)
    other = aliased(model_of(resource_of(field)))
    target = resource_of(field)
    title = kind_of(target.field(target.title)).plain(getattr(other, target.title))
    entry = cast(other.id, String) + PART + cast(title, String)
    found = select(func.aggregate_strings(entry, ENTRY)).where(
        link.tenant_id == base.c._tenant,
        link.owner_id == base.c._id,
        other.tenant_id == link.tenant_id,
        other.id == link.target_id,
    )
    return found.correlate(base).scalar_subquery()
