"""A csv that spreadsheets open as it is: UTF-8 with a mark they know it by, and harmless cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import IO, Any, Final

from app.sheets.columns import SPELT, Column, filled
from app.sheets.guard import all_guarded

MARK: Final = "\ufeff"  # without it Excel takes the file for the local encoding, and Chinese comes out garbled
TYPE: Final = "text/csv; charset=utf-8"


class CsvSheet:
    """Writes rows to `out` as they come. `trailer` is the label of one more column, which stays empty."""

    def __init__(self, out: IO[bytes], columns: Sequence[Column], trailer: str = "") -> None:
        self._out = out
        self._columns = columns
        self._heads = [column.label for column in columns] + ([trailer] if trailer else [])
        self._tail = bool(trailer)

    def head(self) -> None:
        """Writes the mark and the line of labels: once, before any row."""
        self._put([all_guarded(self._heads)], MARK)

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Adds the rows of a batch."""
        if not rows:
            return
        cells = [
            all_guarded(values) if column.form == "text" else SPELT[column.form](values)
            for column, values in zip(self._columns, filled(self._columns, rows), strict=True)
        ]
        if self._tail:
            cells.append([""] * len(rows))
        self._put(zip(*cells, strict=True))

    def close(self) -> None:
        """There is nothing at the end of a csv."""

    def drop(self) -> None:
        """Nor at the end of one that nobody will get."""

    def _put(self, lines: Any, before: str = "") -> None:
        page = io.StringIO()
        csv.writer(page).writerows(lines)
        self._out.write((before + page.getvalue()).encode())
