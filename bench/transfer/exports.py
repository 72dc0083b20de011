"""How fast, and with how much memory, the product writes a long list: the whole job, as a worker does it."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.access import Actor
from app.accounts.people import PERSON, actor_of, same_role
from app.engine import engine
from app.jobs import files, queue
from app.jobs.worker import Worker
from app.models.adopted import Role, User
from app.models.base import db, transaction
from app.models.tenant import Tenant
from app.records import export, settings
from app.tenancy.scope import tenant_scope

COLUMNS: Final = ("name", "gender", "phone", "type", "team", "last_contact_at", "created_at", "remark")


@dataclass(frozen=True, slots=True)
class Figure:
    """Of one export: rows per second of the clock and of the worker's processor time, and MB that it took on top."""

    format: str
    rows: int
    wall: float
    cpu: float
    memory: float
    size: float


def measure(app: Flask, tenant_id: int, formats: Sequence[str], rounds: int) -> list[Figure]:
    """The median of `rounds` of each, each in a process of its own, in turn."""
    figures = []
    runs: dict[str, list[Figure]] = {format_: [] for format_ in formats}
    with app.app_context():
        db.engine.dispose()
    for _number in range(rounds):
        for format_ in formats:
            runs[format_].append(_alone(app, tenant_id, format_))
    for format_ in formats:
        ordered = sorted(runs[format_], key=lambda one: one.wall)
        figures.append(ordered[len(ordered) // 2])
    return figures


def _alone(app: Flask, tenant_id: int, format_: str) -> Figure:
    context = multiprocessing.get_context("fork")
    mine, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(app, tenant_id, format_, theirs))
    child.start()
    theirs.close()
    figure: Figure = mine.recv()
    child.join()
    return figure


def _child(app: Flask, tenant_id: int, format_: str, pipe: Any) -> None:
    with app.app_context(), tenant_scope(tenant_id):
        actor = admin()
        with transaction():
            settings.save(actor, engine().product.resource("business"), {"export_approval_rows": 0})
        with transaction():
            wanted = export.order(
                actor, engine().product.resource("customer"), MultiDict(), columns=COLUMNS, format=format_, full=True
            )
            arguments = {**wanted.arguments(actor), "words": export.words(actor, wanted, 0)}
            id_ = queue.enqueue(actor, export.JOB, arguments)
    before, wall, cpu = memory(), time.perf_counter(), time.process_time()
    Worker(app).run_one()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    with app.app_context(), tenant_scope(tenant_id):
        job = queue.get(actor, id_)
        if job.state != "done" or job.result is None:
            raise SystemExit(f"the export is {job.state}: {job.message} {job.fault}")
        size = files.open_for(actor, job.result["file"]).size
    rows = job.result["rows"]
    pipe.send(Figure(format_, rows, rows / wall, rows / cpu, (memory() - before) / 1024, size / 1e6))


def admin() -> Actor:
    found = select(*PERSON).join(Role, same_role()).join(Tenant, Tenant.id == User.tenant_id)
    return actor_of(db.session.execute(found.where(Role.key == "admin")).one())


def memory() -> float:
    """The most this process has ever had, in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
