"""A CSV that spreadsheets open as it is: UTF-8 with a mark they know it by, and harmless cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, Final

from app.records.cells import Column, Form
from app.records.spreadsheet import WATCHED, guarded
from app.records.wall_clock import Calendar

MARK: Final = "\ufeff"  # without it Excel takes the file for the local encoding, and Chinese comes out garbled
TYPE: Final = "text/csv; charset=utf-8"


class CsvSheet:
    """Writes rows to `out` as they come. `trailer` is the label of one more column, which stays empty."""

    def __init__(self, out: IO[bytes], columns: Sequence[Column], trailer: str) -> None:
        self._out = out
        self._columns = columns
        self._heads = [column.label for column in columns] + ([trailer] if trailer else [])
        self._tail = bool(trailer)

    def head(self) -> None:
        """Writes the mark and the line of labels: once, before any row."""
        page = io.StringIO()
        csv.writer(page).writerow([guarded(head) for head in self._heads])
        self._out.write((MARK + page.getvalue()).encode())

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Adds the rows of a batch."""
        if not rows:
            return
        stored = list(zip(*rows, strict=True))
        cells = [
            (_guarded if column.form == "text" else SPELT[column.form])(column.fill(stored[column.place]))
            for column in self._columns
        ]
        if self._tail:
            cells.append([""] * len(rows))
        page = io.StringIO()
        csv.writer(page).writerows(zip(*cells, strict=True))
        self._out.write(page.getvalue().encode())

    def close(self) -> None:
        """There is nothing at the end of a CSV."""

    def drop(self) -> None:
        """Nor at the end of one that nobody will get."""


def _guarded(values: list[Any]) -> list[str]:
    return [value if value[:1] not in WATCHED else guarded(value) for value in values]


def _clocks(values: list[Any]) -> list[str]:
    return ["" if value is None else value.isoformat("seconds") for value in values]


def _plain(values: list[Any]) -> list[str]:
    return ["" if value is None else str(value) for value in values]


SPELT: Final[Mapping[Form, Callable[[list[Any]], list[str]]]] = {
    "text": list,
    "number": _plain,
    "moment": Calendar().texts,
    "day": _plain,
    "clock": _clocks,
}
