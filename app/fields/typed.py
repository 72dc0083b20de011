"""What people type, made even: full-width forms, blanks that nobody sees, characters that must not be stored."""

from __future__ import annotations

import re
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.fields.base import Rejected

LONGEST: Final = 1000  # of what is typed for a number, a moment or a name: more is a mistake, not a value
SHOWN: Final = 40  # characters of a refused value that a message repeats

# Taken off by strip(): a regular expression for the end of a text tries every place in it, a minute for 100 kB.
_UNSEEN: Final = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\u200c\u200d\u2060\ufeff"
_LINE_ENDS: Final = re.compile(r"\r\n?|[\x85\u2028\u2029]")
# Controls, lone surrogates (no encoding can store them), overrides of the writing direction (they let a text look
# like another one) and the two non-characters.
_REFUSED: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
# What people put between groups of digits, and what nobody sees there: phones and address books wrap a copied number in
# marks of the writing direction.
SPACERS: Final = re.compile(r"[\s\-.·_/()\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
# What input methods make of the ordinary characters. Not NFKC: that would read 10² as 102.
_ORDINARY: Final[dict[int, int | str]] = {
    **{wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0x3000, 0xA0), " "),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
}


def plain(raw: Any, *, lines: bool = False) -> str:
    """The text `raw` as it is stored: nothing unseen around it, tabs as blanks, line ends as LF.

    Raises Rejected for what is no text, for characters that cannot be stored or would deceive, and for more than
    one line unless `lines`.
    """
    if not isinstance(raw, str):
        raise Rejected(_l("This must be a text. Put it in quotation marks."))
    text = raw.strip()
    if text.isprintable():  # nearly always: nothing below would change it
        return text
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ").strip(_UNSEEN)
    if found := _REFUSED.search(text):
        code = f"U+{ord(found.group()):04X}"
        raise Rejected(_l("Contains an invisible character (%(code)s). Delete it, or type the text anew.", code=code))
    if not lines and "\n" in text:
        raise Rejected(_l("Only one line fits here. Remove the line breaks."))
    return text


def fold(raw: Any) -> str:
    """`raw` with full-width digits, letters and signs as ordinary ones, and no blanks around it.

    For values whose letters carry no meaning beyond themselves: numbers, moments, names of options.
    Raises Rejected for what is no text, and for one that is far too long.
    """
    if not isinstance(raw, str):
        raise Rejected(_l("This must be a text. Put it in quotation marks."))
    if len(raw) > LONGEST:
        raise Rejected(_l("This is far too long. Check whether something was pasted by mistake."))
    return (raw if raw.isascii() else raw.translate(_ORDINARY)).strip(_UNSEEN)


def quoted(raw: object) -> str:
    """`raw` for repeating it in a message: short, and with nothing in it that cannot be shown."""
    if isinstance(raw, int) and abs(raw) >= 10**SHOWN:  # Python itself refuses to print very long ones
        return "…"
    text = str(raw)[: SHOWN + 1]
    if not text.isprintable():
        text = "".join(char if char.isprintable() else "�" for char in text)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def check_length(text: str, least: int | None, most: int) -> None:
    """Raises Rejected unless `text` has from `least` to `most` characters."""
    if len(text) > most:
        raise Rejected(_l("At most %(most)s characters fit; this has %(n)s. Shorten it.", most=most, n=len(text)))
    if least is not None and len(text) < least:
        raise Rejected(_l("At least %(least)s characters are needed; this has %(n)s.", least=least, n=len(text)))
