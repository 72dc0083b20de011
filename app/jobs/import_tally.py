"""What has come of a file so far: how many rows of each fate, the list of refused ones, passwords to be shown once.

It is kept in the transaction that writes the rows: how many rows of the file are done, what came of them, and where the
lists ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _

from app.jobs import files, import_plans
from app.jobs.import_results import write_refused
from app.jobs.import_rows import Import, told
from app.jobs.spool import Spool
from app.jobs.task import Task
from app.models.base import transaction
from app.records.importing.making import Made
from app.records.importing.targets import fields_of
from app.records.importing.writing import Written
from app.sheets.values import Broken, as_text

COUNTS: Final = ("created", "updated", "skipped", "failed")
Result = dict[str, Any]


class Tally:
    """Of the file `name`, opened as `source`, with `total` rows (0: nobody knows), in one run of the job. So many
    `rows` are done, some by this run where it has `moved`. Close it."""

    def __init__(self, task: Task, source: Import, name: str, total: int) -> None:
        self._task, self._source, self._name, self._total = task, source, name, total
        self._labels = {one.name: one.label.text(task.actor.locale) for one in fields_of(source.writer.resource)}
        self.rows: int = task.kept.get("rows", 0)
        self.counts: dict[str, int] = {kind: task.kept.get(kind, 0) for kind in COUNTS}
        self.moved = False
        self._refused, self._revealed = self._spool("refused"), self._spool("revealed")

    def keep(self, rows: int, written: Written) -> dict[str, int]:
        """Keeps what came of these rows with the transaction that wrote them. What it gives is for `move`, later."""
        done = {
            "rows": self.rows + rows,
            "created": self.counts["created"] + written.created,
            "updated": self.counts["updated"] + written.updated,
            "skipped": self.counts["skipped"] + written.skipped,
            "failed": self.counts["failed"] + len(written.refused),
            "refused_end": self._refused.append(self._line(row) for row in written.refused) if written.refused
            else self._refused.end,
            "revealed_end": self._revealed.append(written.revealed) if written.revealed else self._revealed.end,
        }  # fmt: skip
        self._task.keep(done["rows"], max(self._total, done["rows"]) if self._total else None, "", **done)
        return done

    def move(self, done: Mapping[str, int]) -> None:
        """The transaction has committed: what it did is done."""
        self.rows, self.moved = done["rows"], True
        self.counts = {name: done[name] for name in COUNTS}
        self._refused.end, self._revealed.end = done["refused_end"], done["revealed_end"]

    def result(self) -> Result:
        """What is told of the job, in the caller's transaction: `refused` is the id of a file of refused rows, of the
        layout of the one that was uploaded."""
        passwords = sum(1 for _line in self._revealed.lines())
        return {"file": self._name, "rows": self.rows, **self.counts, "refused": self._offer(), "passwords": passwords}

    def discard(self) -> None:
        """The job is over: lists that nobody needs any more are deleted."""
        files.discard(self._refused.token)
        if not self._revealed.end:
            files.discard(self._revealed.token)

    def close(self) -> None:
        self._refused.close()
        self._revealed.close()

    def _spool(self, name: str) -> Spool:
        """The list that an earlier run began, or a new one, remembered at once: nothing is left lying about."""
        token = self._task.kept.get(name)
        if token is None:
            token = files.draft()
            with transaction():
                self._task.keep(self._task.kept.get("rows", 0), None, "", **{name: token})
        return Spool(token, self._task.kept.get(f"{name}_end", 0))

    def _line(self, row: Made) -> list[Any]:
        texts = [cell.text if isinstance(cell, Broken) else str(as_text(cell)) for cell in row.cells]
        return [row.number, texts, told(row, self._labels)]

    def _offer(self) -> str | None:
        if not self.counts["failed"]:
            return None
        token = files.draft()
        name = write_refused(files.path_of(token), self._name, self._source, self._refused)
        page = self._source.page.name
        return str(self._task.offer(token, name, resource=page, permission=import_plans.IMPORT).id)


def tell(result: Mapping[str, Any]) -> list[str]:
    """What came of the file, in the reader's words; the parts are as many as the rows."""
    said = [_("%(n)s rows", n=f"{result['rows']:,}")]
    words = {
        "created": _("added: %(n)s", n=f"{result['created']:,}"),
        "updated": _("updated: %(n)s", n=f"{result['updated']:,}"),
        "skipped": _("skipped: %(n)s", n=f"{result['skipped']:,}"),
        "failed": _("failed: %(n)s", n=f"{result['failed']:,}"),
    }
    said += [words[name] for name in COUNTS if result[name] or name in ("created", "failed")]
    return [_(", ").join(said)]
