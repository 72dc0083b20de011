"""Mainland mobile numbers: 11 digits that begin with 13 to 19."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy.types import TypeEngine

from app.fields.base import Reader, Rejected
from app.fields.digits import DigitsKind, digits_text
from app.fields.typed import SPACERS, fold, quoted
from app.fields.types import short_text

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

LENGTH: Final = 11
_NUMBER: Final = re.compile(r"(?:\+86|0086|86|0)?(1[3-9][0-9]{9})")  # with the country's prefix, or the trunk's 0
_PREFIX: Final = re.compile(r"\+86|0086")


class MobileKind(DigitsKind):
    name = "mobile"
    attributes = frozenset({"masked", "find"})

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return short_text(LENGTH)

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> str:
        if self.is_blank(raw):
            return ""
        text = digits_text(raw)
        found = None if text.startswith("-") else _NUMBER.fullmatch(SPACERS.sub("", text))
        if found is None:
            message = _l(
                "“%(value)s” is not a mobile number. It has 11 digits and begins with 13 to 19, like 13800138000.",
                value=quoted(text),
            )
            raise Rejected(message)
        return found[1]

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "pattern": "^1[3-9][0-9]{9}$" if field.required else "^(1[3-9][0-9]{9})?$"}

    def needle(self, raw: str) -> str | None:
        text = _PREFIX.sub("", SPACERS.sub("", fold(raw)), count=1)
        return text if re.fullmatch("[0-9]*", text) else None
