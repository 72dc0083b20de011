"""The rows of a job's file, made batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import Lock

from app.access import Actor
from app.models.base import db, transaction
from app.models.companion import Companion
from app.records.importing import plan as plans
from app.records.importing.making import Batch, Made, Maker
from app.records.importing.plan import Plan
from app.records.importing.targets import extended
from app.records.importing.writing import Writer
from app.sheets.reading import Row, form_of, read
from app.sheets.values import Limits
from app.spec.model import ResourceSpec


class Import:
    """One file on its way: `form` is what it is, `writer` puts batches into the table. Without `companion` it only
    tries them."""

    def __init__(
        self,
        actor: Actor,
        page: ResourceSpec,
        plan: Plan,
        path: Path,
        limits: Limits,
        *,
        companion: Companion | None = None,
    ) -> None:
        self.actor, self.page, self.plan, self._companion = actor, page, plan, companion
        self.form, self._one_at_a_time = form_of(path), Lock()
        _table, self.heads, self._rows = read(path, plan.reading, limits)
        self._ready()

    def _ready(self) -> None:
        """Works out what columns mean; again, where the company has changed its own fields meanwhile."""
        resource = extended(replace(self.actor, settings_version=0), self.page)
        for_all = plans.check(self.actor, self.page, resource, self.plan, self.heads)
        self.maker = Maker(self.actor, self.page, resource, self.plan, for_all, ahead=self._companion is not None)
        self.writer = Writer(self.actor, self.page, resource, self.plan, self._companion)
        db.session.rollback()

    def batches(self, skip: int = 0, *, within: bool = False) -> Iterator[Batch]:
        """The rows beyond the first `skip`, made. Unless `within` the caller's transaction, what was read for it is let
        go before anybody has to wait."""
        rows = islice(self._rows, skip, None)
        while some := list(islice(rows, self.writer.batch)):
            made = self._made(some)
            if not within:
                db.session.rollback()
            yield made

    def again(self, made: Batch) -> Batch:
        """The rows made anew by the fields of this moment."""
        self._ready()
        return self._made([(row.number, row.cells) for row in made])

    def _made(self, rows: Sequence[Row]) -> Batch:
        with self._one_at_a_time:  # a batch may have to be made anew while the next one is being made
            return self.maker.make(rows)


class _Undone(Exception):
    """Ends a transaction that was only to try something."""


@contextmanager
def trial() -> Iterator[None]:
    """A transaction of which nothing stays."""
    try:
        with transaction():
            yield
            raise _Undone
    except _Undone:
        pass


def count(path: Path, plan: Plan, limits: Limits) -> int:
    """How many rows the file has."""
    _table, _heads, rows = read(path, plan.reading, limits)
    return sum(1 for _row in rows)


def told(row: Made, labels: Mapping[str, str]) -> str:
    """What is wrong with the row, in the person's language."""
    return "; ".join(
        f"{labels[fault.field]}: {fault.message}" if fault.field in labels else str(fault.message)
        for fault in row.faults
    )
