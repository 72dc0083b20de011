"""What is told once and read by people of either language: it is put into words in both while it is told, as what it
speaks of may be called something else, or be gone, when somebody reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

from flask_babel import force_locale, get_locale

from app.access import Actor
from app.labels import LOCALES

WORDS: Final = "words"
EACH: Final = "words_in"
Told = TypeVar("Told")


def told(actor: Actor, tell: Callable[[Actor], Told]) -> dict[str, Any]:
    """For the arguments of a job: `words`, as the actor reads them, and the same in each language."""
    each: dict[str, Told] = {}
    for locale in LOCALES:
        with force_locale(locale):
            each[locale] = tell(replace(actor, locale=locale))
    return {WORDS: each["en" if actor.locale.startswith("en") else "zh"], EACH: each}


def read(arguments: Mapping[str, Any]) -> Any:
    """The words of these arguments as whoever asks at this moment reads them; without any, an empty sequence."""
    each = arguments.get(EACH) or {}
    return each.get(str(get_locale() or "")[:2]) or arguments.get(WORDS, ())
