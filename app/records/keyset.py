"""Keyset paging: a page is read as a few ranges of the index (tenant_id, column, id), from either end.

Databases disagree on where NULL sorts. Here it always comes last, whichever the direction, and still from the index:
an order over a nullable column is two *runs*, the rows with a value and then the rows without, each a range of its own.
Where rows without a value show a default (F5) they stand among those that have it: three runs, before, at and after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, tuple_

from app.records.cursor import Cursor

# The parameters of a statement that begins beside a row.
VALUE: Final = "cursor_value"
ID: Final = "cursor_id"


class Range(NamedTuple):
    """Conditions on rows that lie side by side in an index; `by_id`: there they stand in the order of ids alone."""

    conditions: tuple[ColumnElement[bool], ...]
    by_id: bool = False


Run = list[Range]  # the rows of a run are in one of its ranges


@dataclass(frozen=True, slots=True)
class Keyset:
    """The order of a list: `column`, then `id` in the same direction. `column` is None where id alone is the order.

    `sparse` says that the index holds only rows with a value: those without are read by id. `default` is what they show
    instead of nothing, and sort as.
    """

    column: Any
    id: Any
    descending: bool
    nullable: bool
    sparse: bool = False
    default: Any = None

    @property
    def key(self) -> Any:
        """What rows are ordered by, before id."""
        if self.column is None:
            return self.id
        return self.column if self.default is None else func.coalesce(self.column, self._default)

    def runs(self, cursor: Cursor | None) -> list[Run]:
        """The ranges, in the order in which they are read.

        They take the cursor's value and id as parameters: only its place, and whether it has a value, matter here.
        """
        if self.default is not None:
            return self._around(cursor)
        backward = cursor is not None and cursor.backward
        if cursor is None or not cursor.beside_a_row:
            return self._whole(backward)
        if not self.nullable:
            return [[Range((self._beyond(cursor),))]]
        return self._rest(cursor)

    def order_in(self, found: Range, *, backward: bool) -> Sequence[ColumnElement[Any]]:
        """The order in which the rows of a range are read."""
        falling = self.descending != backward
        columns = (self.id,) if found.by_id or self.column is None else (self.column, self.id)
        return [column.desc() if falling else column.asc() for column in columns]

    def order_by(self, key: Any, id_: Any, *, backward: bool) -> Sequence[ColumnElement[Any]]:
        """The order in which rows are read, over the columns `key` and `id_` of whichever statement asks."""
        columns = (id_,) if self.column is None else (key, id_)
        falling = self.descending != backward
        return [column.desc() if falling else column.asc() for column in columns]

    def _whole(self, backward: bool) -> list[Run]:
        if not self.nullable:
            return [[Range(())]]
        runs = [[Range((self.column.is_not(None),))], [self._empty()]]
        return runs[::-1] if backward else runs

    def _empty(self, *conditions: ColumnElement[bool]) -> Range:
        return Range((self.column.is_(None), *conditions), by_id=self.sparse)

    def _rest(self, cursor: Cursor) -> list[Run]:
        """What is left of the two runs beyond `cursor`. Rows without a value end the list, so begin it backwards."""
        if cursor.value is None:
            here = [self._empty(self._beyond_id(cursor))]
            return [here, [Range((self.column.is_not(None),))]] if cursor.backward else [here]
        here = [Range((self.column.is_not(None), self._beyond(cursor)))]
        return [here] if cursor.backward else [here, [self._empty()]]

    def _around(self, cursor: Cursor | None) -> list[Run]:
        """Before the default, at it, after it; of each what is beyond `cursor`: nothing where that is further on."""
        beside = cursor if cursor is not None and cursor.beside_a_row else None
        beyond = (self._beyond(beside),) if beside else ()
        at = (self._default_beyond(beside),) if beside else ()
        low = [Range((self.column < self._default, *beyond))]
        same = [Range((self.column == self._default, *at), by_id=True), self._empty(*at)]
        high = [Range((self.column > self._default, *beyond))]
        falling = self.descending != (cursor is not None and cursor.backward)
        return [high, same, low] if falling else [low, same, high]

    def _default_beyond(self, cursor: Cursor) -> ColumnElement[bool]:
        theirs = bindparam(VALUE, type_=self.column.type)
        further = self._default < theirs if self._falling(cursor) else self._default > theirs
        return or_(further, and_(self._default == theirs, self._beyond_id(cursor)))

    @property
    def _default(self) -> ColumnElement[Any]:
        return bindparam(None, self.default, type_=self.column.type, unique=True)

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
