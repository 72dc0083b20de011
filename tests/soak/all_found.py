"""One thing done to all that a filter finds, among many, by workers that are killed again and again: `make soak`.

Each record that was found must have been changed once and have one entry in the log, and no other record any.
"""

from __future__ import annotations

import random
import sys

from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from app.engine import engine
from app.jobs import queue
from app.models.audit import AuditEntry
from app.models.base import db, transaction
from app.records import bulk, whole
from app.tenancy.scope import tenant_scope
from tests.kit import TenantKit
from tests.soak.company import KILLS, MOST_MB, NAMES, ROWS, company, report

CUSTOMERS = ROWS // 5
PACE = 1_500  # records a second, to spread the kills


def main() -> int:
    there = company()
    fill(there.kit)
    id_ = put(there.kit)
    seconds, peak = there.survive(KILLS, CUSTOMERS / 2 / PACE)
    return told(there.kit, id_, peak, seconds)


def fill(kit: TenantKit) -> None:
    actor = kit.actor("admin")
    with kit.app.app_context(), tenant_scope(kit.id):
        page = engine().product.resource("customer")
        for start in range(0, CUSTOMERS, bulk.BATCH):
            rows = [
                {"name": "".join(random.choices(NAMES, k=3)), "phone": f"1{3_000_000_000 + n}",
                 "gender": "male" if n % 2 else "female"}
                for n in range(start, min(start + bulk.BATCH, CUSTOMERS))
            ]  # fmt: skip
            with transaction():
                assert len(bulk.add_many(actor, page, rows).ids) == len(rows)


def put(kit: TenantKit) -> int:
    """All men are given to a team."""
    actor = kit.actor("admin")
    with kit.app.app_context(), tenant_scope(kit.id):
        with transaction():
            team = engine().models["team"](name="甲组", remark="")
            db.session.add(team)
        with transaction():
            page = engine().product.resource("customer")
            order = whole.order(actor, page, "assign", MultiDict({"gender": "male"}), {"team": str(team.id)})
            number = whole.number(actor, order)
            return queue.enqueue(actor, whole.JOB, order.arguments(actor, number), total=number)


def told(kit: TenantKit, id_: int, peak: int, seconds: float) -> int:
    found = CUSTOMERS // 2
    with kit.app.app_context(), tenant_scope(kit.id):
        job = queue.get(kit.actor("admin"), id_)
        model = engine().models["customer"]
        changed = select(model.gender, model.version, func.count()).group_by(model.gender, model.version)
        versions = {(gender, version): number for gender, version, number in db.session.execute(changed)}
        entries = select(AuditEntry.record_id).where(AuditEntry.action == "assign", AuditEntry.record_id.is_not(None))
        logged = list(db.session.scalars(entries))
    checks = {
        "the job is done": job.state == "done",
        "its numbers add up": job.result is not None and (job.result["found"], job.result["done"]) == (found, found),
        "each record was changed once, and no other": versions
        == {("male", 2): found, ("female", 1): CUSTOMERS - found},
        "each has one entry in the log": len(logged) == len(set(logged)) == found,
        f"at most {MOST_MB} MB": peak <= MOST_MB,
    }
    title = (
        f"{found:,} of {CUSTOMERS:,} records by a filter, {KILLS} kills, {seconds:.0f} s with all restarts, {peak} MB"
    )
    return report(title, checks)


if __name__ == "__main__":
    sys.exit(main())
