"""How a name is typed on a Latin keyboard by those who look for it: 曾国藩 as `zengguofan` and as `zgf`.

One spelling a name, the likeliest: family names as people bear them, then words, then single characters. Made for a
million names in a row: a few microseconds each.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from app.fields.surnames import READINGS

LONGEST_SPELLING: Final = 64  # characters kept of it: what people type before they look at what was found
LONGEST_INITIALS: Final = 32

REMEMBERED: Final = 16_384  # spellings: more than an import makes before the first of them is written
FIRST_CHINESE: Final = "\u3400"
_WORD: Final = 4  # characters of the longest word that is looked up
_PERSON: Final = 4  # characters of a text that begins with a family name; firms are longer
_PARTS: Final = re.compile(r"[A-Za-z]+|[0-9]+|[^\W_A-Za-z0-9]+")  # a Latin word, digits, a run of any other writing
_ACCENTS: Final = re.compile("[\u00c0-\u024f]")
_GAPS: Final = re.compile(r"[\s'’·-]+")
_PASSPORT: Final = re.compile("(?<=[ln])yu")  # 吕 is typed lv, and written lyu in a passport


@lru_cache(REMEMBERED)
def spelled(text: str) -> tuple[str, str]:
    """The pinyin of `text` without tones, blanks and signs, and its initials: shanghai51wangluo and sh51wl.
    Latin words stand in small letters; a character that has no pinyin is left out. Empty texts where nothing is left.
    """
    if text and min(text) >= FIRST_CHINESE and text.isalpha():  # what nearly every name is: one run
        syllables = _run(text, begins=True)
        return "".join(syllables)[:LONGEST_SPELLING], "".join([one[0] for one in syllables])[:LONGEST_INITIALS]
    syllables = []
    for part in _PARTS.findall(_plain(text) if _ACCENTS.search(text) else text):
        if part.isascii():
            syllables.append(_PASSPORT.sub("v", part.lower()))
        else:
            syllables += _run(part, not syllables)
    initials = "".join([one if one.isdigit() else one[0] for one in syllables])
    return "".join(syllables)[:LONGEST_SPELLING], initials[:LONGEST_INITIALS]


def typed(text: str) -> str:
    """What somebody types for a spelling, as it is kept: no blanks, apostrophes or case, ü as v."""
    return _PASSPORT.sub("v", _GAPS.sub("", text).lower().replace("ü", "v"))


def _run(characters: str, begins: bool) -> list[str]:
    """The syllables of characters that stand together."""
    named: tuple[str, ...] = ()
    if begins and len(characters) <= _PERSON:
        named = READINGS.get(characters[:2]) or READINGS.get(characters[:1], ())
    found, at, end = list(named), len(named), len(characters)
    while at < end:
        for length in range(min(_WORD, end - at), 1, -1):
            if (word := characters[at : at + length]) in PHRASES_DICT:
                found += _word(word)
                at += length
                break
        else:
            found += _character(characters[at])
            at += 1
    return found


@lru_cache(50_000)
def _word(characters: str) -> tuple[str, ...]:
    return tuple(_plain(ways[0]) for ways in PHRASES_DICT[characters])


@lru_cache(50_000)
def _character(character: str) -> tuple[str, ...]:
    ways = PINYIN_DICT.get(ord(character), "")
    return (_plain(ways.partition(",")[0]),) if ways else ()


def _plain(text: str) -> str:
    """Without marks above and below letters; the two points of ü have a key of their own."""
    parts = unicodedata.normalize("NFD", text).replace("u\u0308", "v").replace("U\u0308", "V")
    return "".join(char for char in parts if not unicodedata.combining(char))
