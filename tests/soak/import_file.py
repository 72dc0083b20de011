"""A file of a million customers in GB18030, imported by workers that are killed again and again: `make soak`.

Every row must be there once, the numbers must add up, and no worker may need 250 MB. ROWS and KILLS make it smaller.
Prints what it measured; ends with 1 where anything is wrong.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.engine import engine
from app.jobs import import_plans, queue
from app.models.base import db, transaction
from app.records.importing.plan import Plan
from app.tenancy.scope import tenant_scope
from tests.kit import TenantKit
from tests.soak.company import KILLS, MOST_MB, NAMES, ROWS, company, report

FAULTY = 1000  # every so many rows one has no number
PACE = 8_000  # rows a second, to spread the kills


def main() -> int:
    there = company()
    id_ = put(there.kit, written(Path(tempfile.mkdtemp()) / "客户.csv"))
    seconds, peak = there.survive(KILLS, ROWS / PACE)
    return told(there.kit, id_, peak, seconds)


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


def told(kit: TenantKit, id_: int, peak: int, seconds: float) -> int:
    with kit.app.app_context(), tenant_scope(kit.id):
        job = queue.get(kit.actor("manager"), id_)
        model = engine().models["customer"]
        there, different = db.session.execute(select(func.count(), func.count(model.phone.distinct()))).one()
        lost = set(db.session.scalars(select(model.id))) - set(db.session.scalars(select(model.__gram__.owner_id)))
    result: dict[str, Any] = dict(job.result or {})
    bad = len([n for n in range(ROWS) if n % FAULTY == 7])
    checks = {
        "the job is done": job.state == "done",
        "every good row is there": there == ROWS - bad,
        "none is there twice": different == there,
        "each is found by its name": not lost,
        "the numbers add up": (result.get("created"), result.get("failed"), result.get("rows"))
        == (ROWS - bad, bad, ROWS),
        f"at most {MOST_MB} MB": peak <= MOST_MB,
    }
    return report(f"{ROWS:,} rows, {KILLS} kills, {seconds:.0f} s with all restarts, {peak} MB at most", checks)


if __name__ == "__main__":
    sys.exit(main())
