"""How values of every kind are kept in the text columns that a company's own fields live in (F3).

One canonical text per value, in the order of the values: what is equal is the same text, and what is less sorts before
it by code point, on both databases. So one index per column serves equality, ranges and order of any kind (DESIGN,
decision 4). Nothing given is NULL, which an index on what is given leaves out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.fields.types import BAR, short_text

LENGTH: Final = 1000  # characters of a slot column
SLOTS: Final = ("c1", "c2", "c3", "c4", "c5", "c6", "c7")  # F6: seven at most
LONGEST_TEXT: Final = 500  # characters of a text: what surely fits an index entry

_DIGITS: Final = 19  # of the greatest whole number, 2^63 - 1
_WRAP: Final = 10**_DIGITS


def _of_integer(value: int) -> str:
    """Zero-padded; below zero "-" and what is missing to ten to the 19th: -2 sorts before -1, and -1 before 0."""
    if abs(value) >= _WRAP:
        raise ValueError(f"more than {_DIGITS} digits: {value}")
    return f"0{value:0{_DIGITS}}" if value >= 0 else f"-{value + _WRAP:0{_DIGITS}}"


def _to_integer(text: str) -> int:
    return int(text[1:]) - (_WRAP if text[0] == "-" else 0)


def _of_moment(value: dt.datetime) -> str:
    """In UTC, without the zone: a fraction of a second must sort after the whole one."""
    if value.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {value!r}")
    return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat()


def _to_moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def _of_several(value: tuple[str, ...]) -> str:
    if isinstance(value, str) or any(BAR in item or not item for item in value):
        raise ValueError(f"not a tuple of option ids: {value!r}")
    return f"{BAR}{BAR.join(value)}{BAR}"


def _to_several(text: str) -> tuple[str, ...]:
    return tuple(text.strip(BAR).split(BAR))


Encode = Callable[[Any], str]
Decode = Callable[[str], Any]

# The eight kinds of F3 → to the text, and back.
CODES: Final[Mapping[str, tuple[Encode, Decode]]] = MappingProxyType(
    {
        "text": (str, str),
        "integer": (_of_integer, _to_integer),
        "digits": (str, str),
        "date": (dt.date.isoformat, dt.date.fromisoformat),
        "time": (dt.time.isoformat, dt.time.fromisoformat),
        "datetime": (_of_moment, _to_moment),
        "choice": (str, str),
        "choices": (_of_several, _to_several),
    }
)
BLANKS: Final[Mapping[str, Any]] = MappingProxyType({"text": "", "digits": "", "choice": "", "choices": ()})


def encode(kind: str, value: Any) -> str | None:
    """The text kept for a cleaned `value`; None for nothing given. Raises ValueError for what is no such value."""
    if value is None or value in ("", ()):
        return None
    text = CODES[kind][0](value)
    if len(text) > LENGTH:
        raise ValueError(f"does not fit a slot: {len(text)} characters")
    return text


def decode(kind: str, text: str | None) -> Any:
    """The value that `text` was made from; the kind's blank for None."""
    return BLANKS.get(kind) if text is None else CODES[kind][1](text)


class SlotType(TypeDecorator[Any]):
    """A slot column read and compared as values of one kind: the kind's own conditions and cells work unchanged.

    With `open_ended`, nothing given stays None, as a sort key must tell it from a value.
    """

    impl = String
    cache_ok = True

    def __init__(self, kind: str, open_ended: bool = False) -> None:
        super().__init__(LENGTH)
        self.kind = kind
        self.open_ended = open_ended

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(short_text(LENGTH))

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return encode(self.kind, value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        if value is None and self.open_ended:
            return None
        try:
            return decode(self.kind, value)
        except (ValueError, IndexError):
            return BLANKS.get(self.kind)  # the field's type was changed while this very request was on its way
