"""What a resource may have besides fields, list, form and actions: panels, sight, owners, files in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from app.labels import Label


def nothing() -> Mapping[str, Any]:
    """The mapping that is there where a file says none."""
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class WorkbenchSpec:
    """A panel on everyone's landing page (A1, C7), seen without the `view` permission of the page."""

    label: Label
    show: str  # the field whose text is shown
    since: str | None = None  # a datetime field: the row appears at that moment
    until: str | None = None  # a datetime field: the row disappears at that moment
    withdrawn: str | None = None  # a boolean field: the row is not shown while it is true
    audience: Mapping[str, str] = field(default_factory=nothing)  # role, team → the refs field that names them
    pin: str | None = None  # a boolean field: rows where it is true come before all others
    order: str = "-created_at"
    unread: bool = False  # mark rows the reader has not opened, remember those read
    renewed: str | None = None  # a readonly datetime field: what was read before that moment is unread again
    acknowledge: str | None = None  # a boolean field: the workbench waits until the reader has said so
    most: int = 20

    @property
    def timed(self) -> bool:
        """True where a row may be there and not shown."""
        return bool(self.since or self.until or self.withdrawn)


@dataclass(frozen=True, slots=True)
class RevealSpec:
    """Masked numbers are shown one record at a time to those whom the setting `one_by_one` (resource, field) names:
    "seats", "all" or "nobody"; `limit` is the setting of how many records a person may so look at in a day.
    """

    one_by_one: tuple[str, str] | None = None
    limit: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class BinSpec:
    """Deleted records go into the recycle bin and can be restored for so many days."""

    days: int


@dataclass(frozen=True, slots=True)
class ImportSpec:
    """How files are imported: `key` is the field by which a row is a record that is there already, `for_all` those that
    may be given for a whole file, `heads` what files from elsewhere call a field (name → heads)."""

    key: str | None = None
    for_all: tuple[str, ...] = ()
    heads: Mapping[str, tuple[str, ...]] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class ExportSpec:
    """An export of more rows than the setting `approve_above` (resource, field) says waits for a second person, one
    with the permission `audit`; 0 is never."""

    approve_above: tuple[str, str]


@dataclass(frozen=True, slots=True)
class ExtensibleSpec:
    """A company may add fields of its own (F2), `max` of them at most (F6)."""

    max: int


@dataclass(frozen=True, slots=True)
class OwnerSpec:
    """Records that somebody looks after: a person, a team, or nobody, which is the pool.

    `since` is set whenever person or team changes. The settings (resource, field) say how many records one person may
    have, after how many days without contact they go back to the pool, and how many days before that is told.
    """

    person: str
    team: str
    since: str
    contact: str | None = None  # the datetime field of the last contact
    cap: tuple[str, str] | None = None
    return_after: tuple[str, str] | None = None
    return_warning: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class DeskSpec:
    """What the workbench shows of one's own records: those that are due, and how many there are of each `count`.

    `shown` are the fields beside the title, `quiet_days` after how many days without contact a record is due where
    nothing goes back to the pool.
    """

    label: Label
    count: str
    shown: tuple[str, ...] = ()
    quiet_days: int = 14
    most: int = 8


@dataclass(frozen=True, slots=True)
class Match:
    """What a field must be: "me" (who asks), "my_team", "none", or "referred": what it points to has these `values`.

    "seen" is of a log alone, and no YAML says it: what the entry is about is seen; `values` are the resources that are
    not seen whole, each with the groups of rules that limit it.
    """

    field: str
    means: Literal["me", "my_team", "none", "referred", "seen"]
    values: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SightSpec:
    """Records that a role sees: those that meet all of `where`, while the setting `when` (resource, field) is on."""

    label: Label
    where: tuple[Match, ...]
    when: tuple[str, str] | None = None
