"""Tables written row by row: csv and xlsx that open in a spreadsheet as they are, every cell a text.

A small writer of our own, because lists of options, hints at the heads and columns of text are what an empty form to
fill in is made of. No cell is ever calculated: in xlsx a text is a text; in csv an apostrophe keeps it one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from app.sheets.values import FORMULAS

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOC: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_UNFIT: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
_PROMPT: Final = 250  # characters of a hint that a spreadsheet shows
_LAST: Final = 1_048_576
_TEXT, _HEAD, _HINT = 1, 2, 3  # styles: below


@dataclass(frozen=True, slots=True)
class Column:
    """`hint` is shown where a cell of the column is chosen, `options` as a list to choose from."""

    head: str
    hint: str = ""
    options: Sequence[str] = ()
    width: int = 16


def write_csv(path: Path, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """UTF-8 with the mark by which Excel knows it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(heads)
        writer.writerows([defused(cell) for cell in row] for row in rows)


def defused(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula; what is none stays as it is."""
    return f"'{text}" if text.startswith((*FORMULAS, "'")) else text


def write_xlsx(path: Path, columns: Sequence[Column], rows: Iterable[Sequence[str]], hints: bool = False) -> None:
    """`hints`: the first of `rows` is a line of hints, in grey."""
    lists = [column for column in columns if column.options]
    with ExitStack() as stack:
        package = stack.enter_context(ZipFile(path, "w", ZIP_DEFLATED))
        for name, text in _frame(bool(lists)).items():
            package.writestr(name, _XML + text)
        if lists:
            package.writestr("xl/worksheets/sheet2.xml", _XML + _lists(lists))
        part = stack.enter_context(package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True))
        _sheet(part, columns, rows, lists, hints)


def _sheet(
    part: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[str]], lists: Sequence[Column], hints: bool
) -> None:
    out = TextIOWrapper(part, encoding="utf-8", write_through=False)
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{column.width}" style="{_TEXT}" customWidth="1"/>'
        for at, column in enumerate(columns, 1)
    )
    out.write(
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        f'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>{widths}</cols><sheetData>'
    )
    out.write(_row([column.head for column in columns], _HEAD))
    for number, row in enumerate(rows):
        out.write(_row(row, _HINT if hints and number == 0 else _TEXT))
    out.write("</sheetData>")
    out.write(_validations(columns, lists))
    out.write("</worksheet>")
    out.flush()
    out.detach()


def _row(cells: Iterable[str], style: int) -> str:
    return "<row>" + "".join([_cell(cell, style) for cell in cells]) + "</row>"


def _cell(text: str, style: int) -> str:
    if not text:
        return f'<c s="{style}"/>'
    clean = escape(text.translate(_UNFIT)).replace("\r", "&#13;")
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{clean}</t></is></c>'


def _validations(columns: Sequence[Column], lists: Sequence[Column]) -> str:
    made = []
    for at, column in enumerate(columns):
        if not column.hint and not column.options:
            continue
        place = letters(at)
        prompt = _quoted(column.hint[:_PROMPT]) if column.hint else ""
        shown = f' showInputMessage="1" prompt="{prompt}"' if prompt else ""
        kind, formula = "", ""
        if column.options:
            source = letters(lists.index(column))
            kind, last = ' type="list"', len(column.options)
            formula = f"<formula1>lists!${source}$1:${source}${last}</formula1>"
        made.append(
            f'<dataValidation{kind} allowBlank="1"{shown} sqref="{place}2:{place}{_LAST}">{formula}</dataValidation>'
        )
    return f'<dataValidations count="{len(made)}">{"".join(made)}</dataValidations>' if made else ""


def _lists(lists: Sequence[Column]) -> str:
    deepest = max(len(column.options) for column in lists)
    rows = (
        _row([column.options[at] if at < len(column.options) else "" for column in lists], _TEXT)
        for at in range(deepest)
    )
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def letters(place: int) -> str:
    """What a spreadsheet calls the column, counted from 0."""
    found, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def _quoted(text: str) -> str:
    return escape(text.translate(_UNFIT), {'"': "&quot;", "\n": "&#10;"})


def _frame(with_lists: bool) -> dict[str, str]:
    sheets = [1, 2] if with_lists else [1]
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}worksheet+xml"/>' for n in sheets
    )
    entries = '<sheet name="Sheet1" sheetId="1" r:id="rId1"/>'
    entries += '<sheet name="lists" sheetId="2" state="hidden" r:id="rId2"/>' if with_lists else ""
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_DOC}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in sheets
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}sheet.main+xml"/>{overrides}'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}styles+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_DOC}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}"><sheets>{entries}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        f'<Relationship Id="rId9" Type="{_DOC}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="3"><font/><font><b/></font>'
        '<font><i/><color rgb="FF6B7280"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">'
        '<xf/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" applyNumberFormat="1" '
        'applyFont="1"/><xf numFmtId="49" fontId="2" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>',
    }
