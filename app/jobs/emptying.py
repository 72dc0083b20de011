"""Daily: what has been in the recycle bin for its days is deleted for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from app.jobs.task import Task
from app.models.base import transaction
from app.records import recycle_bin


def run(task: Task) -> Mapping[str, Any]:
    """Batch by batch: one that a worker died over is simply done again."""
    actor, number = replace(task.actor, name=_("System")), int(task.kept.get("deleted", 0))
    batch = recycle_bin.AT_ONCE
    while batch == recycle_bin.AT_ONCE:
        with transaction():
            batch = recycle_bin.purge_old(actor)
            number += batch
            task.keep(number, number, deleted=number)
    return {"deleted": number}


def tell(result: Mapping[str, Any]) -> list[str]:
    return [_("%(n)s records deleted for good", n=f"{result['deleted']:,}")]
