from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest
from sqlalchemy import delete
from werkzeug.datastructures import MultiDict

from app.access import Actor
from app.engine import engine
from app.jobs import files, queue
from app.jobs.worker import Worker
from app.models.base import db, transaction
from app.models.job import JobTicket
from app.records import export, transfer
from tests.desk import Desk
from tests.kit import TenantKit

COLUMNS = ["name", "gender", "phone", "type", "remark"]


@dataclass
class Exporter:
    """Somebody who exports customers: at once, or as a job that a worker in this process does."""

    kit: TenantKit
    actor: Actor

    @property
    def desk(self) -> Desk:
        return Desk(self.kit, self.actor)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with self.desk.at_work():
            yield

    def order(self, query: str = "", **options: Any) -> export.Order:
        args = MultiDict([tuple(part.split("=")) for part in query.split("&") if part])
        resource = engine().product.resource(options.pop("resource", "customer"))
        return export.order(self.actor, resource, args, **{"columns": COLUMNS, **options})

    def direct(self, query: str = "", **options: Any) -> bytes:
        """The bytes of the file that is made while one waits."""
        with self.at_work():
            order = self.order(query, **options)
            out = io.BytesIO()
            sheet = export.sheet(self.actor, order, out, "MARK", 0)
            sheet.head()
            for found in transfer.batches(lambda: self.actor, order.resource, order.search, order.columns, 2):
                sheet.write(found.rows)
            sheet.close()
            return out.getvalue()

    def put(self, query: str = "", *, asks: str = "", **options: Any) -> int:
        with self.at_work(), transaction():
            order = self.order(query, **options)
            words = export.words(self.actor, order, 0)
            return queue.enqueue(self.actor, "export", {**order.arguments(self.actor), "words": words}, asks=asks)

    def work(self) -> bool:
        return Worker(self.kit.app).run_one()

    def job(self, id_: int) -> queue.JobRow:
        with self.at_work():
            return queue.get(self.actor, id_)

    def file(self, id_: int) -> tuple[str, bytes]:
        """Name and bytes of what the job has made."""
        with self.at_work():
            row = files.open_for(self.actor, int(self.job(id_).result["file"]))
            return row.name, row.path.read_bytes()


def csv_rows(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def xlsx_rows(data: bytes, sheet: int = 0) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [list(row) for row in book.worksheets[sheet].iter_rows(values_only=True)]


@pytest.fixture
def exporter(tenant: TenantKit) -> Exporter:
    with tenant.app.app_context(), transaction():
        db.session.execute(delete(JobTicket))
    return Exporter(tenant, tenant.actor("admin"))


@pytest.fixture
def customers(exporter: Exporter) -> Exporter:
    """Five of them, in the order in which lists have them last to first."""
    for number, name in enumerate(("张伟", "王芳", "=1+1", "李娜", "'@SUM(A1)")):
        exporter.desk.add("customer", name=name, phone=f"1380000000{number}", gender="male" if number % 2 else "female")
    return exporter
