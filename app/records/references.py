"""Who refers to a record: found from the product's spec, so that no resource is forgotten and none is named here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from app.access import Actor
from app.engine import engine
from app.models.base import db
from app.records.tables import is_refs, links, model_of, resource_of
from app.records.visibility import visible
from app.spec.model import FieldSpec, ResourceSpec


@dataclass(frozen=True, slots=True)
class Reference:
    """A field of `owner` that points to the records of some resource."""

    owner: ResourceSpec
    field: FieldSpec

    def to(self, ids: Iterable[int]) -> ColumnElement[bool]:
        """The condition on `owner`'s records: this field holds one of `ids`."""
        model = model_of(self.owner)
        if is_refs(self.field):
            link = links(self.owner, self.field)
            return model.id.in_(select(link.owner_id).where(link.target_id.in_(ids)))  # type: ignore[no-any-return]
        return getattr(model, self.field.name).in_(ids)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Use:
    """How many records of `owner` refer to some records; `lasting` if they must refer to one, so that none can do."""

    owner: ResourceSpec
    number: int
    lasting: bool


def references(resource: ResourceSpec) -> Mapping[ResourceSpec, Sequence[Reference]]:
    """Every field that points to `resource`, by the resource that has it; each column once, whatever shows it."""
    model, seen, found = model_of(resource), set[tuple[Any, str]](), dict[ResourceSpec, list[Reference]]()
    for owner in _tables_first(engine().product.resources.values()):
        for field in owner.fields.values():
            column = (model_of(owner), field.name)
            if field.to is not None and column not in seen and model_of(resource_of(field)) is model:
                seen.add(column)
                found.setdefault(owner, []).append(Reference(owner, field))
    return found


def uses(resource: ResourceSpec, ids: Sequence[int]) -> Iterator[Use]:
    """Each resource some of whose records refer to these, and how many do: one statement each. The records themselves
    do not count: they go together."""
    for owner, fields in references(resource).items():
        number = db.session.scalars(
            select(func.count(model_of(owner).id)).where(*referring(resource, fields, ids))
        ).one()
        if number:
            yield Use(owner, number, any(is_lasting(reference) for reference in fields))


def referring(resource: ResourceSpec, fields: Sequence[Reference], ids: Sequence[int]) -> list[ColumnElement[bool]]:
    """The condition on one owner's records: one of `fields` holds one of `ids`."""
    owner = model_of(fields[0].owner)
    apart = [owner.id.not_in(ids)] if owner is model_of(resource) else []
    return [or_(*(reference.to(ids) for reference in fields)), *apart]


def is_used(resource: ResourceSpec, reference: Reference, ids: Sequence[int]) -> bool:
    """True if some record refers to one of `ids` by this field."""
    found = select(model_of(reference.owner).id).where(*referring(resource, [reference], ids)).limit(1)
    return db.session.scalars(found).first() is not None


def tally(actor: Actor, reference: Reference, ids: Sequence[int]) -> Mapping[int, int]:
    """How many records that `actor` sees refer to each of `ids` by this field, in one statement; no entry is none."""
    model = model_of(reference.owner)
    seen = visible(actor, reference.owner)
    if is_refs(reference.field):
        link = links(reference.owner, reference.field)
        target, counted = link.target_id, link.owner_id
        seen = [link.owner_id.in_(select(model.id).where(*seen))] if seen else []
    else:
        target, counted = getattr(model, reference.field.name), model.id
    found = select(target, func.count(counted)).where(target.in_(ids), *seen).group_by(target)
    return {id_: number for id_, number in db.session.execute(found)}  # noqa: C416 - dict() of rows is untyped


def is_lasting(reference: Reference) -> bool:
    """True where the field may not be emptied."""
    return reference.field.required or reference.field.handover == "heir"


def _tables_first(resources: Iterable[ResourceSpec]) -> list[ResourceSpec]:
    """Pages over another resource's records come last: what they share is told under its own name."""
    return sorted(resources, key=lambda resource: getattr(resource, "of", None) is not None)
