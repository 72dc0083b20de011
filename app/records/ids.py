"""Ids as they come: from a path, a form, a JSON body."""

from __future__ import annotations

from app.errors import NotFound
from app.fields.base import Rejected
from app.fields.ref import id_of


def record_id(given: int | str) -> int:
    """The id. Raises NotFound for what can be no record's id: to a person it is one that is not there."""
    try:
        return id_of(given)
    except Rejected:
        raise NotFound from None
