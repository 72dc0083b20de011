"""Text with bold, lists and links: HTML from a short allow-list, cleaned whenever it is stored and when it is shown.

Plain text is a valid value, with its lines kept, so a `longtext` may become a `richtext` without touching its rows.
The column holds the words, and after them, where there is any markup, the HTML: what is looked for is found in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, Dialect, String, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.fields.base import Reader, Rejected
from app.fields.conditions import needle, text_condition
from app.fields.html import cleaned, is_marked_up, marked, words
from app.fields.longtext import SHOWN, LongTextKind
from app.fields.typed import check_length, plain
from app.fields.types import long_text

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

PART: Final = "\x1d"  # between words and HTML; no text holds it (app.fields.typed)
MARKUP: Final = 12  # characters of markup that may come with a character of text, links included
SPARE: Final = 4_000


class RichText(TypeDecorator[str]):
    """Cleaned HTML in Python. Whatever is stored has been cleaned, whoever stores it."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return long_text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str:
        html = cleaned(value or "")
        text = words(html)
        return text if cleaned(marked(text)) == html else f"{text}{PART}{html}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> str:
        text, _part, html = (value or "").partition(PART)
        return html or cleaned(marked(text))

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return String()


class wording(FunctionElement[str]):  # noqa: N801, RUF100 - reads as the SQL function it stands for
    """The words in a RichText column."""

    type = String()
    inherit_cache = True


@compiles(wording)
def _wording(element: wording, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"substr({column}, 1, instr({column} || char({ord(PART)}), char({ord(PART)})) - 1)"


@compiles(wording, "postgresql")
def _wording_postgresql(element: wording, compiler: SQLCompiler, **options: Any) -> str:
    return f"split_part({compiler.process(element.clauses, **options)}, chr({ord(PART)}), 1)"


class RichTextKind(LongTextKind):
    name = "richtext"
    widget = "richtext"
    marked_up = True

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return RichText()

    def plain(self, column: Any) -> Any:
        return wording(column)

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> str:
        """The HTML to store. Lengths are those of its words."""
        text = "" if raw is None else plain(raw, lines=True)
        if text and not is_marked_up(text):
            text = _indent(raw) + text
        if len(text) > self._most_markup(field):
            raise Rejected(_l("This is far too long. Check whether something was pasted by mistake."))
        html = cleaned(text)
        if not words(html).strip():
            return ""
        if html != text:
            plain(html, lines=True)  # &#x202e; hides from the check above
        check_length(words(html), field.min, self.most(field))
        return html

    def text(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        return words(value or "")

    def title(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        """The first line: what follows is no part of a name."""
        return words(value or "").partition("\n")[0]

    def cell(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        """The beginning of the words, on one line; all of them when pointed at."""
        text = words(value or "")
        line = " ".join(text.split())
        if len(line) <= SHOWN:
            return escape(line)
        return Markup('<span title="{}">{}…</span>').format(text, line[:SHOWN].rstrip())

    def show(self, field: FieldSpec, value: Any, reader: Reader) -> Markup | str:
        """The HTML itself, cleaned once more: a row that came into the database another way is as harmless."""
        html = cleaned(value or "")
        return Markup(f'<div class="rich">{html}</div>') if html else ""  # noqa: S704 - nh3 has cleaned it

    def form_value(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        """Plain text where that says it all: without scripts, people see no tags they have not written."""
        html = value or ""
        text = words(html)
        return text if cleaned(text) == html else html

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "format": "html", "maxLength": self._most_markup(field)}

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        """Looks into the words alone: nobody who searches for “strong” means a tag."""
        return text_condition(wording(column), operator, needle(raw))

    def _most_markup(self, field: FieldSpec) -> int:
        return self.most(field) * MARKUP + SPARE


def _indent(raw: str) -> str:
    """The blanks that a Chinese paragraph begins with: the first one's as well."""
    start = raw.lstrip(" \t\r\n")
    return start[: len(start) - len(start.lstrip("\u3000"))]
