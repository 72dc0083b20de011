"""The pool: records of a resource with `owner` that nobody looks after. Conditions and changes, all in one place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.access import Actor
from app.models.base import db
from app.records import audit
from app.records.batch import Batch
from app.records.names import Names
from app.records.tables import model_of
from app.spec.features import OwnerSpec
from app.spec.model import ResourceSpec

# Of a record that is to change hands: what the change and its entry in the log need.
Held = Sequence[Any]


def owner_of(resource: ResourceSpec) -> OwnerSpec:
    """What its `owner` says. Raises KeyError where the resource has none."""
    if resource.owner is None:
        raise KeyError(resource.name)
    return resource.owner


def columns(resource: ResourceSpec) -> list[Any]:
    """What `change_hands` takes of each record: id, title, person, team."""
    model, spec = model_of(resource), owner_of(resource)
    return [model.id, getattr(model, resource.title), getattr(model, spec.person), getattr(model, spec.team)]


def change_hands(
    actor: Actor, resource: ResourceSpec, action: str, held: Sequence[Held], to: tuple[int | None, int | None], *,
    at: datetime,
) -> None:  # fmt: skip
    """Gives the records in `held`, which the caller has locked, to person and team: one statement, and an entry in the
    log for each."""
    model, spec, (person, team) = model_of(resource), owner_of(resource), to
    values = {
        getattr(model, spec.person): person,
        getattr(model, spec.team): team,
        getattr(model, spec.since): at,
        model.version: model.version + 1,
        model.changed_at: at,
        model.changed_by: actor.user_id,
    }
    batch, names = Batch(actor, resource, len(held)), Names(actor.reader)
    for id_, title, old_person, old_team in held:
        old = {resource.title: title, spec.person: old_person, spec.team: old_team}
        new = {**old, spec.person: person, spec.team: team}
        change = batch.change("act", id_, before=old, after=new, action=action)
        change.now = at
        audit.write(change, batch.title(change), names)
    db.session.execute(
        update(model).where(model.id.in_([row[0] for row in held])).values(values),
        execution_options={"synchronize_session": False},
    )
