"""Moments for people, in their zone: the way the datetime kind shows them."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup, escape

from app.fields import kinds
from app.fields.base import Reader
from app.labels import Label
from app.spec.model import FieldSpec

_FIELD = FieldSpec("at", "datetime", Label("时间", "Time"))


def moment(at: datetime, reader: Reader) -> str:
    """An aware moment as every list and page of the product writes it."""
    return plain(kinds["datetime"].cell(_FIELD, at, reader))


def plain(html: Markup | str) -> str:
    """The text of a cell, without its markup."""
    return escape(html).striptags()
