"""The whole job, as a worker does it, in a process of its own: how long it takes, and what it costs."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.access import Actor
from app.accounts.people import PERSON, actor_of, same_role
from app.jobs import queue
from app.jobs.worker import Worker
from app.models.adopted import Role, User
from app.models.base import db
from app.models.tenant import Tenant
from app.tenancy.scope import tenant_scope
from bench.server import cpu_below
from bench.transfer.figure import Figure, peak
from bench.transfer.world import World

Put = Callable[[Actor], int]  # puts a job into the queue and gives its id


def run(world: World, put: Put, *, on_top: bool = False) -> Figure:
    """`on_top`: of the memory only what the job needs more than the process had before. Raises SystemExit where the job
    does not succeed."""
    with world.app.app_context():
        db.engine.dispose()  # connections are nothing to share with a child
    context = multiprocessing.get_context("fork")
    mine, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(world, put, on_top, theirs))
    child.start()
    theirs.close()
    figure: Figure = mine.recv()
    child.join()
    return figure


def _child(world: World, put: Put, on_top: bool, pipe: Any) -> None:
    with world.app.app_context(), tenant_scope(world.tenant_id):
        id_ = put(_admin())
    before, wall = peak(), time.perf_counter()
    program, database = time.process_time(), cpu_below(world.database)
    Worker(world.app).run_one()
    wall = time.perf_counter() - wall
    program, database = time.process_time() - program, cpu_below(world.database) - database
    memory = peak() - before if on_top else peak()
    pipe.send(Figure(_result(world.app, world.tenant_id, id_)["rows"], wall, program, database, memory))


def _result(app: Flask, tenant_id: int, id_: int) -> Mapping[str, Any]:
    with app.app_context(), tenant_scope(tenant_id):
        job = queue.get(_admin(), id_)
        if job.state != "done" or job.result is None:
            raise SystemExit(f"the job is {job.state}: {job.message} {job.fault}")
        if job.result.get("created", job.result["rows"]) != job.result["rows"]:
            raise SystemExit(f"not all rows were new: {job.result}")
        return dict(job.result)


def _admin() -> Actor:
    found = select(*PERSON).join(Role, same_role()).join(Tenant, Tenant.id == User.tenant_id)
    return actor_of(db.session.execute(found.where(Role.key == "admin")).one())
