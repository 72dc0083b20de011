"""A resource as one person sees it: the numbers that are not for them are hidden in it (C1, R2).

`over` is the one choke point: `app.records.custom.of`, which every read asks for its resource, lays the veil. What
comes out is a resource like any other whose masked fields are `hidden`: its layout masks them in every row, its search
finds them whole only, and nothing orders by them. Writes use the resource without a veil.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from app.access import SYSTEM, Actor, may
from app.fields.veiled import mask
from app.records import in_force
from app.records.tables import base_of
from app.spec.model import ADMIN, FieldSpec, ResourceSpec

PREVIEW: Final = "preview"
SEATS: Final = "seats"
ALL: Final = "all"
REMEMBERED: Final = 2048  # as many as own fields are remembered of


def over(actor: Actor, resource: ResourceSpec) -> ResourceSpec:
    """The resource as `actor` sees it: `resource` itself where nothing in it is hidden from them. No query."""
    return veiled(resource) if resource.masks and hides(actor, resource) else resource


def hides(actor: Actor, resource: ResourceSpec) -> bool:
    """True if `actor` sees the masked fields of the resource as 138****1234."""
    return not may_preview(actor, resource) or one_by_one(actor, resource)


def may_preview(actor: Actor, resource: ResourceSpec) -> bool:
    """True if the actor's role has the right to see whole numbers, at once or one by one."""
    page = resource if PREVIEW in resource.can else base_of(resource)
    return actor.role_key == SYSTEM or may(actor, page, PREVIEW)


def one_by_one(actor: Actor, resource: ResourceSpec) -> bool:
    """True if the company wants such a person to ask for each record's numbers, right or not."""
    reveal = base_of(resource).reveal
    setting = reveal.one_by_one if reveal else None
    if setting is None or actor.role_key == SYSTEM:
        return False
    who = in_force.current(setting[0], actor.tenant_id, actor.settings_version)[setting[1]]
    return bool(who == ALL or (who == SEATS and actor.seat and actor.role_key != ADMIN))


@lru_cache(REMEMBERED)
def veiled(resource: ResourceSpec) -> ResourceSpec:
    """The same resource with its masked fields hidden."""
    if any(field.hidden for field in resource.fields.values()):
        return resource
    fields = {name: replace(field, hidden=field.masked) for name, field in resource.fields.items()}
    return replace(resource, fields=MappingProxyType(fields), base=resource.base or resource)


def hidden(fields: tuple[FieldSpec, ...]) -> tuple[str, ...]:
    """Those of the fields that are hidden from who asks."""
    return tuple(field.name for field in fields if field.hidden)


def masked_values(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The values, those of `names` masked."""
    return {name: mask(value) if name in names and value else value for name, value in values.items()}
