"""Many records' values of one own field at once: archived, brought back, replaced, written anew.

Records whose values change count as changed: whoever has one in a form at this moment is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import CursorResult, String, case, delete, func, insert, select, type_coerce, update

from app.access import Actor
from app.fields.options import Entry
from app.fields.slots import LENGTH, decode, encode
from app.models.base import db, utcnow
from app.models.field_value import FieldValue
from app.records.tables import model_of
from app.spec.model import ResourceSpec

AT_ONCE: Final = 500  # records a statement reads or writes
LOOKED_THROUGH: Final = 5_000  # records a statement reads where nothing is written
MOST_COUNTED: Final = 10_000  # as in lists

Texts = dict[int, str]


def used(resource: ResourceSpec, slots: Sequence[str]) -> dict[str, int]:
    """How many records have a value, by slot: one statement, from the slots' indexes, at most MOST_COUNTED + 1 each."""
    if not slots:
        return {}
    model = model_of(resource)
    numbers = []
    for slot in slots:
        some = select(model.id).where(getattr(model, slot).is_not(None)).limit(MOST_COUNTED + 1).subquery()
        numbers.append(select(func.count()).select_from(some).scalar_subquery())
    return dict(zip(slots, db.session.execute(select(*numbers)).one(), strict=True))


def count(resource: ResourceSpec, slot: str) -> int:
    """How many records have a value, all of them."""
    model = model_of(resource)
    number: int = db.session.scalars(select(func.count(model.id)).where(getattr(model, slot).is_not(None))).one()
    return number


def chunks(resource: ResourceSpec, slot: str, size: int = AT_ONCE) -> Iterator[Texts]:
    """The texts kept in a slot, by record, some hundred records at a time, or `size`."""
    model = model_of(resource)
    text, last = type_coerce(getattr(model, slot), String(LENGTH)), 0
    while True:
        found = db.session.execute(
            select(model.id, text).where(text.is_not(None), model.id > last).order_by(model.id).limit(size)
        ).all()
        if not found:
            return
        last = found[-1][0]
        yield {row[0]: row[1] for row in found}


def write(actor: Actor, resource: ResourceSpec, slot: str, texts: Mapping[int, str | None]) -> int:
    """Put these texts into the slot. Gives how many records there were to take them."""
    model, ids, written = model_of(resource), list(texts), 0
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        values = {id_: texts[id_] for id_ in some}
        if len(set(values.values())) == 1:
            new: Any = values[some[0]]
        else:
            new = case(values, value=model.id)
        written += _send(update(model).where(model.id.in_(some)).values({slot: new, **_changed(actor, model)}))
    return written


def clear(actor: Actor, resource: ResourceSpec, slot: str) -> int:
    """Empty the slot in every record. Gives how many had a value."""
    model = model_of(resource)
    given = getattr(model, slot).is_not(None)
    return _send(update(model).where(given).values({slot: None, **_changed(actor, model)}))


def archive(actor: Actor, resource: ResourceSpec, slot: str, field_id: int, kind: str) -> int:
    """Move every value of the slot into the archive. Gives how many."""
    for texts in chunks(resource, slot):
        put_away(field_id, kind, texts, aside=False)
    return clear(actor, resource, slot)


def put_away(field_id: int, kind: str, texts: Texts, *, aside: bool) -> None:
    rows = [
        {"field_id": field_id, "record_id": id_, "kind": kind, "value": text, "aside": aside, "at": utcnow()}
        for id_, text in texts.items()
    ]
    if rows:
        db.session.execute(insert(FieldValue), rows)


def bring_back(
    actor: Actor, resource: ResourceSpec, slot: str, field_id: int, kind: str, *, aside: bool
) -> int:  # fmt: skip
    """Move what was put away under `kind` into the slot, where it is still empty. Gives how many came back."""
    model, last, written = model_of(resource), 0, 0
    mine = (FieldValue.field_id == field_id, FieldValue.aside.is_(aside), FieldValue.kind == kind)
    while True:
        found = db.session.execute(
            select(FieldValue.record_id, FieldValue.value)
            .where(*mine, FieldValue.record_id > last)
            .order_by(FieldValue.record_id)
            .limit(AT_ONCE)
        ).all()
        if not found:
            return written
        last = found[-1][0]
        texts: Texts = {row[0]: row[1] for row in found}
        empty = select(model.id).where(model.id.in_(list(texts)), getattr(model, slot).is_(None))
        back = {id_: texts[id_] for id_ in db.session.scalars(empty)}
        written += write(actor, resource, slot, back)
        _send(delete(FieldValue).where(*mine, FieldValue.record_id.in_(list(back))))


def replace_option(actor: Actor, resource: ResourceSpec, slot: str, kind: str, gone: Entry) -> int:
    """Put the heir of an option that goes (nothing, where that is "") in its place. Gives in how many records."""
    model, heir = model_of(resource), gone.heir or None
    column = getattr(model, slot)
    if kind == "choice":
        statement = update(model).where(column == gone.id)
        return _send(statement.values({slot: heir, **_changed(actor, model)}))
    texts: dict[int, str | None] = {}
    for some in chunks(resource, slot):
        for id_, text in some.items():
            held = decode(kind, text)
            if gone.id in held:
                kept = dict.fromkeys(heir if one == gone.id else one for one in held)
                texts[id_] = encode(kind, tuple(one for one in kept if one))
    return write(actor, resource, slot, texts)


def holders(resource: ResourceSpec, slot: str, kind: str, options: Sequence[str]) -> dict[str, int]:
    """How many records have each of these options: one statement."""
    if not options:
        return {}
    model = model_of(resource)
    column = getattr(model, slot)

    def has(option: str) -> Any:
        several = column.contains(encode("choices", (option,)), autoescape=True)
        return column == option if kind == "choice" else several

    numbers = [func.count(case((has(option), 1))) for option in options]
    found = db.session.execute(select(*numbers).where(column.is_not(None))).one()
    return dict(zip(options, found, strict=True))


def _changed(actor: Actor, model: Any) -> dict[str, Any]:
    return {"version": model.version + 1, "changed_at": utcnow(), "changed_by": actor.user_id}


def _send(statement: Any) -> int:
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount
