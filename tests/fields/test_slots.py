"""F3: how values of a company's own fields are kept: exactly, and in their order."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from sqlalchemy import create_engine, literal, select, type_coerce
from sqlalchemy.dialects import sqlite

from app.fields.slots import CODES, LENGTH, SlotType, decode, encode

ROUNDS = 2_000
MOST = 2**63 - 1
EDGES = [-MOST, -MOST + 1, -(10**18), -10, -9, -2, -1, 0, 1, 2, 9, 10, 99, 100, 10**18, MOST - 1, MOST]


def integers(chance: random.Random) -> int:
    """Of every size alike: most numbers that people type are short."""
    return chance.choice([chance.choice(EDGES), chance.randint(-1, 1) * chance.getrandbits(chance.randint(1, 63))])


def moments(chance: random.Random) -> dt.datetime:
    first = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
    return first + dt.timedelta(seconds=chance.randrange(8099 * 365 * 86400))


MAKE = {
    "text": lambda chance: "".join(chance.choices("aB1 |%_张三é𠮷", k=chance.randint(1, 12))).strip() or "x",
    "integer": integers,
    "digits": lambda chance: "".join(chance.choices("0123456789", k=chance.randint(1, 32))),
    "date": lambda chance: dt.date.fromordinal(
        chance.randint(dt.date(1000, 1, 1).toordinal(), dt.date.max.toordinal())
    ),
    "time": lambda chance: dt.time(chance.randrange(24), chance.randrange(60), chance.randrange(60)),
    "datetime": moments,
    "choice": lambda chance: f"o{chance.randint(1, 99):04}",
    "choices": lambda chance: tuple(
        f"o{number:04}" for number in sorted(chance.sample(range(1, 101), chance.randint(1, 100)))
    ),
}


def samples(kind: str) -> list[Any]:
    chance = random.Random(f"slots of {kind}")
    return [MAKE[kind](chance) for _ in range(ROUNDS)]


@pytest.mark.parametrize("kind", CODES)
def test_what_is_kept_comes_back_exactly(kind: str) -> None:
    """F3: all eight kinds, long digit strings digit for digit among them."""
    assert MAKE.keys() == CODES.keys()
    for value in samples(kind):
        text = encode(kind, value)
        assert text
        assert decode(kind, text) == value
        assert type(decode(kind, text)) is type(value)


@pytest.mark.parametrize("kind", [kind for kind in CODES if kind != "choices"])
def test_the_order_of_what_is_kept_is_the_order_of_the_values(kind: str) -> None:
    """F3: by code point, as both databases sort."""
    values = samples(kind)
    by_value = sorted(values)
    by_text = sorted(values, key=lambda value: (encode(kind, value) or "").encode())
    assert by_text == by_value


@pytest.mark.parametrize("kind", CODES)
def test_equal_values_are_equal_texts_and_different_ones_differ(kind: str) -> None:
    """F3: so that an index finds a value by its text."""
    values = set(samples(kind))
    assert len({encode(kind, value) for value in values}) == len(values)


def test_integers_of_every_size_sort_beside_their_neighbours() -> None:
    """F3: the whole range of 63 bits, below zero too."""
    texts = [encode("integer", value) for value in EDGES]
    assert texts == sorted(texts, key=lambda text: str(text).encode())
    assert [decode("integer", text) for text in texts] == EDGES


def test_18_digits_stay_digit_for_digit() -> None:
    """F3: 电话号码: never a float, leading zeros and all."""
    for digits in ("622202020011223344", "000000000000000001", "110105194912310 02X".replace(" ", "")):
        assert encode("digits", digits) == digits
        assert decode("digits", digits) == digits


def test_a_moment_is_kept_in_utc_whatever_its_zone() -> None:
    """F3: the same moment is the same text."""
    here = dt.datetime(2026, 11, 22, 18, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    assert encode("datetime", here) == "2026-11-22T10:00:00"
    with pytest.raises(ValueError, match="time zone"):
        encode("datetime", dt.datetime(2026, 11, 22))


def test_a_fraction_of_a_second_sorts_after_the_whole_one() -> None:
    """F3: ends of ranges have them: 18:05 means the whole minute."""
    for kind, whole, part in (
        ("time", dt.time(18, 5, 59), dt.time(18, 5, 59, 999_999)),
        ("datetime", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=dt.UTC)),
    ):
        assert str(encode(kind, whole)) < str(encode(kind, part))


@pytest.mark.parametrize("kind", CODES)
def test_nothing_given_is_null(kind: str) -> None:
    """F5: an empty slot is in no index, and reads as the kind's own blank."""
    for nothing in (None, "", ()):
        assert encode(kind, nothing) is None
    assert decode(kind, None) == {"text": "", "digits": "", "choice": "", "choices": ()}.get(kind)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("integer", 10**19), ("text", "x" * (LENGTH + 1)), ("choices", "abc"), ("choices", ("a|b",)), ("choices", ("",))],
)
def test_what_does_not_fit_is_refused(kind: str, value: Any) -> None:
    with pytest.raises(ValueError):
        encode(kind, value)


def test_the_column_type_speaks_the_kinds_language() -> None:
    """F3: values go in and come out as the kind has them; a sort key tells nothing from a value."""
    with create_engine("sqlite://").connect() as connection:

        def there_and_back(type_: SlotType, value: Any) -> Any:
            return connection.scalar(select(type_coerce(literal(value, type_), type_)))

        assert there_and_back(SlotType("integer"), -7) == -7
        assert there_and_back(SlotType("choices"), ("o0001",)) == ("o0001",)
        assert there_and_back(SlotType("text"), "") == ""
        assert there_and_back(SlotType("text", open_ended=True), "") is None


def test_a_text_of_another_kind_reads_as_nothing() -> None:
    """F3: a reader on the way while the type changes sees an empty value, never an error."""
    read = SlotType("integer").process_result_value
    assert read("abc", sqlite.dialect()) is None
    assert SlotType("date").process_result_value("东", sqlite.dialect()) is None
