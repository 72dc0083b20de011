"""Yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import Boolean, ColumnElement, false, or_
from sqlalchemy.types import TypeEngine

from app.fields.base import Kind, Reader, Rejected
from app.fields.typed import fold, quoted
from app.labels import Label

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

YES: Final = Label("是", "Yes")
NO: Final = Label("否", "No")
_WORDS: Final = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "on", "√", "✓", "✔", "☑"), True),
    **dict.fromkeys(("是", "是的", "对", "真", "有", "开", "启用"), True),
    **dict.fromkeys(("0", "false", "f", "no", "n", "off", "×", "x", "✗", "✘", "☐"), False),
    **dict.fromkeys(("否", "不是", "错", "假", "无", "没有", "关", "停用", "禁用"), False),
}


class BooleanKind(Kind):
    name = "boolean"
    widget = "checkbox"
    blank = False
    operators = ("eq",)
    controls = (("eq", "select"),)

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return Boolean()

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> bool:
        return False if self.is_blank(raw) else truth(raw)

    def text(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        return (YES if value else NO).text(reader.locale)

    def cell(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        return _CELLS[bool(value)][reader.locale.startswith("en")]

    def form_value(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        return "1" if value else ""

    def options(self, field: FieldSpec, reader: Reader) -> list[tuple[str, str]]:
        return [("1", YES.text(reader.locale)), ("0", NO.text(reader.locale))]

    def json(self, field: FieldSpec, value: Any) -> bool:
        return bool(value)

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        return {"type": "boolean"}

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        wanted = {truth(value) for value in raw}
        return or_(false(), *(column.is_(value) for value in sorted(wanted)))


def truth(raw: Any) -> bool:
    """Whether `raw` means yes. Raises Rejected where it means neither."""
    if isinstance(raw, bool):
        return raw
    word = str(int(raw)) if isinstance(raw, int | float) and raw in (0, 1) else raw
    found = _WORDS.get(fold(word).casefold()) if isinstance(word, str) else None
    if found is None:
        raise Rejected(_l("“%(value)s” means neither yes nor no. Write Y or N.", value=quoted(raw)))
    return found


def _cell(value: bool, locale: str) -> Markup:
    """The sign for the eye, the word for the ear."""
    sign, name, word = ("✓", "yes", YES) if value else ("✗", "no", NO)
    return Markup(
        '<span class="tick tick-{}" aria-hidden="true">{}</span><span class="visually-hidden">{}</span>'
    ).format(name, sign, word.text(locale))


_CELLS: Final = {value: (_cell(value, "zh"), _cell(value, "en")) for value in (False, True)}
