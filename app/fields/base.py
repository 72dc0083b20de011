"""What a kind of field is: the Protocol every file of this package meets.

A kind is stateless and knows one thing: how values of that kind are stored, typed in, checked, filtered, shown,
exported and imported. `clean` is the only authority on what is valid: page, API, import and command line all ask it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import ColumnElement
from sqlalchemy.types import TypeEngine

if TYPE_CHECKING:
    from app.spec.model import FieldSpec


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads or types a value: `locale` is "zh" or "en", `timezone` an IANA name (the tenant's)."""

    locale: str = "zh"
    timezone: str = "Asia/Shanghai"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def local(self, moment: datetime) -> datetime:
        """An aware UTC moment in the reader's zone."""
        return moment.astimezone(self.zone)


class Rejected(ValueError):
    """The value is not acceptable. `message` is a lazy translation for beside the field: what is wrong, what to do."""

    def __init__(self, message: object) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Control:
    """One input of the filter bar. `name` is the query-string key: `<field>.<operator>`."""

    name: str
    widget: str  # text, select, multiselect, remote, date, datetime, number
    operator: str


class Kind:
    """Base of the kinds, with what most of them share. Subclasses override what differs."""

    name: str
    widget = "text"  # the control of the form (macro name in web/templates/_controls.html)
    blank: Any = None  # what an empty value is stored as: "" for texts (never NULL), else None
    operators: tuple[str, ...] = ("eq",)  # what `where` understands; the first is meant by a bare `?field=`
    controls: tuple[tuple[str, str], ...] = ()  # (operator, widget) of the filter bar, in order
    secret = False  # never selected, shown, exported, audited
    marked_up = False  # the value is HTML; `text` has its words
    many = False  # the value is a list kept in an association table
    finds: tuple[str, ...] = ()  # what `find` may say of such a field
    attributes: frozenset[str] = frozenset()  # FieldSpec attributes beyond the common ones that YAML may set

    # --- storage
    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        """The column's type, the same on SQLite and PostgreSQL."""
        raise NotImplementedError(self.name)

    def nullable(self, field: FieldSpec) -> bool:
        return self.blank is None

    def indexable(self, field: FieldSpec) -> bool:
        """False where a value may be longer than an index entry can be (PostgreSQL: 2,704 bytes, 4 a character)."""
        return not self.many

    def plain(self, column: Any) -> Any:
        """The column as SQL text, where it is shown without asking the kind."""
        return column

    # --- input
    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> Any:
        """The Python value to store for `raw` (a form's string, an API's JSON value or a cell's text).

        Empty gives `blank`; "required" is checked by the caller. Raises Rejected.
        """
        raise NotImplementedError(self.name)

    def settled(self, value: Any, before: Any) -> Any:
        """What a cleaned value becomes in a record that held `before` (blank in a new one). Raises Rejected."""
        return value

    def is_blank(self, value: Any) -> bool:
        """True for a raw or cleaned value that `clean` takes for "nothing given"."""
        if isinstance(value, str):
            return not value or value.isspace()
        return value is None or value in ([], ())

    # --- output
    def text(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        """Plain text for export, title and search results; `clean` accepts it back (import)."""
        return "" if value is None else str(value)

    def title(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        """What names a record that has this value."""
        return self.text(field, value, reader)

    def cell(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        """What a list cell and the show page hold: HTML as Markup, or a text that whoever shows it escapes."""
        return self.text(field, value, reader)

    def show(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        """As `cell`, for the show page, where there is room for all of it."""
        return self.cell(field, value, reader)

    def form_widget(self, field: FieldSpec) -> str:
        """The control of the form, where it depends on the field."""
        return self.widget

    def options(self, field: FieldSpec, reader: Reader) -> list[tuple[str, str]]:
        """(value, label) of the kinds that have a closed list of values; the values are what `where` takes."""
        return []

    def form_value(self, field: FieldSpec, value: Any, reader: Reader) -> Any:
        """What the form control is filled with: a string, or a list of strings for several."""
        return self.text(field, value, reader)

    def json(self, field: FieldSpec, value: Any) -> Any:
        """The API's value: ids as strings, moments as ISO 8601 in UTC."""
        return value

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        """The field's JSON Schema for OpenAPI (without description)."""
        raise NotImplementedError(self.name)

    # --- filters
    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        """The condition for `?field.operator=raw…`. Raises Rejected for a value that makes no sense."""
        raise NotImplementedError(self.name)

    def filter_controls(self, field: FieldSpec) -> list[Control]:
        return [Control(f"{field.name}.{operator}", widget, operator) for operator, widget in self.controls]
