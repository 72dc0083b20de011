"""Keyset paging: every row once, from either end, whatever the order, ties and empty values; steady under changes."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import event

from app.engine import engine
from app.errors import Invalid
from app.models.base import RUN, db
from app.records import query
from app.records.plan import page_plan

ORDERS = [
    "created_at", "-created_at", "name", "-name", "weight", "-weight", "made_on", "-made_on", "sold_at", "-sold_at",
    "active", "-active", "state", "shelf", "-shelf", "id", "-id", "code",
]  # fmt: skip
ROWS = 23


@pytest.fixture(scope="module")
def gadgets() -> list[dict]:
    """Ties in every field, and empty values in those that can be."""
    days = ["2026-01-01", "2026-01-02", None]
    return [
        {
            "code": f"AB-{number}",
            "name": f"名{number % 4}",
            "weight": None if number % 3 == 0 else number % 5,
            "made_on": days[number % 3],
            "sold_at": None if number % 4 else f"2026-02-01 10:00:{number % 2:02}",
            "active": number % 2 == 0,
            "state": ["new", "used"][number % 2],
        }
        for number in range(ROWS)
    ]


@pytest.fixture
def filled(desk, gadgets):
    shelf = desk.add("shelf", name="A")
    for number, gadget in enumerate(gadgets):
        desk.add("gadget", **gadget, shelf=shelf.id if number % 2 else None)
    return desk


def walk(desk, order, size, *, back=False, **args):
    """The pages from the first to the last, or from the last to the first, as lists of rows in list order."""
    cursor, pages = ("last" if back else ""), []
    while cursor is not None:
        page = desk.page("gadget", order=order, size=str(size), cursor=cursor, **args)
        pages.append(page.rows)
        cursor = page.previous if back else page.next
    return pages


def expected(desk, order):
    """The list in Python: empty values last, then the value, then the id."""
    name, falling = order.removeprefix("-"), order.startswith("-")
    rows = [row for page in walk(desk, "id", 100) for row in page]
    value = (lambda row: row.id) if name == "id" else (lambda row: row.values[name])
    full = sorted(
        (row for row in rows if value(row) is not None), key=lambda row: (value(row), row.id), reverse=falling
    )
    empty = sorted((row for row in rows if value(row) is None), key=lambda row: row.id, reverse=falling)
    return [row.id for row in full + empty]


def test_every_row_comes_once_from_either_end(filled):
    for order in ORDERS:
        wanted = expected(filled, order)
        for size in (1, 5, 23, 24):
            forward = [row.id for page in walk(filled, order, size) for row in page]
            backward = [row.id for page in reversed(walk(filled, order, size, back=True)) for row in page]
            assert forward == wanted, (order, size)
            assert backward == wanted, (order, size)


def test_each_page_knows_its_neighbours(filled):
    first = filled.page("gadget", order="weight", size="8")
    second = filled.page("gadget", order="weight", size="8", cursor=first.next)
    last = filled.page("gadget", order="weight", size="8", cursor=second.next)
    assert first.previous is None
    assert last.next is None
    assert filled.page("gadget", order="weight", size="8", cursor=last.previous).rows == second.rows
    assert filled.page("gadget", order="weight", size="8", cursor=second.previous).rows == first.rows


def test_the_last_page_is_reached_directly(filled):
    last = filled.page("gadget", order="-weight", size="8", cursor="last")
    assert [row.id for row in last.rows] == expected(filled, "-weight")[-8:]
    assert last.next is None
    assert last.previous is not None


def test_a_page_that_holds_all_has_no_neighbours(filled):
    for cursor in ("", "first", "last"):
        page = filled.page("gadget", size="100", cursor=cursor)
        assert (len(page.rows), page.next, page.previous) == (ROWS, None, None)


def test_rows_added_and_deleted_meanwhile_neither_repeat_nor_hide_others(filled):
    first = filled.page("gadget", order="code", size="5")
    filled.delete("gadget", *(row.id for row in first.rows[2:]))
    filled.add("gadget", code="AA-1", name="new, before the cursor")
    rest = walk_on(filled, first.next)
    assert len(rest) == ROWS - 5
    assert not set(rest) & {row.id for row in first.rows}


def walk_on(desk, cursor):
    ids = []
    while cursor is not None:
        page = desk.page("gadget", order="code", size="5", cursor=cursor)
        ids += [row.id for row in page.rows]
        cursor = page.next
    return ids


def test_when_everything_after_has_gone_the_way_back_is_the_last_page(filled):
    first = filled.page("gadget", order="id", size="20")
    filled.delete("gadget", *(row.id for row in filled.page("gadget", order="id", size="3", cursor="last").rows))
    empty = filled.page("gadget", order="id", size="20", cursor=first.next)
    assert (empty.rows, empty.next, empty.previous) == ([], None, "last")


def test_when_everything_before_has_gone_the_way_on_is_the_first_page(filled):
    first = filled.page("gadget", order="id", size="3")
    second = filled.page("gadget", order="id", size="3", cursor=first.next)
    filled.delete("gadget", *(row.id for row in first.rows))
    empty = filled.page("gadget", order="id", size="3", cursor=second.previous)
    assert (empty.rows, empty.next, empty.previous) == ([], "first", None)
    assert filled.page("gadget", order="id", size="3", cursor="first").rows == second.rows


def test_a_filter_and_a_text_hold_on_every_page(filled):
    pages = walk(filled, "-weight", 2, state__in="new", q="名")
    rows = [row for page in pages for row in page]
    assert len(rows) == 12
    assert {row.values["state"] for row in rows} == {"new"}


@pytest.mark.parametrize("order", ["-created_at", "weight", "-weight", "id"])
@pytest.mark.parametrize("size", ["1", "20"])
def test_a_page_is_one_statement_however_many_rows(filled, queries, order, size):
    second = filled.page("gadget", order=order, size=size).next
    for cursor in ("", second, "last"):
        search = filled.search("gadget", order=order, size=size, cursor=cursor)
        with filled.at_work(), queries() as sent:
            query.page(filled.actor, filled.resource("gadget"), search)
        assert len(sent) == 1, sent


def test_pages_of_one_shape_are_one_compiled_statement(desk):
    """Values are bound, so the compiled statement is found in SQLAlchemy's cache, whoever asks for whatever."""

    def key(**args):
        plan = planned(desk, **args)
        return plan.statement._generate_cache_key()

    assert key(name__contains="甲", size="10") == key(name__contains="乙", size="20")
    assert key(weight__from="1", order="weight") == key(weight__from="2", order="weight")
    assert key(order="weight") != key(order="-weight")


