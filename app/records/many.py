"""One action, or deleting, done to some hundred records of a long list in a few statements: each as `service` does it
by the same checks, rules and entries in the log, but what is refused for one record leaves the others.

What no longer is there, in sight and found by the filter is passed over, and so is what is already as it is to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.access import Actor
from app.errors import Conflict, InUse, Invalid
from app.models.base import SEARCH, db, utcnow
from app.records import audit, custom, finding, reach, recycle_bin, rules, save
from app.records.alike import update_alike
from app.records.asked import Asked
from app.records.batch import Batch
from app.records.names import Names
from app.records.owning import Owning
from app.records.panel import forget_marks
from app.records.rules import Change
from app.records.sight import asking
from app.records.statement import either
from app.records.tables import base_of, live, model_of
from app.records.visibility import sight_of
from app.records.ways import ways
from app.records.whole import Order, demand_still, values_of
from app.spec.model import ActionSpec, ResourceSpec

MOST_REASONS: Final = 10
MOST_NAMES: Final = 5  # of records refused for one reason

Staged = list[tuple[Change, Any]]


@dataclass(slots=True)
class Did:
    """What came of some records: every one of them counts once. `why`: reason → titles of those it was refused to."""

    done: int = 0
    skipped: int = 0
    why: dict[str, list[str]] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        return sum(map(len, self.why.values()))


def do(actor: Actor, wanted: Order, ids: Sequence[int]) -> Did:
    """Does it to these records, in the caller's transaction. Raises Denied, and Invalid or Conflict where what was
    asked for makes no sense any more."""
    demand_still(actor, wanted)
    work = _Many(actor, wanted, Did())
    if wanted.action is None:
        work.delete(ids)
    else:
        work.act(wanted.action, ids)
    work.did.skipped = len(ids) - work.did.done - work.did.refused
    return work.did


@dataclass(slots=True)
class _Many:
    actor: Actor
    order: Order
    did: Did
    now: datetime = field(default_factory=utcnow)

    def act(self, action: ActionSpec, ids: Sequence[int]) -> None:
        page, resource = self.order.page, base_of(self.order.page)
        values = values_of(self.actor, page, action, self.order.asked)
        reach.check_targets(self.actor, page, {name: values[name] for name in action.ask})
        batch, staged = Batch(self.actor, resource, len(ids)), Staged()
        owning = Owning(self.actor, page)
        functions = rules.found(resource, [*filter(None, [action.run]), *resource.rules])
        for held in self._held(resource, ids):
            before = save.values_of(resource, held)
            change = batch.change("act", held.id, before=before, after={**before, **values}, action=action.name)
            change.now = self.now
            try:
                rules.apply(change, functions)
                if change.revealed:
                    raise Invalid({"": [_("This shows something once, so it is done to few records at a time.")]})
                owning.settle(change)
            except Invalid as refusal:
                self._refuse(batch, change, refusal)
            else:
                staged.append((change, held))
        self._update(batch, staged)

    def delete(self, ids: Sequence[int]) -> None:
        page = self.order.page
        resource = (custom.held if page.bin else custom.of)(self.actor, base_of(page))
        batch, staged = Batch(self.actor, resource, len(ids)), Staged()
        functions = rules.found(resource, resource.rules)
        for held in self._held(resource, ids):
            change = batch.change("delete", held.id, before=save.values_of(resource, held), after=None)
            change.now = self.now
            try:
                rules.apply(change, functions)
            except Invalid as refusal:
                self._refuse(batch, change, refusal)
            else:
                staged.append((change, held))
        gone = self._remove(batch, staged)
        forget_marks(resource, [change.id for change, _held in gone])
        if resource.bin:
            recycle_bin.put(self.actor, [(change, held, batch.title(change)) for change, held in gone])
        else:
            custom.forget_values(resource, [change.id for change, _held in gone])
        self._note(batch, [change for change, _held in gone])

    def _held(self, resource: ResourceSpec, ids: Sequence[int]) -> list[Any]:
        """Those that are there, in sight and found by the filter, as they are now; locked, in the order of ids."""
        model = model_of(resource)
        locked = (
            select(model)
            .where(model.id.in_(ids), *live(resource, model))
            .order_by(model.id)
            .with_for_update(key_share=True, of=model)
            .execution_options(populate_existing=True)
        )
        there = list(db.session.scalars(locked))
        found = self._found([one.id for one in there])
        return [one for one in there if one.id in found]

    def _found(self, ids: Sequence[int]) -> set[int]:
        """Those of these ids that the filter finds for the actor."""
        actor, search = self.actor, self.order.search
        seen = custom.of(actor, self.order.page)
        model, who = model_of(seen), asking(actor.user_id, actor.team_id)
        asked = Asked.of(seen, search, actor.reader)
        found = [
            select(model.id).where(model.id.in_(ids), *way.conditions)
            for way in ways(model, seen, asked, sight_of(actor, seen), who=who)
        ]
        some = either(found).subquery()
        return set(db.session.scalars(select(next(iter(some.c))).execution_options(**{SEARCH: True}), asked.values))

    def _update(self, batch: Batch, staged: Staged) -> None:
        try:
            with db.session.begin_nested():
                changed = update_alike(staged)
        except (IntegrityError, StaleDataError):  # one of them, in this very moment: which, each tells by itself
            changed = [self._update_one(batch, change) for change, _held in staged]
        self._note(batch, [change for (change, _held), has in zip(staged, changed, strict=True) if has])

    def _update_one(self, batch: Batch, change: Change) -> bool:
        try:
            return save.update(change, save.hold(batch.resource, [change.id])[0])
        except (Invalid, Conflict) as refusal:
            self._refuse(batch, change, refusal)
            return False

    def _remove(self, batch: Batch, staged: Staged) -> Staged:
        """Those that are gone now."""
        try:
            with db.session.begin_nested():
                for _change, held in staged:
                    db.session.delete(held)
                db.session.flush()
        except (IntegrityError, StaleDataError):
            return [one for one in staged if self._remove_one(batch, *one)]
        finding.forget_many(batch.resource, staged)
        return staged

    def _remove_one(self, batch: Batch, change: Change, held: Any) -> bool:
        try:
            save.remove(change, save.hold(batch.resource, [change.id])[0], batch.title(change))
        except (InUse, Conflict) as refusal:
            self._refuse(batch, change, refusal)
            return False
        return True

    def _refuse(self, batch: Batch, change: Change, refusal: Invalid | InUse | Conflict) -> None:
        self.did.why.setdefault(str(refusal), []).append(batch.title(change))

    def _note(self, batch: Batch, changes: Sequence[Change]) -> None:
        """The entries in the log, one for each record."""
        names = Names(self.actor.reader)
        for change in changes:
            audit.write(change, batch.title(change), names)
        self.did.done += len(changes)
