"""Handing over on delete: what referred to the deleted records refers to another one afterwards (U3, T2, T4).

A field moves in one statement, or, where its resource has rules, record by record through them (`handover` in the
YAML says which): moving must not be a way around a rule. Who made or changed a record is history and stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import aliased

from app.access import Actor, demand, may
from app.engine import engine
from app.errors import Denied, Invalid, NotFound
from app.fields.typed import quoted
from app.models.base import SEARCH, db, utcnow
from app.records import audit, bin_refs, rules, save
from app.records.batch import Batch
from app.records.clauses import containing
from app.records.ids import record_id
from app.records.names import COMMA, title_of
from app.records.owning import room, too_many
from app.records.record import Choice
from app.records.references import Reference, is_lasting, is_used, references, referring
from app.records.sight import belonging
from app.records.tables import base_of, is_refs, links, model_of, resource_of, sort_column
from app.records.visibility import visible
from app.spec.model import ResourceSpec

NOBODY: Final = "none"  # given as heir: what may be empty becomes empty
FIELD: Final = "heir"  # where messages about the heir are shown
HELD_AT_ONCE: Final = 500


def heirs(actor: Actor, resource: ResourceSpec, ids: Sequence[int], text: str = "", limit: int = 20) -> list[Choice]:
    """The records that may take over from `ids`: others of the resource that are as its `heirs` demands.

    Raises Denied unless the actor may delete.
    """
    demand(actor, resource, "delete")
    model = model_of(resource)
    title, order = getattr(model, resource.title), resource.list.order[0]
    column = sort_column(model, order)
    by = column.desc() if order.startswith("-") else column.asc()
    named = containing(model, resource, [resource.title], text, actor.reader)
    statement = select(model.id, title).where(*_may_inherit(actor, resource, ids), *named)
    found = db.session.execute(statement.order_by(by, model.id).limit(limit), execution_options={SEARCH: bool(text)})
    return [Choice(id_, title_of(resource, {resource.title: text}, actor.reader)) for id_, text in found]


def hand_over(actor: Actor, resource: ResourceSpec, ids: Sequence[int], heir: int | str) -> None:
    """Make everything that refers to `ids` refer to `heir`, or to nothing where that is NOBODY. The records `ids` are
    locked: nobody can refer to them any more until the transaction ends.

    Raises Denied unless the actor may edit what refers to them, Invalid at FIELD for an heir that cannot be one, and
    what the rules of the moved records raise.
    """
    heir_id = None if heir == NOBODY else _checked(actor, resource, ids, heir)
    _lock(resource, ids, heir_id)
    move = _Move(actor, resource, ids, heir_id)
    for fields in references(resource).values():
        move.all_of(fields)
    if heir_id is not None:
        bin_refs.hand_over(resource, ids, heir_id, next(iter(move.titles([heir_id])), ""))


def going(actor: Actor, resource: ResourceSpec, ids: Sequence[int]) -> list[str]:
    """What the records that are to be deleted are called. Raises Denied, and NotFound unless the actor sees all."""
    demand(actor, resource, "delete")
    model = model_of(resource)
    named = select(getattr(model, resource.title)).where(model.id.in_(ids), *visible(actor, resource))
    titles = list(db.session.scalars(named.order_by(model.id)))
    if len(titles) != len(set(ids)) or not titles:
        raise NotFound
    return [title_of(resource, {resource.title: title}, actor.reader) for title in titles]


def _may_inherit(actor: Actor, resource: ResourceSpec, ids: Sequence[int]) -> Iterator[Any]:
    model = model_of(resource)
    yield model.id.not_in(ids)
    yield from visible(actor, resource)
    wanted = {**base_of(resource).heirs, **resource.heirs}
    yield from (getattr(model, name) == value for name, value in wanted.items())
    for fields in references(resource).values():
        for reference in fields:  # what points to the agents' page must not point to somebody who is none
            narrower = belonging(resource_of(reference.field))
            if narrower and is_used(resource, reference, ids):
                yield from narrower


def _checked(actor: Actor, resource: ResourceSpec, ids: Sequence[int], heir: int | str) -> int:
    try:
        heir_id = record_id(heir)
    except NotFound:
        heir_id = 0
    model = model_of(resource)
    if (
        db.session.scalars(select(model.id).where(model.id == heir_id, *_may_inherit(actor, resource, ids))).first()
        is None
    ):
        raise Invalid({FIELD: [_("Choose from the list.")]})
    return heir_id


def _lock(resource: ResourceSpec, ids: Sequence[int], heir_id: int | None) -> None:
    """The records that go are locked against new references, the heir only against its own deletion, all in the order
    of ids: two people who delete each other's heirs wait for each other in turn."""
    cut = heir_id or 0
    for group, alone in (
        ([id_ for id_ in ids if id_ < cut], True),
        ([cut] if heir_id else [], False),
        ([id_ for id_ in ids if id_ > cut], True),
    ):
        if group:
            save.hold(resource, group, alone=alone)


