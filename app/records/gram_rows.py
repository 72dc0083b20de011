"""Rows of a table of grams by the thousand: from arrays on PostgreSQL, many times as quick as row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
    """Rows of a table of grams, column by column: neighbours in the index stand together. `made` says when each id was
    made."""

    found: Sequence[str]
    ids: Sequence[int]
    made: Mapping[int, datetime]

    def moments(self) -> Sequence[datetime] | Same:
        """When the owner of each row was made."""
        several = set(self.made.values())
        return Same(several.pop()) if len(several) == 1 else list(map(self.made.__getitem__, self.ids))


def of(texts: Iterable[tuple[int, datetime, str]]) -> Grams:
    """The grams of each (id, created_at, text). Asks nothing of the database."""
    owners: dict[str, list[int]] = defaultdict(list)
    made: dict[int, datetime] = {}
    for id_, moment, text in texts:
        made[id_] = moment
        for gram in remembered(text):
            owners[gram].append(id_)
    found, ids = list[str](), list[int]()
    for gram in sorted(owners):
        those = owners[gram]
        found += [gram] * len(those)
        ids += those
    return Grams(found, ids, made)


def send(model: Any, rows: Grams, *, again: bool = False) -> None:
    """Puts them into `model`; `again`: those that are there already apart."""
    found, ids = rows.found, rows.ids
    if not found:
        return
    columns = {"gram": found, "created_at": rows.moments(), "owner_id": ids}
    if arrays.possible(len(found)) and arrays.send(model, columns, len(found), ignore=again):
        return
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(model)
    if again:
        statement = statement.on_conflict_do_nothing(index_elements=list(COLUMNS))
    values = [
        {"gram": gram, "created_at": rows.made[id_], "owner_id": id_} for gram, id_ in zip(found, ids, strict=True)
    ]
    db.session.execute(statement, values)
