"""Guesses at masked numbers (C1, R2). A search by a whole number tells whoever sees 138****1234 whether the number is
just that: ten thousand of them, and it is known. So each is counted as a look at a whole number is, against the same
limit, and written to the audit log, with its number masked.

Whoever sees whole numbers is not counted and pays no statement. The number that was asked for last is not counted
again: a list, its count, its next page and its export are one question.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Final

from flask import current_app
from flask_babel import gettext as _

from app.access import Actor
from app.fields import kind_of
from app.fields.digits import DigitsKind
from app.fields.veiled import KNOWN, is_whole, mask
from app.models.base import in_transaction, transaction
from app.records import audit, day_count, veil
from app.records.found import digits_in
from app.records.search import Search
from app.records.system import field_of
from app.records.tables import base_of
from app.spec.model import FieldSpec, ResourceSpec

TRIED: Final = "try_number"  # as audit entries call it
_MARK: Final = 32


def whole_numbers(resource: ResourceSpec, search: Search) -> tuple[str, ...]:
    """The numbers that the search asks for whole, of fields that are hidden in `resource`: one as a person sees it."""
    return tuple(dict.fromkeys(_asked(resource, search))) if resource.masks and search.narrowed else ()


def spend(actor: Actor, resource: ResourceSpec, search: Search) -> None:
    """Counts what the search asks, and writes it down; `resource` is as `actor` sees it. Raises TooMany."""
    numbers = whole_numbers(resource, search)
    if not numbers:
        return
    with nullcontext() if in_transaction() else transaction():
        limit = day_count.limit_of(actor, resource)
        if day_count.take(actor, limit, _too_many(limit), number=len(numbers), mark=_mark(actor, numbers)):
            masked = str(_(", ")).join(map(mask, numbers))
            audit.enter(actor, base_of(resource), TRIED, (None, masked), after={"search": masked})


def spend_rows(actor: Actor, resource: ResourceSpec, field: str, rows: int) -> None:
    """Counts as many guesses as a file has numbers that are looked for among the records, in a transaction of its own.
    Nothing for whoever sees the field's numbers whole. Raises TooMany where the day has not so many left."""
    seen = veil.over(actor, resource)
    if not rows or not seen.field(field).hidden:
        return
    with transaction():
        limit = day_count.limit_of(actor, resource)
        left = day_count.left(actor, limit) or 0
        day_count.take(actor, limit, _too_many_rows(rows, left), number=rows)
        audit.enter(actor, base_of(resource), TRIED, (None, ""), after={"rows": rows})


def _asked(resource: ResourceSpec, search: Search) -> Iterator[str]:
    for condition in search.conditions:
        field = field_of(resource, condition.field)
        if field.hidden:
            digits = _digits(field, condition.values[0])
            if is_whole(condition.operator, digits):
                yield digits
    for name in resource.list.search if search.text else ():
        field = resource.field(name)
        if field.hidden:
            digits = _digits(field, search.text)
            if is_whole(KNOWN, digits):
                yield digits


def _digits(field: FieldSpec, text: str) -> str:
    kind = kind_of(field)
    assert isinstance(kind, DigitsKind), field.name  # noqa: S101 - the loader masks no other kind
    return (digits_in(field, text) if field.find else kind.needle(text)) or ""


def _mark(actor: Actor, numbers: tuple[str, ...]) -> str:
    """What the numbers are remembered by: not to be worked out backwards, and another one for each person and day."""
    secret = current_app.secret_key
    assert secret is not None, "create_app always sets SECRET_KEY"  # noqa: S101 - narrows the type
    key = secret.encode() if isinstance(secret, str) else secret
    text = f"tried:{actor.tenant_id}:{actor.user_id}:{day_count.day_of(actor).date()}:{','.join(sorted(numbers))}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:_MARK]


def _too_many(limit: int) -> str:
    return str(
        _(
            "You have looked at or searched by as many full numbers today as you may: %(n)s. Search by name, by "
            "the first three or the last four digits, or ask your admin.",
            n=limit,
        )
    )


def _too_many_rows(rows: int, left: int) -> str:
    return str(
        _(
            "Numbers are masked for you, so each number of a file that is looked for among the records counts as one "
            "you look at: these are %(rows)s, and %(left)s are left today. Ask somebody who sees full numbers.",
            rows=rows,
            left=left,
        )
    )
