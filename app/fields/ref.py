"""One record of another resource, by its id. Whether that record exists is for the service to find out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, ColumnElement, or_
from sqlalchemy.types import TypeEngine

from app.fields.base import Control, Kind, Reader, Rejected
from app.fields.typed import fold, quoted

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

MOST: Final = 2**63 - 1
NONE: Final = "none"  # what a search asks for in place of an id: records that refer to nothing
_ID: Final = re.compile("[0-9]{1,19}")


class RefKind(Kind):
    name = "ref"
    widget = "remote"
    operators: tuple[str, ...] = ("in", "eq")
    controls = (("in", "remote"),)
    attributes = frozenset({"to", "choose", "handover", "empty"})

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return BigInteger()

    def form_widget(self, field: FieldSpec) -> str:
        return "remote" if field.choose == "search" else "select"

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> Any:
        return None if self.is_blank(raw) else id_of(raw)

    def json(self, field: FieldSpec, value: Any) -> Any:
        """As a string: past 2^53 JavaScript would round it."""
        return None if value is None else str(value)

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "string", "pattern": "^[0-9]{1,19}$"}
        return found if field.required else found | {"nullable": True}

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        ids = [value for value in raw if value != NONE]
        if len(ids) == len(raw):
            return among(column, raw)
        return or_(column.is_(None), among(column, ids)) if ids else column.is_(None)

    def filter_controls(self, field: FieldSpec) -> list[Control]:
        widget = "multiselect" if field.choose == "all" else "remote"
        return [Control(f"{field.name}.{operator}", widget, operator) for operator, _widget in self.controls]


def id_of(raw: Any) -> int:
    """The id in `raw`: a positive whole number of 63 bits. Raises Rejected."""
    found = raw
    if isinstance(raw, str):
        text = fold(raw)
        found = int(text) if _ID.fullmatch(text) else None
    if not isinstance(found, int) or isinstance(found, bool) or not 0 < found <= MOST:
        raise Rejected(_l("“%(value)s” names no record. Choose one from the list.", value=quoted(raw)))
    return found


def among(column: Any, raw: Sequence[str]) -> ColumnElement[bool]:
    """One of the ids. Raises Rejected."""
    ids = sorted({id_of(value) for value in raw})
    condition: ColumnElement[bool] = column == ids[0] if len(ids) == 1 else column.in_(ids)
    return condition
