"""One of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape
from sqlalchemy import ColumnElement
from sqlalchemy.types import TypeEngine

from app.fields.base import Kind, Reader
from app.fields.names import language, names_of, resolve
from app.fields.types import short_text

if TYPE_CHECKING:
    from app.spec.model import FieldSpec


class ChoiceKind(Kind):
    name = "choice"
    widget = "select"
    blank = ""
    operators = ("in", "eq")
    controls = (("in", "multiselect"),)
    attributes = frozenset({"options", "options_of"})

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return short_text(64)

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> str:
        return "" if self.is_blank(raw) else resolve(field.options, raw, reader)

    def text(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        """The label; the value itself where the option is no longer in the YAML."""
        return names_of(field.options).texts[language(reader)].get(value, value or "")

    def cell(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        badge = names_of(field.options).badges[language(reader)].get(value)
        return escape(value or "") if badge is None else badge

    def form_value(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        return value or ""

    def options(self, field: FieldSpec, reader: Reader) -> list[tuple[str, str]]:
        return [(option.value, option.label.text(reader.locale)) for option in field.options]

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        values = [option.value for option in field.options]
        return {"type": "string", "enum": values if field.required else ["", *values]}

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        values = sorted({resolve(field.options, value, reader) for value in raw})
        condition: ColumnElement[bool] = column == values[0] if len(values) == 1 else column.in_(values)
        return condition
