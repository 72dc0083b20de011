"""Keys that say which records are meant: `only` and `where`, `when`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from marshmallow import ValidationError

from app.spec.faults import hint
from app.spec.features import Match
from app.spec.keys import NAME, Key, Named, Shape, Text, called

SETTING = Shape("setting", r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", "write resource.field")
WORDS = ("me", "my_team", "none")


class Wanted(Key):
    """What a field must be: one of WORDS, or the fields that what it points to must have, with their values."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if isinstance(value, str):
            if value not in WORDS:
                raise ValidationError(f"{value!r} is not known{hint(value, WORDS)}")
            return value
        if not isinstance(value, dict) or not value:
            text = f"must be {', '.join(WORDS)}, or values of what it refers to, by field, not {called(value)}"
            raise ValidationError(text)
        for name, wanted in value.items():
            NAME.check(name)
            if type(wanted) not in (str, bool, int):
                raise ValidationError({name: [f"must be a text, a number, true or false, not {called(wanted)}"]})
        return value


class Conditions(Named):
    """Conditions on fields, as a tuple."""

    def read(self, value: dict[str, Any]) -> Any:
        return tuple(super().read(value).values())


class Setting(Text):
    """A field of a settings resource, as a pair."""

    def __init__(self, zh: str = "", en: str = "", **rest: Any) -> None:
        super().__init__(zh, en, shape=SETTING, **rest)

    def read(self, value: str) -> Any:
        resource, _dot, field = super().read(value).partition(".")
        return resource, field


def match(name: str, wanted: Any) -> Match:
    """The condition on the field `name`."""
    if isinstance(wanted, str):
        return Match(name, cast("Any", wanted))
    return Match(name, "referred", tuple(wanted.items()))
