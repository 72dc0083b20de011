"""Reads one YAML file into plain data, and remembers on which line everything stands.

Scalars are read as YAML 1.2 reads them: only `true` and `false` are booleans, only plain decimals are numbers. Under
YAML 1.1, PyYAML's default, `en: No` is a boolean, `08:30` a number and `2026-01-01` a date, which nobody expects.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from app.spec.faults import Faults, Place

# The C parser is about eight times as fast; a PyYAML built without it still works.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TEXT, _LIST, _MAP = (f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))
_PLAIN: tuple[str | None, ...] = (None, "")
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FRACTION = re.compile(r"[-+]?[0-9]+\.[0-9]+")


class _Loader(_Base):
    yaml_implicit_resolvers: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Source:
    """One YAML file: its data, and the line of each place in it."""

    file: Path
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """The line of `place`, or of the nearest thing around it that stands in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def fault(self, faults: Faults, place: Place, message: str) -> None:
        faults.add(self.file, self.line(place), place, message)


def read(file: Path, faults: Faults) -> Source | None:
    """The file's content, or None where it cannot be read as YAML; `faults` then says why."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=_Loader)
    except UnicodeDecodeError as error:
        faults.add(file, 1, (), f"not UTF-8 text (byte {error.start + 1}); save the file as UTF-8")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        faults.add(file, mark.line + 1 if mark else 1, (), f"not valid YAML: {error.problem or error.context}")
    except yaml.YAMLError as error:
        faults.add(file, 1, (), f"not valid YAML: {str(error).splitlines()[0]}")
    else:
        if node is None:
            faults.add(file, 1, (), "the file is empty")
            return None
        lines: dict[Place, int] = {}
        data = _Reader(file, faults, lines).value(node, ())
        return Source(file, data, lines)
    return None


@dataclass(slots=True)
class _Reader:
    file: Path
    faults: Faults
    lines: dict[Place, int]
    seen: set[int] = field(default_factory=set)

    def value(self, node: Any, place: Place) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        if id(node) in self.seen:
            self.faults.add(self.file, line, place, "anchors and aliases (& and *) are not read; use a preset")
            return None
        self.seen.add(id(node))
        if node.tag not in (_TEXT, _LIST, _MAP):
            self.faults.add(self.file, line, place, f"tags such as {node.tag!r} are not read")
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.faults.add(self.file, line, place, "a key must be a plain word")
                continue
            here = (*place, key.value)
            if key.value in found:
                first = self.lines[here]
                self.faults.add(self.file, line, here, f"given twice; the first is on line {first}")
                continue
            self.lines[here] = line
            found[key.value] = self.value(value, here)
        return found


def _scalar(node: yaml.ScalarNode) -> Any:
    text: str = node.value
    if node.style not in _PLAIN:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FRACTION.fullmatch(text):
        return float(text)
    return text
