"""How hard a password is to guess (P2): zxcvbn's estimate, with what people in China make passwords of.

zxcvbn's own entry point keeps what it is told about a person in a dictionary that all threads share; so its parts are
called instead, each time with a dictionary of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from zxcvbn.matching import RANKED_DICTIONARIES, build_ranked_dict, omnimatch
from zxcvbn.scoring import most_guessable_match_sequence
from zxcvbn.time_estimates import guesses_to_score

from app.fields.common_passwords import CHINESE_WORDS, is_common, is_pinyin_and_numbers

MOST: Final = 72  # characters that are looked at: the estimate's cost grows with their square
FAIR: Final = 2
STRONG: Final = 4
MOST_REASONS: Final = 3

NAMES: Final = (_l("Very weak"), _l("Weak"), _l("Fair"), _l("Good"), _l("Strong"))

_KNOWN: Final = "known"
_DICTIONARIES: Final = {**RANKED_DICTIONARIES, "chinese": build_ranked_dict(CHINESE_WORDS)}
_NAME: Final = _l("It holds a name.")
_FREQUENT: Final = _l("Words that are used often are easy to guess.")
_DATE: Final = _l("It holds a year or a date.")
_WORDS: Final[Mapping[str, object]] = {
    "passwords": _l("It holds a password that many people use."),
    "chinese": _l("It holds pinyin or numbers that many people use, such as woaini or 1314."),
    _KNOWN: _l("It holds something that is known about the person or the company."),
    "surnames": _NAME,
    "male_names": _NAME,
    "female_names": _NAME,
    "english_wikipedia": _FREQUENT,
    "us_tv_and_film": _FREQUENT,
}
_PATTERNS: Final[Mapping[str, object]] = {
    "spatial": _l("It follows the keys of the keyboard."),
    "repeat": _l("It repeats itself."),
    "sequence": _l("It holds a sequence such as abc or 6543."),
    "regex": _DATE,
    "date": _DATE,
}
_PINYIN_AND_NUMBERS: Final = _l("It is a name or a word in pinyin with numbers beside it.")
_COMMON: Final = _l("It is made of parts that everybody uses.")
_DISGUISED: Final = _l("Signs in the place of letters, such as @ for a, hardly help.")


@dataclass(frozen=True, slots=True)
class Strength:
    """`score` from 0 (guessed at once) to 4; `reasons` are lazy sentences on what makes it weak, the worst first."""

    score: int
    reasons: Sequence[object]

    @property
    def name(self) -> object:
        return NAMES[self.score]


def estimate(plain: str, known: Iterable[str] = ()) -> Strength:
    """The strength of `plain`, chosen by somebody about whom the texts `known` are known. Takes a few milliseconds."""
    text = plain[:MOST]
    if not text:
        return Strength(0, ())
    dictionaries = {**_DICTIONARIES, _KNOWN: build_ranked_dict([word.lower() for word in known])}
    found = most_guessable_match_sequence(text, omnimatch(text, dictionaries))
    score: int = guesses_to_score(found["guesses"])
    habits = _habits(plain)
    if habits:
        score = min(score, FAIR - 1)
    return Strength(score, [*habits, *_reasons(found["sequence"])][:MOST_REASONS] if score < STRONG else ())


def _habits(plain: str) -> list[object]:
    """What zxcvbn, made for English, takes for random: the letters of a name, the digits of a birthday."""
    habits = []
    if is_common(plain):
        habits.append(_COMMON)
    if is_pinyin_and_numbers(plain):
        habits.append(_PINYIN_AND_NUMBERS)
    return habits


def _reasons(sequence: Sequence[Mapping[str, Any]]) -> list[object]:
    """What the parts of a password have against them, the longest part first, each thing once."""
    said: list[object] = []
    for match in sorted(sequence, key=lambda match: -len(match["token"])):
        for reason in _against(match):
            if all(reason is not other for other in said):
                said.append(reason)
    return said


def _against(match: Mapping[str, Any]) -> Iterator[object]:
    """A word of two letters stands in any password: only longer ones count against it."""
    if match["pattern"] != "dictionary":
        yield from filter(None, [_PATTERNS.get(match["pattern"])])
    elif len(match["token"]) > 2:
        yield from filter(None, [_WORDS.get(match["dictionary_name"])])
        if match["l33t"]:
            yield _DISGUISED
