"""What a file need not list: options of all pages or actions (`options_of`), names of the roles (`words_of`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from app.labels import Label
from app.spec.model import FieldSpec, Option, ResourceSpec, RoleSpec

Resources = Mapping[str, ResourceSpec]


def with_options(resources: Resources) -> Resources:
    """The resources, with the options of fields that name all pages, or all actions of all pages, filled in."""
    return MappingProxyType({name: _filled(resource, resources) for name, resource in resources.items()})


def with_words(resources: Resources, roles: Mapping[str, RoleSpec]) -> Resources:
    """The resources; their fields with `words_of: roles` know what the built-in roles are called by default."""
    words = tuple(role.label for role in roles.values())
    return MappingProxyType({name: _worded(resource, words) for name, resource in resources.items()})


def _worded(resource: ResourceSpec, words: tuple[Label, ...]) -> ResourceSpec:
    if not any(field.words_of for field in resource.fields.values()):
        return resource
    fields = {name: replace(field, words=words) if field.words_of else field for name, field in resource.fields.items()}
    return replace(resource, fields=MappingProxyType(fields))


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
