"""What a cell of a file may hold, beside texts, numbers, moments and truth values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.errors import Invalid
from app.sheets.guard import QUOTE, TAB, bare

TITLES: Final = 5  # lines above the heads that only say what the table is
EXACT: Final = 10**15  # a spreadsheet keeps 15 digits of a number; of a longer one the end is lost
EPOCH: Final = dt.datetime(1899, 12, 30)  # a wall clock: files know no zone
LAST_SERIAL: Final = 2_958_466  # the day after 9999-12-31
_SHOWN: Final = 40  # characters of a name that a message repeats
_EARLY: Final = 61  # spreadsheets believe in a 29 February 1900: days before it count one less


class FileFault(Invalid):
    """The file as a whole cannot be read, and what to do about it. A message at the field `file`."""

    def __init__(self, message: object) -> None:
        super().__init__({"file": [message]}, message)


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell without a value that could be used: an error such as #N/A, or a formula that was never calculated."""

    text: str
    formula: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What is still a table, and what is an attack or a mistake. Sizes in bytes, `cell` in characters."""

    unpacked: int = 2 << 30
    ratio: int = 250  # a sheet of nothing but the same number is packed 150 : 1
    parts: int = 5_000
    sheets: int = 100
    columns: int = 200
    rows: int = 1_048_576
    cell: int = 32_767
    line: int = 1 << 20
    shared: int = 256 << 20  # of texts that cells name by number


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read; "" where it is found out. `sheet` is the name of a sheet of a workbook."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Reading:
        """From what was kept as JSON, or sent."""
        return cls(*(str(kept.get(name) or "") for name in ("encoding", "delimiter", "sheet")))


@dataclass(slots=True)
class Table:
    """An opened file: `rows` are its lines, once. `row` counts them as the person's program does, from 1."""

    reading: Reading
    rows: Iterator[Sequence[Any]]
    sheets: Sequence[str] = ()
    base: int = 1
    notes: list[object] = field(default_factory=list)


def no_sheet(name: str) -> FileFault:
    """No other sheet is read in place of the one that was asked for."""
    return FileFault(_l("The workbook has no sheet “%(name)s”, or does not show it.", name=name[:_SHOWN]))


def as_text(value: Any) -> Any:  # noqa: PLR0911 - one for each type
    """A cell as the text that a person would have typed; what is Broken stays so."""
    if value.__class__ is str:
        return bare(value) if value[:1] == QUOTE or value[-1:] == TAB else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ") if value.time() != dt.time() else value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value if isinstance(value, Broken) else str(value)


def from_serial(number: float, *, base_1904: bool = False) -> dt.datetime | dt.time | None:
    """The moment that a spreadsheet's number means, to the second; None for one that is no moment."""
    if base_1904:
        number += 1462
    if not (0 <= number < LAST_SERIAL and round(number * 86400) < LAST_SERIAL * 86400):
        return None
    if number < 1:
        return (EPOCH + dt.timedelta(seconds=round(number * 86400))).time()
    return EPOCH + dt.timedelta(days=1 if number < _EARLY - 1 else 0, seconds=round(number * 86400))


def is_blank(row: Sequence[Any]) -> bool:
    """True for a line that holds nothing."""
    for cell in row:  # noqa: SIM110 - asked of every row, and a generator takes three times as long
        if cell is not None and (cell.__class__ is not str or (cell and not cell.isspace())):
            return False
    return True
