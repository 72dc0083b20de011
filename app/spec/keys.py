"""The types of value a YAML key may have: marshmallow fields that never convert and that explain themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, cast

from marshmallow import Schema as MarshmallowSchema
from marshmallow import ValidationError, fields, post_load

from app.labels import LOCALES, Label
from app.spec.faults import hint

CALLED: Mapping[type, str] = MappingProxyType(
    {
        str: "text",
        bool: "true or false",
        int: "a whole number",
        float: "a number with a fraction",
        list: "a list",
        dict: "a mapping of keys",
        type(None): "nothing",
    }
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a text may look like, as a pattern and in words."""

    called: str
    pattern: str
    rule: str

    def check(self, text: str) -> None:
        """Raises ValidationError for a text of another shape."""
        if not re.fullmatch(self.pattern, text):
            raise ValidationError(f"{text!r} is not a {self.called}: {self.rule}")


# What becomes a name in Python and database: short enough for the names of tables, indexes and constraints.
NAME = Shape("name", "[a-z][a-z0-9_]{0,39}", "lower-case letters, digits and _, a letter first, at most 40 characters")
ICON = Shape("name of an icon", "[a-z0-9]+(-[a-z0-9]+)*", "lower-case letters, digits and -, as tabler.io/icons has it")
# What becomes a value of a column of codes.
CODE = Shape(
    "code", "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", "letters, digits and _ . - without spaces, at most 64 characters"
)

# What the value of a mapping becomes, given its name: `build(name, value)`.
Build = Callable[[str, Any], Any]


def called(value: object) -> str:
    """What a person calls the type of `value`; a text is shown itself."""
    return repr(value) if isinstance(value, str) and value else CALLED.get(type(value), type(value).__name__)


class Key(fields.Field[Any]):
    """A key of a file. `zh` and `en` say what it is for, `default` what leaving it out means: for editors and docs."""

    python: type = object
    default_error_messages = {"required": "is missing", "null": "is empty"}  # noqa: RUF012 - declared by marshmallow

    def __init__(self, zh: str = "", en: str = "", *, default: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.zh = zh
        self.en = en
        self.default_text = default

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if type(value) is not self.python:
            quote = "; put it in quotes" if self.python is str and isinstance(value, int | float) else ""
            raise ValidationError(f"must be {CALLED[self.python]}, not {called(value)}{quote}")
        return self.read(value)

    def read(self, value: Any) -> Any:
        """What the value gives, its type being right. Raises ValidationError where it makes no sense."""
        return value


class Flag(Key):
    python = bool


class Text(Key):
    """A text that is not empty; where given, one of `among` or of this `shape`."""

    python = str

    def __init__(
        self, zh: str = "", en: str = "", *, among: Collection[str] = (), shape: Shape | None = None, **rest: Any
    ):
        super().__init__(zh, en, **rest)
        self.among = among
        self.shape = shape

    def read(self, value: str) -> str:
        if not value.strip():
            raise ValidationError("is empty")
        if self.among and value not in self.among:
            raise ValidationError(f"{value!r} is not known{hint(value, self.among)}")
        if self.shape:
            self.shape.check(value)
        return value


class Whole(Key):
    """A whole number, `least` or more where given."""

    python = int

    def __init__(self, zh: str = "", en: str = "", *, least: int | None = None, **rest: Any):
        super().__init__(zh, en, **rest)
        self.least = least

    def read(self, value: int) -> int:
        if self.least is not None and value < self.least:
            raise ValidationError(f"must be {self.least} or more, not {value}")
        return value


class Value(Key):
    """Any value: what it may be depends on the kind of field it is for."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if isinstance(value, dict):
            raise ValidationError("must be a value, not a mapping of keys")
        return value


class Worded(Value):
    """Any value, or a text in both languages: `{zh: …, en: …}`."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> Any:
        if not isinstance(value, dict):
            return super()._deserialize(value, attr, data, **rest)
        if value.keys() != set(LOCALES) or not all(isinstance(text, str) and text.strip() for text in value.values()):
            raise ValidationError("must be a value, or a text in both languages: {zh: …, en: …}")
        return Label(**value)


class Many(Key):
    """A list of `least` to `most` items, each of one type, no text twice."""

    python = list

    def __init__(self, item: Key, zh: str = "", en: str = "", *, least: int = 0, most: int | None = None, **rest: Any):
        super().__init__(zh, en, **rest)
        self.item = item
        self.least = least
        self.most = most

    def read(self, value: list[Any]) -> tuple[Any, ...]:
        if len(value) < self.least:
            raise ValidationError("is empty")
        if self.most is not None and len(value) > self.most:
            raise ValidationError(f"has {len(value)} entries; at most {self.most} may stand here")
        errors: dict[Any, Any] = {}
        good: list[Any] = []
        for index, raw in enumerate(value):
            try:
                if isinstance(raw, str) and raw in value[:index]:
                    raise ValidationError(f"{raw!r} is listed twice")
                good.append(self.item.deserialize(raw))
            except ValidationError as error:
                errors[index] = error.messages
        if errors:
            raise ValidationError(errors, valid_data=cast("Any", tuple(good)))
        return tuple(good)


class Named(Key):
    """A mapping from names to values of one type."""

    python = dict

    def __init__(
        self, item: Key, zh: str = "", en: str = "", *, build: Build | None = None, least: int = 0, **rest: Any
    ):
        super().__init__(zh, en, **rest)
        self.item = item
        self.build = build
        self.least = least

    def read(self, value: dict[str, Any]) -> dict[str, Any]:
        if len(value) < self.least:
            raise ValidationError("is empty")
        errors: dict[str, Any] = {}
        good: dict[str, Any] = {}
        for name, raw in value.items():
            try:
                item = self.item.deserialize(raw)
                NAME.check(name)
                good[name] = self.build(name, item) if self.build else item
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors, valid_data=cast("Any", good))
        return good


class Part(Key):
    """A mapping with keys of its own. `partial` lets required ones be missing."""

    python = dict

    def __init__(self, schema: type[Keys], zh: str = "", en: str = "", *, partial: bool = False, **rest: Any):
        super().__init__(zh, en, **rest)
        self.schema = schema
        self.partial = partial

    def read(self, value: dict[str, Any]) -> Any:
        return _reader(self.schema, self.partial).load(value)


class Keys(MarshmallowSchema):
    """Which keys a mapping may have, in order. It gives a `spec` dataclass where it has one, else a dict."""

    spec: type | None = None

    def handle_error(self, error: ValidationError, data: Any, **_: Any) -> None:
        """Says which key was meant where an unknown one stands."""
        known = keys_of(type(self))
        messages = cast("dict[Any, Any]", error.messages)
        for key in set(data) - set(known):
            messages[key] = [f"unknown key{hint(key, known)}"]

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return self.spec(**data) if self.spec else data


@cache
def _reader(schema: type[Keys], partial: bool) -> Keys:
    """One instance per schema: making one costs as much as reading a whole file with it."""
    return schema(partial=partial)


@cache
def keys_of(schema: type[Keys]) -> Mapping[str, Key]:
    """The keys of a schema by the names that stand in the file, in order."""
    declared = cast("dict[str, Key]", _reader(schema, False).fields)
    return {key.data_key or name: key for name, key in declared.items()}
