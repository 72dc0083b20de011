"""Keyset paging: a page is read as one or two ranges of the index (tenant_id, column, id), from either end.

Databases disagree on where NULL sorts. Here it always comes last, whichever the direction, and still from the index:
an order over a nullable column is two *runs*, the rows with a value and then the rows without, each a range of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, tuple_

from app.records.cursor import Cursor

Run = tuple[ColumnElement[bool], ...]

# The parameters of a statement that begins beside a row.
VALUE: Final = "cursor_value"
ID: Final = "cursor_id"


@dataclass(frozen=True, slots=True)
class Keyset:
    """The order of a list: `column`, then `id` in the same direction. `column` is None where id alone is the order."""

    column: Any
    id: Any
    descending: bool
    nullable: bool

    def runs(self, cursor: Cursor | None) -> list[Run]:
        """The conditions of each range, in the order in which they are read.

        They take the cursor's value and id as parameters: only its place, and whether it has a value, matter here.
        """
        backward = cursor is not None and cursor.backward
        if cursor is None or not cursor.beside_a_row:
            return self._whole(backward)
        if not self.nullable:
            return [(self._beyond(cursor),)]
        return self._rest(cursor)

    def order_by(self, key: Any, id_: Any, *, backward: bool) -> Sequence[ColumnElement[Any]]:
        """The order in which rows are read, over the columns `key` and `id_` of whichever statement asks."""
        columns = (id_,) if self.column is None else (key, id_)
        falling = self.descending != backward
        return [column.desc() if falling else column.asc() for column in columns]

    def _whole(self, backward: bool) -> list[Run]:
        if not self.nullable:
            return [()]
        runs: list[Run] = [(self.column.is_not(None),), (self.column.is_(None),)]
        return runs[::-1] if backward else runs

    def _rest(self, cursor: Cursor) -> list[Run]:
        """What is left of the two runs beyond `cursor`. Rows without a value end the list, so begin it backwards."""
        if cursor.value is None:
            here: Run = (self.column.is_(None), self._beyond_id(cursor))
            return [here, (self.column.is_not(None),)] if cursor.backward else [here]
        here = (self.column.is_not(None), self._beyond(cursor))
        return [here] if cursor.backward else [here, (self.column.is_(None),)]

    def _beyond(self, cursor: Cursor) -> ColumnElement[bool]:
        if self.column is None:
            return self._beyond_id(cursor)
        ours = tuple_(self.column, self.id)
        theirs = tuple_(bindparam(VALUE, type_=self.column.type), bindparam(ID, type_=self.id.type))
        return ours < theirs if self._falling(cursor) else ours > theirs

    def _beyond_id(self, cursor: Cursor) -> ColumnElement[bool]:
        theirs = bindparam(ID, type_=self.id.type)
        condition: ColumnElement[bool] = self.id < theirs if self._falling(cursor) else self.id > theirs
        return condition

    def _falling(self, cursor: Cursor) -> bool:
        return self.descending != cursor.backward
