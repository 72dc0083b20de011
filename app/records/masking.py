"""Masked numbers: whom they are masked for, and how they look (C1, R2).

    masked(actor, resource)        the names of the fields that this actor sees masked
    mask(text)                     138****1234
    values(actor, resource, {…})   a record's values as this actor sees them, where they come from elsewhere than a read
    kept(actor, resource, name, value)   what an audit entry keeps of a field, as this actor may read it
    sent(actor, resource, {…}, before)   what was typed, without the masks that came back as they were shown

`query`, and so page, API, count and choices, needs none of it: rows leave it masked (app.records.veil). Code that reads
rows by itself, a bulk export or the recycle bin, asks here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from app.access import Actor
from app.fields.veiled import mask
from app.records import custom, custom_words, veil
from app.spec.model import ResourceSpec

__all__ = ["aside", "kept", "mask", "masked", "scrubbed", "sent", "values"]

DIGITS: Final = "digits"
NUMBER: Final = re.compile(r"(?<![0-9])[0-9]{7,}(?![0-9])")


def masked(actor: Actor, resource: ResourceSpec) -> frozenset[str]:
    """The fields of `resource`, the company's own ones included, that `actor` sees masked. No query once warm."""
    seen = custom.of(actor, resource.base or resource)
    return frozenset(veil.hidden(tuple(seen.fields.values())))


def values(actor: Actor, resource: ResourceSpec, found: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a record as `actor` sees them."""
    return veil.masked_values(found, tuple(masked(actor, resource)))


def kept(actor: Actor, resource: ResourceSpec, name: str, value: Any) -> Any:
    """What an audit entry keeps under `name`, as `actor` may read it. Entries hold what was, whole, or nothing could be
    proved by them; an own field is masked as what it was at the time. Words about a field that is none may quote what
    was searched for, so their numbers are masked too.
    """
    if custom_words.is_kept(value):
        return {**value, "value": aside(actor, resource, value["kind"], value["value"])}
    if name in resource.fields:
        return mask(value) if isinstance(value, str) and name in masked(actor, resource) else value
    return scrubbed(value) if isinstance(value, str) and resource.masks and veil.hides(actor, resource) else value


def aside(actor: Actor, resource: ResourceSpec, kind: str, value: Any) -> Any:
    """A value of an own field that was of this kind, as `actor` may read it."""
    hidden = kind == DIGITS and resource.mask_digits and veil.hides(actor, resource)
    return mask(value) if hidden and isinstance(value, str) else value


def scrubbed(text: str) -> str:
    """The text with every number in it masked that is long enough for a phone's."""
    return NUMBER.sub(lambda found: mask(found[0]), text)


def sent(
    actor: Actor, resource: ResourceSpec, given: Mapping[str, Any], before: Mapping[str, Any]
) -> Mapping[str, Any]:  # fmt: skip
    """What was sent for a record with the values `before`, less what changes no number: for a field that is masked for
    `actor`, nothing at all, or the very mask it was shown as. Neither wipes what they could not see.
    """
    names = masked(actor, resource)
    if not names & given.keys():
        return given
    return {name: raw for name, raw in given.items() if name not in names or not _unchanged(raw, before.get(name))}


def _unchanged(raw: Any, before: Any) -> bool:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return True
    return isinstance(raw, str) and bool(before) and raw.strip() == mask(before)
