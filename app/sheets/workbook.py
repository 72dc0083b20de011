"""xlsx: what a workbook says about itself, then its rows as a stream, so that a million of them need no more memory
than a hundred. Shared texts lie in one block of bytes.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import join, normpath
from typing import Any, Final
from zipfile import ZipFile

from flask_babel import lazy_gettext as _l

from app.sheets import package as pack
from app.sheets.cells import Cells
from app.sheets.escapes import unescaped
from app.sheets.values import FileFault, Limits, Reading, Table, no_sheet

BOOK: Final = "xl/workbook.xml"
_PIECES: Final = 64  # of one text: the parser gives some kB at a time, so these are more than a cell holds
_BUILT_IN_DATES: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
# What of a number format says nothing about its kind: colours, conditions, literal texts.
_LITERAL: Final = re.compile(r'\[(?!h+\]|m+\]|s+\])[^\]]*\]|"[^"]*"|\\.|_.|\*.', re.IGNORECASE)
_DATE: Final = re.compile("[ymdhs年月日]", re.IGNORECASE)
_LONGEST_CODE: Final = 255  # Excel takes no longer one, and the pattern above needs the square of its length
_MOST_CODES: Final = 5_000  # twenty times what Excel takes
_MOST_STYLES: Final = 65_536


@dataclass(slots=True)
class Book:
    """`sheets` maps the names of those that are shown to their parts."""

    sheets: dict[str, str] = field(default_factory=dict)
    base_1904: bool = False
    dates: frozenset[int] = frozenset()  # styles whose numbers are moments


class SharedTexts:
    """The texts that cells name by number. A list of a million strings would take ten times the memory."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        """Raises FileFault for more than fits into memory."""
        self._bytes += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))
        if len(self._bytes) + 8 * len(self._ends) > self._most:
            raise FileFault(_l("The texts of the workbook are too many. Split the file, or save it as csv."))

    def __getitem__(self, number: int) -> str:
        """Raises IndexError."""
        if number < 0:
            raise IndexError(number)
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode("utf-8", "replace")


def open_xlsx(path: Path, reading: Reading, limits: Limits) -> Table:
    """The sheet that `reading` names, or the first that is shown. Raises FileFault."""
    with closing(pack.opened(path, limits)) as package:
        book = _book(package)
    if not book.sheets:
        raise pack.damaged()
    if len(book.sheets) > limits.sheets:
        raise FileFault(_l("The workbook has more than %(most)s sheets.", most=limits.sheets))
    if reading.sheet and reading.sheet not in book.sheets:
        raise no_sheet(reading.sheet)
    name = reading.sheet or next(iter(book.sheets))
    return Table(Reading(sheet=name), _rows(path, book, book.sheets[name], limits), tuple(book.sheets))


def _rows(path: Path, book: Book, part: str, limits: Limits) -> Iterator[Sequence[Any]]:
    with closing(pack.opened(path, limits)) as package:
        cells = Cells(_shared(package, limits), book.dates, book.base_1904, limits)
        for block in pack.blocks(package, part):
            cells.feed(block)
            yield from cells.take()
        cells.end()
        yield from cells.take()


def _book(package: ZipFile) -> Book:
    book, names = Book(), package.namelist()
    root = _root(package, names)
    targets = _targets(package, root, names)
    found: list[tuple[str, str]] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "workbookPr":
            book.base_1904 = attributes.get("date1904", "") in ("1", "true")
        elif tag == "sheet" and attributes.get("state", "visible") == "visible":
            ids = {pack.bare(key): value for key, value in attributes.items() if key.endswith(":id")}
            found.append((attributes.get("name", ""), ids.get("id", "")))

    pack.walk(package, root, start)
    book.sheets = {name: targets[id_] for name, id_ in found if targets.get(id_) in names}
    styles = "xl/styles.xml"
    if styles in names:
        book.dates = _dates(package, styles)
    return book


def _root(package: ZipFile, names: Sequence[str]) -> str:
    if BOOK in names:
        return BOOK
    found: list[str] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lstrip("/"))

    if "_rels/.rels" in names:
        pack.walk(package, "_rels/.rels", start)
    if not found or found[0] not in names:
        raise pack.damaged()
    return found[0]


def _targets(package: ZipFile, root: str, names: Sequence[str]) -> dict[str, str]:
    """Relationship → part, of the workbook."""
    folder, _slash, file = root.rpartition("/")
    relations, found = join(folder, "_rels", f"{file}.rels"), dict[str, str]()

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            found[attributes.get("Id", "")] = target[1:] if target.startswith("/") else normpath(join(folder, target))

    if relations in names:
        pack.walk(package, relations, start)
    return found


def _dates(package: ZipFile, part: str) -> frozenset[int]:
    """The numbers of the styles that show a number as a moment."""
    codes: list[tuple[int, bool]] = []
    styles: list[int] = []
    inside: list[str] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        inside.append(tag)
        if tag == "numFmt":
            codes.append((_number(attributes, "numFmtId"), _is_date(attributes.get("formatCode", ""))))
        elif tag == "xf" and "cellXfs" in inside:
            styles.append(_number(attributes, "numFmtId"))
        if len(codes) > _MOST_CODES or len(styles) > _MOST_STYLES:
            raise pack.absurd()

    def end(_tag: str) -> None:
        inside.pop()

    pack.walk(package, part, start, end)
    custom = dict(codes)
    return frozenset(at for at, one in enumerate(styles) if custom.get(one, one in _BUILT_IN_DATES))


def _is_date(code: str) -> bool:
    """Whether a number of this format is a moment."""
    return len(code) <= _LONGEST_CODE and bool(_DATE.search(_LITERAL.sub("", code).partition(";")[0]))


def _number(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _shared(package: ZipFile, limits: Limits) -> SharedTexts:
    texts, part = SharedTexts(limits.shared), "xl/sharedStrings.xml"
    if part not in package.namelist():
        return texts
    pieces: list[str] = []
    heard: list[str] = []
    phonetic = length = 0
    reader = pack.Reader()

    def start(tag: str, _attributes: Mapping[str, str]) -> None:
        nonlocal phonetic
        reader.depth += 1
        heard.clear()
        phonetic += tag.endswith("rPh")

    def end(tag: str) -> None:
        nonlocal phonetic, length
        reader.depth -= 1
        if ":" in tag:
            tag = pack.bare(tag)
        if tag == "t" and not phonetic and length < limits.cell:
            pieces.extend(heard)
            length += sum(map(len, heard))
        elif tag == "si":
            texts.add(unescaped("".join(pieces))[: limits.cell])
            pieces.clear()
            length = 0
        elif tag == "rPh":
            phonetic -= 1
        heard.clear()

    def hear(data: str) -> None:
        if len(heard) < _PIECES:
            heard.append(data)

    parser = reader.parser
    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = start, hear, end
    for block in pack.blocks(package, part):
        reader.feed(block)
    reader.end()
    return texts
