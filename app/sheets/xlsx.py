"""An xlsx written as its rows come: sheets of XML, packed on their way into the file, nothing of them kept.

A text is an inline string with the number format "text": no program calculates it or takes it for a number, not even
when somebody edits the cell. Moments, days and times are real ones. (Why not a library: docs/decisions/export.md.)
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from typing import IO, Any, Final

from app.sheets import xlsx_lists as lists
from app.sheets import xlsx_parts as parts
from app.sheets.columns import Column, filled
from app.sheets.xlsx_cells import WRITTEN, line

TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LEVEL: Final = 1  # of packing: higher ones take twice the time for a tenth less
_NOTE: Final = (Column(""), Column("", width=80))


class Workbook:
    """Writes rows to `out`, which need not be seekable. `title` names the sheets; beyond what one holds, the next one
    begins. `note` is what a last sheet says, label and text; `mark` is in the properties of the document."""

    def __init__(
        self,
        out: IO[bytes],
        columns: Sequence[Column],
        *,
        title: str,
        creator: str = "",
        mark: str = "",
        note: Sequence[tuple[str, str]] = (),
        note_title: str = "",
        most: int = lists.MOST_ROWS,
    ) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._columns = columns
        self._title, self._creator, self._mark = title, creator, mark
        self._note, self._note_title = note, note_title
        self._most = most
        self._sheet: Any = None
        self._sheets: list[parts.Sheet] = []
        self._row = 0
        self._letters = [parts.letters(place) for place in range(len(columns))]

    def head(self) -> None:
        """Opens a sheet with its line of labels."""
        self._open(parts.sheet_name(self._title, len(self._sheets) + 1), parts.FROZEN, self._columns)
        self._add_line([column.label for column in self._columns], parts.HEAD)

    def hints(self, texts: Sequence[str]) -> None:
        """Adds a line that only says what belongs into the columns, in grey."""
        self._add_line(texts, parts.HINT)

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Adds the rows of a batch."""
        room = self._most - self._row
        if len(rows) > room:
            self.write(rows[:room])
            self._shut(self._columns)
            self.head()
            self.write(rows[room:])
        elif rows:
            self._add(rows)

    def close(self) -> None:
        """Writes what stands beside the rows; `out` stays open."""
        self._shut(self._columns)
        if self._note:
            self._open(parts.sheet_name(self._note_title, 1), "", _NOTE)
            for pair in self._note:
                self._add_line(pair, parts.TEXT)
            self._shut()
        if any(column.options for column in self._columns):
            self._open(lists.SHEET, "", (), hidden=True)
            self._sheet.write("".join(lists.lines(self._columns)).encode())
            self._shut()
        for path, text in parts.documents(self._sheets, self._creator, self._mark).items():
            self._zip.writestr(path, text)
        self._zip.close()

    def drop(self) -> None:
        """Ends a file that nobody will get, begun or not, while `out` is still open."""
        if self._sheet is not None:
            self._shut()
        self._zip.close()

    def _add(self, rows: Sequence[Sequence[Any]]) -> None:
        numbers = list(map(str, range(self._row + 1, self._row + 1 + len(rows))))
        cells = [
            WRITTEN[column.form](letter, numbers, values)
            for letter, column, values in zip(self._letters, self._columns, filled(self._columns, rows), strict=True)
        ]
        lines = (f'<row r="{number}">{"".join(row)}</row>' for number, *row in zip(numbers, *cells, strict=True))
        self._sheet.write("".join(lines).encode())
        self._row += len(rows)

    def _add_line(self, texts: Sequence[str], style: int) -> None:
        self._row += 1
        self._sheet.write(line(self._row, texts, style).encode())

    def _open(self, name: str, view: str, columns: Sequence[Column], *, hidden: bool = False) -> None:
        self._sheets.append(parts.Sheet(name, hidden))
        self._sheet = self._zip.open(f"xl/worksheets/sheet{len(self._sheets)}.xml", "w", force_zip64=True)
        self._sheet.write(f"{parts.SHEET}{view}{parts.widths(columns)}<sheetData>".encode())
        self._row = 0

    def _shut(self, columns: Sequence[Column] = ()) -> None:
        self._sheet.write(f"</sheetData>{lists.validations(columns)}</worksheet>".encode())
        self._sheet.close()
        self._sheet = None
