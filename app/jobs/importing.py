"""The job that imports a file: in batches, each done exactly once however often its worker dies; or all rows or none.

What is kept with each batch: how many rows of the file are done, what came of them, and where the list of refused rows
ended. A worker that goes on reads past the rows that are done.
"""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from app.access import Actor, demand
from app.engine import engine
from app.errors import Busy, UccError
from app.jobs import files, import_plans
from app.jobs.aside import Ahead
from app.jobs.import_results import write_refused
from app.jobs.import_rows import Import, count, told, trial
from app.jobs.people import actor_for
from app.jobs.spool import Spool
from app.jobs.task import Cancelled, Task
from app.models.base import db, transaction, without_waiting
from app.models.companion import Companion
from app.models.flight import in_flight
from app.models.job import Job
from app.models.job_file import JobFile
from app.records import audit
from app.records.importing.making import Batch, Fault, Made
from app.records.importing.plan import Plan
from app.records.importing.targets import fields_of
from app.records.importing.writing import Writer, Written
from app.sheets.reading import CSV
from app.sheets.values import Broken, as_text

ATTEMPTS: Final = 3  # more, where fields have changed, or somebody changes the same records in another order
SWITCH: Final = 0.0005  # seconds the thread that makes rows keeps the one waiting that sends the database the next ones
TOGETHER: Final = 4  # batches in one transaction: more would keep their rows longer, and others waiting for it
COUNTS: Final = ("created", "updated", "skipped", "failed")
Result = dict[str, Any]
log = logging.getLogger(__name__)


def run(task: Task) -> Mapping[str, Any]:
    """Raises Denied where the person may not import any more, and Invalid where no row of the file could be read."""
    work = _Work(task)
    gc.freeze()  # the product's own million objects need not be looked through again for every few batches of rows
    patience = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        if work.plan.whole:
            work.all_or_nothing()
        else:
            work.in_batches()
    except (Cancelled, UccError):
        db.session.rollback()
        work.leave_off()
        raise
    finally:
        sys.setswitchinterval(patience)
        gc.unfreeze()
        work.close()
    try:
        return work.finish()
    except Cancelled:  # in the moment between the last row and the end
        db.session.rollback()
        work.leave_off()
        raise


