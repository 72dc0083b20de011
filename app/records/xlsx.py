"""An xlsx written as its rows come: sheets of XML, packed on their way into the file, nothing of them kept.

A text is an inline string with the number format "text": no program calculates it or takes it for a number, not even
when somebody edits the cell. Moments, days and times are real ones. (Why not a library: docs/decisions/export.md.)
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, Final
from xml.sax.saxutils import escape

from app.records import xlsx_parts as parts
from app.records.cells import Column, Form
from app.records.csv_sheet import SPELT
from app.records.spreadsheet import QUOTE, guarded

TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS: Final = 1_048_576  # of a sheet, the labels included
LONGEST: Final = 32_767  # characters of a cell
EXACT: Final = 10**15  # a greater number would lose its last digits
_LEVEL: Final = 1  # of packing: higher ones take twice the time for a tenth less
_DAY: Final = 86_400
_ZERO_DAY: Final = dt.date(1899, 12, 30).toordinal()
_EPOCH: Final = dt.date(1970, 1, 1).toordinal() - _ZERO_DAY
_FIRST_YEAR: Final = 1901  # before, programs disagree about what day a number is
_FIRST: Final = (dt.date(_FIRST_YEAR, 1, 1) - dt.date(1970, 1, 1)).days * _DAY
# What a text must not have as it is: markup, controls, what would be read as an escape, blanks that would be dropped.
_ODD: Final = re.compile(
    r"[&<>\x01-\x08\x0b-\x1f\ufffe\uffff\n\t]|_x[0-9A-Fa-f]{4}_|(?:^|\x00)\s|\s(?:\x00|$)|(?:^|\x00)'"
)
_BAD: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_RETURN: Final = {"\r": "&#13;"}  # a reader of XML makes line feeds of bare ones
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class Workbook:
    """Writes rows to `out`, which need not be seekable. `title` names the sheets; beyond what one holds, the next one
    begins. `note` is what a last sheet says, label and text; `mark` is in the properties of the document."""

    def __init__(
        self,
        out: IO[bytes],
        columns: Sequence[Column],
        *,
        title: str,
        creator: str,
        mark: str,
        note: Sequence[tuple[str, str]],
        note_title: str,
        most: int = MOST_ROWS,
    ) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._columns = columns
        self._title, self._creator, self._mark = title, creator, mark
        self._note, self._note_title = note, note_title
        self._most = most
        self._sheet: Any = None
        self._names: list[str] = []
        self._row = 0
        self._letters = [parts.letters(place) for place in range(len(columns))]

    def head(self) -> None:
        """Opens a sheet with its line of labels."""
        self._names.append(parts.sheet_name(self._title, len(self._names) + 1))
        self._open(parts.widths([parts.WIDTHS[column.form] for column in self._columns]))
        heads = (
            f'<c r="{letter}1" s="{parts.HEAD}" t="inlineStr"><is><t>{_text(column.label)}</t></is></c>'
            for letter, column in zip(self._letters, self._columns, strict=True)
        )
        self._sheet.write(f'<row r="1">{"".join(heads)}</row>'.encode())
        self._row = 1

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Adds the rows of a batch."""
        room = self._most - self._row
        if len(rows) > room:
            self.write(rows[:room])
            self._shut()
            self.head()
            self.write(rows[room:])
        elif rows:
            self._add(rows)

    def close(self) -> None:
        """Writes the note and the rest of the document; `out` stays open."""
        self._shut()
        self._write_note()
        for path, text in parts.documents(self._names, self._creator, self._mark).items():
            self._zip.writestr(path, text)
        self._zip.close()

    def drop(self) -> None:
        """Ends a file that nobody will get, while `out` is still open."""
        self._shut()
        self._zip.close()

    def _add(self, rows: Sequence[Sequence[Any]]) -> None:
        numbers = list(map(str, range(self._row + 1, self._row + 1 + len(rows))))
        stored = list(zip(*rows, strict=True))
        cells = [
            _WRITTEN[column.form](letter, numbers, column.fill(stored[column.place]))
            for letter, column in zip(self._letters, self._columns, strict=True)
        ]
        lines = (f'<row r="{number}">{"".join(row)}</row>' for number, *row in zip(numbers, *cells, strict=True))
        self._sheet.write("".join(lines).encode())
        self._row += len(rows)

    def _open(self, cols: str, *, frozen: bool = True) -> None:
        self._sheet = self._zip.open(f"xl/worksheets/sheet{len(self._names)}.xml", "w", force_zip64=True)
        self._sheet.write((parts.SHEET + (parts.FROZEN if frozen else "") + cols + "<sheetData>").encode())

    def _shut(self) -> None:
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()

    def _write_note(self) -> None:
        self._names.append(parts.sheet_name(self._note_title, 1))
        self._open(parts.widths([16, 80]), frozen=False)
        for number, (label, text) in enumerate(self._note, 1):
            cells = _texts("A", [str(number)], [label]) + _texts("B", [str(number)], [text])
            self._sheet.write(f'<row r="{number}">{"".join(cells)}</row>'.encode())
        self._shut()


