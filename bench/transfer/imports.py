"""A long file into the product, and into the same tables by a bare script: what the database alone has to do for it."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from app.access import Actor
from app.engine import engine
from app.jobs import import_plans
from app.models.base import transaction
from app.records.importing.plan import Plan
from app.sheets.columns import Column
from app.sheets.writing import write_xlsx
from bench.server import cpu_below
from bench.transfer import jobs
from bench.transfer.figure import Figure
from bench.transfer.world import GIVEN, SURNAMES, World

HEADS: Final = ("客户名称", "性别", "客户号码", "客户类型", "备注")
TABLES: Final = ("customer", "customer_gram")


def files(folder: Path, rows: int) -> dict[str, Path]:
    """The same customers, all different, as csv and as xlsx."""
    lines = _lines(rows)
    plain, book = folder / "customers.csv", folder / "customers.xlsx"
    with plain.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADS, *lines])
    write_xlsx(book, [Column(head) for head in HEADS], lines)
    return {"csv": plain, "xlsx": book}


def measure(world: World, path: Path) -> Figure:
    """Into an empty table, repeated numbers skipped."""
    _empty(world)
    return jobs.run(world, partial(_put, path))


def floor(world: World) -> Figure:
    """The rows that the import before has made, by COPY, past row-level security, a connection for each table: no cell
    is read."""
    with psycopg.connect(world.root, autocommit=True) as connection:
        held = {name: _taken(connection, name) for name in TABLES}
        rows = connection.execute("SELECT count(*) FROM customer").fetchone()
    _empty(world)
    with ExitStack() as stack, ThreadPoolExecutor(len(TABLES)) as pool:
        connections = [stack.enter_context(psycopg.connect(world.root)) for _name in TABLES]
        wall, program, database = time.perf_counter(), time.process_time(), cpu_below(world.database)
        list(pool.map(_put_back, connections, TABLES, held.values()))
        wall, program = time.perf_counter() - wall, time.process_time() - program
        return Figure(rows[0] if rows else 0, wall, program, cpu_below(world.database) - database, 0)


def _put_back(connection: psycopg.Connection, table: str, pieces: Sequence[bytes]) -> None:
    statement = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(table))
    with connection.cursor().copy(statement) as copy:
        for piece in pieces:
            copy.write(piece)
    connection.commit()


def _taken(connection: psycopg.Connection, table: str) -> list[bytes]:
    statement = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
    with connection.cursor().copy(statement) as copy:
        return [bytes(piece) for piece in copy]


def _lines(rows: int) -> list[Sequence[str]]:
    draw = random.Random(4)
    return [
        (
            draw.choice(SURNAMES) + "".join(draw.choices(GIVEN, k=draw.randint(1, 2))), draw.choice(("男", "女", "")),
            f"1{3_000_000_000 + number * 7}", "未分类", f"第{number}行",
        )
        for number in range(rows)
    ]  # fmt: skip


def _empty(world: World) -> None:
    """By the superuser: what a delete leaves behind would be part of the next figure."""
    with psycopg.connect(world.root, autocommit=True) as connection:
        connection.execute("TRUNCATE customer, customer_gram CASCADE")
        connection.execute("CHECKPOINT")


def _put(path: Path, actor: Actor) -> int:
    page = engine().product.resource("customer")
    with transaction(), path.open("rb") as file:
        draft = import_plans.upload(actor, page, path.name, file)
    with transaction():
        found = import_plans.get(actor, page, draft)
        import_plans.decide(actor, page, found, Plan.of(found.plan.json() | {"duplicates": "skip"}))
        return import_plans.start(actor, page, import_plans.get(actor, page, draft))
