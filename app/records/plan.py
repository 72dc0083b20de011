"""Statements made once per shape of question and remembered: making one costs as much CPU as running it.

What differs from page to page (where it begins, how many rows) is a parameter; what a search looks for is part of the
shape, so a reader who pages through a list, or comes back to it, makes no statement at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Integer, Select, bindparam, select

from app.fields.base import Reader
from app.models.base import SEARCH
from app.records.box import Looks
from app.records.keyset import ID, VALUE, Keyset
from app.records.layout import Layout
from app.records.search import Search, order_of
from app.records.sight import Sight, allowed_targets, narrowed
from app.records.statement import RECORD, ROWS, select_one, select_page
from app.records.system import TRACKED, computed, field_of
from app.records.tables import column_of, is_nullable, model_of, sort_column
from app.records.ways import boxed, ways
from app.spec.model import ResourceSpec

EVERYTHING: Final = Sight()
REMEMBERED: Final = 256  # statements, of some 100 kB each


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement, and the layout of its rows."""

    statement: Select[Any]
    layout: Layout


def page_plan(
    resource: ResourceSpec, names: Sequence[str], search: Search, reader: Reader, sight: Sight = EVERYTHING
) -> Plan:
    """The plan for this page of the list and every other one like it. Raises Rejected as `clauses` does."""
    box, _values = boxed(resource, search.text)
    text = search.text if box is None else ""
    outline = replace(search, size=0, text=text, cursor=search.cursor and search.cursor.outline())
    return _page_plan(resource, model_of(resource), tuple(names), outline, reader, sight=sight, box=box)


def page_parameters(resource: ResourceSpec, search: Search) -> Mapping[str, Any]:
    """The parameters of that plan: one row more than the page has tells whether there are more."""
    parameters: dict[str, Any] = {ROWS: search.size + 1, **boxed(resource, search.text)[1]}
    if search.cursor is not None and search.cursor.beside_a_row:
        parameters |= {VALUE: search.cursor.value, ID: search.cursor.id}
    return parameters


def record_plan(resource: ResourceSpec, sight: Sight | None = None) -> Plan:
    """The plan for one record, within a sight of the resource; without one, for any that its table holds."""
    return _record_plan(resource, model_of(resource), sight)


def record_parameters(id_: int) -> Mapping[str, Any]:
    return {RECORD: id_}


@lru_cache(REMEMBERED)
def _page_plan(
    resource: ResourceSpec, model: Any, names: tuple[str, ...], search: Search, reader: Reader,
    *, sight: Sight, box: Looks | None,
) -> Plan:  # fmt: skip
    layout = Layout.of(resource, names)
    by_age = order_of(resource, search).removeprefix("-") == "created_at"
    found = ways(model, resource, search, reader, sight, box=box, by_age=by_age)
    keyset = _keyset(resource, search)
    looks = search.narrowed or box is not None or bool(sight.groups) or keyset.default is not None
    return Plan(select_page(layout, keyset, search.cursor, found).execution_options(**{SEARCH: looks}), layout)


@lru_cache(REMEMBERED)
def _record_plan(resource: ResourceSpec, model: Any, sight: Sight | None) -> Plan:
    layout = Layout.of(resource, [*resource.fields, *computed(resource), *TRACKED])
    conditions = [] if sight is None else narrowed(resource, sight)
    return Plan(select_one(layout, conditions), layout)


@lru_cache(REMEMBERED)
def choice_plan(resource: ResourceSpec, field: str, target: ResourceSpec, model: Any, sight: Sight) -> Select[Any]:
    """Id and title of at most ROWS records in sight that `field` of `resource` may point to, in their list's order."""
    order = target.list.order[0]
    column = sort_column(model, order)
    by = column.desc() if order.startswith("-") else column.asc()
    title = getattr(model, target.title)
    conditions = [*allowed_targets(resource, field), *narrowed(target, sight)]
    return select(model.id, title).where(*conditions).order_by(by, model.id).limit(bindparam(ROWS, type_=Integer))


def _keyset(resource: ResourceSpec, search: Search) -> Keyset:
    order, model = order_of(resource, search), model_of(resource)
    falling = order.startswith("-")
    if order.removeprefix("-") == "id":
        return Keyset(None, model.id, falling, nullable=False)
    field = field_of(resource, order.removeprefix("-"))
    column = column_of(model, replace(field, fallback=None), sorting=True)
    nullable = is_nullable(model, field)
    return Keyset(column, model.id, falling, nullable, sparse=field.slot, default=field.fallback)
