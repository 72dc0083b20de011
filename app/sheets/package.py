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


def parser() -> Any:
    """One that refuses document types and entities."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    made.StartDoctypeDeclHandler = _refuse
    made.EntityDeclHandler = _refuse
    made.ExternalEntityRefHandler = _refuse
    return made


def feed(reader: Any, block: bytes, final: bool = False) -> None:
    """Raises FileFault for what is no XML, or more than that."""
    try:
        reader.Parse(block, final)
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
    reader = parser()
    reader.StartElementHandler = lambda tag, attributes: start(bare(tag), attributes)
    if end is not None:
        reader.EndElementHandler = lambda tag: end(bare(tag))
    for block in blocks(package, name):
        feed(reader, block)
    feed(reader, b"", final=True)


def bare(tag: str) -> str:
    """The name of an element or attribute without its namespace's prefix."""
    return tag.rpartition(":")[2]


def _refuse(*_details: Any) -> int:
    raise Refused
