"""What the searches look for: texts of which this data holds many, or few, found by asking it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from flask import Flask

from app.demo_fields import AMOUNT, SOURCE
from app.engine import engine
from app.records import cursor as cursors
from app.records.cursor import Cursor
from app.records.search import Search, binding
from bench.customers import cases
from bench.customers.cases import COMMON, ONE, PAGE, RARE, THREE, Asked


@dataclass(frozen=True)
class OwnFields:
    """Slots of the two own fields, and the labels of the choice's options by id."""

    amount: str
    source: str
    options: dict[str, str]


def own_fields(ours: psycopg.Connection, tenant_id: int) -> OwnFields:
    found = ours.execute("SELECT name, slot, options FROM customer_field WHERE tenant_id = %s", (tenant_id,)).fetchall()
    slots = {name: slot for name, slot, _options in found}
    options = next(options for name, _slot, options in found if name == SOURCE.name)
    labels = {entry["id"]: entry["label"] for entry in json.loads(options)}
    return OwnFields(slots[AMOUNT.name], slots[SOURCE.name], labels)


def show_columns(ours: psycopg.Connection, tenant_id: int, own: OwnFields) -> None:
    """The admin's list has the columns that every contender shows."""
    names = [{"amount": own.amount, "source": own.source}.get(name, name) for name in cases.COLUMNS]
    ours.execute(
        "UPDATE ab_user SET columns = %s WHERE tenant_id = %s AND username = 'admin'",
        (json.dumps({"customer": names}), tenant_id),
    )


def choose(
    app: Flask, ours: psycopg.Connection, flat: psycopg.Connection, tenant_id: int, own: OwnFields
) -> Asked:  # fmt: skip
    names = {ONE: "伟", COMMON: "张伟", RARE: _rare(flat), THREE: _three(flat)}
    tail = _one(flat, "SELECT right(phone, 4) FROM customer ORDER BY id OFFSET (SELECT count(*) / 3 FROM customer)")
    first, after = _month()
    last_day = (datetime.fromisoformat(after) - timedelta(days=1)).date().isoformat()
    type_id = ours.execute(
        "SELECT id FROM customer_type WHERE tenant_id = %s AND name = %s", (tenant_id, cases.TYPE)
    ).fetchone()
    middle = ours.execute(
        "SELECT created_at, id FROM customer WHERE tenant_id = %s ORDER BY created_at DESC, id DESC"
        " OFFSET (SELECT count(*) / 2 FROM customer WHERE tenant_id = %s) LIMIT 1", (tenant_id, tenant_id),
    ).fetchone()  # fmt: skip
    assert type_id
    assert middle
    with app.app_context():
        cursor = cursors.write(Cursor("after", *middle), binding(engine().product.resource("customer"), Search()))
    conditions: dict[str, tuple[str, list[Any]]] = {
        **{case: ("name LIKE %s", [f"%{text}%"]) for case, text in names.items()},
        cases.STARTS: ("phone LIKE %s", [f"{cases.PREFIX}%"]),
        cases.ENDS: ("phone LIKE %s", [f"%{tail}"]),
        cases.COMBINED: (
            "type = %s AND phone LIKE %s AND created_at >= %s AND created_at < %s",
            [cases.TYPE, f"{cases.PREFIX}%", f"{first} +08", f"{after} +08"],
        ),
        cases.CHOICE: ("source = %s", [cases.SOURCE]),
    }
    rows = {case: _rows(flat, *condition) for case, condition in conditions.items()}
    source_id = next(id_ for id_, label in own.options.items() if label == cases.SOURCE)
    return Asked(rows, names, tail, (first, after), type_id[0], source_id, own.amount, own.source, cursor,
                 {"last_day": last_day})  # fmt: skip


def _rows(flat: psycopg.Connection, condition: str, values: list[Any]) -> int:
    """How many of a page's rows there are."""
    asked = f"SELECT count(*) FROM (SELECT 1 FROM customer WHERE {condition} LIMIT {PAGE}) found"
    found = flat.execute(asked, values).fetchone()  # type: ignore[arg-type]
    assert found
    assert found[0], f"nothing to find: {condition} {values}"
    return int(found[0])


def _rare(flat: psycopg.Connection) -> str:
    """Two characters that a few customers have next to each other."""
    return _one(flat, """
        SELECT pair
          FROM (SELECT substr(name, 2, 2) AS pair FROM customer WHERE length(name) = 3 ORDER BY id LIMIT 50000)
         GROUP BY pair ORDER BY count(*), pair""")  # fmt: skip


def _three(flat: psycopg.Connection) -> str:
    """The name of three characters that most of a sample have."""
    return _one(flat, """
        SELECT name FROM (SELECT name FROM customer WHERE length(name) = 3 ORDER BY id LIMIT 50000)
         GROUP BY name ORDER BY count(*) DESC, name""")  # fmt: skip


def _one(flat: psycopg.Connection, asked: str) -> str:
    found = flat.execute(f"{asked} LIMIT 1").fetchone()  # type: ignore[arg-type]
    assert found
    return str(found[0])


def _month() -> tuple[str, str]:
    """The first day of a whole month half a year ago, and of the month after."""
    day = (datetime.now(UTC) - timedelta(days=180)).date().replace(day=1)
    return day.isoformat(), (day + timedelta(days=32)).replace(day=1).isoformat()
