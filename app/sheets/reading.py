"""A file by what it is, not by what it is called."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.sheets import package
from app.sheets.delimited import open_csv
from app.sheets.old import open_xls
from app.sheets.values import TITLES, FileFault, Limits, Reading, Table, is_blank
from app.sheets.workbook import open_xlsx

ZIP: Final = b"PK\x03\x04"
CSV: Final = "csv"
XLSX: Final = "xlsx"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # xls, and an xlsx that is locked by a password
MARK: Final = "#"  # how the line of hints below the heads begins
SHEETS: Final = 10  # that are looked at, where the first are empty
# What programs save under the name of a table: a page of the web, its XML of 2003, a document to print.
OTHERS: Final = (b"<!doctype", b"<html", b"<head", b"<meta", b"<style", b"<table", b"<?xml", b"%pdf", b"{\\rtf")
Row = tuple[int, Sequence[Any]]


def form_of(path: Path) -> str:
    """xlsx, xls or csv, by how the file begins."""
    with path.open("rb") as file:
        start = file.read(8)
    return XLSX if start.startswith(ZIP) else "xls" if start == OLE else CSV


def weight(path: Path, limits: Limits) -> int:
    """How much there is to read, in bytes of csv: what a workbook unpacks to is markup for nine tenths, and a small one
    may unpack to a million rows. Raises FileFault."""
    if form_of(path) != XLSX:
        return path.stat().st_size
    with closing(package.opened(path, limits)) as found:
        return sum(entry.file_size for entry in found.infolist()) // 10


def open_table(path: Path, reading: Reading, limits: Limits, *, head: bool = False) -> Table:
    """The table in the file; `head`: only its first rows are wanted, of a file that was looked through before. Raises
    FileFault, now or while its rows are read."""
    if path.stat().st_size == 0:
        raise FileFault(_l("The file is empty."))
    if head and form_of(path) == CSV:
        return open_csv(path, reading, limits, head=True)
    opener = {XLSX: open_xlsx, "xls": open_xls, "csv": open_csv}[form_of(path)]
    if opener is open_csv and _is_other(path):
        raise FileFault(
            _l("The file is a web page or a document, not a table. Open it in Excel and save it as a workbook (.xlsx).")
        )
    return opener(path, reading, limits)


def _is_other(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(64).removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(OTHERS)


def read(
    path: Path, reading: Reading, limits: Limits, *, head: bool = False
) -> tuple[Table, list[Any], Iterator[Row]]:  # fmt: skip
    """The table, its heads (the first line that is not blank), and the lines below: (number in the file, cells).

    Blank lines are passed over, and so are a few titles above the heads and one line of hints right below them. Of a
    workbook whose first sheets are empty the first that is not is read, unless `reading` names one. Raises FileFault.
    """
    table = open_table(path, reading, limits, head=head)
    others = [] if reading.sheet else [name for name in table.sheets if name != table.reading.sheet]
    for name in [None, *others[:SHEETS]]:
        if name is not None:
            table = open_table(path, replace(reading, sheet=name), limits)
        rows = _without_titles(_numbered(table.rows, limits))
        for _number, row in rows:
            return table, list(row), _without_hints(rows)
    raise FileFault(_l("The file is empty."))


def _numbered(rows: Iterator[Sequence[Any]], limits: Limits) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        if number > limits.rows:
            raise FileFault(_l("The file has more than %(most)s rows.", most=f"{limits.rows:,}"))
        if not is_blank(row):
            yield number, row


def _without_titles(rows: Iterator[Row]) -> Iterator[Row]:
    """A line of one text is a title where one of several texts, the heads, follows; else it is a head itself."""
    above: list[Row] = []
    for number, row in rows:
        cells = [cell for cell in row if not is_blank((cell,))]
        if len(cells) > 1 and above and all(_is_words(cell) for cell in cells):
            above.clear()
        above.append((number, row))
        if len(cells) > 1 or not _is_words(cells[0]) or len(above) > TITLES:
            break
    yield from chain(above, rows)


def _is_words(cell: Any) -> bool:
    return isinstance(cell, str) and not cell.strip().isdigit()


def _without_hints(rows: Iterator[Row]) -> Iterator[Row]:
    for number, row in rows:
        first = row[0]
        if not (isinstance(first, str) and first.startswith(MARK)):
            yield number, row
        break
    yield from rows
