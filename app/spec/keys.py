"""The types of value a YAML key may have: marshmallow fields that never convert and that explain themselves.

Each also says what it is in JSON Schema, so that editors complete and check what `ucc check` checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any, ClassVar, cast

from marshmallow import Schema, ValidationError, fields, post_load

from app.spec.faults import hint

_CALLED = {
    str: "text", bool: "true or false", int: "a whole number", float: "a number with a fraction",
    list: "a list", dict: "a mapping of keys", type(None): "nothing",
}  # fmt: skip

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")  # short enough for the names of tables, indexes and constraints
NAME_RULE = "lower-case letters, digits and _, starting with a letter, at most 40 characters"


def called(value: object) -> str:
    """What a person calls the type of `value`."""
    if isinstance(value, str) and value:
        return f"{value!r}"
    return _CALLED.get(type(value), type(value).__name__)


@cache
def reader(schema: type[Schema], partial: bool = False) -> Schema:
    """One instance per schema: making one costs as much as reading a whole file with it."""
    return schema(partial=partial)


Build = Callable[[str, Any], Any]


class Key(fields.Field[Any]):
    """A key of the resource file. `zh` and `en` say what it is for: editors and docs/reference.md show them."""

    python: type = object
    json: ClassVar[Mapping[str, Any]] = {}
    default_error_messages = {"required": "is missing", "null": "is empty"}  # noqa: RUF012 - declared by marshmallow

    def __init__(self, zh: str = "", en: str = "", *, default: str = "", **options: Any) -> None:
        super().__init__(metadata={"zh": zh, "en": en, "default": default}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if type(value) is not self.python:
            raise ValidationError(f"must be {_CALLED[self.python]}, not {called(value)}")
        return self.read(value)

    def read(self, value: Any) -> Any:
        """What the checked type gives. Raises ValidationError for a value that makes no sense."""
        return value

    def json_schema(self, ref: Callable[[type[Schema]], dict[str, Any]]) -> dict[str, Any]:
        """This key in JSON Schema; `ref` gives the reference to another schema."""
        return dict(self.json)


class Flag(Key):
    python = bool
    json: ClassVar[Mapping[str, Any]] = {"type": "boolean"}


class Text(Key):
    """A text that is not empty; one of `among`, where given."""

    python = str

    def __init__(self, zh: str = "", en: str = "", *, among: Collection[str] = (), name: bool = False, **rest: Any):
        super().__init__(zh, en, **rest)
        self.among = among
        self.is_name = name

    def read(self, value: str) -> str:
        if not value.strip():
            raise ValidationError("is empty")
        if self.among and value not in self.among:
            raise ValidationError(f"{value!r} is not known{hint(value, self.among)}")
        if self.is_name and not NAME.fullmatch(value):
            raise ValidationError(f"{value!r} is not a name: {NAME_RULE}")
        return value

    def json_schema(self, ref: Callable[[type[Schema]], dict[str, Any]]) -> dict[str, Any]:
        if self.among:
            return {"type": "string", "enum": list(self.among)}
        if self.is_name:
            return {"type": "string", "pattern": f"^{NAME.pattern}$"}
        return {"type": "string", "minLength": 1}


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

    def json_schema(self, ref: Callable[[type[Schema]], dict[str, Any]]) -> dict[str, Any]:
        return {"type": "integer"} if self.least is None else {"type": "integer", "minimum": self.least}


class Value(Key):
    """Any scalar or list: what it must be depends on the field's kind."""

    json: ClassVar[Mapping[str, Any]] = {"type": ["string", "integer", "boolean", "array"]}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if isinstance(value, dict):
            raise ValidationError("must be a value, not a mapping of keys")
        return value


class Many(Key):
    """A list, each item of one type. Without `least`, the list may be empty."""

    python = list

    def __init__(self, item: Key, zh: str = "", en: str = "", *, least: int = 0, unique: bool = True, **rest: Any):
        super().__init__(zh, en, **rest)
        self.item = item
        self.least = least
        self.unique = unique

    def read(self, value: list[Any]) -> tuple[Any, ...]:
        if len(value) < self.least:
            raise ValidationError("is empty")
        errors: dict[int, Any] = {}
        good: list[Any] = []
        for index, raw in enumerate(value):
            try:
                if self.unique and isinstance(raw, str) and raw in value[:index]:
                    raise ValidationError(f"{raw!r} is listed twice")
                good.append(self.item.deserialize(raw))
            except ValidationError as error:
                errors[index] = error.messages
        if errors:
            raise ValidationError(cast("dict[Any, Any]", errors), valid_data=cast("list[Any]", tuple(good)))
        return tuple(good)

    def json_schema(self, ref: Callable[[type[Schema]], dict[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "array", "items": self.item.json_schema(ref)}
        return found | ({"minItems": self.least} if self.least else {})


class Named(Key):
    """A mapping from names to values of one type. `build(name, value)` makes of each what the spec wants."""

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
                if not NAME.fullmatch(name):
                    raise ValidationError(f"{name!r} is not a name: {NAME_RULE}")
                item = self.item.deserialize(raw)
                good[name] = self.build(name, item) if self.build else item
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors, valid_data=cast("Any", good))
        return good

    def json_schema(self, ref: Callable[[type[Schema]], dict[str, Any]]) -> dict[str, Any]:
        return {
            "type": "object",
            "propertyNames": {"pattern": f"^{NAME.pattern}$"},
            "additionalProperties": self.item.json_schema(ref),
        }


class Part(Key):
    """A mapping with keys of its own: another schema. `partial` lets required keys be missing."""

    python = dict

    def __init__(self, schema: type[Schema], zh: str = "", en: str = "", *, partial: bool = False, **rest: Any):
        super().__init__(zh, en, **rest)
        self.schema = schema
        self.partial = partial

    def read(self, value: dict[str, Any]) -> Any:
        return reader(self.schema, self.partial).load(value)

    def json_schema(self, ref: Callable[[type[Schema]], dict[str, Any]]) -> dict[str, Any]:
        return ref(self.schema)


class Keys(Schema):
    """A schema whose faults name the key that was meant, and which gives a `spec` dataclass where it has one."""

    spec: type | None = None

    def handle_error(self, error: ValidationError, data: Any, **_: Any) -> None:
        known = {field.data_key or name for name, field in self.fields.items()}
        messages = cast("dict[Any, Any]", error.messages)
        for key in set(data) - known if isinstance(data, dict) else ():
            messages[key] = [f"unknown key{hint(key, known)}"]

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return self.spec(**data) if self.spec and not self.partial else data
