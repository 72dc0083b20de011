"""How fast the product takes a file in: the whole job, as a worker does it, and what the database spends on it."""

from __future__ import annotations

import csv
import multiprocessing
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from flask import Flask

from app.engine import engine
from app.jobs import import_plans, queue
from app.jobs.worker import Worker
from app.models.base import db, transaction
from app.records.importing.plan import Plan
from app.sheets.columns import Column
from app.sheets.writing import write_xlsx
from app.tenancy.scope import tenant_scope
from bench.server import cpu_below
from bench.transfer.exports import admin, memory
from bench.transfer.world import GIVEN, SURNAMES

HEADS: Final = ("客户名称", "性别", "客户号码", "客户类型", "备注")


@dataclass(frozen=True, slots=True)
class Figure:
    """Of one import: rows, seconds of the clock, CPU seconds of the worker and of the database, MB at the peak."""

    format: str
    rows: int
    wall: float
    worker: float
    database: float
    memory: float


def measure(app: Flask, tenant_id: int, rows: int, folder: Path, dsn: str, rounds: int) -> list[Figure]:
    """The median of `rounds` of each format, each in a process of its own, in turn; `dsn` is the superuser's."""
    files = _files(folder, rows)
    database = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    runs: dict[str, list[Figure]] = {name: [] for name in files}
    for _round in range(rounds):
        for name, path in files.items():
            _empty(app, dsn)
            runs[name].append(_alone(app, tenant_id, name, path, database))
    return [sorted(found, key=lambda one: one.wall)[len(found) // 2] for found in runs.values()]


def _files(folder: Path, rows: int) -> dict[str, Path]:
    lines = _lines(rows)
    plain, book = folder / "customers.csv", folder / "customers.xlsx"
    with plain.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADS, *lines])
    write_xlsx(book, [Column(head) for head in HEADS], lines)
    return {"csv": plain, "xlsx": book}


def _lines(rows: int) -> list[Sequence[str]]:
    draw = random.Random(4)
    return [
        (
            draw.choice(SURNAMES) + "".join(draw.choices(GIVEN, k=draw.randint(1, 2))), draw.choice(("男", "女", "")),
            f"1{3_000_000_000 + number * 7}", "未分类", f"第{number}行",
        )
        for number in range(rows)
    ]  # fmt: skip


def _empty(app: Flask, dsn: str) -> None:
    """By the superuser: what a delete leaves behind would be part of the next figure."""
    with app.app_context():
        db.engine.dispose()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("TRUNCATE customer, customer_gram CASCADE")
        connection.execute("CHECKPOINT")


def _alone(app: Flask, tenant_id: int, name: str, path: Path, database: int) -> Figure:
    context = multiprocessing.get_context("fork")
    mine, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(app, tenant_id, name, path, database, theirs))
    child.start()
    theirs.close()
    figure: Figure = mine.recv()
    child.join()
    return figure


def _child(app: Flask, tenant_id: int, name: str, path: Path, database: int, pipe: Any) -> None:
    with app.app_context(), tenant_scope(tenant_id):
        actor = admin()
        page = engine().product.resource("customer")
        with transaction(), path.open("rb") as file:
            draft = import_plans.upload(actor, page, path.name, file)
        with transaction():
            found = import_plans.get(actor, page, draft)
            import_plans.decide(actor, page, found, Plan.of(found.plan.json() | {"duplicates": "skip"}))
            id_ = import_plans.start(actor, page, import_plans.get(actor, page, draft))
    wall, worker, theirs = time.perf_counter(), time.process_time(), cpu_below(database)
    Worker(app).run_one()
    wall, worker = time.perf_counter() - wall, time.process_time() - worker
    theirs = cpu_below(database) - theirs
    with app.app_context(), tenant_scope(tenant_id):
        job = queue.get(actor, id_)
        if job.state != "done" or job.result is None:
            raise SystemExit(f"the import is {job.state}: {job.message} {job.fault}")
        result: dict[str, Any] = dict(job.result)
    if result["created"] != result["rows"]:
        raise SystemExit(f"not all rows were new: {result}")
    pipe.send(Figure(name, result["rows"], wall, worker, theirs, memory() / 1024))
