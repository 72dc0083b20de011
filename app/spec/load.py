"""From the folders of YAML to the checked `Product`: read, check each file, check what names what, complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError

from app.errors import SpecFault
from app.spec.defaults import complete
from app.spec.faults import Faults, Place, hint
from app.spec.keys import Key, called
from app.spec.model import Product
from app.spec.rulefile import load_functions
from app.spec.schema import MENU_FILE, PRESET_FILE, RESOURCE_FILE, ROLE_FILE
from app.spec.source import Source, read


def load_product(*folders: Path) -> Product:
    """The product that `folders` describe together. Raises SpecFault with every fault there is."""
    product, faults = read_product(folders)
    if product is None:
        raise SpecFault(faults)
    return product


def read_product(folders: Sequence[Path]) -> tuple[Product | None, list[str]]:
    """The product, or None and the faults, each as `file:line: path: message`."""
    faults = Faults()
    presets = _shared(folders, "presets.yaml", PRESET_FILE, faults)
    groups = _shared(folders, "menu.yaml", MENU_FILE, faults)
    roles = _shared(folders, "roles.yaml", ROLE_FILE, faults)
    drafts = list(_drafts(folders, presets.raw, faults))
    if faults.found:
        return None, faults.lines()
    resources = {draft.name: complete(draft.group, draft.below, draft.data) for draft in drafts}
    rules = {draft.name: load_functions(draft) for draft in drafts}
    product = Product(
        resources=MappingProxyType(resources),
        groups=MappingProxyType(groups.made),
        roles=MappingProxyType(roles.made),
        rules=MappingProxyType(rules),
    )
    return product, []


@dataclass(slots=True)
class Shared:
    """A file that stands once in each folder, all of them merged: presets, menu, roles."""

    raw: dict[str, Any] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)


def _shared(folders: Sequence[Path], name: str, shape: Key, faults: Faults) -> Shared:
    shared = Shared()
    for folder in folders:
        source = read(folder / name, faults) if (folder / name).is_file() else None
        if source is None:
            continue
        made = _checked(source, shape, source.data, faults)
        for key in made.keys() & shared.made.keys():
            source.fault(faults, (key,), "given already, in the same file of another folder")
        shared.made |= made
        shared.raw |= source.data if isinstance(source.data, dict) else {}
    return shared


@dataclass(frozen=True, slots=True)
class Draft:
    """One resource file: `data` holds what is right in it, the rest is among the faults."""

    name: str
    group: str
    below: str  # its path below the folder
    source: Source
    data: dict[str, Any]


def _drafts(folders: Sequence[Path], presets: Mapping[str, Any], faults: Faults) -> Iterator[Draft]:
    for folder in folders:
        for file in sorted(folder.glob("*/*.yaml")):
            source = read(file, faults)
            if source is None:
                continue
            raw, borrowed = _with_presets(source, presets, faults)
            data = _checked(source, RESOURCE_FILE, raw, faults, borrowed)
            yield Draft(file.stem, file.parent.name, file.relative_to(folder).as_posix(), source, data)


def _with_presets(source: Source, presets: Mapping[str, Any], faults: Faults) -> tuple[Any, set[Place]]:
    """The file's data with each field's preset merged in, and the places that come from a preset."""
    raw = source.data
    fields = raw.get("fields") if isinstance(raw, dict) else None
    if not isinstance(fields, dict):
        return raw, set()
    borrowed: set[Place] = set()
    merged = dict(fields)
    for name, given in fields.items():
        preset = given.get("preset") if isinstance(given, dict) else None
        if not isinstance(preset, str):
            continue
        bundle = presets.get(preset)
        if not isinstance(bundle, dict):
            source.fault(faults, ("fields", name, "preset"), f"no preset {preset!r}{hint(preset, presets.keys())}")
            continue
        merged[name] = bundle | given
        borrowed |= {("fields", name, key) for key in bundle.keys() - given.keys()}
    return raw | {"fields": merged}, borrowed


def _checked(
    source: Source, shape: Key, raw: Any, faults: Faults, borrowed: Set[Place] = frozenset()
) -> dict[str, Any]:  # fmt: skip
    """What is right in `raw`; the rest goes to `faults`. A preset's own faults are told in presets.yaml."""
    if not isinstance(raw, dict):
        source.fault(faults, (), f"must be a mapping of keys, not {called(raw)}")
        return {}
    try:
        made: dict[str, Any] = shape.deserialize(raw)
    except ValidationError as error:
        for place, message in _flat(error.messages, ()):
            if place[:3] not in borrowed:
                source.fault(faults, place, message)
        made = error.valid_data if isinstance(error.valid_data, dict) else {}
    return made


def _flat(messages: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(messages, dict):
        for step, inner in messages.items():
            yield from _flat(inner, place if step == "_schema" else (*place, step))
    else:
        for text in messages:
            yield place, text
