"""Whole numbers of one record at a time (C1, R2): asked for, counted per day, written to the audit log.

The log says who, which record and which fields; never the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.access import Actor, demand
from app.errors import Denied, NotFound, TooMany
from app.models.base import db, utcnow
from app.models.reveal_count import RevealCount
from app.records import audit, custom, in_force, masking, veil
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
    left = _count(actor, _limit(actor, resource))
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


def _limit(actor: Actor, resource: ResourceSpec) -> int:
    """How many records in a day; 0 for any number."""
    spec = base_of(resource).reveal
    if spec is None or spec.limit is None:
        return 0
    return int(in_force.current(spec.limit[0], actor.tenant_id, actor.settings_version)[spec.limit[1]])


def _count(actor: Actor, limit: int) -> int | None:
    """Counts one more and gives how many are left. Requests at once queue up at the row, so none slips through."""
    now = actor.reader.local(utcnow())
    mine = (RevealCount.user_id == actor.user_id, RevealCount.day == now.date())
    below = (RevealCount.number < limit,) if limit else ()
    one_more = update(RevealCount).where(*mine, *below).values(number=RevealCount.number + 1)
    if not _sent(one_more) and not _begun(actor, now) and not _sent(one_more):
        raise TooMany(_too_many(limit), _until_tomorrow(now))
    number = db.session.scalars(select(RevealCount.number).where(*mine)).one()
    return limit - number if limit else None


def _begun(actor: Actor, now: datetime) -> bool:
    """True if this was the person's first of the day; their older days go, as nobody asks for them."""
    row = {"tenant_id": actor.tenant_id, "user_id": actor.user_id, "day": now.date(), "number": 1}
    try:
        with db.session.begin_nested():
            db.session.execute(insert(RevealCount), [row])
    except IntegrityError:
        return False
    db.session.execute(
        delete(RevealCount).where(RevealCount.user_id == actor.user_id, RevealCount.day < now.date()),
        execution_options={"synchronize_session": False},
    )
    return True


def _sent(statement: Any) -> bool:
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount > 0


def _too_many(limit: int) -> str:
    return str(_("You have looked at whole numbers %(n)s times today, which is the limit. Ask your admin.", n=limit))


def _until_tomorrow(now: datetime) -> int:
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int((midnight - now).total_seconds()))