class _Work:
    """One run of one job."""

    together = 1  # batches, to begin with: a run that is soon killed, as those before it, has done something

    def __init__(self, task: Task) -> None:
        self.task = task
        self.actor = task.actor
        self.page = engine().product.resource(task.arguments["resource"])
        self.plan = Plan.of(task.arguments["plan"])
        self.file = files.open_for(self.actor, task.arguments["file"])
        self.companion = Companion()
        self.source = self._opened()
        self.labels = {one.name: one.label.text(self.actor.locale) for one in fields_of(self.source.writer.resource)}
        self.total: int = task.arguments.get("rows", 0)
        if not self.total and self.source.form == CSV:
            self.total = count(self.file.path, self.plan, import_plans.limits())  # csv is read in no time
        kept = task.kept
        self.rows: int = kept.get("rows", 0)
        self.counts: dict[str, int] = {name: kept.get(name, 0) for name in COUNTS}
        self.refused = self._spool("refused")
        self.revealed = self._spool("revealed")
        db.session.rollback()

    def in_batches(self) -> None:
        """A batch in a transaction of its own, or some together, with what is kept of them. The next one is made while
        the database is busy with these, not while it waits."""
        with Ahead(self.actor.locale, self.source.batches(self.rows)) as ahead:
            while (made := ahead.take()) is not None:
                if self.source.writer.plain:
                    self._together(made, ahead)
                else:
                    self._batch(made, ahead)

    def all_or_nothing(self) -> None:
        """Tries every row first; then writes all of them in one transaction, unless one was refused."""
        tried = self._opened(dry=True)
        faulty: dict[int, Made] = {}
        guesses = 0
        for made in tried.batches():
            with trial():
                written = tried.writer.write(made, tried.writer.passwords(made))
            faulty |= {row.number: row for row in written.refused}
            guesses += tried.writer.guesses(made)
            self.task.report(0)  # nothing is done before all of it is
        if faulty:
            self._refuse_all(faulty)
        else:
            self.source.writer.pay(guesses)
            self._write_all()

    def leave_off(self) -> None:
        """What has come of the job so far, for the person who called it off: the rest can be gone on with."""
        if not self.rows:
            return
        with transaction():
            self.task.hold()
            found = self._result()
            found["refused"] = self._offer_refused()
            found["passwords"] = sum(1 for _line in self.revealed.lines())
            statement = update(Job).where(Job.id == self.task.id).values(result=found)
            db.session.execute(statement, execution_options={"synchronize_session": False})

    def finish(self) -> Result:
        """Files, the entry in the log, and the end of the upload: one transaction."""
        with transaction():
            found = self._result()
            found["refused"] = self._offer_refused()
            found["passwords"] = sum(1 for _line in self.revealed.lines())
            detail = {
                **{name: found[name] for name in ("rows", *COUNTS)},
                "file": self.file.name,
                "job": str(self.task.id),
            }
            audit.note(self.actor, import_plans.IMPORT, self.page, detail)
            db.session.execute(delete(JobFile).where(JobFile.id == self.file.id))
            self.task.keep(self.rows, self.rows, finished=found)
        files.discard(self.file.token)
        files.discard(self.refused.token)
        if not self.revealed.end:
            files.discard(self.revealed.token)
        return found

    def close(self) -> None:
        self.refused.close()
        self.revealed.close()
        self.companion.close()

    def _opened(self, *, dry: bool = False) -> Import:
        companion = None if dry else self.companion
        return Import(self.actor, self.page, self.plan, self.file.path, import_plans.limits(), companion=companion)

    def _spool(self, name: str) -> Spool:
        """The list that an earlier run began, or a new one, remembered at once: nothing is left lying about."""
        token = self.task.kept.get(name)
        if token is None:
            token = files.draft()
            with transaction():
                self.task.keep(self.task.kept.get("rows", 0), None, "", **{name: token})
        return Spool(token, self.task.kept.get(f"{name}_end", 0))

    def _together(self, made: Batch, ahead: Ahead[Batch]) -> None:
        """This batch and the next ones; where that fails, each by itself, made anew."""
        held = [made]
        try:
            self._write_on(held, ahead)
        except (Busy, SQLAlchemyError) as fault:
            log.info("%d batches of job %d are written one by one: %r", len(held), self.task.id, fault)
            for one in held:
                self._batch(self.source.again(one), ahead)

    def _write_on(self, held: list[Batch], ahead: Ahead[Batch]) -> None:
        """Writes what is held, and holds and writes on: the numbers of the next batch are looked for, and its first
        rows pass the rules, while the rows before go in."""
        writer, together = self.source.writer, Written()
        coming = _Coming(ahead, self.companion, writer, wanted=len(held) < self.together)
        with self.companion.along(coming.go_on), transaction():
            without_waiting()
            writer.actor = self._person()
            write, there = writer.several(), writer.there(held[0])
            with in_flight(db.session()):
                together.add(write(held[0], there))
                while coming.wanted and (found := coming.take()):
                    held.append(found[0])
                    coming.wanted = len(held) < self.together
                    together.add(write(*found))
            done = self._kept(sum(map(len, held)), together)
        self._move(done)

    def _batch(self, made: Batch, ahead: Ahead[Batch]) -> None:
        self.source.writer.pay(self.source.writer.guesses(made))
        for attempt in range(ATTEMPTS + 1):
            passwords = self.source.writer.passwords(made)
            try:
                self._write(made, passwords, ahead)
                return
            except Busy:
                if attempt == ATTEMPTS:
                    raise
                made = self.source.again(made)

    def _write(self, made: Batch, passwords: Mapping[int, str], ahead: Ahead[Batch]) -> None:
        with self.companion.along(ahead.start), transaction():
            without_waiting()
            self.source.writer.actor = self._person()
            written = self.source.writer.write(made, passwords)
            done = self._kept(len(made), written)
        self._move(done)

    def _person(self) -> Actor:
        """The person as they are now: who loses the right meanwhile, or is disabled, imports no further batch, and who
        sees less changes less. Raises Denied."""
        job = db.session.scalars(select(Job).where(Job.id == self.task.id)).one()
        actor = actor_for(job)
        for kind in (import_plans.IMPORT, *(("edit",) if self.plan.duplicates == "update" else ())):
            demand(actor, self.page, kind)
        return actor

    def _kept(self, rows: int, written: Written) -> dict[str, int]:
        """Keeps what came of these rows with the transaction that wrote them."""
        done = {
            "rows": self.rows + rows,
            "created": self.counts["created"] + written.created,
            "updated": self.counts["updated"] + written.updated,
            "skipped": self.counts["skipped"] + written.skipped,
            "failed": self.counts["failed"] + len(written.refused),
            "refused_end": self.refused.append(self._line(row) for row in written.refused) if written.refused
            else self.refused.end,
            "revealed_end": self.revealed.append(written.revealed) if written.revealed else self.revealed.end,
        }  # fmt: skip
        self.task.keep(done["rows"], max(self.total, done["rows"]) if self.total else None, "", **done)
        return done

    def _move(self, done: Mapping[str, int]) -> None:
        """The transaction has committed: what it did is done."""
        self.rows, self.together = done["rows"], TOGETHER
        self.counts = {name: done[name] for name in COUNTS}
        self.refused.end, self.revealed.end = done["refused_end"], done["revealed_end"]

    def _write_all(self, attempts: int = ATTEMPTS) -> None:
        try:
            with self.companion.along(lambda: None), transaction():
                self.source.writer.actor = self._person()
                together = Written()
                rows = 0
                for made in self.source.batches(within=True):
                    written = self.source.writer.write(made, self.source.writer.passwords(made))
                    if written.refused:
                        raise _Refused({row.number: row for row in written.refused})
                    together.add(written)
                    rows += len(made)
                done = self._kept(rows, together)
        except _Refused as refusal:  # somebody else was quicker than the trial
            self._refuse_all(refusal.rows)
        except Busy:
            if not attempts:
                raise
            self.source = self._opened()
            self._write_all(attempts - 1)
        else:
            self._move(done)

    def _refuse_all(self, faulty: Mapping[int, Made]) -> None:
        """Nothing is written: every row is in the file to mend, those at fault with what is wrong."""
        held_back = Fault("", _("Nothing was imported, because other rows are at fault."))
        source, written = self._opened(), Written()
        for made in source.batches():
            for row in made:
                known = faulty.get(row.number)
                row.faults = known.faults if known else [held_back]
            written.refused += made
        with transaction():
            done = self._kept(len(written.refused), written)
        self._move(done)

    def _line(self, row: Made) -> list[Any]:
        texts = [cell.text if isinstance(cell, Broken) else str(as_text(cell)) for cell in row.cells]
        return [row.number, texts, told(row, self.labels)]

    def _result(self) -> Result:
        return {"file": self.file.name, "rows": self.rows, **self.counts, "refused": None, "passwords": 0}

    def _offer_refused(self) -> str | None:
        """The id of the file of refused rows, of the same layout as the one that was uploaded."""
        if not self.counts["failed"]:
            return None
        token = files.draft()
        name = write_refused(files.path_of(token), self.file.name, self.source, self.refused)
        row = self.task.offer(token, name, resource=self.page.name, permission=import_plans.IMPORT)
        return str(row.id)


