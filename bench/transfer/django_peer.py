"""django-import-export in its bulk mode: rows of a file, looked up by phone, into the flat table and out again."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import tablib
from django.contrib import admin
from import_export import resources
from import_export.instance_loaders import CachedInstanceLoader

import bench.customers.peers.django_app  # noqa: F401 - sets Django up
from bench.transfer.figure import peak

COLUMNS = ("name", "gender", "phone", "type", "team", "agent", "remark", "amount", "source", "created_at")
CUSTOMER = next(model for model in admin.site._registry if model.__name__ == "Customer")


class Customers(resources.ModelResource):
    class Meta:
        model = CUSTOMER
        fields = COLUMNS
        import_id_fields = ("phone",)
        instance_loader_class = CachedInstanceLoader
        use_bulk = True
        batch_size = 1000
        skip_diff = True
        clean_model_instances = True  # validates, as ours does


def rows(number: int) -> list[tuple[Any, ...]]:
    draw, start = random.Random(4), datetime(2025, 1, 1, tzinfo=UTC)
    return [
        (
            draw.choice("王李张刘陈") + draw.choice("伟芳娜强敏静"), draw.choice(("male", "female", "")),
            f"1{30_000_000_00 + index * 7}", "意向客户", "电销一组", "陈思远", f"备注 {index}",
            draw.randrange(100_000), "线下展会", f"{start + timedelta(seconds=37 * index):%Y-%m-%d %H:%M:%S}",
        )
        for index in range(number)
    ]  # fmt: skip


def table(number: int) -> tablib.Dataset:
    return tablib.Dataset(*rows(number), headers=COLUMNS)


def timed(number: int, work: Callable[[], Any], *, on_top: bool) -> dict[str, float]:
    """What the product's figures hold too."""
    before, began, ours, theirs = peak(), time.perf_counter(), time.process_time(), database_seconds()
    work()
    wall, ours, theirs = time.perf_counter() - began, time.process_time() - ours, database_seconds() - theirs
    memory = peak() - before if on_top else peak()
    return {"rows": number, "wall": wall, "program": ours, "database": theirs, "memory": memory}


def database_seconds() -> float:
    """CPU time of the database's processes so far, those that have ended included."""
    pid = os.environ["BENCH_DATABASE_PID"]
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    spent = sum(int(Path(f"/proc/{child}/schedstat").read_text().split()[0]) for child in children) / 1e9
    ended = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[13:15]
    return spent + sum(map(int, ended)) / os.sysconf("SC_CLK_TCK")


def bring_in(format_: str, file: Any) -> None:
    found = Customers().import_data(tablib.Dataset().load(file, format=format_), raise_errors=True)
    assert found.totals["new"] == len(found.rows) or not found.rows, found.totals


def main() -> None:
    (what, form), number = sys.argv[1].split(), int(sys.argv[2])
    if what == "import":
        file = table(number).export(form)
        CUSTOMER.objects.all().delete()
        figure = timed(number, lambda: bring_in(form, file), on_top=False)
    else:
        figure = timed(number, lambda: Customers().export().export(form), on_top=True)
    assert CUSTOMER.objects.count() == number
    print(json.dumps(figure))


if __name__ == "__main__":
    main()
