"""What a company demands of passwords (P2), and the one judge of whether a password meets it.

The judge knows nothing of databases: who asks says what is known about the person and the company
(`app.records.passwords`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import lazy_gettext as _l

from app.fields.common_passwords import is_common
from app.fields.pinyin import is_chinese, spellings
from app.fields.strength import FAIR, Strength, estimate

LEAST_EVER: Final = 8  # characters: no policy may ask for fewer
MOST: Final = 128
TELLING: Final = 4  # characters of a name, fewer of which may stand in a password by chance
TELLING_CHINESE: Final = 2
PHONE_END: Final = 8
_CLASSES: Final = [re.compile(pattern) for pattern in ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]")]
# Controls, halves of characters, and signs of no width, which a paste brings along and nobody can type again.
_INVISIBLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Policy:
    """The names are those of the fields of the settings page. As it stands here, it is the profile `asvs`."""

    min_length: int = 12  # characters
    classes: int = 1  # kinds of character, of: small letters, capitals, digits, all others
    strength: int = 2  # the least score of `app.fields.strength`
    expiry_days: int = 0  # until it must be changed; 0: never
    reminder_days: int = 7  # days before that on which a reminder is shown
    history: int = 0  # passwords before the present one that may not be used again


@dataclass(frozen=True, slots=True)
class Known:
    """Something known about a person or company that their password may not hold. `what` is its name, lazily."""

    what: object
    text: str

    def forms(self) -> list[str]:
        """The ways it may stand in a password, in small letters: as it is, backwards, in pinyin."""
        plain = self.text.strip().lower()
        parts = [plain, plain[::-1], *_parts(plain)]
        forms = [*parts, *(way for part in parts[:1] + parts[2:] for way in spellings(part))]
        return [form for form in dict.fromkeys(forms) if _tells(form)]


@dataclass(frozen=True, slots=True)
class Fault:
    """One demand that is not met. `rule` names it for the page; `text` is a lazy sentence."""

    rule: str
    text: object


@dataclass(frozen=True, slots=True)
class Verdict:
    faults: Sequence[Fault]
    strength: Strength

    @property
    def texts(self) -> list[object]:
        return [fault.text for fault in self.faults]


def judge(policy: Policy, plain: str, known: Iterable[Known] = ()) -> Verdict:
    """Everything that `policy` has against `plain`, and how strong it is."""
    impossible = unusable(plain)
    if impossible is not None:
        return Verdict([impossible], Strength(0, ()))
    facts = [(fact.what, fact.forms()) for fact in known]
    strength = estimate(plain, (form for _what, forms in facts for form in forms))
    faults = [*_faults(policy, plain, facts, strength)]
    if any(fault.rule == "name" for fault in faults):  # a stranger guesses it slowly, a colleague at once
        strength = Strength(min(strength.score, FAIR - 1), strength.reasons)
    return Verdict(faults, strength)


def unusable(plain: str) -> Fault | None:
    """What no company would take, whatever its policy."""
    if _INVISIBLE.search(plain):
        return Fault("invisible", _l("Contains an invisible character. Type the password instead of pasting it."))
    if len(plain) > MOST:
        return Fault("most", _l("Use at most %(n)s characters.", n=MOST))
    return None


def _faults(
    policy: Policy, plain: str, facts: Sequence[tuple[object, Sequence[str]]], strength: Strength
) -> Iterator[Fault]:
    if len(plain) < policy.min_length:
        yield Fault("length", _l("Use at least %(n)s characters.", n=policy.min_length))
    if classes_of(plain) < policy.classes:
        text = _l("Mix at least %(n)s of: lower-case letters, capitals, digits, other characters.", n=policy.classes)
        yield Fault("classes", text)
    lower, held = plain.lower(), set[str]()
    for what, forms in facts:
        if any(form in lower for form in forms) and str(what) not in held:
            held.add(str(what))
            yield Fault("name", _l("Leave the %(what)s out of it.", what=what))
    common = is_common(plain)
    if common or (strength.score < policy.strength and not held):
        reason = strength.reasons[0] if strength.reasons else _l("Make it longer, or use words that are rarer.")
        yield Fault("common" if common else "strength", _l("This is too easy to guess. %(reason)s", reason=reason))


def classes_of(plain: str) -> int:
    """How many of the four kinds of character are in it."""
    return sum(bool(kind.search(plain)) for kind in _CLASSES)


def _parts(text: str) -> list[str]:
    """What people keep of a long text: of 晨星云呼叫中心 the beginnings 晨星 and 晨星云, of Bob Miller both names, of
    an address what stands before the @, of a phone number the last eight digits.
    """
    if len(text) > TELLING and all(is_chinese(character) for character in text[:TELLING]):
        return [text[:length] for length in range(TELLING_CHINESE, TELLING + 1)]
    if len(text) > PHONE_END and text.isdigit():
        return [text[-PHONE_END:]]
    return [text.partition("@")[0], "".join(text.split()), *text.split()]


def _tells(form: str) -> bool:
    """Two or three letters, and even a single Chinese character, stand in a password by chance."""
    return len(form) >= (TELLING_CHINESE if all(is_chinese(character) for character in form) else TELLING)
