"""Fields that the demo companies have added to their customers (F2), and what customers have in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from app.access import Actor
from app.engine import engine
from app.errors import Invalid
from app.fields.options import live
from app.fields.slots import encode
from app.models.base import db
from app.records import custom, service

Choices = tuple[Sequence[str | None], Sequence[float]]  # texts as a slot holds them, and how common each is


@dataclass(frozen=True, slots=True)
class OwnField:
    """A field that the company has added, and its values: (value, how common), None for nothing given."""

    name: str
    kind: str
    values: Sequence[tuple[Any, float]]
    options: tuple[str, ...] = ()


AGE: Final = OwnField("年龄", "integer", ((None, 30), *((age, 3 - abs(age - 38) / 16) for age in range(18, 79))))
AMOUNT: Final = OwnField("意向金额", "integer", (
    (None, 55), *((amount, 6 - place / 5) for place, amount in enumerate((
        980, 1980, 2980, 3980, 4980, 5980, 6800, 8800, 9800, 12800, 15800, 19800, 25800, 29800, 36800, 48800, 59800,
        68000, 88000, 98000, 128000, 168000, 198000, 258000, 368000, 580000))),
))  # fmt: skip
SOURCE: Final = OwnField(
    "客户来源", "choice", ((None, 8), (0, 30), (1, 22), (2, 16), (3, 13), (4, 8), (5, 3)),
    ("外呼名单", "网络推广", "官网留言", "老客户介绍", "线下展会", "合作渠道"),
)  # fmt: skip
OWN_FIELDS: Final = (AGE, AMOUNT, SOURCE)


def add_own_fields(actor: Actor, fields: Iterable[OwnField]) -> dict[str, Choices]:
    """By slot, what customers may have in those of `fields` that the company has now; what it lacks is added, where
    there is room."""
    return dict(filter(None, (_own_field(actor, wanted) for wanted in fields)))


def _own_field(actor: Actor, wanted: OwnField) -> tuple[str, Choices] | None:
    """The slot of the company's field of this name and kind, and the texts it may hold with their weights."""
    resource = custom.definer(engine().product.resource("customer"))
    definition = engine().models[resource.name]
    same = definition.name == wanted.name, definition.kind == wanted.kind, definition.archived_at.is_(None)
    held: Any = db.session.scalar(select(definition).where(*same))
    if held is None:
        values = {"name": wanted.name, "kind": wanted.kind, "required": False, "options": list(wanted.options)}
        try:
            made = service.add(actor, resource, values)
        except Invalid:
            return None  # all slots are taken, or the name is, by a field of another kind
        held = db.session.get(definition, (actor.tenant_id, int(made.id)))
    ids = [entry.id for entry in live(held.options)]
    offered = [(value, weight) for value, weight in wanted.values if not wanted.options or _within(value, ids)]
    texts = [encode(wanted.kind, ids[value] if wanted.options and value is not None else value) for value, _ in offered]
    return held.slot, (texts, [weight for _value, weight in offered])


def _within(place: int | None, ids: Sequence[str]) -> bool:
    return place is None or place < len(ids)
