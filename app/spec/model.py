"""What a YAML resource means, as frozen dataclasses. Nothing downstream of `app.spec` reads YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.labels import Label
from app.spec.features import (
    BinSpec,
    DeskSpec,
    ExportSpec,
    ExtensibleSpec,
    ImportSpec,
    Match,
    OwnerSpec,
    RevealSpec,
    SightSpec,
    WorkbenchSpec,
    nothing,
)

# R2: the twelve kinds of permission, in the order the role page shows them.
PERMISSIONS = (
    "view", "add", "edit", "delete", "import", "export",
    "download", "preview", "listen", "audit", "operate", "enable",
)  # fmt: skip

# What the company may narrow a role's view of a page to (`narrow`), widest first: kept and versioned as its grants are,
# and beside them nothing else: no page has such a kind of permission.
NARROWINGS = ("only_teams", "only_own")

# R1: the role that holds everything and cannot be reduced.
ADMIN = "admin"

# Columns every tenant-owned row has beside its fields; lists, filters and orders may name them.
SYSTEM_FIELDS = ("id", "created_at", "created_by", "changed_at", "changed_by")

# One more of resources whose rows come to the workbench and leave it: where in that a row is at this moment.
PHASE = "phase"
# One more of resources with `owner`: the later of the last contact and the moment it was assigned.
IDLE = "idle_since"
# Whom an audience may name: the reader's own role and team.
AUDIENCE = ("role", "team")

# What `model:` may name: built-in models (app.models.adopted) that take the place of a table of the resource's own.
ADOPTED_MODELS = ("account", "role", "audit", "login")
# Those of them whose records are entries of a log: read, never written.
LOG_MODELS = ("audit", "login")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a `choice` or `choices` field. `tone` colours its badge (green, red, blue, grey…).

    While it is chosen, the fields in `sets` have the values given there, whatever was sent for them.
    """

    value: str
    label: Label
    tone: str = ""
    sets: Mapping[str, Any] = field(default_factory=nothing, hash=False)


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a resource. Only what `kind` understands may be set; the loader refuses the rest."""

    name: str
    kind: str
    label: Label
    help: Label | None = None
    placeholder: Label | None = None
    empty: Label | None = None  # ref, refs: what it means where nothing is chosen, shown in its place
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
    # ref, refs: remote select, or every row in the drop-down; ref: those of the rows that point back to the record
    choose: Literal["search", "all", "members"] = "search"
    column: str | None = None  # adopted models only: the column's name where it differs from the field's
    rows: int | None = None  # longtext: lines of the form control
    options_of: Literal["pages", "actions"] | None = None  # choice: beside `options`, all of these in the product
    words_of: Literal["roles"] | None = None  # text: values that are default names of these are said in both languages
    words: tuple[Label, ...] = ()  # those names
    find: tuple[str, ...] = ()  # how it is found quickly at any size: part, pinyin (texts); start, end (digits)
    slot: bool = False  # a company's own field (F2), kept as text in the column of its name (app.fields.slots)
    fallback: Any = None  # such a field: what an empty value shows as, without being stored (F5)
    handover: Literal["rules", "bulk", "heir"] = "rules"  # ref, refs: how it moves when what it points to is deleted
    masked: bool = False  # digits, mobile: shown whole only to whom `preview` is granted (138****1234)
    hidden: bool = False  # of a resource as one person sees it: masked for them (app.records.veil)
    story: StorySpec | None = None  # what a history says when it changes
    definition: int = 0  # of a company's own field: the id of the record that defines it


@dataclass(frozen=True, slots=True)
class ListSpec:
    columns: tuple[str, ...]
    search: tuple[str, ...] = ()  # the fields the one search box looks into
    filter: tuple[str, ...] = ()  # one control each in the filter bar
    order: tuple[str, ...] = ("-created_at",)  # one field, by which an index is read; "-" is descending; id breaks ties
    sort: tuple[str, ...] = ()  # what it may be sorted by beside its columns
    keypad: str | None = None  # the field whose values 0–9 are drawn as the keys of a phone (T3)
    kept: str | None = None  # the field that marks records nobody may delete: deleting them is not offered
    counts: tuple[str, ...] = ()  # pages: a column each with how many of its records refer to this one
    uses: bool = False  # a column per resource that refers to this one: how many of its records do


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
    set: Mapping[str, Any] = field(default_factory=nothing)
    run: str | None = None
    on: Literal["records", "list"] = "records"  # list: it needs no records, for it finds them itself
    ask: Mapping[str, str] = field(default_factory=nothing)  # fields the person fills in: required or optional
    also: Mapping[str, str] = field(default_factory=nothing)  # permissions needed on other pages: resource → kind
    when: tuple[str, str] | None = None  # only while this setting (resource, field) is on
    seats: bool = False  # only for those who make and take calls
    take: tuple[str, str] | None = None  # takes as many records out of the pool as this setting says (B4)


@dataclass(frozen=True, slots=True)
class StorySpec:
    """What a history says when the field changes; `{old}` and `{new}` are its values in words.

    `own`: what it says where the new value is the very person who made the change.
    """

    given: Label  # it was empty before
    moved: Label | None = None  # it had another value; as `given` where not said
    emptied: Label | None = None  # it is empty now
    own: Label | None = None


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
        default_factory=nothing
    )  # rows: most rows per tenant; bulk: most per bulk request
    model: str | None = None  # name of an adopted model (app.models.adopted), instead of a table of its own
    page: bool = True  # False: no menu entry and no page, only a target of refs
    menu_order: int = 100
    icon: str = ""
    help: Label | None = None
    workbench: WorkbenchSpec | None = None
    kind: Literal["records", "settings"] = "records"  # settings: one row per tenant and one form; no row = all defaults
    impact: str | None = None  # settings: the function in the same-stem .py that tells what a change would do
    rearrange: str | None = None  # the unique field whose values many records may exchange in one save (T3)
    heirs: Mapping[str, Any] = field(default_factory=nothing)  # what a record must be to take over from a deleted one
    extensible: ExtensibleSpec | None = None
    mask_digits: bool = False  # own digits fields are masked as well
    reveal: RevealSpec | None = None
    export: ExportSpec | None = None  # None: no export waits for anybody
    bin: BinSpec | None = None  # None: what is deleted is gone
    summary: tuple[str, ...] = ()  # the fields beside the title of a record's page
    importing: ImportSpec = field(default_factory=ImportSpec)  # of one that has the kind "import"
    owner: OwnerSpec | None = None  # its records are looked after by somebody, or wait in a pool
    palette: bool = False  # its records are found by Ctrl+K
    desk: DeskSpec | None = None  # what the workbench shows of one's own records (C7)
    keys: str | None = None  # the ref field that a digit key of the keyboard sets (C1)
    extends: str | None = None  # its records define the own fields of this other resource
    base: ResourceSpec | None = None  # of one with a company's own fields (app.records.custom): what the YAML says
    of: str | None = None  # a second page over the records of this other resource: its fields, rules, actions, history
    only: tuple[Match, ...] = ()  # of which the page has those that meet all of these
    visibility: Mapping[str, tuple[SightSpec, ...]] = field(default_factory=nothing)  # by role; others see all
    narrow: Mapping[str, tuple[SightSpec, ...]] = field(default_factory=nothing)  # by narrowing, of those others
    source: str = ""  # path of the YAML below schema/, for messages

    def field(self, name: str) -> FieldSpec:
        """The field called `name`. Raises KeyError."""
        return self.fields[name]

    @property
    def masks(self) -> bool:
        """True where some numbers may not be for everyone."""
        return self.mask_digits or any(field.masked for field in self.fields.values())


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
class TemplateSpec:
    """What a new company begins with (K5). A text that is a Label is said in the company's language."""

    name: str
    label: Label
    records: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=nothing)  # by resource
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=nothing)  # by settings resource
    # role → resource → exactly these kinds, in the place of the page's own defaults
    grants: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class Product:
    """The whole of `schema/`, checked. `rules[resource][function]` are the rule and action functions."""

    resources: Mapping[str, ResourceSpec]
    groups: Mapping[str, GroupSpec]
    roles: Mapping[str, RoleSpec]
    rules: Mapping[str, Mapping[str, Any]]
    templates: Mapping[str, TemplateSpec] = field(default_factory=nothing)

    def resource(self, name: str) -> ResourceSpec:
        """The resource called `name`. Raises KeyError."""
        return self.resources[name]
