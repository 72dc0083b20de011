"""Changing the type of a field that very many records have values of: one transaction, as in a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import ngettext

from app.jobs.fields import definer
from app.jobs.task import Task
from app.models.base import transaction
from app.records import conversion


def run(task: Task) -> Mapping[str, Any]:
    """All or nothing: a worker that dies half-way leaves everything as it was."""
    given = task.arguments
    with transaction():
        found = conversion.convert(
            task.actor, definer(task), int(given["id"]), given["kind"], aside=given["aside"], version=given["version"]
        )
        result = {"converted": found.converting, "aside": found.failing}
        task.keep(found.total, found.total, finished=result)
    return result


def tell(result: Mapping[str, Any]) -> list[str]:
    done, aside = result["converted"], result["aside"]
    told = [ngettext("%(n)s value converted", "%(n)s values converted", done, n=f"{done:,}")]
    if aside:
        told.append(ngettext("%(n)s value kept aside", "%(n)s values kept aside", aside, n=f"{aside:,}"))
    return told
