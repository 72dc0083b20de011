"""Texts in a CSV that a spreadsheet will open: none is calculated, none loses digits, and every one comes back whole.

A spreadsheet takes `=1+1` for a formula, 00123 for 123, and keeps 15 digits of a longer number. So a text that begins
like a formula gets an apostrophe before it, and one of digits that would be changed a tab behind it, which makes it a
text to the program and is nothing to the eye. `bare` takes both off again: `bare(guarded(text)) == text`.
"""

from __future__ import annotations

import re
from typing import Final

# Spreadsheets in Chinese or Japanese take full-width signs for the ordinary ones.
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
QUOTE: Final = "'"
# First characters of which a text needs a second look.
WATCHED: Final = frozenset({*FORMULAS, QUOTE, *"0123456789"})
TAB: Final = "\t"
_FORMULA: Final = frozenset(FORMULAS)
# Leading zeros are dropped; from twelve digits on a number is shown, and saved again, as 1.38E+11.
_CHANGED: Final = re.compile(r"0[0-9]+|[0-9]{12,}")


def guarded(text: str) -> str:
    """The text as a cell of a CSV."""
    if text[:1] not in WATCHED:
        return text
    if text.lstrip(QUOTE)[:1] in _FORMULA:
        return QUOTE + text
    return text + TAB if _CHANGED.fullmatch(text) else text


def bare(cell: str) -> str:
    """The text that `guarded` made the cell of. What nobody guarded stays as it is."""
    if cell.endswith(TAB) and _CHANGED.fullmatch(cell[:-1]):
        return cell[:-1]
    if cell.startswith(QUOTE) and cell.lstrip(QUOTE)[:1] in _FORMULA:
        return cell[1:]
    return cell
