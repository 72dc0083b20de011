"""From a cell to a value: what the field's kind says, asked once per column and, where values repeat, once per value.

`Kind.clean` is the only judge. The quick ways below answer alone where the kind would give back the very text, which a
test holds them to; everything else goes to the kind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.fields import kind_of
from app.fields.base import Kind, Reader, Rejected
from app.fields.longtext import LongTextKind
from app.fields.text import TextKind
from app.sheets.values import Broken, as_text, from_serial
from app.spec.model import FieldSpec

Clean = Callable[[Any], Any]
REMEMBERED: Final = 20_000  # values of one column
OFTEN: Final = ("choice", "choices", "boolean", "date", "time", "datetime", "integer")  # kinds whose values repeat
_TEXTS: Final = ("text", "longtext", "email", "choice", "choices", "richtext")  # a number in a cell is its digits here
_MOMENTS: Final = ("date", "datetime")


def cleaner(field: FieldSpec, reader: Reader) -> Clean:
    """What makes values of the column's cells. It raises Rejected."""
    slow = _remembering(_by_kind(field, reader)) if field.kind in OFTEN else _by_kind(field, reader)
    if field.pattern is not None:
        return slow
    if field.kind in ("text", "longtext"):
        return _quick_text(field, slow)
    if field.kind == "digits":
        return _quick_digits(field, slow)
    return slow


def whole(field: FieldSpec, blank: Any) -> Callable[[list[Any]], Sequence[str] | None] | None:
    """The same for all cells of a column at once, as quick as the interpreter gets; it gives None where one of them has
    to be looked at by itself. A blank cell means `blank`. None for kinds that have no such way."""
    if field.pattern is not None or field.kind not in ("text", "longtext", "digits"):
        return None
    least, most = field.min or 1, field.max or 32
    if field.kind == "digits":
        most = min(most, 32)
    else:
        kind = kind_of(field)
        assert isinstance(kind, TextKind | LongTextKind)  # noqa: S101 - the kinds of these names
        most = kind.most(field)
    may_be_blank = blank == "" and not field.required

    def values(cells: list[Any]) -> Sequence[str] | None:
        try:
            together = "".join(cells)
        except TypeError:
            return None
        if field.kind == "digits":
            texts = cells
            plain = together.isascii() and (not together or together.isdigit())
        else:
            texts = list(map(str.strip, cells))
            plain = together.isprintable() and "'" not in together
        lengths = set(map(len, texts))
        if may_be_blank:
            lengths.discard(0)
        within = not lengths or (least <= min(lengths) and max(lengths) <= most)
        return texts if plain and within else None

    return values


def prepared(field: FieldSpec, raw: Any) -> Any:
    """The cell in the form in which the kind takes it. Raises Rejected for one that holds an error."""
    if isinstance(raw, Broken):
        raise Rejected(_broken(raw))
    if isinstance(raw, str):
        return as_text(raw)
    if field.kind in _TEXTS:
        return as_text(raw)
    if isinstance(raw, float) and field.kind in (*_MOMENTS, "time"):
        raw = from_serial(raw) or raw
    if field.kind in _MOMENTS and isinstance(raw, float | int | dt.time):
        return as_text(raw)
    if field.kind == "time":
        return raw.time() if isinstance(raw, dt.datetime) else as_text(raw) if not isinstance(raw, dt.time) else raw
    if isinstance(raw, dt.date | dt.time) and field.kind not in _MOMENTS:
        return as_text(raw)
    return raw


def _broken(cell: Broken) -> object:
    if cell.formula:
        return _l("The cell holds a formula without a result. Copy the column and paste it as values.")
    return _l("The cell holds the error %(error)s. Mend the formula, or paste the column as values.", error=cell.text)


def _by_kind(field: FieldSpec, reader: Reader) -> Clean:
    kind, required = kind_of(field), field.required
    settled = type(kind).settled is not Kind.settled

    def clean(raw: Any) -> Any:
        value = kind.clean(field, prepared(field, raw), reader)
        if required and kind.is_blank(value):
            raise Rejected(_("This is required."))
        return kind.settled(value, None) if settled else value

    return clean


def _remembering(clean: Clean) -> Clean:
    """Texts alone are remembered: 1 and True are the same key."""
    known: dict[str, Any] = {}

    def remember(raw: Any) -> Any:
        if raw.__class__ is not str:
            return clean(raw)
        found = known.get(raw, known)
        if found is known:
            if len(known) >= REMEMBERED:
                known.clear()
            try:
                found = clean(raw)
            except Rejected as refusal:
                found = refusal
            known[raw] = found
        if found.__class__ is Rejected:
            raise found.with_traceback(None)  # which grows with each time, and holds on to all it has passed
        return found

    return remember


def _quick_text(field: FieldSpec, slow: Clean) -> Clean:
    kind = kind_of(field)
    assert isinstance(kind, TextKind | LongTextKind)  # noqa: S101 - the kinds that come here
    least, most = field.min or 1, kind.most(field)

    def clean(raw: Any) -> Any:
        if raw.__class__ is str and raw.isprintable():
            text = raw.strip()
            if least <= len(text) <= most and text[0] != "'":
                return text
        return slow(raw)

    return clean


def _quick_digits(field: FieldSpec, slow: Clean) -> Clean:
    least, most = field.min or 1, min(field.max or 32, 32)

    def clean(raw: Any) -> Any:
        if raw.__class__ is str and least <= len(raw) <= most and raw.isascii() and raw.isdigit():
            return raw
        return slow(raw)

    return clean
