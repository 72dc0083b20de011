"""A file under `schema/` on its way to the spec: what it says, what is right in it, and where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from app.spec.faults import Faults, Place
from app.spec.keys import Key, called
from app.spec.model import ActionSpec, FieldSpec
from app.spec.source import Source


@dataclass(frozen=True, slots=True)
class Draft:
    """One resource file. `raw` is all it says, with presets merged in; `data` is the part that is right.

    `broken` names the top-level keys with a fault of form: of those `data` holds only a part, or nothing.
    """

    name: str
    group: str
    below: str  # the file's path below its folder
    source: Source
    raw: dict[str, Any]
    data: dict[str, Any]
    broken: Set[str]
    faults: Faults = field(repr=False)
    inherited: Set[str] = frozenset()  # top-level keys that another file gave it (app.spec.pages)

    def fault(self, place: Place, message: str) -> None:
        if not place or place[0] not in self.inherited:  # that of what it inherits is told where it stands
            self.source.fault(self.faults, place, message)

    @property
    def rule_file(self) -> Path:
        return self.source.file.with_suffix(".py")

    @property
    def fields(self) -> dict[str, FieldSpec]:
        """The fields that are right so far."""
        found: dict[str, FieldSpec] = self.data.setdefault("fields", {})
        return found

    @property
    def field_names(self) -> Collection[str]:
        """The names of all fields, of faulty ones too: a name that stands there is no second fault."""
        named = self.raw.get("fields")
        return named.keys() if isinstance(named, dict) else ()

    @property
    def actions(self) -> dict[str, ActionSpec]:
        """The actions that are right so far."""
        found: dict[str, ActionSpec] = self.data.get("actions", {})
        return found

    def words(self, *pattern: str) -> Iterator[tuple[Place, str]]:
        """Every text at a place such as ("form", "*", "fields", "*"), where "*" is each item."""
        yield from _words(self.raw, pattern, ())


def _words(data: Any, pattern: tuple[str, ...], place: Place) -> Iterator[tuple[Place, str]]:
    if not pattern:
        if isinstance(data, str):
            yield place, data
        return
    items: Iterable[tuple[str | int, Any]] = enumerate(data) if isinstance(data, list) else ()
    for step, item in data.items() if isinstance(data, dict) else items:
        if pattern[0] in ("*", step):
            yield from _words(item, pattern[1:], (*place, step))


def checked(
    source: Source, shape: Key, raw: Any, faults: Faults, borrowed: Set[Place] = frozenset()
) -> tuple[dict[str, Any], Set[str]]:
    """What is right in `raw`, and the top-level keys with faults, which go to `faults`.

    Those at a place that is `borrowed` from a preset or another resource are told in that one's own file.
    """
    if not isinstance(raw, dict):
        source.fault(faults, (), f"must be a mapping of keys, not {called(raw)}")
        return {}, set()
    try:
        return shape.deserialize(raw), set()
    except ValidationError as error:
        broken: set[str] = set()
        for place, message in _flat(error.messages, ()):
            broken.add(str(place[0]))
            if not {place[:1], place[:3]} & borrowed:
                source.fault(faults, place, message)
        return error.valid_data if isinstance(error.valid_data, dict) else {}, broken


def _flat(messages: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """marshmallow's nested messages, one by one."""
    if isinstance(messages, dict):
        for step, inner in messages.items():
            yield from _flat(inner, (*place, step))
    else:
        for text in messages:
            yield place, text
