"""Where a page of a list begins: a place beside a row, signed, good for one resource, search and order only.

A text that a list is sorted by is sealed as well: addresses end up in logs and histories, where no number or name of a
record has any business.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Final, Literal

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

Place = Literal["first", "after", "before", "last"]
REMEMBERED: Final = 512  # signers, one for each search that people page through
_TEXT: Final = "str"
_NONCE: Final = 12  # bytes
EDGES: Final[tuple[Place, ...]] = ("first", "last")

# Sort values that JSON has no form for, by the name of their type.
_FORMS: Final[dict[str, Callable[[str], Any]]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """`after` and `before` the row with this sort `value` and `id`; `first` and `last` are the ends of the list."""

    place: Place
    value: Any = None
    id: int = 0

    @property
    def backward(self) -> bool:
        """True where rows are read from the end towards the beginning."""
        return self.place in ("before", "last")

    @property
    def beside_a_row(self) -> bool:
        return self.place not in EDGES

    def outline(self) -> Cursor:
        """All that the shape of a statement depends on: the place, and whether there is a value."""
        return Cursor(self.place, None if self.value is None else True)


def write(cursor: Cursor, binding: str) -> str:
    """The cursor as text for a query string. `binding` says what it is good for."""
    if not cursor.beside_a_row:
        return cursor.place
    form = type(cursor.value).__name__
    value = cursor.value.isoformat() if form in _FORMS else cursor.value
    if form == _TEXT:
        value = _sealed(value, binding)
    return str(_signer(_secret(), binding).dumps([cursor.place, form, value, cursor.id]))


def read(text: str, binding: str) -> Cursor:
    """The cursor `write` made. Raises ValueError for a forged one and for one made for another list."""
    for edge in EDGES:
        if text == edge:
            return Cursor(edge)
    try:
        place, form, value, id_ = _signer(_secret(), binding).loads(text)
    except BadData as fault:
        raise ValueError("not a cursor of this list") from fault
    if form == _TEXT:
        value = _opened(value, binding)
    return Cursor(place, _FORMS[form](value) if form in _FORMS else value, id_)


def binding(*parts: object) -> str:
    """A short text that differs wherever any of `parts` differs."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:32]


def _sealed(text: str, binding: str) -> str:
    """The text, to be read by `_opened` alone. The signature around it proves that nobody has changed it."""
    nonce = secrets.token_bytes(_NONCE)
    return (nonce + _mixed(text.encode("utf-8", "surrogatepass"), nonce, binding)).hex()


def _opened(sealed: str, binding: str) -> str:
    data = bytes.fromhex(sealed)
    return _mixed(data[_NONCE:], data[:_NONCE], binding).decode("utf-8", "surrogatepass")


def _mixed(data: bytes, nonce: bytes, binding: str) -> bytes:
    """A stream cipher of the standard make: HMAC-SHA256 over nonce and counter, laid over the data; twice is once not.
    A nonce is never used again, and what it makes is signed afterwards."""
    secret = _secret()
    key = b"cursor-seal:" + (secret.encode() if isinstance(secret, str) else secret)
    start = binding.encode() + nonce
    blocks = (hmac.digest(key, start + number.to_bytes(4, "big"), "sha256") for number in range(len(data) // 32 + 1))
    return bytes(one ^ other for one, other in zip(data, b"".join(blocks), strict=False))


def _secret() -> str | bytes:
    secret = current_app.secret_key
    assert secret is not None, "create_app always sets SECRET_KEY"  # noqa: S101 - narrows the type
    return secret


@lru_cache(REMEMBERED)
def _signer(secret: str | bytes, binding: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=f"cursor:{binding}")
