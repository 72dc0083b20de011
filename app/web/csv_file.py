"""CSV that spreadsheets open as it is: UTF-8 with a mark they know it by, and no cell that they would calculate."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from flask import Response

MARK: Final = "\ufeff"  # without it Excel takes the file for the local encoding, and Chinese comes out garbled
# Spreadsheets in Chinese or Japanese take full-width signs for the ordinary ones.
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula; what is none stays as it is."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """The download `name`.csv."""
    response = Response("".join(_lines(head, rows)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\r\n")
    for row in (head, *rows):
        writer.writerow([harmless(cell) for cell in row])
    yield MARK
    yield page.getvalue()
