"""Several of a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, Text, and_, or_, type_coerce
from sqlalchemy.types import TypeEngine

from app.fields.base import Kind, Reader, Rejected
from app.fields.conditions import holds
from app.fields.names import SEPARATORS, find, language, names_of, resolve, unknown
from app.fields.types import BAR, ChoiceSet

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

AT_A_GLANCE: Final = 8  # options that are shown all at once; more go into a drop-down


class ChoicesKind(Kind):
    name = "choices"
    widget = "checkboxes"
    blank: Any = ()
    operators = ("any", "all")
    controls = (("any", "multiselect"),)
    attributes = frozenset({"options"})

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return ChoiceSet()

    def indexable(self, field: FieldSpec) -> bool:
        return False

    def form_widget(self, field: FieldSpec) -> str:
        return "checkboxes" if len(field.options) <= AT_A_GLANCE else "multiselect"

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> tuple[str, ...]:
        if self.is_blank(raw):
            return ()
        if isinstance(raw, str):
            whole = find(field.options, raw)  # first, as a label may hold a separator
            given: Iterable[Any] = (
                [part for part in SEPARATORS.split(raw) if part.strip()] if whole is None else [whole]
            )
        elif isinstance(raw, list | tuple | set | frozenset):
            given = [item for item in raw if item != ""]
        else:
            raise Rejected(_l("This must be a list of options."))
        return self._in_order(field, given, reader)

    def _in_order(self, field: FieldSpec, given: Iterable[Any], reader: Reader) -> tuple[str, ...]:
        found = [(item, find(field.options, item)) for item in given]
        if strange := [item for item, value in found if value is None]:
            raise unknown(field.options, strange, reader)
        order = names_of(field.options).order
        return tuple(sorted({value for _item, value in found if value is not None}, key=order.__getitem__))

    def text(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        texts = names_of(field.options).texts[language(reader)]
        comma = ", " if language(reader) == "en" else "、"
        return comma.join(texts.get(item, item) for item in value or ())

    def cell(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        badges = names_of(field.options).badges[language(reader)]
        return Markup(" ").join(badges.get(item, escape(item)) for item in value or ())

    def form_value(self, field: FieldSpec, value: Any, reader: Reader) -> list[str]:
        return list(value or ())

    def options(self, field: FieldSpec, reader: Reader) -> list[tuple[str, str]]:
        return [(option.value, option.label.text(reader.locale)) for option in field.options]

    def json(self, field: FieldSpec, value: Any) -> list[str]:
        return list(value or ())

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        values = [option.value for option in field.options]
        found: dict[str, Any] = {"type": "array", "items": {"type": "string", "enum": values}, "uniqueItems": True}
        return found | ({"minItems": 1} if field.required else {})

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        """The column is canonical text `|a|b|`, so each wanted option is one look for `|a|`."""
        values = sorted({resolve(field.options, value, reader) for value in raw})
        text = type_coerce(column, Text())
        combine = {"any": or_, "all": and_}[operator]
        return combine(*(holds(text, f"{BAR}{value}{BAR}") for value in values))
