"""A search's shape apart from its values: whoever looks for something else sends the same statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import CacheStats

from app.engine import engine
from app.models.base import db
from app.records import plan, query
from tests.desk import Desk

THINGS = (
    {"code": "AB-1", "name": "甲甲", "state": "new", "colours": ["red"], "weight": "10", "sold_at": "2026-01-01 10:00",
     "made_on": "2026-01-01", "opens_at": "08:00", "serial": "1122", "phone": "13800138000", "active": True},
    {"code": "AB-2", "name": "乙乙", "state": "used", "colours": ["red", "blue"], "weight": "20",
     "sold_at": "2026-02-01 10:00", "made_on": "2026-02-01", "opens_at": "09:00", "serial": "3344",
     "phone": "13900138000", "active": False},
    {"code": "CD-3", "name": "丙"},
)  # fmt: skip


@contextmanager
def made() -> Iterator[list[Any]]:
    """The statements that SQLAlchemy has compiled meanwhile."""
    compiled: list[Any] = []

    def note(_connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
        if context.compiled is not None and context.cache_hit is not CacheStats.CACHE_HIT:
            compiled.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield compiled
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


SHAPES: Sequence[tuple[dict[str, Any], dict[str, Any]]] = (
    ({"name__contains": "甲"}, {"name__contains": "乙"}),
    ({"name__contains": "_甲%"}, {"name__contains": "丙"}),
    ({"code__starts": "AB"}, {"code__starts": "CD-3"}),
    ({"state__in": ["new", "used"]}, {"state__in": ["used", "retired"]}),
    ({"colours__any": ["blue"]}, {"colours__any": ["red"]}),
    ({"weight__from": "10", "weight__to": "15"}, {"weight__from": "15", "weight__to": "20"}),
    ({"sold_at__from": "2026-01-01"}, {"sold_at__from": "2026-02-01"}),
    ({"made_on__to": "2026-01-02"}, {"made_on__to": "2026-03-02"}),
    ({"serial__ends": "22"}, {"serial__ends": "44"}),
    ({"phone__starts": "138"}, {"phone__starts": "139"}),
    ({"spares__any": ["0"]}, {"spares__any": ["2"]}),
    ({"q": "甲"}, {"q": "乙"}),
    ({"q": "甲", "state__in": "new", "order": "-weight"}, {"q": "乙", "state__in": "used", "order": "-weight"}),
)


@pytest.mark.parametrize(("first", "second"), SHAPES, ids="-".join)
def test_another_value_makes_no_statement_and_finds_what_it_asks_for(
    desk: Desk, first: dict[str, Any], second: dict[str, Any]
) -> None:
    """U5: filters and search box alike, the page and its count; each finds what it would if nobody had asked before."""
    shelves = [desk.add("shelf", name=f"架{number}").id for number in range(3)]
    for values, spares in zip(THINGS, ([shelves[0]], shelves[1:], []), strict=True):
        desk.add("gadget", **values, spares=[str(one) for one in spares])
    if "spares__any" in first:
        first, second = ({"spares__any": [str(shelves[int(one)]) for one in asked["spares__any"]]}
                         for asked in (first, second))  # fmt: skip
    ids(desk, first)
    with desk.kit.app.app_context(), made() as compiled:
        known = plans()
        found = ids(desk, second)
        assert plans() == known
        assert not compiled
    plan._page_plan.cache_clear()
    plan._count_plan.cache_clear()
    assert ids(desk, second) == found
    assert ids(desk, first) != found


def ids(desk: Desk, asked: dict[str, Any]) -> set[int]:
    search = desk.search("gadget", **asked)
    with desk.at_work():
        resource = engine().product.resource("gadget")  # itself: a plan is remembered by it
        found = {row.id for row in query.page(desk.actor, resource, search).rows}
        assert len(found) == query.count(desk.actor, resource, search).number
    return found


def plans() -> int:
    return plan._page_plan.cache_info().misses + plan._count_plan.cache_info().misses
