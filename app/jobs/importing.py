"""The job that imports a file: in batches, each done exactly once however often its worker dies; or all rows or none.

What came of the rows is kept with them (`app.jobs.import_tally`). A worker that goes on reads past those that are done.
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
from app.jobs.import_rows import Import, count, trial
from app.jobs.import_tally import COUNTS, Result, Tally
from app.jobs.people import actor_for
from app.jobs.task import Cancelled, Task
from app.models.base import db, transaction, without_waiting
from app.models.companion import Companion
from app.models.flight import in_flight
from app.models.job import Job
from app.models.job_file import JobFile
from app.records import audit
from app.records.importing.making import Batch, Fault, Made
from app.records.importing.plan import Plan
from app.records.importing.writing import Writer, Written
from app.sheets.reading import CSV

ATTEMPTS: Final = 3  # more, where fields have changed, or somebody changes the same records in another order
SWITCH: Final = 0.0005  # seconds the thread that makes rows keeps the one waiting that sends the database the next ones
FIRST: Final = 1
TOGETHER: Final = 4  # batches in one transaction: more would keep their rows longer, and others waiting for it
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

    def __init__(self, task: Task) -> None:
        self.task = task
        self.actor = task.actor
        self.page = engine().product.resource(task.arguments["resource"])
        self.plan = Plan.of(task.arguments["plan"])
        self.file = files.open_for(self.actor, task.arguments["file"])
        self.companion = Companion()
        self.source = self._opened()
        total: int = task.arguments.get("rows", 0)
        if not total and self.source.form == CSV:
            total = count(self.file.path, self.plan, import_plans.limits())  # csv is read in no time
        self.tally = Tally(task, self.source, self.file.name, total)
        db.session.rollback()

    def in_batches(self) -> None:
        """A batch in a transaction of its own, or some together, with what is kept of them. The next one is made while
        the database is busy with these, not while it waits."""
        with Ahead(self.actor.locale, self.source.batches(self.tally.rows)) as ahead:
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
        if not self.tally.rows:
            return
        with transaction():
            self.task.hold()
            statement = update(Job).where(Job.id == self.task.id).values(result=self.tally.result())
            db.session.execute(statement, execution_options={"synchronize_session": False})

    def finish(self) -> Result:
        """Files, the entry in the log, and the end of the upload: one transaction."""
        with transaction():
            found = self.tally.result()
            detail = {
                **{name: found[name] for name in ("rows", *COUNTS)},
                "file": self.file.name,
                "job": str(self.task.id),
            }
            audit.note(self.actor, import_plans.IMPORT, self.page, detail)
            db.session.execute(delete(JobFile).where(JobFile.id == self.file.id))
            self.task.keep(found["rows"], found["rows"], finished=found)
        files.discard(self.file.token)
        self.tally.discard()
        return found

    def close(self) -> None:
        self.tally.close()
        self.companion.close()

    def _opened(self, *, dry: bool = False) -> Import:
        companion = None if dry else self.companion
        return Import(self.actor, self.page, self.plan, self.file.path, import_plans.limits(), companion=companion)

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
        # The first batch of a run goes alone: a run that is soon killed, as those before it, has done something.
        most = TOGETHER if self.tally.moved else FIRST
        coming = _Coming(ahead, self.companion, writer, wanted=len(held) < most)
        with self.companion.along(coming.go_on), transaction():
            without_waiting()
            writer.actor = self._person()
            write, there = writer.several(), writer.there(held[0])
            with in_flight(db.session()):
                together.add(write(held[0], there))
                while coming.wanted and (found := coming.take()):
                    held.append(found[0])
                    coming.wanted = len(held) < most
                    together.add(write(*found))
            done = self.tally.keep(sum(map(len, held)), together)
        self.tally.move(done)

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
            done = self.tally.keep(len(made), written)
        self.tally.move(done)

    def _person(self) -> Actor:
        """The person as they are now: who loses the right meanwhile, or is disabled, imports no further batch, and who
        sees less changes less. Raises Denied."""
        job = db.session.scalars(select(Job).where(Job.id == self.task.id)).one()
        actor = actor_for(job)
        for kind in (import_plans.IMPORT, *(("edit",) if self.plan.duplicates == "update" else ())):
            demand(actor, self.page, kind)
        return actor

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
                done = self.tally.keep(rows, together)
        except _Refused as refusal:  # somebody else was quicker than the trial
            self._refuse_all(refusal.rows)
        except Busy:
            if not attempts:
                raise
            self.source = self._opened()
            self._write_all(attempts - 1)
        else:
            self.tally.move(done)

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
            done = self.tally.keep(len(written.refused), written)
        self.tally.move(done)


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
