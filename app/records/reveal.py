"""Whole numbers of one record at a time (C1, R2): asked for, counted per day, written to the audit log.

The log says who, which record and which fields; never the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _

from app.access import Actor, demand
from app.errors import Denied, NotFound
from app.models.base import db
from app.records import audit, custom, day_count, masking, veil
from app.records.ids import record_id
from app.records.names import COMMA, title_of
from app.records.plan import record_parameters, record_plan
from app.records.tables import base_of
from app.records.visibility import parameters, sight_of
from app.spec.model import ResourceSpec

REVEAL: Final = "reveal"


@dataclass(frozen=True, slots=True)
class Revealed:
    """The record's numbers by field name, and how many more records may be looked at today; None for any number."""

    numbers: Mapping[str, str]
    left: int | None


def may_reveal(actor: Actor, resource: ResourceSpec) -> bool:
    """True if `actor` sees masked numbers here and may ask for them."""
    return resource.masks and veil.may_preview(actor, resource) and veil.one_by_one(actor, resource)


def reveal(actor: Actor, resource: ResourceSpec, id: int) -> Revealed:
    """The whole numbers of one record, in the caller's transaction.

    Raises Denied without the right `preview`, or without that to view records at all, NotFound for a record out of
    sight, TooMany once the day's number is reached.
    """
    if not resource.masks:
        raise NotFound
    demand(actor, resource, "view")
    if not veil.may_preview(actor, resource):
        raise Denied(resource.name, veil.PREVIEW)
    values, title = _whole(actor, resource, record_id(id))
    fields = [field for field in _masked(actor, resource) if values.get(field.name)]
    numbers = {field.name: str(values[field.name]) for field in fields}
    if not numbers or not masking.masked(actor, resource):
        return Revealed(numbers, None)  # nothing to see, or nothing that is not seen anyway
    limit = day_count.limit_of(actor, resource)
    day_count.take(actor, limit, _too_many(limit))
    left = day_count.left(actor, limit)
    labels = COMMA.text(actor.locale).join(field.label.text(actor.locale) for field in fields)
    audit.enter(actor, base_of(resource), REVEAL, (id, title), after={"fields": labels})
    return Revealed(numbers, left)


def _masked(actor: Actor, resource: ResourceSpec) -> list[Any]:
    whole = custom.extended(resource, actor.tenant_id, actor.settings_version)
    return [field for field in whole.fields.values() if field.masked]


def _whole(actor: Actor, resource: ResourceSpec, id: int) -> tuple[Mapping[str, Any], str]:
    """The record's values as they are, and its title: the one read past the veil."""
    whole = custom.extended(resource, actor.tenant_id, actor.settings_version)
    sight = sight_of(actor, resource.base or resource)
    plan = record_plan(whole, sight)
    found = db.session.execute(plan.statement, {**record_parameters(id), **parameters(actor, sight)}).one_or_none()
    if found is None:
        raise NotFound
    row = plan.layout.row(found, actor.reader)
    return row.values, title_of(whole, row.values, actor.reader)


def _too_many(limit: int) -> str:
    return str(_("You have looked at as many full numbers today as you may: %(n)s. Ask your admin.", n=limit))
