"""What the read path gives back: plain values, never ORM objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list. `titles` are the display names of what its ref fields and created_by point to."""

    id: int
    version: int
    values: Mapping[str, Any]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Record(Row):
    """One whole record: every field that is not secret, and who made and changed it when. `title` names it."""

    title: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """`next` and `previous` are cursors for the query string; None where there is no such page."""

    rows: list[Row]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows match; `capped` says that there are more than `number`."""

    number: int
    capped: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a drop-down of related records."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One line of a workbench panel (A1). `at` is since when it says what it says, `html` all of that."""

    id: int
    text: str
    at: datetime
    author: str
    unread: bool
    html: str = ""
    pinned: bool = False
    must_acknowledge: bool = False
    acknowledged: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action did. `reveal` holds what is shown once and never again, by label."""

    count: int
    reveal: Mapping[str, str] = field(default_factory=dict)
