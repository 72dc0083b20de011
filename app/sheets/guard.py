"""Texts in a file that a spreadsheet will open: none is calculated, none loses digits, and every one comes back whole.

A spreadsheet takes `=1+1` for a formula, 00123 for 123, and keeps 15 digits of a longer number. So in a csv a text that
begins like a formula gets an apostrophe before it, and one of digits that would be changed a tab behind it, which makes
it a text to the program and is nothing to the eye. Readers take both off again: `bare(guarded(text)) == text`.

A workbook says itself what is a text. There only what looks guarded is guarded once more, since what a csv held may
have been saved as a workbook, and so readers ask `bare` of both.
"""

from __future__ import annotations

import re
from typing import Final

# Spreadsheets in Chinese or Japanese take full-width signs for the ordinary ones.
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
QUOTE: Final = "'"
TAB: Final = "\t"
# First characters of which a text needs a second look.
_BLANKS: Final = frozenset(sign for sign in map(chr, range(0x3001)) if sign.isspace())
WATCHED: Final = _BLANKS | {*FORMULAS, QUOTE, *"0123456789"}
_FORMULA: Final = re.compile(rf"'*\s*[{re.escape(''.join(FORMULAS))}]")  # blanks before a sign are passed over by some
# Leading zeros are dropped; from twelve digits on a number is shown, and saved again, as 1.38E+11.
_CHANGED: Final = re.compile(r"(?:0[0-9]+|[0-9]{12,})\t*")
_BETWEEN: Final = "\x01"  # begins no text that has to be guarded, and ends none
_SUSPECT: Final = re.compile(f"{_BETWEEN}(?:{_FORMULA.pattern}|{_CHANGED.pattern}(?:{_BETWEEN}|$))")


def guarded(text: str) -> str:
    """The text as a cell of a csv."""
    if text[:1] not in WATCHED:
        return text
    if _FORMULA.match(text):
        return QUOTE + text
    return text + TAB if _CHANGED.fullmatch(text) else text


def all_guarded(texts: list[str]) -> list[str]:
    """The same of a whole column: most need nothing, which one look at all of them together tells."""
    if _SUSPECT.search(_BETWEEN + _BETWEEN.join(texts)) is None:
        return texts
    return [guarded(text) for text in texts]


def bare(cell: str) -> str:
    """The text that `guarded` made the cell of. What nobody guarded stays as it is."""
    if cell[-1:] == TAB and _CHANGED.fullmatch(cell):
        return cell[:-1]
    return cell[1:] if cell[:1] == QUOTE and _FORMULA.match(cell) else cell
