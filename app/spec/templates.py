"""Tenant templates (K5): what a new company begins with beside its roles. One file each, in schema/templates/."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from app.fields import kinds
from app.fields.base import Reader, Rejected
from app.labels import LOCALES, Label
from app.spec.draft import checked
from app.spec.faults import Faults, Place, hint
from app.spec.keys import NAME
from app.spec.model import ADMIN, FieldSpec, ResourceSpec, RoleSpec, TemplateSpec
from app.spec.schema import TEMPLATE_FILE
from app.spec.source import Source, read

TEMPLATES: Final = "templates"  # the folder below each schema folder
Found = Iterator[tuple[Place, str]]


def read_templates(
    folders: Sequence[Path], resources: Mapping[str, ResourceSpec], roles: Mapping[str, RoleSpec], faults: Faults
) -> Mapping[str, TemplateSpec]:
    """The templates of all folders, by name. What is wrong in one goes to `faults`."""
    made: dict[str, TemplateSpec] = {}
    for folder in folders:
        for file in sorted((folder / TEMPLATES).glob("*")):
            if file.suffix != ".yaml":
                faults.add(file, 1, (), f"is not read; call it {file.stem}.yaml")
            elif not re.fullmatch(NAME.pattern, file.stem):
                faults.add(file, 1, (), f"a template cannot be called {file.stem!r}: {NAME.rule}")
            elif file.stem in made:
                faults.add(file, 1, (), f"there is a template {file.stem!r} in another folder")
            elif source := read(file, faults):
                made[file.stem] = _template(_Checked(source, resources, roles), faults)
    return MappingProxyType(made)


@dataclass(frozen=True, slots=True)
class _Checked:
    """One file, and what it may name."""

    source: Source
    resources: Mapping[str, ResourceSpec]
    roles: Mapping[str, RoleSpec]


def _template(file: _Checked, faults: Faults) -> TemplateSpec:
    data, _broken = checked(file.source, TEMPLATE_FILE, file.source.data, faults)
    for place, message in (*_records(file, data), *_settings(file, data), *_grants(file, data)):
        file.source.fault(faults, place, message)
    return TemplateSpec(
        name=file.source.file.stem,
        label=data.get("label") or Label("", ""),
        records=MappingProxyType(data.get("records", {})),
        settings=MappingProxyType(data.get("settings", {})),
        grants=MappingProxyType(data.get("grants", {})),
    )


def _records(file: _Checked, data: Mapping[str, Any]) -> Found:
    for name, rows in data.get("records", {}).items():
        place: Place = ("records", name)
        resource = file.resources.get(name)
        if resource is None:
            yield place, f"there is no resource {name!r}{hint(name, file.resources)}"
        elif resource.kind != "records" or resource.model or resource.of:
            yield place, f"{name!r} cannot begin with records of a template"
        else:
            yield from _rows(resource, rows, place)


def _rows(resource: ResourceSpec, rows: Sequence[Mapping[str, Any]], place: Place) -> Found:
    most = resource.limits.get("rows")
    if most is not None and len(rows) > most:
        yield place, f"has {len(rows)} entries; a company may have {most} (limits.rows)"
    for number, row in enumerate(rows):
        yield from _values(resource, row, (*place, number))
        for name, spec in resource.fields.items():
            if spec.required and spec.default is None and name not in row:
                yield (*place, number), f"lacks the required field {name!r}"
    for name, spec in resource.fields.items():
        for locale in LOCALES if spec.unique else ():
            seen = [_in(row[name], locale) for row in rows if row.get(name) not in (None, "")]
            if doubles := sorted({str(value) for value in seen if seen.count(value) > 1}):
                yield place, f"the field {name!r} is unique, and {doubles[0]!r} is given twice"
                break


def _settings(file: _Checked, data: Mapping[str, Any]) -> Found:
    known = {name: resource for name, resource in file.resources.items() if resource.kind == "settings"}
    for name, values in data.get("settings", {}).items():
        if name in known:
            yield from _values(known[name], values, ("settings", name))
        else:
            yield ("settings", name), f"there is no settings resource {name!r}{hint(name, known)}"


def _grants(file: _Checked, data: Mapping[str, Any]) -> Found:
    for role, pages in data.get("grants", {}).items():
        if role == ADMIN:
            yield ("grants", role), "holds every permission anyway; leave it out"
        elif role not in file.roles:
            yield ("grants", role), f"there is no role {role!r}{hint(role, file.roles)}"
        for name, granted in pages.items():
            resource = file.resources.get(name)
            if resource is None:
                yield ("grants", role, name), f"there is no resource {name!r}{hint(name, file.resources)}"
                continue
            for index, kind in enumerate(granted):
                if kind not in resource.can:
                    yield ("grants", role, name, index), f"the page {name!r} has no {kind!r}"


def _values(resource: ResourceSpec, values: Mapping[str, Any], place: Place) -> Found:
    for name, value in values.items():
        spec = resource.fields.get(name)
        if spec is None:
            yield (*place, name), f"there is no field {name!r}{hint(name, resource.fields)}"
        elif message := _refusal(spec, value):
            yield (*place, name), message


def _refusal(spec: FieldSpec, value: Any) -> str:
    kind = kinds[spec.kind]
    if spec.to or kind.secret:
        return f"a field of kind {spec.kind!r} cannot be set by a template"
    for locale in LOCALES:
        try:
            cleaned = kind.clean(spec, _in(value, locale), Reader(locale))
        except Rejected as refusal:
            return f"{_in(value, locale)!r} is refused: {refusal.message}"
        if spec.required and kind.is_blank(cleaned):
            return "is required"
    return ""


def _in(value: Any, locale: str) -> Any:
    return value.text(locale) if isinstance(value, Label) else value


def worded(values: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """The values of a row for a company of this language."""
    return {name: _in(value, locale) for name, value in values.items()}
