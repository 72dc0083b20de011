"""Options that a file need not list: `options_of` says of what in the product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from app.spec.model import FieldSpec, Option, ResourceSpec

Resources = Mapping[str, ResourceSpec]


def with_options(resources: Resources) -> Resources:
    """The resources, with the options of fields that name all pages, or all actions of all pages, filled in."""
    return MappingProxyType({name: _filled(resource, resources) for name, resource in resources.items()})


def _filled(resource: ResourceSpec, resources: Resources) -> ResourceSpec:
    wanting = {name: field for name, field in resource.fields.items() if field.options_of}
    if not wanting:
        return resource
    fields = {name: _field(field, resources) if name in wanting else field for name, field in resource.fields.items()}
    return replace(resource, fields=MappingProxyType(fields))


def _field(field: FieldSpec, resources: Resources) -> FieldSpec:
    """What the file lists itself comes first, and wins where two are called the same."""
    options = {option.value: option for option in field.options}
    for option in _pages(resources) if field.options_of == "pages" else _actions(resources):
        options.setdefault(option.value, option)
    return replace(field, options=tuple(options.values()))


def _pages(resources: Resources) -> Iterator[Option]:
    for resource in resources.values():
        yield Option(resource.name, resource.many)


def _actions(resources: Resources) -> Iterator[Option]:
    for resource in resources.values():
        for action in resource.actions.values():
            yield Option(action.name, action.label)
