"""HTML that people wrote, made harmless and regular; and its words alone.

One form for everything: blocks (p, h3, blockquote, lists) with text, bold and the like, links and line breaks in them.
What is regular already stays as it is, letter for letter, so that saving a form unchanged changes nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from typing import Final

import nh3

from app.fields.tidy import Tidy

TAGS: Final = frozenset({"p", "br", "strong", "em", "u", "s", "ul", "ol", "li", "a", "h3", "blockquote"})
REMEMBERED: Final = 128  # texts, each of up to some 100 kB in and out: what workbenches and lists show just now
SCHEMES: Final = frozenset({"http", "https", "mailto"})
_MEANT: Final = {"b": "strong", "i": "em", "strike": "s", "del": "s", "ins": "u", "div": "p"} | dict.fromkeys(
    ("h1", "h2", "h4", "h5", "h6"), "h3"
)
_RENAMED: Final = re.compile(rf"<(/?)({'|'.join(_MEANT)})(?=[\s>/])", re.IGNORECASE)
# An end tag or a line break: nobody writes those into plain text, whereas "a <b" and "<i" are written.
_MARKED_UP: Final = re.compile(rf"</({'|'.join(TAGS | _MEANT.keys())}|span)\s*>|<br\s*/?>", re.IGNORECASE)
_PARAGRAPHS: Final = re.compile(r"\n[ \t]*\n\s*")
_ADDRESS: Final = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)


def is_marked_up(text: str) -> bool:
    """True where `text` is meant as HTML. The editor (static/js/rich.js) goes by the same sign."""
    return _MARKED_UP.search(text) is not None


@lru_cache(REMEMBERED)
def cleaned(text: str) -> str:
    """`text`, HTML or plain, as harmless and regular HTML; "" where it has no words.

    Plain text keeps its lines: an empty line parts paragraphs. What nh3 lets through is tidied and goes through nh3
    again, so that the last word is always the sanitiser's; twice, for a list that turns out empty leaves a trace.
    """
    html = _RENAMED.sub(lambda tag: f"<{tag[1]}{_MEANT[tag[2].lower()]}", text) if is_marked_up(text) else marked(text)
    once = _sanitised(Tidy.of(_sanitised(html)))
    return _sanitised(Tidy.of(once))


def marked(text: str) -> str:
    """Plain text as HTML, nothing in it taken for a tag."""
    return "".join(
        f"<p>{'<br>'.join(escape(part, quote=False).split(chr(10)))}</p>" for part in _PARAGRAPHS.split(text)
    )


@lru_cache(REMEMBERED)
def words(html: str) -> str:
    """The text of cleaned HTML, for where there is no markup: an empty line parts paragraphs, entries have bullets."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces)


def _sanitised(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={"a": {"href"}},
        attribute_filter=_kept,
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _kept(_tag: str, name: str, value: str) -> str | None:
    """Addresses are whole: a relative one would lead to a page of ours, which whoever clicks has not asked for."""
    return value if name != "href" or _ADDRESS.match(value) else None


class _Words(HTMLParser):
    """Writes down the words of cleaned HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._gap = 0
        self._lists: list[int] = []  # per open list the number of its last entry, or -1 where entries have none

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("p", "h3", "blockquote"):
            self._gap = 2
        elif tag in ("ul", "ol"):
            self._gap = max(self._gap, 1 if self._lists else 2)
            self._lists.append(-1 if tag == "ul" else 0)
        elif tag == "li":
            self._gap = max(self._gap, 1)
            self._write("  " * (len(self._lists) - 1) + self._bullet())
        elif tag == "br":
            self._gap = max(self._gap, 1)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._gap = 1 if self._lists else 2

    def handle_data(self, data: str) -> None:
        self._write(data)

    def _bullet(self) -> str:
        if not self._lists or self._lists[-1] < 0:
            return "• "
        self._lists[-1] += 1
        return f"{self._lists[-1]}. "

    def _write(self, text: str) -> None:
        if self._gap and self.pieces:
            self.pieces[-1] = self.pieces[-1].rstrip(" ")  # a bullet whose entry begins with a list
            self.pieces.append("\n" * self._gap)
        self.pieces.append(text)
        self._gap = 0
