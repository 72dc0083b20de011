"""xls: read by calamine in a process of its own (old_child.py): the library believes what a file says of its size."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.sheets.package import damaged
from app.sheets.values import Broken, FileFault, Limits, Reading, Table, no_sheet

MEMORY: Final = 1 << 30  # bytes that the child may use
_LONGEST_NAME: Final = 255  # of a sheet: eight times what Excel takes, and far less than an argument may be
_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
_CHILD: Final = Path(__file__).with_name("old_child.py")
_KINDS: Final[Mapping[str, Callable[[str], Any]]] = MappingProxyType(
    {"datetime": dt.datetime.fromisoformat, "date": dt.date.fromisoformat, "time": dt.time.fromisoformat}
)


def open_xls(path: Path, reading: Reading, limits: Limits) -> Table:
    """Raises FileFault for what is no workbook, or one protected by a password."""
    lines = _lines(path, reading.sheet, limits)
    try:
        names, name = next(lines)
    except (StopIteration, FileFault):
        raise _locked() if _is_locked(path) else damaged() from None
    if name != (_argument(reading.sheet) or name):
        lines.close()
        raise no_sheet(reading.sheet)
    return Table(Reading(sheet=name), _rows(lines, limits), tuple(names))


def _is_locked(path: Path) -> bool:
    """Whether it is a workbook with a password, which office programs put into a package of the old kind."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as whole:
        return whole.find(_PACKAGE) >= 0


def _locked() -> FileFault:
    return FileFault(_l("The workbook is locked by a password. Remove the password, save it and upload it again."))


def _rows(lines: Iterator[Any], limits: Limits) -> Iterator[Sequence[Any]]:
    for number, line in enumerate(lines):
        if number >= limits.rows:
            raise FileFault(_l("The file has more than %(most)s rows.", most=f"{limits.rows:,}"))
        if len(line) > limits.columns:
            raise FileFault(_l("The file has more than %(most)s columns.", most=limits.columns))
        yield [_value(cell, limits) for cell in line]


def _lines(path: Path, sheet: str, limits: Limits) -> Generator[Any, None, None]:
    command = [sys.executable, "-I", str(_CHILD), str(path), _argument(sheet), str(limits.columns), str(MEMORY)]
    # Our own script, with a path made here; the name of a sheet is an argument, never a command.
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    ) as child:
        assert child.stdout is not None  # noqa: S101 - narrows the type
        try:
            for line in child.stdout:
                yield _told(line)
            if child.wait() != 0:
                raise damaged()
        finally:
            child.kill()


def _argument(sheet: str) -> str:
    """The name of a sheet as a process takes it."""
    return sheet[:_LONGEST_NAME].encode("utf-8", "ignore").decode().replace("\0", "")


def _told(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:  # the child died within the line
        raise damaged() from None


def _value(cell: Any, limits: Limits) -> Any:
    if isinstance(cell, list):
        return _KINDS[cell[0]](cell[1])
    if isinstance(cell, str):
        return Broken(cell) if cell.startswith("#") and cell in _ERRORS else cell[: limits.cell]
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


_ERRORS: Final = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
