"""Statements made once per shape of question and remembered: making one costs as much CPU as running it.

What differs from page to page (where it begins, how many rows) is a parameter, and so is what a search looks for
(`asked.py`): who looks for another name, by another day or type, makes no statement at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BigInteger, Integer, Select, bindparam, func, select

from app.fields.base import Reader
from app.models.base import SEARCH
from app.models.pool import often_empty
from app.records.asked import Asked
from app.records.keyset import ID, VALUE, Keyset
from app.records.layout import Layout
from app.records.search import Search, order_of
from app.records.sight import Sight, allowed_targets, narrowed
from app.records.statement import RECORD, ROWS, either, select_one, select_page
from app.records.system import TRACKED, computed, field_of
from app.records.tables import base_of, column_of, is_nullable, model_of, sort_column
from app.records.ways import ways
from app.spec.model import ResourceSpec

EVERYTHING: Final = Sight()
KNOWN: Final = "known_ids"
REMEMBERED: Final = 256  # statements, of some 100 kB each

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement, and the layout of its rows."""

    statement: Select[Any]
    layout: Layout


def page_plan(
    resource: ResourceSpec, names: Sequence[str], search: Search, reader: Reader, sight: Sight = EVERYTHING
) -> tuple[Plan, Parameters]:
    """The plan for this page of the list and every other one like it, and the parameters of this one: one row more than
    the page has tells whether there are more. Raises Rejected as `clauses` does."""
    asked = Asked.of(resource, search, reader)
    outline = Search(order=search.order, size=0, cursor=search.cursor and search.cursor.outline())
    parameters = {ROWS: search.size + 1, **asked.values}
    if search.cursor is not None and search.cursor.beside_a_row:
        parameters |= {VALUE: search.cursor.value, ID: search.cursor.id}
    return _page_plan(resource, model_of(resource), tuple(names), outline, sight=sight, asked=asked), parameters


def count_plan(
    resource: ResourceSpec, search: Search, reader: Reader, sight: Sight, most: int
) -> tuple[Select[Any], Parameters]:
    """How many rows the search finds, at most so many. Raises Rejected."""
    asked = Asked.of(resource, search, reader)
    return _count_plan(resource, model_of(resource), asked, sight), {ROWS: most, **asked.values}


def record_plan(resource: ResourceSpec, sight: Sight | None = None) -> Plan:
    """The plan for one record, within a sight of the resource; without one, for any that its table holds."""
    return _record_plan(resource, model_of(resource), sight)


def record_parameters(id_: int) -> Mapping[str, Any]:
    return {RECORD: id_}


@lru_cache(REMEMBERED)
def _page_plan(
    resource: ResourceSpec, model: Any, names: tuple[str, ...], search: Search, *, sight: Sight, asked: Asked
) -> Plan:
    layout = Layout.of(resource, names)
    by_age = order_of(resource, search).removeprefix("-") == "created_at"
    found = ways(model, resource, asked, sight, by_age=by_age)
    keyset = keyset_of(resource, search)
    looks = asked.narrowed or bool(sight.groups) or keyset.default is not None
    return Plan(select_page(layout, keyset, search.cursor, found).execution_options(**{SEARCH: looks}), layout)


@lru_cache(REMEMBERED)
def _count_plan(resource: ResourceSpec, model: Any, asked: Asked, sight: Sight) -> Select[Any]:
    limit = bindparam(ROWS, type_=Integer)
    found = [select(model.id).where(*way.conditions).limit(limit) for way in ways(model, resource, asked, sight)]
    some = either(found).limit(limit).subquery()
    looks = asked.narrowed or bool(sight.groups)
    return select(func.count()).select_from(some).execution_options(**{SEARCH: looks})


@lru_cache(REMEMBERED)
def _record_plan(resource: ResourceSpec, model: Any, sight: Sight | None) -> Plan:
    layout = Layout.of(resource, [*resource.fields, *computed(resource), *TRACKED])
    conditions = [] if sight is None else narrowed(resource, sight)
    return Plan(select_one(layout, conditions), layout)


@lru_cache(REMEMBERED)
def choice_plan(
    resource: ResourceSpec, field: str, target: ResourceSpec, model: Any, sight: Sight, *, known: bool = False
) -> Select[Any]:
    """Id and title of at most ROWS records in sight that `field` of `resource` may point to, in their list's order;
    of those with the ids KNOWN, where they are `known`."""
    order = target.list.order[0]
    column = sort_column(model, order)
    by = column.desc() if order.startswith("-") else column.asc()
    title = getattr(model, target.title)
    conditions = [*allowed_targets(resource, field), *narrowed(target, sight)]
    if known:
        conditions.append(model.id.in_(bindparam(KNOWN, type_=BigInteger, expanding=True)))
    return select(model.id, title).where(*conditions).order_by(by, model.id).limit(bindparam(ROWS, type_=Integer))


def keyset_of(resource: ResourceSpec, search: Search) -> Keyset:
    """What the list is ordered by."""
    order, model = order_of(resource, search), model_of(resource)
    falling = order.startswith("-")
    if order.removeprefix("-") == "id":
        return Keyset(None, model.id, falling, nullable=False)
    field = field_of(resource, order.removeprefix("-"))
    column = column_of(model, replace(field, fallback=None), sorting=True)
    nullable = is_nullable(model, field)
    sparse = field.slot or field.name in often_empty(base_of(resource))
    return Keyset(column, model.id, falling, nullable, sparse=sparse, default=field.fallback)
