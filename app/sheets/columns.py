"""The columns of a table that is written to a file, whatever file: what a value is to a spreadsheet, and as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.sheets.wall_clock import Calendar

# What a cell is to a spreadsheet.
Form = Literal["text", "number", "moment", "day", "clock"]
Values = Sequence[Any]
Fill = Callable[[Values], list[Any]]
WIDTHS: Final[Mapping[Form, int]] = {"text": 18, "number": 12, "moment": 20, "day": 12, "clock": 10}


@dataclass(frozen=True, slots=True)
class Column:
    """`place` is where a row has its value. `fill` makes texts of the values of a column of the form "text", and of the
    others an int, a moment on the reader's clock (wall_clock.py), a date or a time; None is empty.

    Workbooks show `hint` where a cell of the column is chosen, and `options` as a list to choose from.
    """

    label: str
    form: Form = "text"
    place: int = 0
    fill: Fill = list
    hint: str = ""
    options: Sequence[str] = ()
    width: int = 0  # in characters; 0: what the form takes

    @property
    def wide(self) -> int:
        return self.width or WIDTHS[self.form]


def filled(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The values of each column, of rows of which there is one at least."""
    stored = list(zip(*rows, strict=True))
    return [column.fill(stored[column.place]) for column in columns]


def _clocks(values: Values) -> list[str]:
    return ["" if value is None else value.isoformat("seconds") for value in values]


def _plain(values: Values) -> list[str]:
    return ["" if value is None else str(value) for value in values]


SPELT: Final[Mapping[Form, Callable[[Values], list[str]]]] = {
    "text": list,
    "number": _plain,
    "moment": Calendar().texts,
    "day": _plain,
    "clock": _clocks,
}
