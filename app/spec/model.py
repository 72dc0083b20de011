"""What a YAML resource means, as frozen dataclasses. Nothing downstream of `app.spec` reads YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from app.labels import Label

# R2: the twelve kinds of permission, in the order the role page shows them.
PERMISSIONS = (
    "view", "add", "edit", "delete", "import", "export",
    "download", "preview", "listen", "audit", "operate", "enable",
)  # fmt: skip

# R1: the role that holds everything and cannot be reduced.
ADMIN = "admin"

# Columns every tenant-owned row has beside its fields; lists, filters and orders may name them.
SYSTEM_FIELDS = ("id", "created_at", "created_by", "changed_at", "changed_by")

# What `model:` may name: built-in models (app.models.adopted) that take the place of a table of the resource's own.
ADOPTED_MODELS = ("account", "role")


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a `choice` or `choices` field. `tone` colours its badge (green, red, blue, grey…)."""

    value: str
    label: Label
    tone: str = ""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a resource. Only what `kind` understands may be set; the loader refuses the rest."""

    name: str
    kind: str
    label: Label
    help: Label | None = None
    placeholder: Label | None = None
    required: bool = False
    unique: bool = False
    readonly: bool = False  # set by the system only: never in a form, ignored-with-an-error in the API
    fixed: bool = False  # given when the record is added, never changed afterwards
    sortable: bool = True
    default: Any = None
    min: int | None = None  # integer: least value; text: least number of characters
    max: int | None = None  # integer: greatest value; text: most characters
    pattern: str | None = None  # text and digits: the whole value must match
    pattern_help: Label | None = None  # what to say when it does not
    options: tuple[Option, ...] = ()
    to: str | None = None  # ref, refs: the resource referred to
    choose: Literal["search", "all"] = "search"  # ref, refs: remote select, or every row in the drop-down
    column: str | None = None  # adopted models only: the column's name where it differs from the field's
    rows: int | None = None  # longtext: lines of the form control


@dataclass(frozen=True, slots=True)
class ListSpec:
    columns: tuple[str, ...]
    search: tuple[str, ...] = ()  # the fields the one search box looks into
    filter: tuple[str, ...] = ()  # one control each in the filter bar
    order: tuple[str, ...] = ("-created_at",)  # one field, by which an index is read; "-" is descending; id breaks ties


@dataclass(frozen=True, slots=True)
class Section:
    label: Label | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """A button beyond add, edit and delete. `set` writes values; `run` names a function in the same-stem `.py`."""

    name: str
    label: Label
    permission: str
    bulk: bool = True
    icon: str = ""
    tone: str = ""  # "danger" paints the button red
    confirm: Label | None = None
    done: Label | None = None
    set: Mapping[str, Any] = field(default_factory=_nothing)
    run: str | None = None


@dataclass(frozen=True, slots=True)
class WorkbenchSpec:
    """A panel on everyone's landing page (A1, C7), seen without the `view` permission of the page."""

    label: Label
    show: str  # the field whose text is shown
    until: str | None = None  # a datetime field: the row disappears at that moment
    order: str = "-created_at"
    unread: bool = False  # mark rows the reader has not opened, remember those read
    most: int = 20


@dataclass(frozen=True, slots=True, eq=False)
class ResourceSpec:
    """One thing the product manages: what its table, pages, API and permissions are made from.

    Compared by identity, so that what is worked out from one can be remembered by it.
    """

    name: str  # singular, snake_case; also the permission's view name and the URL segment
    group: str  # the folder under schema/: the menu group
    label: Label
    many: Label  # the plural, for menu and list
    title: str  # the field that names a record to a person
    fields: Mapping[str, FieldSpec]
    list: ListSpec
    form: tuple[Section, ...]
    actions: Mapping[str, ActionSpec]
    permissions: Mapping[str, frozenset[str]]  # default grants: role key → kinds; not listed = denied
    can: tuple[str, ...]  # the kinds this page has: the cells of the role matrix, in PERMISSIONS order
    rules: tuple[str, ...] = ()  # names of functions in the same-stem .py
    limits: Mapping[str, int] = field(
        default_factory=_nothing
    )  # rows: most rows per tenant; bulk: most per bulk request
    model: str | None = None  # name of an adopted model (app.models.adopted), instead of a table of its own
    page: bool = True  # False: no menu entry and no page, only a target of refs
    menu_order: int = 100
    icon: str = ""
    help: Label | None = None
    workbench: WorkbenchSpec | None = None
    source: str = ""  # path of the YAML below schema/, for messages

    def field(self, name: str) -> FieldSpec:
        """The field called `name`. Raises KeyError."""
        return self.fields[name]


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A menu group: a folder under schema/."""

    name: str
    label: Label
    icon: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """One of the default roles every tenant starts with (R1)."""

    key: str
    label: Label
    remark: Label | None = None
    seat: bool = False  # its people make and take calls: agents (C2)


@dataclass(frozen=True, slots=True)
class Product:
    """The whole of `schema/`, checked. `rules[resource][function]` are the rule and action functions."""

    resources: Mapping[str, ResourceSpec]
    groups: Mapping[str, GroupSpec]
    roles: Mapping[str, RoleSpec]
    rules: Mapping[str, Mapping[str, Any]]

    def resource(self, name: str) -> ResourceSpec:
        """The resource called `name`. Raises KeyError."""
        return self.resources[name]