def test_paging_on_makes_no_new_statement(filled):
    first = filled.page("gadget", order="code", size="3", q="名")
    second = filled.page("gadget", order="code", size="5", q="名", cursor=first.next)
    plan = planned(filled, order="code", q="名", cursor=first.next)
    assert plan is planned(filled, order="code", q="名", cursor=second.next)
    assert plan is not planned(filled, order="code", q="名")
    assert plan is not planned(filled, order="code", q="AB", cursor="last")


def planned(desk, **args):
    search = desk.search("gadget", **args)
    with desk.at_work():
        resource = engine().product.resource("gadget")
        return page_plan(resource, resource.list.columns, search, desk.actor.reader)[0]


@pytest.mark.parametrize("order", ["-created_at", "weight", "-weight", "-sold_at", "name"])
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_every_page_is_read_from_the_index(desk, database, order, place):
    """No sort of the table and no walk over the rows before the page: the plan is ranges of the index."""
    for number in range(3):
        desk.add("gadget", code=f"AB-{number}", name="n", weight=number, sold_at="2026-01-01 10:00")
    cursor = {"first": "", "last": "last"}.get(place)
    if cursor is None:
        cursor = desk.page("gadget", order=order, size="1").next
    plan = explain(desk, database, order, cursor)
    ranges = [line for line in plan if f"ix_gadget_tenant_id_{order.removeprefix('-')}_id" in line]
    nullable = order.removeprefix("-") in ("weight", "sold_at")
    assert len(ranges) == (2 if nullable else 1), "\n".join(plan)
    assert not [line for line in plan if "SCAN gadget" in line or "Seq Scan on gadget" in line]
    sorts = [line for line in plan if "TEMP B-TREE FOR ORDER BY" in line or "Sort Key" in line]
    assert len(sorts) <= 1, "\n".join(plan)  # of the page itself, once its rows are read


def explain(desk, database, order, cursor) -> list[str]:
    """The database's plan for the one statement of that page, on PostgreSQL as if the table were large."""
    with desk.at_work():
        search = desk.search("gadget", order=order, cursor=cursor, size="1")
        with sent_to(db.engine) as sent:
            query.page(desk.actor, desk.resource("gadget"), search)
        ((statement, parameters),) = sent
        with db.engine.begin() as connection:
            if not database.is_postgres:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                return [row[3] for row in plan]
            for setting in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
                connection.exec_driver_sql(f"SET LOCAL {setting} = off")
            return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]


@contextmanager
def sent_to(engine):
    sent = []

    def note(_connection, _cursor, statement, parameters, *_more):
        if statement.startswith(("SELECT", f"WITH {RUN}")):
            sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_a_cursor_says_no_text_of_a_record(desk):
    """C1, P3: browsers and logs keep addresses; the number that a list is sorted by is not to be read from one."""
    numbers = [f"1391234567{n}" for n in range(4)]
    for number in numbers:
        desk.add("customer", name="甲", phone=number)
    first = desk.page("customer", order="phone", size="2")
    again = desk.page("customer", order="phone", size="2")
    _known, payload = URLSafeSerializer("any").loads_unsafe(first.next)
    assert isinstance(payload, list)
    assert payload[1] == "str"
    said = f"{first.next} {payload} {bytes.fromhex(payload[2])!r}"
    assert not [number for number in numbers if number in said]
    assert first.next != again.next, "nor are two of them to be compared"
    second = desk.page("customer", order="phone", size="2", cursor=first.next)
    assert [row.values["phone"] for row in (*first.rows, *second.rows)] == numbers
    with pytest.raises(Invalid):
        changed = ("A" if first.next[0] != "A" else "B") + first.next[1:]  # the last one has bits that say nothing
        desk.page("customer", order="phone", size="2", cursor=changed)