def _text(value: str) -> str:
    if value.startswith(QUOTE):
        value = guarded(value)  # an import takes an apostrophe before a formula for a guard
    return escape(_ESCAPE.sub("_x005F_", _BAD.sub("", value[:LONGEST])), _RETURN)


def _texts(letter: str, numbers: Sequence[str], values: list[Any]) -> list[str]:
    head, style = f'<c r="{letter}', f'" s="{parts.TEXT}" t="inlineStr"><is><t'
    if _ODD.search("\x00".join(values)) is None and max(map(len, values)) <= LONGEST:
        return [
            f"{head}{number}{style}>{value}</t></is></c>" if value else ""
            for number, value in zip(numbers, values, strict=True)
        ]
    return [
        f'{head}{number}{style} xml:space="preserve">{_text(value)}</t></is></c>' if value else ""
        for number, value in zip(numbers, values, strict=True)
    ]


def _numbers(letter: str, numbers: Sequence[str], values: list[Any]) -> list[str]:
    return [
        ""
        if value is None
        else f'<c r="{letter}{number}"><v>{value}</v></c>'
        if abs(value) < EXACT
        else _texts(letter, [number], [str(value)])[0]
        for number, value in zip(numbers, values, strict=True)
    ]


def _moments(letter: str, numbers: Sequence[str], values: list[Any]) -> list[str]:
    """A cell knows no zone: what only an offset would tell apart is a text."""
    head, style = f'<c r="{letter}', f'" s="{parts.MOMENT}"><v>'
    return [
        f"{head}{number}{style}{value / _DAY + _EPOCH}</v></c>"
        if value.__class__ is int and value >= _FIRST
        else _odd_moment(letter, number, value)
        for number, value in zip(numbers, values, strict=True)
    ]


def _odd_moment(letter: str, number: str, value: Any) -> str:
    return "" if value is None else _texts(letter, [number], SPELT["moment"]([value]))[0]


def _days(letter: str, numbers: Sequence[str], values: list[Any]) -> list[str]:
    made = []
    for number, value in zip(numbers, values, strict=True):
        if value is None:
            made.append("")
        elif value.year < _FIRST_YEAR:
            made += _texts(letter, [number], [value.isoformat()])
        else:
            day = value.toordinal() - _ZERO_DAY
            made.append(f'<c r="{letter}{number}" s="{parts.DAY}"><v>{day}</v></c>')
    return made


def _clocks(letter: str, numbers: Sequence[str], values: list[Any]) -> list[str]:
    return [
        ""
        if value is None
        else f'<c r="{letter}{number}" s="{parts.CLOCK}">'
        f"<v>{(value.hour * 3600 + value.minute * 60 + value.second) / _DAY}</v></c>"
        for number, value in zip(numbers, values, strict=True)
    ]


_WRITTEN: Final[Mapping[Form, Callable[[str, Sequence[str], list[Any]], list[str]]]] = {
    "text": _texts,
    "number": _numbers,
    "moment": _moments,
    "day": _days,
    "clock": _clocks,
}
