"""Several records of another resource, kept in an association table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement
from sqlalchemy.types import TypeEngine

from app.fields.base import Reader, Rejected
from app.fields.ref import RefKind, among, id_of

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

_BETWEEN: Final = re.compile(r"[\s,，、;；|]+")


class RefsKind(RefKind):
    name = "refs"
    widget = "remote_many"
    blank: Any = ()
    operators: tuple[str, ...] = ("any",)
    controls = (("any", "remote"),)
    many = True

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        raise TypeError(f"{field.name} has no column of its own: its ids are rows of an association table")

    def form_widget(self, field: FieldSpec) -> str:
        return "multiselect" if field.choose == "all" else "remote_many"

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> Any:
        """A tuple of ids, each once, in the order given."""
        if self.is_blank(raw):
            return ()
        if isinstance(raw, str):
            raw = _BETWEEN.split(raw)
        if not isinstance(raw, list | tuple | set | frozenset):
            raise Rejected(_l("This must be a list of records. Choose them from the list."))
        return tuple(dict.fromkeys(id_of(item) for item in raw if not self.is_blank(item)))

    def text(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        return ", ".join(str(item) for item in value or ())

    def form_value(self, field: FieldSpec, value: Any, reader: Reader) -> list[str]:
        return [str(item) for item in value or ()]

    def json(self, field: FieldSpec, value: Any) -> Any:
        return [str(item) for item in value or ()]

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        items = {"type": "string", "pattern": "^[0-9]{1,19}$"}
        found: dict[str, Any] = {"type": "array", "items": items, "uniqueItems": True}
        return found | ({"minItems": 1} if field.required else {})

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        """`column` is the association table's column of the ids referred to; the caller wraps this in EXISTS."""
        return among(column, raw)
