"""What the soaks share: a company, and workers in processes of their own that are killed at random."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, update

from app.jobs.worker import MOST_ATTEMPTS
from app.models.base import db, transaction, utcnow
from app.models.build import build_models
from app.models.job import Job, JobTicket
from app.spec.load import load_product
from app.tenancy.scope import tenant_scope
from tests.kit import TenantKit, make_tenant
from tests.rig import ROOT, SCHEMA, Rig

ROWS = int(os.environ.get("ROWS", "1000000"))
KILLS = int(os.environ.get("KILLS", "20"))
DATABASE = os.environ.get("DATABASE", "postgres")
MOST_MB = 250
NAMES = "王李张刘陈杨赵黄周吴伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛"
WORKER = """
import json, sys
from app import create_app
from app.jobs.worker import Worker
Worker(create_app(json.loads(sys.argv[1])), lease=600).run_one()
"""


@dataclass(frozen=True)
class Company:
    """A company with nothing in it, and the database it is on."""

    rig: Rig
    kit: TenantKit

    def survive(self, kills: int, seconds: float) -> tuple[float, int]:
        """The next job of the queue is done by workers of which `kills` are killed, as far as one can tell beforehand
        within `seconds` of work. Gives the seconds it took, and the megabytes that a worker needed at most."""
        began, peak = time.monotonic(), 0
        pace = seconds / (kills + 1)
        done = idle = 0
        for _kill in range(kills):
            # A job whose workers die again and again where it stands is given up, by intention (the one that brought it
            # there counts): in time one may do something first.
            beyond = done if idle == MOST_ATTEMPTS - 2 else None
            peak = max(peak, self._work(random.uniform(0.2, 2 * pace), beyond))
            self._free()
            before, done = done, self._done()
            idle = idle + 1 if done == before else 0
        peak = max(peak, self._work(None))
        return time.monotonic() - began, peak

    def _work(self, after: float | None, beyond: int | None = None) -> int:
        """Megabytes that a worker needed at most; it is killed `after` so many seconds of work, or never. The seconds
        begin when it should have started, or when so much is done and more (`beyond`)."""
        settings = {name: self.rig.app.config[name] for name in ("INSTANCE", "DATABASE_URL", "SCHEMA")}
        worker = subprocess.Popen([sys.executable, "-c", WORKER, json.dumps(settings)], cwd=ROOT)
        peak, end = 0, None if after is None or beyond is not None else time.monotonic() + 3 + after
        while worker.poll() is None:
            if after is not None and end is None and beyond is not None and self._done() > beyond:
                end = time.monotonic() + after
            peak = max(peak, memory(worker.pid))
            if end is not None and time.monotonic() > end:
                worker.send_signal(signal.SIGKILL)
            time.sleep(0.05)
        return peak

    def _done(self) -> int:
        with self.kit.app.app_context(), tenant_scope(self.kit.id):
            return int(db.session.scalars(select(func.coalesce(func.max(Job.done), 0))).one())

    def _free(self) -> None:
        with self.kit.app.app_context(), transaction():
            db.session.execute(update(JobTicket).values(free_at=utcnow()))


def company() -> Company:
    product = load_product(*map(Path, SCHEMA))
    rig = Rig(DATABASE, f"soak{os.getpid()}", "main", Path(tempfile.mkdtemp()), product, build_models(product))
    return Company(rig, make_tenant(rig.app, rig.as_owner))


def memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")), 0)


def report(title: str, checks: dict[str, bool]) -> int:
    """Says what was found; 1 where anything is wrong."""
    sys.stdout.write(f"{DATABASE}: {title}\n")
    for what, right in checks.items():
        sys.stdout.write(f"  {'ok' if right else 'WRONG'}: {what}\n")
    return 0 if all(checks.values()) else 1
