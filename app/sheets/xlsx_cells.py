"""The cells of a workbook that is written, as XML: a whole column of a batch at a time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from app.sheets import xlsx_parts as parts
from app.sheets.columns import SPELT, Form
from app.sheets.escapes import escaped
from app.sheets.guard import bare, guarded
from app.sheets.values import EPOCH, EXACT

LONGEST: Final = 32_767  # characters of a cell
_DAY: Final = 86_400
_ZERO_DAY: Final = EPOCH.toordinal()
_EPOCH: Final = dt.date(1970, 1, 1).toordinal() - _ZERO_DAY
_FIRST_YEAR: Final = 1901  # before, programs disagree about what day a number is
_FIRST: Final = (dt.date(_FIRST_YEAR, 1, 1) - dt.date(1970, 1, 1)).days * _DAY
# What a text must not have as it is: markup, controls, what would be read as an escape, blanks that would be dropped,
# an apostrophe or a blank that an import would take for a guard.
_ODD: Final = re.compile(r"[&<>\x01-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|(?:^|\x00)[\s']|\s(?:\x00|$)")
_RETURN: Final = {"\r": "&#13;"}  # a reader of XML makes line feeds of bare ones


def line(number: int, cells: Sequence[str], style: int) -> str:
    """A row of texts in one style."""
    made = (
        f'<c r="{parts.letters(place)}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{quoted(text)}'
        "</t></is></c>"
        for place, text in enumerate(cells)
        if text
    )
    return f'<row r="{number}">{"".join(made)}</row>'


def quoted(value: str) -> str:
    """The text of a cell."""
    value = value[:LONGEST]
    return escape(escaped(value if bare(value) == value else guarded(value)), _RETURN)


def _texts(letter: str, numbers: Sequence[str], values: list[Any]) -> list[str]:
    head, style = f'<c r="{letter}', f'" s="{parts.TEXT}" t="inlineStr"><is><t'
    if _plain(values):
        return [
            f"{head}{number}{style}>{value}</t></is></c>" if value else ""
            for number, value in zip(numbers, values, strict=True)
        ]
    return [
        f'{head}{number}{style} xml:space="preserve">{quoted(value)}</t></is></c>' if value else ""
        for number, value in zip(numbers, values, strict=True)
    ]


def _plain(values: list[str]) -> bool:
    """Whether the texts may stand in XML as they are; looked for in all at once, between signs that none has itself."""
    joined = "\x00".join(values)
    return joined.count("\x00") < len(values) and _ODD.search(joined) is None and max(map(len, values)) <= LONGEST


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


WRITTEN: Final[Mapping[Form, Callable[[str, Sequence[str], list[Any]], list[str]]]] = {
    "text": _texts,
    "number": _numbers,
    "moment": _moments,
    "day": _days,
    "clock": _clocks,
}
