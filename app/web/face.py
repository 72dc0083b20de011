"""What a resource shows in one language, worked out once at start: a page then only fills in values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.fields import kind_of
from app.fields.base import Control, Kind, Reader
from app.labels import LOCALES
from app.records.record import Row
from app.records.search import orders
from app.records.system import TRACKED, computed, field_of
from app.spec.model import ActionSpec, FieldSpec, Product, ResourceSpec

ALIGN = {"integer": "end", "boolean": "center"}

Show = Callable[[Row, Reader], Markup | str]


@dataclass(frozen=True, slots=True)
class FieldFace:
    """A field in one language: `cell` is what a list shows of it, `full` the record's page: HTML as Markup, or a text
    still to be escaped. `text` has no markup."""

    field: FieldSpec
    kind: Kind
    label: str
    help: str
    placeholder: str
    options: tuple[tuple[str, str], ...]  # (value, label) of kinds with a closed list of values
    controls: tuple[Control, ...]  # of the filter bar
    cell: Show
    full: Show
    text: Show

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def is_reference(self) -> bool:
        return self.field.to is not None


@dataclass(frozen=True, slots=True)
class ActionFace:
    action: ActionSpec
    label: str
    confirm: str
    done: str


class Face:
    """One resource for readers of one language. `url` is below the application's root and ends in a slash."""

    def __init__(self, resource: ResourceSpec, locale: str) -> None:
        self.resource = resource
        self.locale = locale
        self.url = f"/{resource.name}/"
        self.label = resource.label.text(locale)
        self.many = resource.many.text(locale)
        self.help = resource.help.text(locale) if resource.help else ""
        names = dict.fromkeys(
            [*resource.fields, *computed(resource), *TRACKED, *resource.list.columns, *resource.list.filter]
        )
        self.fields: Mapping[str, FieldFace] = {name: field_face(resource, name, locale) for name in names}
        self.columns = tuple(self.fields[name] for name in resource.list.columns)
        self.filters = tuple(self.fields[name] for name in resource.list.filter)
        self.readable = tuple(
            self.fields[name]
            for name in (*resource.fields, *computed(resource), *TRACKED)
            if not self.fields[name].kind.secret
        )
        self.sortable = frozenset(orders(resource))
        self.actions: Mapping[str, ActionFace] = {
            action.name: ActionFace(
                action, *(_text(label, locale) for label in (action.label, action.confirm, action.done))
            )
            for action in resource.actions.values()
        }

    def noun(self, number: int) -> str:
        """What so many records are called within a sentence."""
        return (self.resource.label if number == 1 else self.resource.many).inside(self.locale)

    def stray_fields(self) -> Iterator[FieldFace]:
        """The fields that are in no section of the form: the show page puts them last."""
        placed = {name for section in self.resource.form for name in section.fields}
        return (face for name, face in self.fields.items() if name in self.resource.fields and name not in placed)


Faces = Mapping[str, Mapping[str, Face]]


def make_faces(product: Product) -> Faces:
    """`faces[resource][locale]` for every resource that has pages."""
    return {
        name: {locale: Face(resource, locale) for locale in LOCALES}
        for name, resource in product.resources.items()
        if resource.page
    }


def field_face(resource: ResourceSpec, name: str, locale: str) -> FieldFace:
    """The field or system field `name` of `resource`. Raises KeyError."""
    field = field_of(resource, name)
    kind = kind_of(field)
    cell, full, text = _shown(field, kind)
    return FieldFace(
        field=field,
        kind=kind,
        label=field.label.text(locale),
        help=_text(field.help or field.pattern_help, locale),
        placeholder=_text(field.placeholder, locale),
        options=tuple(kind.options(field, Reader(locale))),
        controls=tuple(kind.filter_controls(field)),
        cell=cell,
        full=full,
        text=text,
    )


def _shown(field: FieldSpec, kind: Kind) -> tuple[Show, Show, Show]:
    """How a row shows the field. What it refers to is shown by the title that came with the row."""
    name = field.name

    def title(row: Row, reader: Reader) -> str:
        return row.titles.get(name, "")

    def text(row: Row, reader: Reader) -> str:
        return kind.text(field, row.values.get(name), reader)

    def cell(row: Row, reader: Reader) -> Markup | str:
        return kind.cell(field, row.values.get(name), reader)

    def full(row: Row, reader: Reader) -> Markup | str:
        return kind.show(field, row.values.get(name), reader)

    def titled(row: Row, reader: Reader) -> str:
        return row.titles.get(name, "") or _text(field.empty, reader.locale)

    return (titled, titled, title) if field.to else (cell, full, text)


def _text(label: Any, locale: str) -> str:
    return label.text(locale) if label else ""