@dataclass(frozen=True, slots=True)
class _Move:
    """From `ids` of `resource` to `heir`."""

    actor: Actor
    resource: ResourceSpec
    ids: Sequence[int]
    heir: int | None

    def all_of(self, fields: Sequence[Reference]) -> None:
        """Move all fields of one resource, and write down how many of its records that changed."""
        owner, condition = fields[0].owner, referring(self.resource, fields, self.ids)
        number = db.session.scalars(select(func.count(model_of(owner).id)).where(*condition)).one()
        if not number:
            return
        _demand_edit(self.actor, owner)
        moved = [each for each in fields if len(fields) == 1 or is_used(self.resource, each, self.ids)]
        if self.heir is None and any(is_lasting(reference) for reference in moved):
            raise Invalid({FIELD: [_("%(what)s cannot do without: choose who takes over.", what=self._called(owner))]})
        self._demand_room(owner, moved)
        for reference in moved:
            if owner.rules and reference.field.handover == "rules":
                self._by_the_rules(reference)
            elif is_refs(reference.field):
                self._links(reference)
            else:
                self._column(reference)
        self._note(owner, moved, number)

    def _demand_room(self, owner: ResourceSpec, moved: Sequence[Reference]) -> None:
        """C1: nobody inherits more records than one person may have. Raises Invalid at FIELD."""
        spec = owner.owner
        of_person = [each for each in moved if spec is not None and each.field.name == spec.person]
        if spec is None or self.heir is None or not of_person:
            return
        left = room(self.actor, owner, self.heir)  # `_lock` has locked them: what is counted stays true
        coming = select(func.count(model_of(owner).id)).where(*referring(self.resource, of_person, self.ids))
        if left is not None and db.session.scalars(coming).one() > left:
            raise Invalid({FIELD: [too_many(self.actor, spec, self.heir, max(0, left))]})

    def _column(self, reference: Reference) -> None:
        model = model_of(reference.owner)
        values = {getattr(model, reference.field.name): self.heir, **self._changed(model)}
        owner = reference.owner.owner
        if owner is not None and reference.field.name in (owner.person, owner.team):
            values[getattr(model, owner.since)] = utcnow()
        _send(update(model).where(*referring(self.resource, [reference], self.ids)).values(values))

    def _links(self, reference: Reference) -> None:
        """Whoever has the heir already, or several of those that go, has the heir once afterwards."""
        model, link = model_of(reference.owner), links(reference.owner, reference.field)
        _send(update(model).where(*referring(self.resource, [reference], self.ids)).values(self._changed(model)))
        gone, other = link.target_id.in_(self.ids), aliased(link)
        if self.heir is None:
            _send(delete(link).where(gone))
            return
        has_it = select(other.owner_id).where(other.target_id == self.heir)
        _send(delete(link).where(gone, link.owner_id.in_(has_it)))
        same = select(other.owner_id).where(
            other.owner_id == link.owner_id, other.target_id.in_(self.ids), other.target_id < link.target_id
        )
        _send(delete(link).where(gone, same.correlate(link).exists()))
        _send(update(link).where(gone).values({link.target_id: self.heir}))

    def _by_the_rules(self, reference: Reference) -> None:
        """Each record is edited as a person would edit it, and has its own entry in the history."""
        owner, name = reference.owner, reference.field.name
        model = model_of(owner)
        condition = referring(self.resource, [reference], self.ids)
        wanted = list(db.session.scalars(select(model.id).where(*condition).order_by(model.id)))
        batch = Batch(self.actor, owner, max(2, len(wanted)))  # a refusal names the record: no form shows which one
        for start in range(0, len(wanted), HELD_AT_ONCE):
            for held in save.hold(owner, wanted[start : start + HELD_AT_ONCE]):
                before = save.values_of(owner, held)
                after = {**before, name: self._instead(before[name])}
                change = batch.change("edit", held.id, before=before, after=after)
                change.handed_over = True
                with batch.naming(change):
                    rules.run(change, owner.rules)
                    save.update(change, held)
        batch.audit()

    def _instead(self, value: Any) -> Any:
        if not isinstance(value, tuple):
            return self.heir
        kept = (self.heir if id_ in self.ids else id_ for id_ in value)
        return tuple(sorted({id_ for id_ in kept if id_ is not None}))

    def _changed(self, model: Any) -> Mapping[Any, Any]:
        """So that whoever has the record in a form at this moment is told that it has changed."""
        return {
            model.version: model.version + 1,
            model.changed_at: utcnow(),
            model.changed_by: self.actor.user_id,
        }

    def _note(self, owner: ResourceSpec, moved: Sequence[Reference], number: int) -> None:
        """One entry for all of them: from whom, to whom, how many."""
        old = COMMA.text(self.actor.locale).join(self.titles(self.ids))
        new = next(iter(self.titles([self.heir])), "") if self.heir else ""
        shown = f"{number:,}"
        if new:
            title = _("From %(old)s to %(new)s: %(n)s records", old=quoted(old), new=quoted(new), n=shown)
        else:
            title = _("From %(old)s to nobody: %(n)s records", old=quoted(old), n=shown)
        before, after = ({reference.field.name: text for reference in moved} for text in (old, new))
        audit.enter(self.actor, owner, "hand_over", (None, title), before=before, after=after)

    def titles(self, ids: Sequence[int]) -> list[str]:
        model = model_of(self.resource)
        column = getattr(model, self.resource.title)
        found = db.session.scalars(select(column).where(model.id.in_(ids)).order_by(model.id))
        return [title_of(self.resource, {self.resource.title: title}, self.actor.reader) for title in found]

    def _called(self, owner: ResourceSpec) -> str:
        return owner.many.text(self.actor.locale)


def _demand_edit(actor: Actor, owner: ResourceSpec) -> None:
    """R2: deleting is no way around the permission to edit; that on any page of these records is enough."""
    pages = [page for page in engine().product.resources.values() if base_of(page) is owner and "edit" in page.can]
    if pages and not any(may(actor, page, "edit") for page in pages):
        message = _("%(what)s would be changed by this, which you may not do: ask somebody who may.",
                    what=owner.many.text(actor.locale))  # fmt: skip
        raise Denied(owner.name, "edit", message)


def _send(statement: Any) -> None:
    cast("CursorResult[Any]", db.session.execute(statement, execution_options={"synchronize_session": False}))
