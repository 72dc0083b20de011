"""The job that does one thing to all that a filter finds: what was found when it began, each record once.

First the ids are written into a file; then they are gone through batch by batch, and how far it has come is kept in the
transaction that does the batch. So a worker that goes on after another died does nothing twice, and done, refused and
skipped are together as many as were found.
"""

from __future__ import annotations

import array
from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select, update

from app.access import Actor
from app.errors import Busy, Conflict, UccError
from app.jobs import files
from app.jobs.export import resource_of
from app.jobs.people import actor_for
from app.jobs.task import Cancelled, Task
from app.models.base import db, transaction
from app.models.job import Job
from app.records import audit, bilingual, many, whole
from app.records.many import MOST_NAMES, MOST_REASONS, Did

BATCH: Final = 500  # records
ATTEMPTS: Final = 4  # at a batch, where somebody changes the same records in another order
COUNTS: Final = ("done", "refused", "skipped")
Result = dict[str, Any]


def run(task: Task) -> Mapping[str, Any]:
    """Raises Denied where the person may not do it any more, and what the check of its values raises."""
    work = _Work(task)
    work.find()
    try:
        work.go_through()
        return work.finish()
    except (Cancelled, UccError):
        db.session.rollback()
        work.leave_off()
        raise


class _Work:
    """One run of one job."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.page = resource_of(task.arguments)
        self.order = whole.recall(task.actor, self.page, task.arguments)
        self.token = str(task.kept.get("ids") or "")
        self.found: int | None = task.kept.get("found")
        self.counts: dict[str, int] = dict(task.kept.get("counts") or dict.fromkeys(COUNTS, 0))
        self.why: dict[str, list[Any]] = dict(task.kept.get("why", {}))  # reason → [how many, some of their titles]

    @property
    def place(self) -> int:
        """How many of the ids are gone through."""
        return sum(self.counts.values())

    def find(self) -> None:
        """Writes down what is found now, but for what was made after the job was asked for."""
        if self.found is not None:
            if not files.path_of(self.token).is_file():
                raise Conflict(_("This cannot be done again. Start it anew."))
            return
        if not self.token:
            self.token = files.draft()
            with transaction():
                self.task.keep(0, None, ids=self.token)
        found = 0
        with files.path_of(self.token).open("wb") as out:
            for some in whole.ids(self.task.actor, self.order, below=self.task.id):
                array.array("q", some).tofile(out)
                found += len(some)
                self.task.report(0)
        db.session.rollback()
        with transaction():
            self.task.keep(0, found, found=found)
        self.found = found

    def go_through(self) -> None:
        """Batch by batch, as the person is at that moment. Raises Denied where they may no longer."""
        for ids in iter(self._next, []):
            for left in reversed(range(ATTEMPTS)):
                try:
                    self._batch(ids)
                except Busy:
                    if not left:
                        raise
                else:
                    break

    def _next(self) -> list[int]:
        ids = array.array("q")
        with files.path_of(self.token).open("rb") as file:
            file.seek(self.place * ids.itemsize)
            ids.frombytes(file.read(min(BATCH, (self.found or 0) - self.place) * ids.itemsize))
        return ids.tolist()

    def _batch(self, ids: list[int]) -> None:
        with transaction():
            did = many.do(self._person(), self.order, ids)
            counts = {name: self.counts[name] + getattr(did, name) for name in COUNTS}
            why = _told_together(self.why, did)
            self.task.keep(sum(counts.values()), self.found, why=why, counts=counts)
        self.counts, self.why = counts, why

    def _person(self) -> Actor:
        """The person as they are now."""
        return actor_for(db.session.scalars(select(Job).where(Job.id == self.task.id)).one())

    def leave_off(self) -> None:
        """What has come of the job so far, for the person who called it off: the rest can be gone on with."""
        with transaction():
            self.task.hold()
            self._note()
            statement = update(Job).where(Job.id == self.task.id).values(result=self._result())
            db.session.execute(statement, execution_options={"synchronize_session": False})

    def finish(self) -> Result:
        """The entry in the log and the end of the list: one transaction."""
        found = self._result()
        with transaction():
            self._note()
            self.task.keep(self.place, self.found, finished=found)
        files.discard(self.token)
        return found

    def _note(self) -> None:
        search = "; ".join(whole.conditions(self.task.actor, self.order))
        detail = {"search": search, "rows": self.found, **self.counts, "job": str(self.task.id)}
        audit.note(self.task.actor, self.order.doing, self.page, detail)

    def _result(self) -> Result:
        reasons = [[reason, number, names] for reason, (number, names) in self.why.items()]
        left = (self.found or 0) - self.place
        return {"found": self.found, **self.counts, "left": left, "reasons": reasons}


def _told_together(before: Mapping[str, list[Any]], did: Did) -> dict[str, list[Any]]:
    """The reasons of earlier batches and this one. Beyond MOST_REASONS they are told together, under ""."""
    why = {reason: [number, list(names)] for reason, (number, names) in before.items()}
    for reason, titles in did.why.items():
        key = reason if reason in why or len(why) < MOST_REASONS else ""
        number, names = why.get(key, [0, []])
        why[key] = [number + len(titles), [*names, *titles][:MOST_NAMES]]
    return why


def describe(arguments: Mapping[str, Any]) -> str:
    """What is done, to which list, and what its filter asks for."""
    return " · ".join(map(str, bilingual.read(arguments)))


def tell(result: Mapping[str, Any]) -> list[str]:
    """What came of it, in the reader's words: the numbers are together as many as were found."""
    words = {
        "found": _("found: %(n)s", n=f"{result['found']:,}"),
        "done": _("done: %(n)s", n=f"{result['done']:,}"),
        "refused": _("refused: %(n)s", n=f"{result['refused']:,}"),
        "skipped": _("skipped (gone, changed, or so already): %(n)s", n=f"{result['skipped']:,}"),
        "left": _("left: %(n)s", n=f"{result['left']:,}"),
    }
    lines = [_(", ").join(text for name, text in words.items() if result[name] or name in ("found", "done"))]
    for reason, number, names in result["reasons"]:
        told = _(", ").join(names) + ("…" if number > len(names) else "")
        why = reason or _("other reasons")
        lines.append(_("%(n)s refused: %(why)s (%(names)s)", n=f"{number:,}", why=why, names=told))
    return lines
