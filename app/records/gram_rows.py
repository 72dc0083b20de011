"""Rows of a table of grams by the thousand: from arrays on PostgreSQL, many times as quick as row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from app.fields.grams import remembered
from app.models.base import db
from app.records import arrays
from app.records.arrays import Same

COLUMNS = ("tenant_id", "gram", "created_at", "owner_id")


@dataclass(frozen=True, slots=True)
class Grams:
    """Rows of a table of grams, column by column: neighbours in the index stand together."""

    found: Sequence[str]
    moments: Sequence[datetime]
    ids: Sequence[int]


def of(texts: Iterable[tuple[int, datetime, str]]) -> Grams:
    """The grams of each (id, created_at, text). Asks nothing of the database."""
    owners: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for id_, made, text in texts:
        owner = (made, id_)
        for gram in remembered(text):
            owners[gram].append(owner)
    found, pairs = list[str](), list[tuple[datetime, int]]()
    for gram in sorted(owners):
        those = owners[gram]
        found += [gram] * len(those)
        pairs += those
    moments, ids = zip(*pairs, strict=True) if pairs else ((), ())
    return Grams(found, moments, ids)


def send(model: Any, rows: Grams, *, again: bool = False) -> None:
    """Puts them into `model`; `again`: those that are there already apart."""
    found, moments, ids = rows.found, rows.moments, rows.ids
    if not found:
        return
    made = Same(moments[0]) if moments.count(moments[0]) == len(moments) else moments
    if arrays.possible(len(found)) and arrays.send(
        model, {"gram": found, "created_at": made, "owner_id": ids}, len(found), ignore=again
    ):
        return
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(model)
    if again:
        statement = statement.on_conflict_do_nothing(index_elements=list(COLUMNS))
    each = zip(found, moments, ids, strict=True)
    db.session.execute(statement, [{"gram": gram, "created_at": made, "owner_id": id_} for gram, made, id_ in each])
