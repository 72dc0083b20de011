"""Trying a file before it is imported: what would come of it, and what is wrong first. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from app.access import Actor
from app.engine import engine
from app.jobs import files, import_plans
from app.jobs.import_plans import Draft
from app.jobs.import_rows import Import, trial
from app.jobs.task import Task
from app.models.base import db, transaction
from app.records.importing.making import Made
from app.records.importing.targets import fields_of
from app.sheets.values import as_text
from app.spec.model import ResourceSpec

SHOWN: Final = 50  # faults that are told one by one
LONGEST: Final = 60  # characters of a cell that a fault repeats

Report = dict[str, Any]


def run(task: Task) -> Mapping[str, Any]:
    """The job: as `check`, with a bar."""
    page = engine().product.resource(task.arguments["resource"])
    draft = import_plans.get(task.actor, page, task.arguments["plan"])
    found = check(
        task.actor, page, draft, lambda done: task.report(done, max(done, draft.rows) if draft.rows else None)
    )
    with transaction():
        import_plans.report(draft.id, found, found["rows"])
        task.keep(found["rows"], found["rows"])
    return found


def check(actor: Actor, page: ResourceSpec, draft: Draft, report: Callable[[int], None]) -> Report:
    """Counts by what would come of the rows, and the first faults: row, column, value, why. Outside any transaction."""
    path: Path = files.open_for(actor, draft.file_id).path
    source = Import(actor, page, draft.plan, path, import_plans.limits())
    labels = {one.name: one.label.text(actor.locale) for one in fields_of(source.writer.resource)}
    found: Report = dict.fromkeys(("rows", "created", "updated", "skipped", "failed"), 0)
    faults: list[dict[str, Any]] = []
    for made in source.batches():
        passwords = source.writer.passwords(made)
        with trial():
            written = source.writer.write(made, passwords)
        found["rows"] += len(made)
        for name in ("created", "updated", "skipped"):
            found[name] += getattr(written, name)
        found["failed"] += len(written.refused)
        for row in written.refused[: max(0, SHOWN - len(faults))]:
            faults += _told(row, draft, labels)
        report(found["rows"])
    db.session.rollback()
    return {**found, "faults": faults[:SHOWN], **({"blind": True} if source.writer.blind else {})}


def _told(row: Made, draft: Draft, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    columns = draft.plan.columns
    told = []
    for fault in row.faults:
        place = columns.index(fault.field) if fault.field in columns else -1
        cell = row.cells[place] if 0 <= place < len(row.cells) else ""
        value = str(getattr(cell, "text", None) or as_text(cell))
        told.append(
            {
                "row": row.number,
                "column": labels.get(fault.field, ""),
                "value": value[:LONGEST],
                "why": str(fault.message),
            }
        )
    return told
