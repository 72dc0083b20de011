"""Ids as they come: from a path, a form, a JSON body."""

from __future__ import annotations

from collections.abc import Iterable

from app.errors import NotFound
from app.fields.base import Rejected
from app.fields.ref import id_of


def record_id(given: int | str) -> int:
    """The id. Raises NotFound for what can be no record's id: to a person it is one that is not there."""
    try:
        return id_of(given)
    except Rejected:
        raise NotFound from None


def record_ids(given: Iterable[int | str]) -> list[int]:
    """The ids among what was given, each once, in order; what cannot be an id is passed over."""
    found: dict[int, None] = {}
    for one in given:
        try:
            found[record_id(one)] = None
        except NotFound:
            continue
    return list(found)
