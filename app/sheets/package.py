"""The zip around a workbook: looked over before anything of it is unpacked (bombs), and its XML read without entities.

A document type could name files of the server, or grow without end: one is refused, whatever it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from io import FileIO
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile
from zlib import error as ZlibError

from flask_babel import lazy_gettext as _l

from app.sheets.values import FileFault, Limits

BLOCK: Final = 1 << 17
_SMALL: Final = 1 << 20  # bytes: below it no ratio is suspicious
_ENCRYPTED: Final = 0x1
_DEEPEST: Final = 64  # elements within each other: six are enough for a cell
_NAMES: Final = 10_000  # of elements and attributes
_TOKEN: Final = 1 << 20  # bytes of a tag or a comment
_ENTRY: Final = 256  # bytes that the zip's directory has for a part: 46 and its name
_LARGEST: Final = 32 << 20  # bytes of a part that says what the others are


class Refused(Exception):
    """The XML holds what no workbook has."""


class _Bounded(FileIO):
    """A file of which nobody reads more than `most` bytes at once, as the zip's directory is: before its parts could be
    counted a million of them would be in memory."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self.most:
            raise absurd()
        return super().read(-1 if size is None else size)


def opened(path: Path, limits: Limits) -> ZipFile:
    """The package. Raises FileFault for one that is damaged, locked, or would unpack beyond the limits."""
    try:
        with _Bounded(path) as file:
            file.most = _ENTRY * limits.parts
            ZipFile(file).close()
        package = ZipFile(path)
        entries = package.infolist()
    except (BadZipFile, OSError, ValueError, OverflowError, NotImplementedError):
        raise damaged() from None
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise FileFault(_l("The file is protected by a password. Save it without one and try again."))
    suspicious = (
        len(entries) > limits.parts
        or sum(entry.file_size for entry in entries) > limits.unpacked
        or any(entry.file_size > _SMALL + limits.ratio * entry.compress_size for entry in entries)
        or any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries)
    )
    if suspicious:
        raise absurd()
    return package


def absurd() -> FileFault:
    return FileFault(_l("The file would unpack to an absurd size. Export it anew, or save it as csv."))


def damaged() -> FileFault:
    return FileFault(_l("The file is damaged or no Excel workbook. Open it in Excel, save it again and upload that."))


def blocks(package: ZipFile, name: str) -> Iterator[bytes]:
    """The part, unpacked piece by piece. It never gives more than the package said it would."""
    try:
        with package.open(name) as part:
            while block := part.read(BLOCK):
                yield block
    except (KeyError, BadZipFile, ZlibError, EOFError, OSError, ValueError, OverflowError, NotImplementedError):
        raise damaged() from None


class Reader:
    """Reads the XML of a part, block by block, and refuses document types and entities.

    The parser keeps every element that is open, every name it has met, and what it has of a token that has no end yet,
    which it begins anew with each block: these are looked at behind each block, as a look at each element would be
    dear. Whoever hears of elements counts the open ones in `depth`.
    """

    def __init__(self) -> None:
        self.depth = 0
        self.parser: Any = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.EntityDeclHandler = _refuse
        self.parser.ExternalEntityRefHandler = _refuse
        self._fed = 0

    def feed(self, block: bytes) -> None:
        """Raises FileFault for what is no XML, or more than that."""
        self._parse(block)
        self._fed += len(block)
        if (
            self.depth > _DEEPEST
            or len(self.parser.intern) > _NAMES
            or self._fed - self.parser.CurrentByteIndex > _TOKEN
        ):
            raise damaged()

    def end(self) -> None:
        """Raises FileFault for a part that is not whole."""
        self._parse(b"", final=True)

    def _parse(self, block: bytes, *, final: bool = False) -> None:
        try:
            self.parser.Parse(block, final)
        except (expat.ExpatError, Refused, IndexError, ValueError):  # the last two: a shared text by no number of one
            raise damaged() from None


def walk(
    package: ZipFile,
    name: str,
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None] | None = None,
) -> None:
    """Calls `start(tag, attributes)` and `end(tag)` for every element of a small part; tags without prefix. Raises
    FileFault for a part that is none, as what is found in it is kept."""
    if name in package.namelist() and package.getinfo(name).file_size > _LARGEST:
        raise damaged()
    reader = Reader()

    def opens(tag: str, attributes: Mapping[str, str]) -> None:
        reader.depth += 1
        start(bare(tag), attributes)

    def ends(tag: str) -> None:
        reader.depth -= 1
        if end is not None:
            end(bare(tag))

    reader.parser.StartElementHandler, reader.parser.EndElementHandler = opens, ends
    for block in blocks(package, name):
        reader.feed(block)
    reader.end()


def bare(tag: str) -> str:
    """The name of an element or attribute without its namespace's prefix."""
    return tag.rpartition(":")[2]


def _refuse(*_details: Any) -> int:
    raise Refused
