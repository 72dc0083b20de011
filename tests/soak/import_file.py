"""A file of a million customers in GB18030, imported by workers that are killed again and again: `make soak`.

Every row must be there once, the numbers must add up, and no worker may need 250 MB. ROWS and KILLS make it smaller.
Prints what it measured; ends with 1 where anything is wrong.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from app.engine import engine
from app.jobs import import_plans, queue
from app.models.base import db, transaction, utcnow
from app.models.build import build_models
from app.models.job import JobTicket
from app.records.importing.plan import Plan
from app.spec.load import load_product
from app.tenancy.scope import tenant_scope
from tests.kit import TenantKit, make_tenant
from tests.rig import ROOT, SCHEMA, Rig

ROWS = int(os.environ.get("ROWS", "1000000"))
KILLS = int(os.environ.get("KILLS", "20"))
DATABASE = os.environ.get("DATABASE", "postgres")
MOST_MB = 250
FAULTY = 1000  # every so many rows one has no number
WORKER = """
import json, sys
from app import create_app
from app.jobs.worker import Worker
Worker(create_app(json.loads(sys.argv[1])), lease=600).run_one()
"""
NAMES = "王李张刘陈杨赵黄周吴伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛"


def main() -> int:
    rig, kit = company()
    path = written(Path(tempfile.mkdtemp()) / "客户.csv")
    id_ = put(kit, path)
    began, peak = time.monotonic(), 0
    pace = ROWS / 8_000 / (KILLS + 1)  # seconds of work between two kills, as far as one can tell beforehand
    for _kill in range(KILLS):
        peak = max(peak, killed(rig, random.uniform(0.2, 2 * pace)))
        free(kit)
    peak = max(peak, killed(rig, None))
    seconds = time.monotonic() - began
    return told(kit, id_, peak, seconds)


def company() -> tuple[Rig, TenantKit]:
    product = load_product(*map(Path, SCHEMA))
    rig = Rig(DATABASE, f"soak{os.getpid()}", "main", Path(tempfile.mkdtemp()), product, build_models(product))
    return rig, make_tenant(rig.app, rig.as_owner)


def written(path: Path) -> Path:
    with path.open("w", encoding="gb18030", newline="") as file:
        file.write("客户名称,性别,客户号码,客户类型,备注\r\n")
        for n in range(ROWS):
            name = "".join(random.choices(NAMES, k=random.choice((2, 3))))
            phone = "" if n % FAULTY == 7 else f"1{3 + n % 7}{n:09d}"
            file.write(f"{name},{'男女'[n % 2]},{phone},未分类,第{n}行\r\n")
    return path


def put(kit: TenantKit, path: Path) -> int:
    actor = kit.actor("manager")
    with kit.app.app_context(), tenant_scope(kit.id):
        page = engine().product.resource("customer")
        with transaction(), path.open("rb") as file:
            draft = import_plans.upload(actor, page, path.name, file)
        with transaction():
            found = import_plans.get(actor, page, draft)
            import_plans.decide(actor, page, found, Plan.of(found.plan.json() | {"duplicates": "fail"}))
            return import_plans.start(actor, page, import_plans.get(actor, page, draft))


def killed(rig: Rig, after: float | None) -> int:
    """Megabytes that a worker needed at most; it is killed `after` so many seconds of work, or never."""
    settings = {name: rig.app.config[name] for name in ("INSTANCE", "DATABASE_URL", "SCHEMA")}
    worker = subprocess.Popen([sys.executable, "-c", WORKER, json.dumps(settings)], cwd=ROOT)
    peak, end = 0, None if after is None else time.monotonic() + 3 + after
    while worker.poll() is None:
        peak = max(peak, memory(worker.pid))
        if end is not None and time.monotonic() > end:
            worker.send_signal(signal.SIGKILL)
        time.sleep(0.05)
    return peak


def memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")), 0)


def free(kit: TenantKit) -> None:
    with kit.app.app_context(), transaction():
        db.session.execute(update(JobTicket).values(free_at=utcnow()))


def told(kit: TenantKit, id_: int, peak: int, seconds: float) -> int:
    with kit.app.app_context(), tenant_scope(kit.id):
        job = queue.get(kit.actor("manager"), id_)
        model = engine().models["customer"]
        there, different = db.session.execute(select(func.count(), func.count(model.phone.distinct()))).one()
    result: dict[str, Any] = dict(job.result or {})
    bad = len([n for n in range(ROWS) if n % FAULTY == 7])
    checks = {
        "the job is done": job.state == "done",
        "every good row is there": there == ROWS - bad,
        "none is there twice": different == there,
        "the numbers add up": (result.get("created"), result.get("failed"), result.get("rows"))
        == (ROWS - bad, bad, ROWS),
        f"at most {MOST_MB} MB": peak <= MOST_MB,
    }
    say = sys.stdout.write
    say(f"{DATABASE}: {ROWS:,} rows, {KILLS} kills, {seconds:.0f} s with all restarts, {peak} MB at most\n")
    for what, right in checks.items():
        say(f"  {'ok' if right else 'WRONG'}: {what}\n")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
