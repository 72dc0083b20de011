"""The one SELECT behind lists and records: plain columns, the LIMIT first, display names joined to what is left.

Joining after the LIMIT is what keeps a page cheap at any size of the table: 25 names are looked up, not 200,000.
Columns are selected through the mapped classes, never through their tables, so that the tenancy guard applies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import Subquery

from app.fields import kind_of
from app.records.cursor import Cursor
from app.records.keyset import Keyset
from app.records.layout import ENTRY, PART, Layout
from app.records.tables import column_of, links, live, model_of, resource_of
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


def select_page(
    layout: Layout, keyset: Keyset, cursor: Cursor | None, conditions: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    """At most ROWS rows beyond `cursor`, in reading order: from the end where the cursor goes backward."""
    backward = cursor is not None and cursor.backward
    limit = bindparam(ROWS, type_=Integer)
    key = keyset.id if keyset.column is None else keyset.column
    order = keyset.order_by(key, keyset.id, backward=backward)
    base = _one_after_the_other(
        [
            _columns(layout, key, number).where(*conditions, *run).order_by(*order).limit(limit)
            for number, run in enumerate(keyset.runs(cursor))
        ]
    )
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


def _one_after_the_other(ranges: Sequence[Select[Any]]) -> Subquery:
    """SQLite wants each range in a subquery of its own, or it refuses their LIMIT."""
    if len(ranges) == 1:
        return ranges[0].subquery()
    return union_all(*(select(one.subquery()) for one in ranges)).subquery()


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
