"""The digit keys of a resource (`keys:`): each sets a ref field to the record that has this key (C1, T2)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.access import Actor, demand
from app.models.base import db
from app.records.names import title_of
from app.records.tables import model_of, resource_of
from app.records.visibility import visible
from app.spec.model import ResourceSpec


@dataclass(frozen=True, slots=True)
class DigitKey:
    """`id` is the record that the field is to point to."""

    digit: int
    id: int
    title: str


def of(actor: Actor, resource: ResourceSpec) -> list[DigitKey]:
    """The keys in use, 1 to 9 and then 0, as on a phone; one statement. Raises Denied unless the actor may edit."""
    demand(actor, resource, "edit")
    if resource.keys is None:
        return []
    target = resource_of(resource.field(resource.keys))
    model = model_of(target)
    key = getattr(model, str(target.list.keypad))
    found = db.session.execute(
        select(key, model.id, getattr(model, target.title)).where(key.between(0, 9), *visible(actor, target))
    )
    made = [DigitKey(digit, id_, title_of(target, {target.title: name}, actor.reader)) for digit, id_, name in found]
    return sorted(made, key=lambda one: (one.digit - 1) % 10)
