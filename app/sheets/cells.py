"""The cells of a sheet's XML, row by row, as the parser meets them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.sheets import package as pack
from app.sheets.escapes import unescaped
from app.sheets.values import Broken, FileFault, Limits, from_serial

_LETTERS: Final = {letter: place for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1)}
_places: dict[str, int] = {}  # column letters → number from 0; some hundred at most


class Cells(pack.Reader):
    """Feed it, then `take` the rows that are whole. Lines left out of the file are blank rows: row numbers stay
    what the person sees."""

    def __init__(self, shared: Any, dates: frozenset[int], base_1904: bool, limits: Limits) -> None:
        super().__init__()
        self.parser.StartElementHandler = self._first
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._shared, self._dates, self._base_1904, self._limits = (
            shared,
            {str(one) for one in dates},
            base_1904,
            limits,
        )
        self._rows: list[Sequence[Any]] = []
        self._row: list[Any] = []
        self._count = 0
        self._prefix = ""
        self._attributes: dict[str, str] = {}
        self._value: str | None = None
        self._formula = self._heard = self._phonetic = False

    def take(self) -> list[Sequence[Any]]:
        """The rows since the last time."""
        taken, self._rows = self._rows, []
        return taken

    def _first(self, tag: str, attributes: dict[str, str]) -> None:
        """The root says by which prefix all others are called."""
        self.depth += 1
        self._prefix = tag[: -len(pack.bare(tag))]
        if self._prefix:
            self.parser.StartElementHandler, self.parser.EndElementHandler = self._start_prefixed, self._end_prefixed
        else:
            self.parser.StartElementHandler = self._start

    def _start_prefixed(self, tag: str, attributes: dict[str, str]) -> None:
        self._start(tag.removeprefix(self._prefix), attributes)

    def _end_prefixed(self, tag: str) -> None:
        self._end(tag.removeprefix(self._prefix))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if tag == "c":
            self._attributes, self._value, self._formula = attributes, None, False
        elif tag == "v" or (tag == "t" and not self._phonetic):
            self._heard = True
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "rPh":
            self._phonetic = True

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else self._count + 1
        if max(wanted, self._count + 1) > self._limits.rows:
            raise FileFault(_l("The file has more than %(most)s rows.", most=f"{self._limits.rows:,}"))
        while self._count + 1 < wanted:
            self._rows.append(())
            self._count += 1
        self._row = []

    def _text(self, data: str) -> None:
        """What is beyond the limit is never put together: a cell may be as long as the file."""
        if not self._heard:
            return
        if self._value is None:
            self._value = data
        elif len(self._value) < self._limits.cell:
            self._value += data

    def _end(self, tag: str) -> None:
        self.depth -= 1
        if tag == "v" or tag == "t":  # noqa: PLR1714 - the most frequent line of all
            self._heard = False
        elif tag == "c":
            self._put()
        elif tag == "row":
            self._rows.append(self._row)
            self._count += 1
        elif tag == "rPh":
            self._phonetic = False

    def _put(self) -> None:
        attributes, row = self._attributes, self._row
        text, kind = self._value, attributes.get("t")
        reference = attributes.get("r")
        if text is None and not self._formula:
            if reference is None:
                if len(row) >= self._limits.columns:
                    raise self._too_wide()
                row.append(None)
            return
        place = len(row)
        if reference is not None:
            letters = reference.rstrip("0123456789")
            found = _places.get(letters)
            place = self._place(letters) if found is None else found
        if place >= self._limits.columns:
            raise self._too_wide()
        while len(row) < place:
            row.append(None)
        value = self._read(text, kind, attributes)
        if len(row) > place:
            row[place] = value
        else:
            row.append(value)

    def _read(self, text: str | None, kind: str | None, attributes: dict[str, str]) -> Any:  # noqa: PLR0911 - one a type
        if text is None:
            return Broken("=", formula=True)
        if kind == "s":
            return self._shared[int(text)] if text.isdigit() else ""
        if kind is None or kind == "n":
            number = _float(text)
            if number is not None and attributes.get("s") in self._dates:
                return from_serial(number, base_1904=self._base_1904) or number
            return text if number is None else number
        if kind == "b":
            return text == "1"
        if kind == "e":
            return Broken(text)
        return unescaped(text)[: self._limits.cell]

    def _too_wide(self) -> FileFault:
        return FileFault(_l("The file has more than %(most)s columns.", most=self._limits.columns))

    def _place(self, letters: str) -> int:
        """The number of the column, from 0."""
        place = 0
        for letter in letters[:4]:
            place = place * 26 + _LETTERS.get(letter, 0)
        found = max(place - 1, 0)
        if found < self._limits.columns and len(letters) < 4:
            _places[letters] = found
        return found


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
