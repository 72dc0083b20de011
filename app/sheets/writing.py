"""Tables of texts written whole: what is handed out to be filled in, and what comes back to be mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Final

from app.sheets.columns import Column
from app.sheets.csv_sheet import CsvSheet
from app.sheets.xlsx import Workbook

BATCH: Final = 2_000  # rows
Rows = Iterable[Sequence[str]]


def write_csv(path: Path, heads: Sequence[str], rows: Rows) -> None:
    """A line of `heads`, and the rows, each as long as it."""
    with path.open("wb") as out:
        _csv(out, heads, rows)


def csv_of(heads: Sequence[str], rows: Rows) -> bytes:
    """The same as bytes, for a table that is short."""
    out = BytesIO()
    _csv(out, heads, rows)
    return out.getvalue()


def write_xlsx(path: Path, columns: Sequence[Column], rows: Rows, hints: Sequence[str] = ()) -> None:
    """The n-th text of a row goes into the n-th column; `hints` are a grey line below the labels."""
    with path.open("wb") as out:
        book = Workbook(out, _placed(columns), title="Sheet1")
        book.head()
        if hints:
            book.hints(hints)
        for some in _batches(rows):
            book.write(some)
        book.close()


def _csv(out: IO[bytes], heads: Sequence[str], rows: Rows) -> None:
    sheet = CsvSheet(out, _placed([Column(head) for head in heads]))
    sheet.head()
    for some in _batches(rows):
        sheet.write(some)


def _placed(columns: Sequence[Column]) -> list[Column]:
    return [replace(column, place=place) for place, column in enumerate(columns)]


def _batches(rows: Rows) -> Iterator[list[Sequence[str]]]:
    left = iter(rows)
    while some := list(islice(left, BATCH)):
        yield some
