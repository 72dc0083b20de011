from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from app.access import Actor
from app.engine import engine
from app.jobs import files, import_check, import_plans, queue
from app.jobs.queue import JobRow
from app.jobs.worker import Worker
from app.models.base import db, transaction
from app.models.job import JobTicket
from app.records.importing.plan import Plan
from app.sheets.columns import Column
from app.sheets.writing import write_csv, write_xlsx
from tests.desk import Desk
from tests.kit import TenantKit

HEADS = ["客户名称", "客户号码"]


@dataclass
class Importer:
    """Somebody who imports files into the pages of one company."""

    kit: TenantKit
    actor: Actor
    folder: Path
    page: str = "customer"
    lease: float = 60
    seen: list[Any] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        return Desk(self.kit, self.actor)

    def as_(self, role: str) -> Importer:
        return replace(self, actor=self.kit.actor(role))

    def of(self, page: str) -> Importer:
        return replace(self, page=page)

    def csv(self, *rows: Sequence[str], heads: Sequence[str] = HEADS, name: str = "客户.csv") -> Path:
        path = self.folder / name
        write_csv(path, heads, rows)
        return path

    def xlsx(self, *rows: Sequence[str], heads: Sequence[str] = HEADS, name: str = "客户.xlsx") -> Path:
        path = self.folder / name
        write_xlsx(path, [Column(head) for head in heads], rows)
        return path

    def upload(self, path: Path) -> import_plans.Draft:
        with self.desk.at_work():
            page = engine().product.resource(self.page)
            with transaction(), path.open("rb") as file:
                id_ = import_plans.upload(self.actor, page, path.name, file)
            found = import_plans.get(self.actor, page, id_)
            db.session.rollback()
            return found

    def decided(self, draft: import_plans.Draft, **plan: Any) -> import_plans.Draft:
        with self.desk.at_work():
            page = engine().product.resource(self.page)
            with transaction():
                import_plans.decide(self.actor, page, draft, Plan.of(draft.plan.json() | plan))
            found = import_plans.get(self.actor, page, draft.id)
            db.session.rollback()
            return found

    def tried(self, path: Path, **plan: Any) -> dict[str, Any]:
        draft = self.decided(self.upload(path), **plan)
        with self.desk.at_work():
            return import_check.check(self.actor, engine().product.resource(self.page), draft, lambda _done: None)

    def put(self, path: Path, **plan: Any) -> int:
        """The job that imports the file, not begun."""
        draft = self.decided(self.upload(path), **plan)
        with self.desk.at_work(), transaction():
            return import_plans.start(self.actor, engine().product.resource(self.page), draft)

    def work(self) -> None:
        while Worker(self.kit.app, lease=self.lease).run_one():
            pass

    def job(self, id_: int) -> JobRow:
        with self.desk.at_work():
            return queue.get(self.actor, id_)

    def imported(self, path: Path, **plan: Any) -> dict[str, Any]:
        """What came of the file."""
        id_ = self.put(path, **plan)
        self.work()
        found = self.job(id_)
        assert found.state == "done", (found.state, found.message, found.fault)
        result = dict(found.result or {})
        assert sum(result[name] for name in ("created", "updated", "skipped", "failed")) == result["rows"]
        return result

    def refused(self, result: dict[str, Any]) -> Path:
        """The file of the rows that failed, under the name that the person sees."""
        with self.desk.at_work():
            row = files.open_for(self.actor, result["refused"])
            path = self.folder / row.name
            path.write_bytes(row.path.read_bytes())
            return path

    def all(self, *names: str) -> list[tuple[Any, ...]]:
        """These fields of every record, in the order they were made."""
        with self.desk.at_work():
            model = engine().models[self.page]
            columns = [getattr(model, name) for name in names]
            return [tuple(row) for row in db.session.execute(select(*columns).order_by(model.id))]

    def count(self) -> int:
        with self.desk.at_work():
            model = engine().models[self.page]
            return int(db.session.scalars(select(func.count(model.id))).one())


def counts(result: dict[str, Any]) -> tuple[int, int, int, int]:
    """(created, updated, skipped, failed)"""
    return result["created"], result["updated"], result["skipped"], result["failed"]


def whys(report: dict[str, Any]) -> list[tuple[int, str, str]]:
    """(row, column, why) of a trial's faults."""
    return [(fault["row"], fault["column"], fault["why"]) for fault in report["faults"]]


@pytest.fixture
def importer(tenant: TenantKit, tmp_path: Path) -> Iterator[Importer]:
    """A manager; nobody else's jobs wait."""
    with tenant.app.app_context(), transaction():
        db.session.execute(delete(JobTicket))
    yield Importer(tenant, tenant.actor("manager"), tmp_path)


def dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
