"""Text of several lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape
from sqlalchemy.types import TypeEngine

from app.fields.base import Reader
from app.fields.text import TextKind
from app.fields.typed import check_length, plain
from app.fields.types import long_text

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

MOST: Final = 10_000  # characters, where the field does not say
SHOWN: Final = 80  # characters in a list cell


class LongTextKind(TextKind):
    name = "longtext"
    widget = "longtext"
    operators = ("contains",)  # the column has no index, so nothing else would be quicker
    finds = ()
    attributes = frozenset({"min", "max", "rows"})

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return long_text()

    def most(self, field: FieldSpec) -> int:
        return field.max or MOST

    def indexable(self, field: FieldSpec) -> bool:
        return False

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> str:
        text = "" if raw is None else plain(raw, lines=True)
        if text:
            check_length(text, field.min, self.most(field))
        return text

    def cell(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        """The beginning, on one line; all of it when pointed at."""
        text = value or ""
        if len(text) <= SHOWN:
            return escape(" ".join(text.split("\n")))
        start = " ".join(text[:SHOWN].split("\n")).rstrip()
        return Markup(f'<span title="{escape(text)}">{escape(start)}…</span>')  # noqa: S704 - escaped; format() is slow

    def show(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        return escape(value or "")
