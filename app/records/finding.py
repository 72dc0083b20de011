"""What lets people find records at any size (`find` in the YAML), kept right inside every save: spellings and reversed
digits in columns beside the field's own, parts of a text in the table `<resource>_gram` (docs/decisions/search.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import delete, insert, tuple_

from app.fields.grams import grams
from app.fields.spelling import spelled
from app.models.base import db
from app.models.find import INITIALS, PINYIN, REVERSED, part_of, shadow
from app.records import gram_rows
from app.records.tables import model_of
from app.spec.model import ResourceSpec

__all__ = ["add", "forget", "grams", "index", "index_many", "prepare", "shadow_columns", "shadows"]

AT_ONCE: Final = 1000  # rows that one statement takes out


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


def shadow_columns(resource: ResourceSpec, rows: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[str]]:
    """The same, column by column, of thousands of new records."""
    found: dict[str, Sequence[str]] = {}
    for name, pinyin, initials, backwards in _shadowed(resource):
        texts = [row[name] or "" for row in rows]
        if pinyin:
            found[pinyin], found[initials] = zip(*map(spelled, texts), strict=True)
        if backwards:
            found[backwards] = [text[::-1] for text in texts]
    return found


def prepare(resource: ResourceSpec, rows: Iterable[Mapping[str, Any]]) -> None:
    """Works out what takes longest of what is stored beside these values, so that nobody waits for it later: spellings
    are remembered for a while."""
    names = [name for name, pinyin, *_others in _shadowed(resource) if pinyin]
    for row in rows if names else ():
        for name in names:
            spelled(row[name] or "")


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
        gram_rows.send(model_of(resource).__gram__, gram_rows.of(texts), again=again)


def index_new(resource: ResourceSpec, rows: Iterable[tuple[int, Mapping[str, Any]]], created_at: datetime) -> None:
    """As `index_many`, of records (id, values) that were all made in one moment."""
    name = part_of(resource)
    if name is not None:
        texts = ((id_, created_at, values[name] or "") for id_, values in rows)
        gram_rows.send(model_of(resource).__gram__, gram_rows.of(texts))


def add(resource: ResourceSpec, records: Sequence[Any]) -> None:
    """Add new records past `records.service`, with what finds them: for what is there before anybody can save."""
    names = [name for name, field in resource.fields.items() if field.find]
    for record in records:
        for column, value in shadows(resource, {name: getattr(record, name) for name in names}).items():
            setattr(record, column, value)
    db.session.add_all(records)
    db.session.flush()
    index_many(resource, [{"id": one.id, "created_at": one.created_at, **{name: getattr(one, name) for name in names}}
                          for one in records])  # fmt: skip


def forget_many(resource: ResourceSpec, gone: Sequence[tuple[Any, Any]]) -> None:
    """The grams of records that have been deleted: of each the change that did it, and the record as it was held."""
    gram = model_of(resource).__gram__ if part_of(resource) else None
    if gram is None:
        return
    rows = [(one, held.created_at, held.id) for change, held in gone for one in _grams_of(resource, change.before)]
    for start in range(0, len(rows), AT_ONCE):
        mine = _among(gram, rows[start : start + AT_ONCE])
        db.session.execute(delete(gram).where(*mine), execution_options={"synchronize_session": False})


def _among(gram: Any, rows: Sequence[tuple[str, datetime, int]]) -> list[Any]:
    """These rows of the table. SQLite looks up no list of rows in an index; records that go together were mostly made
    one after the other, so there it is told which grams, and between which moments."""
    if db.session.get_bind().dialect.name != "sqlite":
        return [tuple_(gram.gram, gram.created_at, gram.owner_id).in_(rows)]
    grams_, moments, owners = (set(column) for column in zip(*rows, strict=True))
    return [gram.gram.in_(grams_), gram.created_at.between(min(moments), max(moments)), gram.owner_id.in_(owners)]


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
