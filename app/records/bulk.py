"""Many records at once through the one write path: permission → cleaning → limits → rules → save → audit, as in
`app.records.service`, with a statement for thousands of rows where that has one for each.

A refusal concerns its own row; the others are written. A rule runs once per record and sees what earlier calls have
done; rows of one call stand beside each other unseen, so what is unique is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.access import SYSTEM, Actor, demand
from app.errors import Conflict, Invalid
from app.fields import kind_of
from app.models.base import SEARCH, db, new_ids, utcnow
from app.models.companion import Companion
from app.models.flight import in_flight
from app.records import arrays, audit, bulk_rows, clean, custom, limits, rules, save
from app.records.lookup import Lookup, Others
from app.records.names import Names, title_of
from app.records.owning import Owning
from app.records.rules import Change
from app.records.tables import base_of, live, model_of
from app.records.visibility import visible
from app.spec.model import ResourceSpec

BATCH: Final = 5_000
SENT_AT_ONCE: Final = (
    1250  # rows: few enough for the next ones to be ready in time, many enough to lie together in an index
)
Values = dict[str, Any]
Errors = dict[str, list[object]]


@dataclass(frozen=True, slots=True)
class Added:
    """`ids` are of those that were made; `refused` says what was wrong with the rest, by their place among the rows."""

    ids: list[int]
    refused: dict[int, Errors]


def add_many(
    actor: Actor, resource: ResourceSpec, rows: Iterable[Mapping[str, Any]], *, permission: str = "import"
) -> Added:
    """Records made from rows raw as sent, in the caller's transaction. Raises Denied.

    References are ids, each looked up by itself: who has thousands of titles uses `app.records.importing`.
    """
    bulk, made = Bulk(actor, resource, permission), Added([], {})
    given, place = iter(rows), 0
    while some := list(islice(given, BATCH)):
        good: dict[int, Values] = {}
        for at, raw in enumerate(some, place):
            try:
                good[at] = clean.new_values(bulk.resource, raw, actor.reader, by_system=actor.role_key == SYSTEM)
            except Invalid as refusal:
                made.refused[at] = refusal.errors
        for at, outcome in zip(good, bulk.add(list(good.values())), strict=True):
            if isinstance(outcome, int):
                made.ids.append(outcome)
            else:
                made.refused[at] = outcome
        place += len(some)
    return made


@dataclass(slots=True)
class Bulk:
    """The writes of one transaction by `actor` on `page`: own fields and limits stay as they are until it ends.

    `companion`: what takes in what finds new records, while the transaction takes in the records. `eager`: the caller
    is `in_flight` and begins anew where the database refuses anything, which a later statement tells, or the end."""

    actor: Actor
    page: ResourceSpec
    permission: str = "import"
    companion: Companion | None = None
    eager: bool = False
    resource: ResourceSpec = field(init=False)
    now: datetime = field(default_factory=utcnow)
    lookup: Lookup = field(default_factory=Lookup)
    names: Names = field(init=False)
    owning: Owning = field(init=False)

    def __post_init__(self) -> None:
        demand(self.actor, self.page, self.permission)
        self.resource = custom.held(self.actor, base_of(self.page))
        self.names, self.owning = Names(self.actor.reader), Owning(self.actor, self.page)

    @property
    def seen(self) -> list[Any]:
        """What a record must meet for the actor to see it."""
        return visible(self.actor, self.page)

    def add(self, rows: Sequence[Values], *, dry: bool = False) -> list[int | Errors]:
        """The id of each record made from cleaned values, or what was wrong. `dry`: everything but the saving."""
        found: list[Any] = self._refused_as_taken(rows)
        self._leave_room(found)
        if dry:
            outcomes = list(found)
            for _change in self._ruled(rows, outcomes):
                pass
            return outcomes
        self.lookup.forget(self.resource)
        if self.eager:
            return self._send(rows, list(found))
        try:
            return self._insert(rows, list(found))
        except IntegrityError:  # one of them, taken or gone in this very moment: which, each tells by itself
            self.lookup, self.owning = Lookup(), Owning(self.actor, self.page)
            return self._insert_each(rows, found)

    def _ruled(self, rows: Sequence[Values], found: list[Any]) -> Iterator[tuple[int, Change]]:
        """The rows that pass the rules, one by one, with their places; `found` gets their ids, or what was wrong."""
        resource, actor, lookup, now = self.resource, self.actor, self.lookup, self.now
        functions = rules.found(resource, resource.rules)
        for at, (values, id_) in enumerate(zip(rows, new_ids(len(rows)), strict=True)):
            if found[at]:
                continue
            change = Change("add", resource, actor, id_, None, values.copy(), Others(resource, id_), lookup, now=now)
            try:
                rules.apply(change, functions)
                self.owning.settle(change)
            except Invalid as refusal:
                found[at] = refusal.errors
            else:
                found[at] = id_
                yield at, change

    def edit(self, changes: Sequence[tuple[Any, Values]]) -> list[bool | Errors]:
        """For each (held record, cleaned values): whether anything changed, or what was wrong."""
        found: list[Any] = [False] * len(changes)
        staged: list[tuple[int, Change, Any]] = []
        for at, (held, given) in enumerate(changes):
            before = save.values_of(self.resource, held)
            id_ = held.id
            change = Change(
                "edit", self.resource, self.actor, id_, before, {**before, **given},
                Others(self.resource, id_), self.lookup, now=self.now,
            )  # fmt: skip
            try:
                rules.run(change, self.resource.rules)
                self.owning.settle(change)
            except Invalid as refusal:
                found[at] = refusal.errors
            else:
                staged.append((at, change, held))
        self._update(staged, found)
        return found

    def _insert(self, rows: Sequence[Values], found: list[Any]) -> list[Any]:
        """All of them, or none: raises IntegrityError."""
        part = nullcontext() if self.companion is None else self.companion.part()
        with db.session.begin_nested(), part, in_flight(db.session()):
            return self._send(rows, found)

    def _send(self, rows: Sequence[Values], found: list[Any]) -> list[Any]:
        """Some at a time: the database takes them in while the next ones pass the rules."""
        ruled = self._ruled(rows, found)
        while some := list(islice(ruled, SENT_AT_ONCE)):
            bulk_rows.insert([change for _at, change in some], self.companion)
        return found

    def _insert_each(self, rows: Sequence[Values], found: list[Any]) -> list[Any]:
        for at, change in self._ruled(rows, found):
            try:
                save.insert(change)
            except Invalid as refusal:
                found[at] = refusal.errors
        return found

    def _update(self, staged: list[tuple[int, Change, Any]], found: list[Any]) -> None:
        try:
            with db.session.begin_nested():
                changed = save.update_many([(change, held) for _at, change, held in staged])
        except (IntegrityError, StaleDataError):
            changed = [self._update_one(at, change, found) for at, change, _held in staged]
        for (at, change, _held), has in zip(staged, changed, strict=True):
            if has:
                found[at] = True
                audit.write(change, title_of(self.resource, change.after or {}, self.actor.reader), self.names)

    def _update_one(self, at: int, change: Change, found: list[Any]) -> bool:
        try:
            return save.update(change, save.hold(self.resource, [change.id])[0])
        except Invalid as refusal:
            found[at] = refusal.errors
        except Conflict as refusal:
            found[at] = {"": [refusal.message]}
        return False

    def _refused_as_taken(self, rows: Sequence[Values]) -> list[Any]:
        """Errors of the rows whose value of a unique field another record has, or an earlier one of `rows`."""
        found: list[Any] = [None] * len(rows)
        for one in self.resource.fields.values():
            if not one.unique:
                continue
            kind, model = kind_of(one), model_of(self.resource)
            wanted = {values[one.name] for values in rows if not kind.is_blank(values[one.name])}
            column = getattr(model, one.name)
            asked = select(column).where(arrays.among(column, list(wanted))).execution_options(**{SEARCH: True})
            taken = set(db.session.scalars(asked)) if wanted else set()
            for at, values in enumerate(rows):
                value = values[one.name]
                if value in taken:
                    found[at] = {**(found[at] or {}), one.name: [_("This is taken already. Choose another one.")]}
                elif not kind.is_blank(value):
                    taken.add(value)
        return found

    def _leave_room(self, found: list[Any]) -> None:
        """The rows beyond `limits.rows` are refused."""
        most = self.resource.limits.get("rows")
        if most is None:
            return
        limits.queue_up()
        model = model_of(self.resource)
        left = most - db.session.scalars(select(func.count(model.id)).where(*live(self.resource, model))).one()
        what = self.resource.many.inside(self.actor.locale)
        for at, refused in enumerate(found):
            if not refused:
                left -= 1
                if left < 0:
                    found[at] = {"": [_("There can be at most %(most)s %(what)s.", most=most, what=what)]}
