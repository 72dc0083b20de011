"""Parts of names: every single character, and every two that stand together. Looked up by equality, which is the one
way to look for a part that row-level security lets an index serve (docs/decisions/search.md).
"""

from __future__ import annotations

from functools import lru_cache
from operator import add
from typing import Final

LENGTH: Final = 2  # characters of the longest gram
REMEMBERED: Final = 8_192
MOST_LOOKED_UP: Final = 3  # grams of one needle: more hardly narrow what is found and make planning slow

_FOLDED: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def grams(text: str) -> list[str]:
    """The different grams of `text`, letters A to Z as small ones."""
    folded = text.lower() if text.isascii() else text.translate(_FOLDED)
    return list(dict.fromkeys([*folded, *map(add, folded, folded[1:])]))


@lru_cache(REMEMBERED)
def remembered(text: str) -> tuple[str, ...]:
    """The same, for those who ask for thousands of names: many people have the same."""
    return tuple(grams(text))


def looked_up(part: str) -> list[str]:
    """The grams that every text with this `part` has: all it takes for one or two characters; for longer parts some of
    them, from its beginning, middle and end, which leave few texts to be looked at themselves.
    """
    folded = part.translate(_FOLDED)
    if len(folded) <= LENGTH:
        return [folded] if folded else []
    pairs = list(dict.fromkeys(folded[place : place + LENGTH] for place in range(len(folded) - 1)))
    if len(pairs) <= MOST_LOOKED_UP:
        return pairs
    return [pairs[0], pairs[len(pairs) // 2], pairs[-1]]
