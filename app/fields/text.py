"""One line of text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement
from sqlalchemy.types import TypeEngine

from app.fields.base import Kind, Reader, Rejected
from app.fields.conditions import needle, text_condition
from app.fields.typed import check_length, fold, plain
from app.fields.types import short_text

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

MOST: Final = 255  # characters, where the field does not say
INDEXED: Final = 500  # characters that surely fit an index entry


class TextKind(Kind):
    name = "text"
    blank = ""
    operators: tuple[str, ...] = ("contains", "eq", "starts")
    controls = (("contains", "text"),)
    attributes = frozenset({"min", "max", "pattern", "pattern_help", "words_of", "find"})
    finds: tuple[str, ...] = ("part", "pinyin")

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return short_text(self.most(field))

    def most(self, field: FieldSpec) -> int:
        """The most characters a value may have."""
        return field.max or MOST

    def indexable(self, field: FieldSpec) -> bool:
        return self.most(field) <= INDEXED

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> str:
        text = "" if raw is None else plain(raw)
        if not text:
            return ""
        if field.pattern is None:
            check_length(text, field.min, self.most(field))
            return text
        # Whoever left the input method on types full-width letters: the same text, if the field wants ordinary ones.
        if len(text) <= self.most(field) and not re.fullmatch(field.pattern, text):
            text = fold(text)
        check_length(text, field.min, self.most(field))
        check_pattern(field, text, reader)
        return text

    def title(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        """A name that the product gave is said in the reader's language; forms and the API hold what is stored."""
        known = (word.text(reader.locale) for word in field.words if value in (word.zh, word.en))
        return next(known, None) or super().title(field, value, reader)

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "string", "maxLength": self.most(field)}
        if field.required:
            found["minLength"] = field.min or 1
        if field.pattern:
            found["pattern"] = f"^({field.pattern})$" if field.required else f"^({field.pattern})?$"
        return found

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        return text_condition(column, operator, needle(raw))


def check_pattern(field: FieldSpec, text: str, reader: Reader) -> None:
    """Raises Rejected, in the field's own words where it has some, unless all of `text` matches its pattern."""
    if field.pattern is None or re.fullmatch(field.pattern, text):
        return
    if field.pattern_help is not None:
        raise Rejected(field.pattern_help.text(reader.locale))
    raise Rejected(_l("This does not have the form the field wants. Check it for mistyped characters."))
