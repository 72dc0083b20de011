"""Moments for people, in their zone: the way the datetime kind shows them."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup, escape

from app.fields import kinds
from app.fields.base import Reader
from app.fields.moments import local, show_date
from app.labels import Label
from app.spec.model import FieldSpec

_FIELD = FieldSpec("at", "datetime", Label("时间", "Time"))


def moment(at: datetime, reader: Reader) -> str:
    """An aware moment as every list and page of the product writes it."""
    return plain(kinds["datetime"].cell(_FIELD, at, reader))


def span_end(begin: datetime, end: datetime, reader: Reader) -> str:
    """The second half of “from – to”, without what it shares with the first: "" within a minute, the time of day within
    a day."""
    first, second = moment(begin, reader), moment(end, reader)
    day = show_date(local(begin, reader), reader)
    if first == second:
        return ""
    return second.removeprefix(day).lstrip(", ") if first.startswith(day) else second


def plain(html: Markup | str) -> str:
    """The text of a cell, without its markup."""
    return escape(html).striptags()
