"""What helps to fill in a workbook: hints at its columns, and lists to choose from, which stand on a hidden sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final
from xml.sax.saxutils import escape

from app.sheets import xlsx_parts as parts
from app.sheets.columns import Column
from app.sheets.escapes import escaped
from app.sheets.xlsx_cells import line

SHEET: Final = "lists"
MOST_ROWS: Final = 1_048_576  # of a sheet, the labels included
_PROMPT: Final = 250  # characters of a hint that a spreadsheet shows
_QUOTED: Final = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;"}


def lines(columns: Sequence[Column]) -> Iterator[str]:
    """The rows of the hidden sheet: the options of each column that has some, one below the other."""
    options = [column.options for column in columns if column.options]
    for number, row in enumerate(zip_longest(*options, fillvalue=""), 1):
        yield line(number, row, parts.TEXT)


def validations(columns: Sequence[Column]) -> str:
    """The element that says so; nothing where no column has a hint or options."""
    made, listed = [], 0
    for place, column in enumerate(columns):
        if not (column.hint or column.options):
            continue
        letter, kind, formula = parts.letters(place), "", ""
        if column.options:
            source, last = parts.letters(listed), len(column.options)
            kind, formula = ' type="list"', f"<formula1>{SHEET}!${source}$1:${source}${last}</formula1>"
            listed += 1
        prompt = escape(escaped(column.hint[:_PROMPT]), _QUOTED)
        shown = f' showInputMessage="1" prompt="{prompt}"' if prompt else ""
        made.append(
            f'<dataValidation{kind} allowBlank="1"{shown} sqref="{letter}2:{letter}{MOST_ROWS}">{formula}'
            "</dataValidation>"
        )
    return f'<dataValidations count="{len(made)}">{"".join(made)}</dataValidations>' if made else ""
