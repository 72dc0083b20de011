"""Makes sanitised HTML regular: text stands in blocks, lists hold entries, nothing is empty, nothing nests in vain."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import Final

INLINE: Final = frozenset({"strong", "em", "u", "s", "a"})
LISTS: Final = ("ul", "ol")
LEAVES: Final = ("p", "h3", "li")  # what text stands in
_BLANK: Final = " \t\n\r\f\xa0"  # not U+3000: Chinese paragraphs begin with two of them
# Whole runs: to look for a line end from each blank of a long run took seconds.
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")


class Tidy(HTMLParser):
    """Reads well-formed HTML and writes it anew. `Tidy.of(html)` is all that others need."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._open: list[tuple[str, int]] = []  # blocks that are open, and where in `_out` their tag stands
        self._wanted: list[tuple[str, str]] = []  # inline tags the text is in: name, and the tag as written
        self._have: list[tuple[str, str]] = []  # those of them that are written
        self._breaks = 0  # line breaks and blanks that count only if more text follows
        self._blanks = ""

    @classmethod
    def of(cls, html: str) -> str:
        """The same text in regular HTML."""
        made = cls()
        made.feed(html)
        made.close()
        while made._open:
            made._close_block()
        return "".join(made._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._breaks += self._has_text()
        elif tag in INLINE:
            href = dict(attrs).get("href") or ""
            written = f'<a href="{escape(href)}">' if href else "" if tag == "a" else f"<{tag}>"
            self._wanted.append((tag, written))
        elif tag == "li":
            self._start_entry()
        elif self._in_list() and tag not in LISTS:
            self._breaks += self._has_text()  # paragraphs of an entry are its lines
        else:
            self._start_block(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in INLINE:
            place = next((at for at in reversed(range(len(self._wanted))) if self._wanted[at][0] == tag), None)
            if place is not None:
                del self._wanted[place]
        elif self._in_list() and tag not in ("li", *LISTS):
            self._breaks += self._has_text()
        elif any(name == tag for name, _at in self._open):
            while self._close_block() != tag:
                pass

    def handle_data(self, data: str) -> None:
        text = _SPACE.sub(lambda run: " " if run[0].strip(" ") else run[0], data.replace("\xa0", " "))
        core = text.strip(_BLANK)
        if not core:
            self._blanks += text if self._has_text() else ""
            return
        lead = text[: len(text) - len(text.lstrip(_BLANK))]
        if self._top() == "p" and self._breaks > 1:
            self._close_block()
        if self._top() in (None, "blockquote"):
            self._start_block("p")
        elif self._top() in LISTS:
            self._start_entry()
        self._write(lead if self._has_text() and not self._breaks else "", core)
        self._blanks = text[len(text.rstrip(_BLANK)) :]

    def _write(self, lead: str, core: str) -> None:
        if self._breaks:
            self._write_inline([])
            self._out.append("<br>")
        elif self._blanks:
            self._out.append(self._blanks)
        self._breaks, self._blanks = 0, ""
        unique = dict.fromkeys(tag for tag in self._wanted if tag[1])
        self._write_inline(list(unique))
        self._out += [lead, escape(core, quote=False)]

    def _write_inline(self, wanted: list[tuple[str, str]]) -> None:
        """Close and open inline tags until those in `wanted` are open."""
        same = 0
        while same < min(len(wanted), len(self._have)) and wanted[same] == self._have[same]:
            same += 1
        self._out += [f"</{tag}>" for tag, _written in reversed(self._have[same:])]
        self._out += [written for _tag, written in wanted[same:]]
        self._have = list(wanted)

    def _start_block(self, tag: str) -> None:
        self._end_text()
        if self._top() in ("p", "h3"):
            self._close_block()
        if tag in LISTS and self._top() in LISTS:
            self._start_entry(again=True)
        self._push(tag)

    def _start_entry(self, *, again: bool = False) -> None:
        """Open an entry of the innermost list; `again` goes on with the one closed last, for a list inside it."""
        self._end_text()
        while self._top() in LEAVES:
            self._close_block()
        if self._top() not in LISTS:
            self._push("ul")
        if again and self._out[-1] == "</li>":
            self._out.pop()
            at = max(place for place, piece in enumerate(self._out) if piece == "<li>")
            self._open.append(("li", at))
        else:
            self._push("li")

    def _push(self, tag: str) -> None:
        self._open.append((tag, len(self._out)))
        self._out.append(f"<{tag}>")

    def _close_block(self) -> str:
        """Close the innermost block; one that nothing stands in has never been."""
        self._end_text()
        tag, at = self._open.pop()
        if len(self._out) == at + 1:
            del self._out[at]
        else:
            self._out.append(f"</{tag}>")
        return tag

    def _end_text(self) -> None:
        self._write_inline([])
        self._breaks, self._blanks = 0, ""

    def _top(self) -> str | None:
        return self._open[-1][0] if self._open else None

    def _in_list(self) -> bool:
        return self._top() in ("li", *LISTS)

    def _has_text(self) -> bool:
        """True where text stands in the innermost leaf already, so that a break or a blank means something."""
        return self._top() in LEAVES and not self._out[-1].startswith(("<li>", "<p>", "<h3>", "</ul>", "</ol>"))
