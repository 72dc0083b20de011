"""A CSV that spreadsheets open as it is: UTF-8 with a mark they know it by, and harmless cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, Final

from app.records.cells import Column, Form
from app.records.spreadsheet import WATCHED, guarded

MARK: Final = "\ufeff"  # without it Excel takes the file for the local encoding, and Chinese comes out garbled
TYPE: Final = "text/csv; charset=utf-8"


class CsvSheet:
    """Writes rows to `out` as they come. `trailer` is the label of one more column, which stays empty."""

    def __init__(self, out: IO[bytes], columns: Sequence[Column], trailer: str) -> None:
        self._out = out
        self._columns = columns
        self._heads = [column.label for column in columns] + ([trailer] if trailer else [])
        self._tail = bool(trailer)

    def begin(self) -> None:
        """Writes the mark and the line of labels: once, before any row."""
        page = io.StringIO()
        csv.writer(page).writerow([guarded(head) for head in self._heads])
        self._out.write((MARK + page.getvalue()).encode())

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Adds the rows of a batch."""
        if not rows:
            return
        stored = list(zip(*rows, strict=True))
        cells = [_SPELT[column.form](column.fill(stored[column.place])) for column in self._columns]
        if self._tail:
            cells.append([""] * len(rows))
        page = io.StringIO()
        csv.writer(page).writerows(zip(*cells, strict=True))
        self._out.write(page.getvalue().encode())

    def close(self) -> None:
        """There is nothing at the end of a CSV."""

    def drop(self) -> None:
        """Nor at the end of one that nobody will get."""


def _texts(values: list[Any]) -> list[str]:
    return [value if value[:1] not in WATCHED else guarded(value) for value in values]


def _moments(values: list[Any]) -> list[str]:
    """2026-11-22 18:05:00; an hour that comes twice has its offset, or the first of the two would be understood."""
    return [("" if value is None else str(value)[:19] if not value.fold else _with_offset(value)) for value in values]


def _with_offset(value: Any) -> str:
    return str(value.isoformat(" ", "seconds"))


def _clocks(values: list[Any]) -> list[str]:
    return ["" if value is None else value.isoformat("seconds") for value in values]


def _plain(values: list[Any]) -> list[str]:
    return ["" if value is None else str(value) for value in values]


_SPELT: Final[Mapping[Form, Callable[[list[Any]], list[str]]]] = {
    "text": _texts,
    "number": _plain,
    "moment": _moments,
    "day": _plain,
    "clock": _clocks,
}
