"""Column types of our own, the same in Python whatever the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

IN_UTC = "ucc_in_utc"  # attribute of a dialect whose connections all speak UTC
BAR = "|"  # around and between the values of a `choices` field; no option's value contains it


def short_text(length: int) -> String:
    """A text of at most `length` characters, ordered by code point on both databases.

    COLLATE "C" lets an index on the column serve prefixes and sorting alike, also under row-level security
    (ISOLATION-NOTES), and makes both databases agree on the order. SQLite's default is the same order.
    """
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def long_text() -> Text:
    """As short_text, without a limit of the database's own."""
    return Text().with_variant(Text(collation="C"), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware and in UTC in Python, timestamptz on PostgreSQL, naive UTC on SQLite.

    Storing a naive datetime raises ValueError: whose wall clock it shows is anybody's guess.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        return value.astimezone(UTC)  # SQLite's own type writes it down without the zone

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Nothing where the driver gives them so: a list of many moments is read in half of the time."""
        return None if getattr(dialect, IN_UTC, False) else super().result_processor(dialect, coltype)


class ChoiceSet(TypeDecorator[tuple[str, ...]]):
    """Several options, as one canonical text `|a|b|`: equal sets are equal texts, and `|a|` finds a member.

    NULL, where a column may hold it, is not "none of them" but nothing said (a setting that was never made).
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return long_text()

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        if not value:
            return None if value is None else ""
        if isinstance(value, str) or any(BAR in item or not item for item in value):
            raise ValueError(f"not a tuple of option values: {value!r}")
        return f"{BAR}{BAR.join(value)}{BAR}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        if not value:
            return None if value is None else ()
        return tuple(value.strip(BAR).split(BAR))
