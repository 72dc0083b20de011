"""Record ids as they come from outside: text that may be anything."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.errors import NotFound

GREATEST: Final = 2**63 - 1  # the database's bigint
DIGITS: Final = len(str(GREATEST))


def record_id(text: object) -> int:
    """The id that `text` writes. Raises NotFound for what cannot be one: no record has it."""
    raw = str(text)
    if raw.isascii() and raw.isdigit() and len(raw) <= DIGITS and int(raw) <= GREATEST:
        return int(raw)
    raise NotFound


def record_ids(texts: Iterable[object]) -> list[int]:
    """The ids among `texts`, each once, in order; what cannot be an id is passed over."""
    found: dict[int, None] = {}
    for text in texts:
        try:
            found[record_id(text)] = None
        except NotFound:
            continue
    return list(found)
