"""What lets people find records at any size (`find` in the YAML), kept right inside every save: spellings and reversed
digits in columns beside the field's own, parts of a text in the table `<resource>_gram` (docs/decisions/search.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, insert

from app.fields.grams import grams
from app.fields.spelling import spelled
from app.models.base import db
from app.models.find import INITIALS, PINYIN, REVERSED, part_of, shadow
from app.records.gram_rows import send
from app.records.tables import model_of
from app.spec.model import ResourceSpec

__all__ = ["forget", "grams", "index", "index_many", "shadowed", "shadows"]


def shadows(resource: ResourceSpec, values: Mapping[str, Any]) -> dict[str, str]:
    """The columns that go with those of `values` (cleaned, by field name) that have any. Reads nothing."""
    found: dict[str, str] = {}
    for name, pinyin, initials, backwards in _shadowed(resource):
        if name not in values:
            continue
        text = values[name] or ""
        if pinyin:
            found[pinyin], found[initials] = spelled(text)
        if backwards:
            found[backwards] = text[::-1]
    return found


@lru_cache(512)
def shadowed(resource: ResourceSpec) -> tuple[str, ...]:
    """The fields that have such columns."""
    return tuple(name for name, *columns in _shadowed(resource) if any(columns))


@lru_cache(512)
def _shadowed(resource: ResourceSpec) -> list[tuple[str, str, str, str]]:
    """(field, columns of its pinyin, its initials, its reversed digits; "" for none): asked for every row."""
    return [
        (
            name,
            shadow(name, PINYIN) if "pinyin" in field.find else "",
            shadow(name, INITIALS) if "pinyin" in field.find else "",
            shadow(name, REVERSED) if "end" in field.find else "",
        )
        for name, field in resource.fields.items()
        if field.find
    ]


def index(
    resource: ResourceSpec,
    id_: int,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    created_at: datetime,
) -> None:
    """Bring the grams of one record from what its values were to what they are; None is no record. `created_at` is the
    record's own. At most two statements, none where the text is as it was.
    """
    old, new = _grams_of(resource, before), _grams_of(resource, after)
    gram = model_of(resource).__gram__ if old != new else None
    if gram is None:
        return
    if gone := [one for one in old if one not in new]:
        mine = (gram.created_at == created_at, gram.owner_id == id_)
        statement = delete(gram).where(gram.gram.in_(gone), *mine)
        db.session.execute(statement, execution_options={"synchronize_session": False})
    if made := [{"gram": one, "created_at": created_at, "owner_id": id_} for one in new if one not in old]:
        db.session.execute(insert(gram), made)


def index_many(resource: ResourceSpec, rows: Iterable[Mapping[str, Any]], *, again: bool = False) -> None:
    """The grams of records that are new: each row has `id`, `created_at` and its values by field name. One statement on
    PostgreSQL; give it some thousand rows at a time. `again`: some of these grams may be there already.
    """
    name = part_of(resource)
    if name is not None:
        texts = ((row["id"], row["created_at"], row[name] or "") for row in rows)
        send(model_of(resource).__gram__, texts, again=again)


def forget(resource: ResourceSpec, records: Sequence[Any]) -> None:
    """The grams of these loaded records, which are about to go."""
    name = part_of(resource)
    if name is None:
        return
    for record in records:
        index(resource, record.id, {name: getattr(record, name)}, None, record.created_at)


def _grams_of(resource: ResourceSpec, values: Mapping[str, Any] | None) -> list[str]:
    name = part_of(resource)
    return grams(values[name] or "") if values and name and name in values else []
