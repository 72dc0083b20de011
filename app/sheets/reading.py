"""A file by what it is, not by what it is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.sheets import package
from app.sheets.delimited import open_csv
from app.sheets.old import open_xls
from app.sheets.values import FileFault, Limits, Reading, Table, is_blank
from app.sheets.workbook import open_xlsx

ZIP: Final = b"PK\x03\x04"
CSV: Final = "csv"
XLSX: Final = "xlsx"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # xls, and an xlsx that is locked by a password
MARK: Final = "#"  # how the line of hints below the heads begins
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
    return opener(path, reading, limits)


def read(
    path: Path, reading: Reading, limits: Limits, *, head: bool = False
) -> tuple[Table, list[Any], Iterator[Row]]:  # fmt: skip
    """The table, its heads (the first line that is not blank), and the lines below: (number in the file, cells).

    Blank lines are passed over, and so is one of hints that stands right below the heads. Raises FileFault.
    """
    table = open_table(path, reading, limits, head=head)
    numbered = _numbered(table.rows, limits)
    for _number, row in numbered:
        return table, list(row), _without_hints(numbered)
    raise FileFault(_l("The file is empty."))


def _numbered(rows: Iterator[Sequence[Any]], limits: Limits) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        if number > limits.rows:
            raise FileFault(_l("The file has more than %(most)s rows.", most=f"{limits.rows:,}"))
        if not is_blank(row):
            yield number, row


def _without_hints(rows: Iterator[Row]) -> Iterator[Row]:
    for number, row in rows:
        first = row[0]
        if not (isinstance(first, str) and first.startswith(MARK)):
            yield number, row
        break
    yield from rows
