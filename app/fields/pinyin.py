"""How people type Chinese names and words with a Latin keyboard: what their passwords hold of them."""

from __future__ import annotations

from itertools import islice, product
from typing import Final

from pypinyin import Style, pinyin

MOST_READINGS: Final = 12  # of one text: 单, 仇 and 曾 are read in two ways, and so is who bears them
LONGEST: Final = 12  # characters of a text worth reading


def is_chinese(character: str) -> bool:
    """True for the characters that have a pinyin."""
    return "\u3400" <= character <= "\u9fff"


def spellings(text: str) -> list[str]:
    """The pinyin of `text` in small letters without tones, each way it may be read and ordered: for 张伟 zhangwei and
    weizhang. Nothing for a text without Chinese characters.
    """
    characters = [character for character in text if is_chinese(character)][:LONGEST]
    if not characters:
        return []
    readings = [_readings(character) for character in characters]
    found: dict[str, None] = {}
    for syllables in islice(product(*readings), MOST_READINGS):
        for order in (syllables, (*syllables[1:], syllables[0])):
            found["".join(order)] = None
    return list(found)


def _readings(character: str) -> list[str]:
    """吕 is typed lv at the keyboard and written lyu in a passport."""
    plain = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    typed = [way for syllable in plain for way in (syllable, syllable.replace("v", "yu"))]
    return list(dict.fromkeys(typed))