class _Coming:
    """The batch that comes next in a transaction of several: made, and its numbers looked for, while the database takes
    in the one before. `wanted`: there is to be another one."""

    def __init__(self, ahead: Ahead[Batch], companion: Companion, writer: Writer, *, wanted: bool) -> None:
        self._ahead, self._companion, self._writer = ahead, companion, writer
        self._there: Future[dict[Any, int]] | None = None
        self.wanted = wanted

    def go_on(self) -> None:
        """Does what can be done without waiting: the database is busy."""
        self._ahead.start()
        if self.wanted and self._there is None and (made := self._ahead.look(wait=False)):
            self._there = self._companion.ask(self._writer.there, made)

    def take(self) -> tuple[Batch, Mapping[Any, int]] | None:
        """It, and what is there already, both waited for; None at the end of the file, or where it cannot be read on:
        `ahead` tells."""
        made = self._ahead.look()
        if not made:
            return None
        there, self._there = self._there or self._companion.ask(self._writer.there, made), None
        found = there.result()
        self._ahead.take()
        return made, found


class _Refused(Exception):
    def __init__(self, rows: Mapping[int, Made]) -> None:
        super().__init__()
        self.rows = rows


def describe(arguments: Mapping[str, Any]) -> str:
    return str(arguments.get("name", ""))


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
