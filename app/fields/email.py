"""E-mail addresses, checked by form only: nothing is looked up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement
from sqlalchemy.types import TypeEngine

from app.fields.base import Kind, Reader, Rejected
from app.fields.conditions import needle, text_condition
from app.fields.typed import fold, plain, quoted
from app.fields.types import short_text

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

MOST: Final = 254  # RFC 5321


class EmailKind(Kind):
    name = "email"
    blank = ""
    operators = ("starts", "eq", "ends", "contains")
    controls = (("contains", "text"),)

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return short_text(MOST)

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> str:
        """In lower case: no provider tells Zhang@ from zhang@, so two spellings are one address, to a filter too."""
        if self.is_blank(raw):
            return ""
        text = fold(plain(raw))
        try:
            return validate_email(text, check_deliverability=False, strict=True).normalized.lower()
        except EmailNotValidError:
            message = _l(
                "“%(value)s” is not an e-mail address. Write one address like name@example.com.", value=quoted(text)
            )
            raise Rejected(message) from None

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        """No `format: email` where it may be empty: an empty text is none."""
        found: dict[str, Any] = {"type": "string", "maxLength": MOST}
        return found | ({"format": "email"} if field.required else {})

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        text = needle(raw)
        return text_condition(column, operator, None if text is None else fold(text).lower())
