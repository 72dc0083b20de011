"""Daily: what nobody has been in contact with goes back to the pool (公海)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from app.jobs.task import Task
from app.models.base import transaction
from app.records.returning import BATCH, give_back, returning


def run(task: Task) -> Mapping[str, Any]:
    """Batch by batch: one that a worker died over is simply done again, for what went back is not idle any more."""
    actor, number = replace(task.actor, name=_("System")), int(task.kept.get("returned", 0))
    for resource in returning():
        batch = BATCH
        while batch == BATCH:
            with transaction():
                batch = give_back(actor, resource)
                number += batch
                task.keep(number, number, returned=number)
    return {"returned": number}


def tell(result: Mapping[str, Any]) -> list[str]:
    return [_("%(n)s records returned to the pool", n=f"{result['returned']:,}")]
