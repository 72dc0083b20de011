"""csv: what it is written in is found out by a fixed ladder, never guessed; then the sign between its cells.

BOM → strict UTF-8 → strict GB18030 → refused. Detectors that weigh frequencies take GBK for Korean.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.sheets.values import TITLES, FileFault, Limits, Reading, Table

ENCODINGS: Final = ("utf-8", "gb18030", "utf-16", "big5")  # what a person may choose; the ladder tries the first two
_READ: Final = (*ENCODINGS, "utf-8-sig")  # what the ladder may find: any other name is none that was kept
DELIMITERS: Final = (",", "\t", ";")
BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK: Final = 1 << 20
_SAMPLE: Final = 1 << 16
_LINES: Final = 30
_PAGE: Final = 1 << 17  # characters
_RECORD: Final = 2  # lines of the greatest length: so much may lie within the quotation marks of one record


def open_csv(path: Path, reading: Reading, limits: Limits, *, head: bool = False) -> Table:
    """Raises FileFault for what is no text, for lines without end, and for another encoding than the one chosen; with
    `head`, where an encoding has been found before, the file is not looked through again."""
    if head and reading.encoding in _READ:
        encoding = reading.encoding
    else:
        encoding = _chosen(path, reading.encoding)
        _measure(path, encoding, limits)
    sample = _sample(path, encoding)
    delimiter = reading.delimiter if reading.delimiter in DELIMITERS else sniff(sample)
    return Table(Reading(encoding, delimiter), _rows(path, encoding, delimiter, limits))


def ladder(path: Path) -> str:
    """The encoding of a text file. Raises FileFault."""
    with path.open("rb") as file:
        start = file.read(4)
    marked = [name for mark, name in BOMS if start.startswith(mark)]  # a mark alone proves nothing of the rest
    for name in marked or ENCODINGS[:2]:
        if _decodes(path, name):
            return name
    raise FileFault(
        _l("The file is neither UTF-8 nor GB18030 text. Save it as an Excel workbook (.xlsx) and try again.")
    )


def sniff(sample: str) -> str:
    """The sign between the cells: the one by which most lines have as many cells as the first that is no title."""
    lines = sample.splitlines()[:_LINES]

    def score(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:  # a whole line that is not taken apart is longer than a cell may be
            return (0, 0)
        width = next((one for one in widths[: TITLES + 1] if one > 1), 0)
        return (sum(one == width for one in widths), width) if width else (0, 0)

    return max(DELIMITERS, key=score)


def _chosen(path: Path, wanted: str) -> str:
    if not wanted:
        return ladder(path)
    found = next((name for mark, name in BOMS if _starts(path, mark)), "")
    name = found if found and found.startswith(wanted[:6]) else wanted
    if wanted not in _READ or not _decodes(path, name):
        raise _otherwise(wanted)
    return name


def _otherwise(encoding: str) -> FileFault:
    return FileFault(_l("The file is not written in the encoding “%(name)s”. Choose another one.", name=encoding))


def _starts(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _measure(path: Path, encoding: str, limits: Limits) -> None:
    """A file that is one line is no table, and would be read into memory whole. Some programs end lines with a return
    alone."""
    if not any(_fits(path, encoding, end, limits.line) for end in (b"\n", b"\r")):
        raise _endless()


def _fits(path: Path, encoding: str, end: bytes, most: int) -> bool:
    """Whether no line is longer; all encodings but one keep the signs of line ends for these."""
    length = 0
    blocks = _blocks(path)
    if encoding == "utf-16":
        blocks = (text.encode("utf-8", "surrogatepass") for text in codecs.iterdecode(blocks, encoding))
    for block in blocks:
        first, *others = block.split(end)
        length += len(first)
        if others:
            longest = max(length, *map(len, others))
            length = len(others[-1])
        else:
            longest = length
        if longest > most:
            return False
    return True


def _endless() -> FileFault:
    return FileFault(_l("A line of the file is far too long. Check that it is a table, one record per line."))


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _sample(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return file.read(_SAMPLE)


def _rows(path: Path, encoding: str, delimiter: str, limits: Limits) -> Iterator[Sequence[Any]]:
    """Nothing is asked of each row but its width: the reader of csv does not say whether a record was closed, nor stop
    within one, so the lines are handed to it in pages, and a line too wide for any table behind the last."""
    row: list[str] = []
    ended = False

    def pages() -> Iterator[list[str]]:
        nonlocal ended
        before, open_for = row, 0
        while page := file.readlines(_PAGE):
            yield page
            before, open_for = row, 0 if row is not before else open_for + sum(map(len, page))
            if open_for > _RECORD * limits.line:
                raise _endless()
        ended = True
        yield [delimiter * limits.columns]
        raise csv.Error  # the reader took the line beyond the end for a part of a cell, and asks for more

    with closing(path.open(encoding=encoding, newline="")) as file:
        reader = csv.reader(chain.from_iterable(pages()), delimiter=delimiter)
        try:
            for row in reader:
                if len(row) > limits.columns:
                    if ended:
                        return
                    raise FileFault(_l("The file has more than %(most)s columns.", most=limits.columns))
                yield row
        except UnicodeError:  # the encoding was kept, and the file not looked through again
            raise _otherwise(encoding) from None
        except csv.Error:
            raise FileFault(
                _l(
                    "Line %(line)s cannot be read: a cell is far too long, or a quotation mark is never closed.",
                    line=_begun(path, encoding, delimiter),
                )
            ) from None


def _begun(path: Path, encoding: str, delimiter: str) -> int:
    """The line on which the record begins that has no end, or cannot be read: found by reading the file once more, as
    nobody keeps the lines of those that are well."""
    begun = line = 0
    with closing(path.open(encoding=encoding, newline="")) as file:
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for _row in reader:
                begun, line = line, reader.line_num
        except (csv.Error, UnicodeError):
            begun = line
    return begun + 1


csv.field_size_limit(Limits().cell)  # of the process: nothing else here reads csv
