"""Telephone numbers of mainland China: mobile prefixes by carrier and how many use them, landlines by city."""

from __future__ import annotations

import random
from itertools import accumulate
from typing import Final

# The prefixes that carriers have been given, and how many of 100 numbers each group has. The elder are the fuller.
_MOBILE: Final = (
    (34, ("134", "135", "136", "137", "138", "139")),
    (20, ("150", "151", "152", "157", "158", "159")),
    (12, ("182", "183", "184", "187", "188", "178")),
    (9, ("130", "131", "132", "155", "156")),
    (7, ("185", "186", "176", "175", "166")),
    (11, ("133", "153", "189", "180", "181", "177", "173")),
    (7, ("199", "198", "195", "193", "191", "190", "196", "147", "172")),
)
# Area code → digits of a number there.
_CITIES: Final = (
    ("010", 8), ("021", 8), ("020", 8), ("0755", 8), ("028", 8), ("0571", 8), ("027", 8), ("025", 8), ("023", 8),
    ("0512", 8), ("029", 8), ("022", 8), ("0532", 8), ("0574", 8), ("0731", 8), ("0371", 8), ("0510", 8), ("0591", 8),
    ("0551", 8), ("0411", 8), ("0531", 8), ("0592", 7), ("0871", 8), ("0771", 7), ("0311", 8), ("0351", 7), ("0851", 8),
    ("0791", 8), ("0898", 8), ("0991", 7), ("0931", 7), ("0951", 7),
)  # fmt: skip
LANDLINES: Final = 0.07  # of all numbers

_PREFIXES: Final = [prefix for _share, group in _MOBILE for prefix in group]
_WEIGHTS: Final = list(accumulate(share / len(group) for share, group in _MOBILE for _ in group))
_CITY_WEIGHTS: Final = list(accumulate(1 / (place + 3) for place in range(len(_CITIES))))


def numbers(rng: random.Random, number: int) -> list[str]:
    """So many numbers, one in 14 a landline."""
    prefixes = rng.choices(_PREFIXES, cum_weights=_WEIGHTS, k=number)
    return [
        _landline(rng) if rng.random() < LANDLINES else f"{prefix}{rng.randrange(100_000_000):08d}"
        for prefix in prefixes
    ]


def _landline(rng: random.Random) -> str:
    [(area, digits)] = rng.choices(_CITIES, cum_weights=_CITY_WEIGHTS)
    return f"{area}{rng.randrange(2, 9)}{rng.randrange(10 ** (digits - 1)):0{digits - 1}d}"
