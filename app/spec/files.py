"""Which files of a folder are read, and what each holds. A file that would be overlooked is a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.spec.draft import Draft, checked
from app.spec.faults import Faults, Place, hint
from app.spec.keys import NAME, Key
from app.spec.model import ADMIN
from app.spec.pages import inherit
from app.spec.schema import MENU_FILE, PRESET_FILE, RESOURCE_FILE, ROLE_FILE
from app.spec.source import Source, read
from app.spec.templates import TEMPLATES

SHARED: Mapping[str, Key] = MappingProxyType(
    {"presets.yaml": PRESET_FILE, "menu.yaml": MENU_FILE, "roles.yaml": ROLE_FILE}
)


@dataclass(slots=True)
class Shared:
    """A file that may stand in each folder, all of them merged: presets, menu, roles."""

    raw: dict[str, Any] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)


def read_shared(folders: Sequence[Path], name: str, faults: Faults) -> Shared:
    """What presets.yaml, menu.yaml or roles.yaml says in all folders together."""
    shared = Shared()
    for file in (folder / name for folder in folders):
        source = read(file, faults) if file.is_file() else None
        if source is None:
            continue
        made, _broken = checked(source, SHARED[name], source.data, faults)
        raw = source.data if isinstance(source.data, dict) else {}
        for key in raw.keys() & shared.raw.keys():
            source.fault(faults, (key,), f"given already in the {name} of another folder")
        shared.made |= made
        shared.raw |= raw
    return shared


def check_roles(folders: Sequence[Path], roles: Shared, faults: Faults) -> None:
    """R1: every company has the role that holds everything; its first user gets it."""
    if folders and ADMIN not in roles.raw:
        faults.add(folders[0] / "roles.yaml", 1, (), f"there is no role {ADMIN!r}, which every company needs")


def read_drafts(folders: Sequence[Path], presets: Mapping[str, Any], faults: Faults) -> Iterator[Draft]:
    """A draft of every resource file."""
    found = [(below, source, *_with_presets(source, presets, faults)) for below, source in _sources(folders, faults)]
    raws = {source.file.stem: raw for _below, source, raw, _borrowed in found}
    for below, source, own, borrowed in found:
        name = source.file.stem
        raw, inherited = inherit(raws, name) if raws[name] is own else (own, frozenset())
        places = borrowed | {(key,) for key in inherited}
        data, broken = checked(source, RESOURCE_FILE, raw, faults, places)
        known = raw if isinstance(raw, dict) else {}
        yield Draft(name, below.parts[0], below.as_posix(), source, known, data, broken, faults, inherited)


def _sources(folders: Sequence[Path], faults: Faults) -> Iterator[tuple[Path, Source]]:
    """Every resource file that can be read, with its path below its folder."""
    for folder in folders:
        if not folder.is_dir():
            faults.add(folder, 1, (), "no such folder")
            continue
        for file in sorted(folder.rglob("*.y*ml")):
            below = file.relative_to(folder)
            if below.parts[0] == TEMPLATES or below.as_posix() in SHARED:
                continue
            if _is_resource(file, below, faults) and (source := read(file, faults)):
                yield below, source


def _is_resource(file: Path, below: Path, faults: Faults) -> bool:
    if file.suffix != ".yaml":
        faults.add(file, 1, (), f"is not read; call it {file.stem}.yaml")
    elif len(below.parts) == 1:
        faults.add(file, 1, (), f"is not read; a resource belongs into a group's folder{hint(file.name, SHARED)}")
    elif len(below.parts) > 2:
        faults.add(file, 1, (), "is not read; a group's folder has no folders inside")
    elif not re.fullmatch(NAME.pattern, below.parts[0]):
        faults.add(file, 1, (), f"the folder {below.parts[0]!r} is not a name: {NAME.rule}")
    else:
        return True
    return False


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
        if preset not in presets:
            source.fault(faults, ("fields", name, "preset"), f"no preset {preset!r}{hint(preset, presets.keys())}")
        if isinstance(bundle, dict):
            merged[name] = bundle | given
            borrowed |= {("fields", name, key) for key in bundle.keys() - given.keys()}
        else:  # what it would have supplied is unknown, so nothing of it is missing
            borrowed |= {("fields", name, key) for key in ("kind", "label")}
    return raw | {"fields": merged}, borrowed
