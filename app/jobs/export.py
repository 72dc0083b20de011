"""Exports too long to wait for: a file written batch by batch, as the person who asked and with what they may now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import IO, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.access import Actor
from app.engine import engine
from app.errors import Conflict, Denied, NotFound
from app.jobs import files, quota
from app.jobs.aside import Ahead
from app.jobs.people import actor_for
from app.jobs.task import Task
from app.models.base import db, transaction
from app.models.job import Job
from app.records import bilingual, export, masking, query, transfer
from app.records import cursor as cursors
from app.records.export import Order, Sheet
from app.records.search import Search, binding
from app.spec.model import ResourceSpec

EVERY: Final = 2**31 - 1  # rows to count: all
LEEWAY: Final = 100  # rows that may have been added meanwhile without anybody being asked again,
PART: Final = 20  # or one in so many, if that is more
STEP: Final = 20_000  # rows of a csv between two places to go on from


def run(task: Task) -> Mapping[str, Any]:
    """Writes the file. A csv that was begun is gone on with after the last place that was kept; an xlsx, which cannot
    be cut off anywhere, begins anew."""
    resource = resource_of(task.arguments)
    order = export.recall(task.actor, resource, task.arguments)
    total = query.count(task.actor, resource, order.search, cap=EVERY).number
    _demand_approval(task, resource, total)
    return _Run(task, resource, order, total).write()


def tell(result: Mapping[str, Any]) -> list[str]:
    return [_("%(n)s rows exported · export ID %(mark)s", n=f"{result['rows']:,}", mark=result["mark"])]


def describe(arguments: Mapping[str, Any]) -> str:
    """What is exported, list and conditions, in the reader's words."""
    words = [str(text) for _label, text in bilingual.read(arguments)]
    return " · ".join(words[1:3])


def resource_of(arguments: Mapping[str, Any]) -> ResourceSpec:
    """Raises NotFound where the product no longer has it."""
    found = engine().product.resources.get(str(arguments["resource"]))
    if found is None:
        raise NotFound
    return found


def more_than_asked(job: Job) -> int:
    """How many rows the export that this job makes has by now, where that is more than was asked for and a margin; 0
    otherwise. Raises what stops the job."""
    resource, most = resource_of(job.arguments), _most(job.arguments)
    if most is None:
        return 0
    actor = actor_for(job)
    order = export.recall(actor, resource, job.arguments)
    found = query.count(actor, resource, order.search, cap=EVERY).number
    return found if found > most else 0


def _most(arguments: Mapping[str, Any]) -> int | None:
    """So many rows are covered by a yes to the export."""
    asked = arguments.get("rows")
    return None if asked is None else asked + max(LEEWAY, asked // PART)


def _demand_approval(task: Task, resource: ResourceSpec, total: int) -> None:
    """Rows may have been added since it was asked for, or approved."""
    above = export.approval_above(task.actor, resource)
    most = _most(task.arguments)
    if above and task.approved and most is not None and total > most:
        raise Denied(
            resource.name,
            export.EXPORT,
            _l("Many rows have been added since this was approved. Export once more, and ask for approval."),
        )
    if above and total > above and not task.approved:
        raise Denied(
            resource.name,
            export.EXPORT,
            _l("More rows than may be exported without approval, or the approval is too old. Export once more."),
        )


class _Run:
    """One file on its way."""

    def __init__(self, task: Task, resource: ResourceSpec, order: Order, total: int) -> None:
        self.task, self.resource, self.order, self.total = task, resource, order, total
        self.masked = masking.masked(task.actor, resource)
        self.mark = str(task.kept.get("mark") or export.new_mark())
        self.binding = binding(order.resource, order.search)
        self.rows = 0

    def write(self) -> Mapping[str, Any]:
        token = self._token()
        with files.path_of(token).open("r+b") as out:
            search = self._go_on(out)
            sheet = export.sheet(self.task.actor, self.order, out, self.mark, self.total)
            try:
                self._fill(sheet, search, out)
            except BaseException:
                sheet.drop()
                raise
            sheet.close()
        return self._offer(token)

    def _fill(self, sheet: Sheet, search: Search, out: IO[bytes]) -> None:
        if self.rows == 0:
            sheet.head()
        kept = self.rows
        source = transfer.batches(self._actor, self.resource, search, self.order.columns)
        with Ahead(self.task.actor.locale, source) as ahead:
            while (found := ahead.take()) is not None:
                ahead.start()
                sheet.write(found.rows)
                self.rows += len(found.rows)
                if self.order.format == "csv" and found.next is not None and self.rows - kept >= STEP:
                    kept = self.rows
                    self._keep(out, found.next)
                else:
                    self.task.report(self.rows, self.total)

    def _token(self) -> str:
        """The draft of an earlier run, where it still lies there, or a new one."""
        token = self.task.kept.get("draft")
        if token is None or not files.path_of(token).is_file():
            token = files.draft()
            with transaction():
                self.task.keep(0, self.total, draft=token, mark=self.mark, at=None)
        return str(token)

    def _go_on(self, out: IO[bytes]) -> Search:
        """The search from where the earlier run had come, and the file cut off there."""
        at = self.task.kept.get("at")
        if not at or self.order.format != "csv" or out.seek(0, 2) < at["bytes"]:
            out.truncate(0)
            out.seek(0)
            return self.order.search
        out.truncate(at["bytes"])
        out.seek(at["bytes"])
        self.rows = at["rows"]
        return replace(self.order.search, cursor=cursors.read(at["cursor"], self.binding))

    def _keep(self, out: IO[bytes], place: cursors.Cursor) -> None:
        out.flush()
        at = {"bytes": out.tell(), "rows": self.rows, "cursor": cursors.write(place, self.binding)}
        with transaction():
            self.task.keep(self.rows, max(self.rows, self.total), at=at)

    def _actor(self) -> Actor:
        """The person as they are now. Raises Denied where they may no longer, Conflict where they see less now."""
        job = db.session.scalars(select(Job).where(Job.id == self.task.id)).one()
        actor = actor_for(job)
        if not masking.masked(actor, self.resource) <= self.masked:
            raise Conflict(_l("You see fewer numbers than when this began. Export once more."))
        export.demand_now(actor, self.resource)
        export.demand_same(actor, self.resource, self.order)
        return actor

    def _offer(self, token: str) -> Mapping[str, Any]:
        actor = self.task.actor
        full = self.order.full and export.may_full(actor, self.resource)
        name = export.file_name(actor, self.order, self.mark)
        with transaction():
            quota.give_way(actor, export.EXPORT, files.path_of(token).stat().st_size)
            row = self.task.offer(token, name, resource=self.resource.name, permission=export.EXPORT, full=full)
            export.note(actor, self.order, "export", self.rows, self.mark)
            done = {"rows": self.rows, "mark": self.mark, "file": str(row.id)}
            self.task.keep(self.rows, self.rows, finished=done)
        return done
