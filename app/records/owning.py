"""Who looks after a record (`owner:` of a resource): what may change it, how many one person may have, since when (C1).

Every write that changes person or team passes here: form, API, action, import. Whoever sees but some of the records
may neither take one by editing it nor give it beyond their team: that is what assigning and claiming are for (B3, B4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.access import Actor
from app.engine import engine
from app.errors import Invalid
from app.models.base import db
from app.records.doing import permitted, setting
from app.records.rules import Change
from app.records.system import people
from app.records.tables import base_of, model_of, resource_of
from app.records.visibility import sight_of
from app.spec.features import OwnerSpec
from app.spec.model import ResourceSpec


@dataclass(slots=True)
class Owning:
    """The owners in one batch of writes by `actor` on the page `page`."""

    actor: Actor
    page: ResourceSpec
    together: bool = False  # all of the batch or none of it: then a refusal says how many would fit
    _limited: bool | None = None  # whether the actor sees but some of the records: asked once in a batch
    _room: dict[int, int | None] = field(default_factory=dict)
    _first: dict[int, int | None] = field(default_factory=dict)  # the room before the first of the batch
    _mates: dict[int, bool] = field(default_factory=dict)  # whether these are of the actor's team

    def settle(self, change: Change) -> None:
        """To be called once the rules have run. Notes since when the record has its owner.

        Raises Invalid where the actor may not give the record to that person or team, and where the person has as
        many records as they may have.
        """
        spec = change.resource.owner
        if spec is None or change.after is None or not change.changed(spec.person, spec.team):
            return
        if self._limited is None:
            self._limited = bool(sight_of(self.actor, self.page).groups)
        if self._limited:
            self._within_reach(spec, change)
        if change.before is not None or change.after.get(spec.since) is None:
            change.set_system(spec.since, change.now)
        person = change.after[spec.person]
        if person and (change.before is None or change.before[spec.person] != person):
            self._take_room(change.resource, spec, person)

    def has_room(self, resource: ResourceSpec, person: int) -> bool:
        """True if this person may have one more record, which is then theirs as far as the rest of the batch counts."""
        if resource.owner is None:
            return True
        try:
            self._take_room(resource, resource.owner, person)
        except Invalid:
            return False
        return True

    def _take_room(self, resource: ResourceSpec, spec: OwnerSpec, person: int) -> None:
        if spec.cap is None or not setting(self.actor, spec.cap):
            return
        if person not in self._room:
            lock_person(person)
            self._first[person] = self._room[person] = room(self.actor, resource, person)
        left = self._room[person]
        if left is None:
            return
        if left < 1:
            fitting = (self._first[person] or 0) if self.together else 0
            raise Invalid({spec.person: [too_many(self.actor, spec, person, fitting)]})
        self._room[person] = left - 1

    def _within_reach(self, spec: OwnerSpec, change: Change) -> None:
        """Raises Invalid for what somebody who sees but some of the records may not do."""
        after: dict[str, Any] = change.after or {}
        if may_assign(self.actor, self.page):
            self._within_team(spec, after)
        elif change.before is not None and change.before[spec.person] == self.actor.user_id:
            return  # what is one's own one may pass on
        elif (
            change.before is not None
            or after[spec.person] != self.actor.user_id
            or after[spec.team] not in _own(self.actor)
        ):
            name = next((one for one in (spec.person, spec.team) if change.before and change.changed(one)), spec.person)
            raise Invalid({name: [_("You cannot change who looks after this record.")]})

    def _within_team(self, spec: OwnerSpec, after: dict[str, Any]) -> None:
        """A leader gives to people of their own team, and what they take from one of them stays with the team."""
        actor = self.actor
        if after[spec.team] is None:
            after[spec.team] = actor.team_id
        if after[spec.team] != actor.team_id or (after[spec.team] is None and after[spec.person] != actor.user_id):
            raise Invalid({spec.team: [_("You can assign within your own team only.")]})
        person = after[spec.person]
        if person not in (None, actor.user_id) and not self._is_mate(spec, person):
            raise Invalid({spec.person: [_("You can assign within your own team only.")]})

    def _is_mate(self, spec: OwnerSpec, person: int) -> bool:
        if person not in self._mates:
            model = model_of(resource_of(self.page.field(spec.person)))
            mate = select(model.id).where(model.id == person, model.team_id == self.actor.team_id)
            self._mates[person] = db.session.scalars(mate).first() is not None
        return self._mates[person]


def may_assign(actor: Actor, page: ResourceSpec) -> bool:
    """True if the actor may use an action that asks for the person."""
    spec = base_of(page).owner
    return spec is not None and any(
        permitted(actor, page, action) for action in page.actions.values() if spec.person in action.ask
    )


def kept_from(actor: Actor, page: ResourceSpec, before: Mapping[str, Any] | None) -> frozenset[str]:
    """The fields that a form would offer this person in vain: what is not their own only assigning changes."""
    spec = base_of(page).owner
    if spec is None or not sight_of(actor, page).groups or may_assign(actor, page):
        return frozenset()
    own = before is not None and before.get(spec.person) == actor.user_id
    return frozenset() if own else frozenset((spec.person, spec.team))


def lock_person(person: int) -> None:
    """One at a time gives records to this person, so that what is counted stays true until the transaction ends."""
    model = model_of(people(engine().product))
    db.session.execute(select(model.id).where(model.id == person).with_for_update(key_share=True))


def room(actor: Actor, resource: ResourceSpec, person: int) -> int | None:
    """How many more records this person may have; None for any number."""
    spec = resource.owner
    most = setting(actor, spec.cap) if spec is not None and spec.cap else 0
    if not most or spec is None:
        return None
    model = model_of(resource)
    some = select(model.id).where(getattr(model, spec.person) == person).limit(most).subquery()
    return int(most) - int(db.session.execute(select(func.count()).select_from(some)).scalar_one())


def too_many(actor: Actor, spec: OwnerSpec, person: int, left: int = 0) -> str:
    """Says that this person has as many records as they may have, or room for `left` of the batch."""
    most = setting(actor, spec.cap) if spec.cap else 0
    if left:
        return str(_("One person may look after %(most)s at most: %(left)s of these would fit.",
                     most=f"{most:,}", left=f"{left:,}"))  # fmt: skip
    if person == actor.user_id:
        return str(_("You look after %(most)s already, the most for one person. Some have to be returned first.",
                     most=f"{most:,}"))  # fmt: skip
    return str(_("One person may look after %(most)s at most.", most=f"{most:,}"))


def _own(actor: Actor) -> tuple[int | None, ...]:
    return (None, actor.team_id)
