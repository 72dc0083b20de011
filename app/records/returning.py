"""Back to the pool (公海): what nobody has been in contact with for as many days as the company says, and the warning
before that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.access import Actor, demand
from app.engine import engine
from app.models.base import db, utcnow
from app.models.pool import idle_before
from app.records.doing import setting
from app.records.in_force import current
from app.records.pool import change_hands, columns, owner_of
from app.records.tables import base_of, model_of
from app.spec.model import ResourceSpec
from app.tenancy.scope import current_tenant_id

JOB: Final = "return_to_pool"
BATCH: Final = 500
MOST_COUNTED: Final = 1000


@dataclass(frozen=True, slots=True)
class Due:
    """`number` records of the person's go back within `days`: those idle since before `moment`."""

    number: int
    capped: bool
    days: int
    moment: datetime


def returning() -> Iterator[ResourceSpec]:
    """The resources whose records go back."""
    for resource in engine().product.resources.values():
        if resource.owner is not None and resource.owner.return_after is not None:
            yield resource


def wanted() -> bool:
    """True if the company in scope lets anything go back."""
    rules = [owner_of(resource).return_after for resource in returning()]
    return any(rule is not None and current(rule[0], current_tenant_id(), 0)[rule[1]] > 0 for rule in rules)


def give_back(actor: Actor, resource: ResourceSpec, most: int = BATCH) -> int:
    """Puts at most `most` records back into the pool and gives how many. What somebody works on at this moment is
    passed over: its turn comes tomorrow."""
    days = _days(actor, resource)
    if not days:
        return 0
    now, number = utcnow(), 0
    for condition in _idle(resource, now - timedelta(days=days)):
        model, since = model_of(resource), getattr(model_of(resource), owner_of(resource).since)
        idle = select(*columns(resource)).where(*condition).order_by(since, model.id).limit(most - number)
        held = [tuple(row) for row in db.session.execute(idle.with_for_update(skip_locked=True, of=model))]
        if held:
            change_hands(actor, resource, JOB, held, (None, None), at=now)
        number += len(held)
        if number == most:
            break
    return number


def due(actor: Actor, page: ResourceSpec) -> Due | None:
    """What of the actor's own goes back soon; None where nothing does. Raises Denied."""
    demand(actor, page, "view")
    resource = base_of(page)
    spec = owner_of(resource)
    days, warning = _days(actor, resource), setting(actor, spec.return_warning) if spec.return_warning else 0
    if not days or not warning or actor.user_id is None:
        return None
    moment = utcnow() - timedelta(days=max(0, days - warning))
    model = model_of(resource)
    mine = getattr(model, spec.person) == actor.user_id
    some = select(model.id).where(mine, or_(*(and_(*one) for one in _idle(resource, moment)))).limit(MOST_COUNTED + 1)
    number = db.session.execute(select(func.count()).select_from(some.subquery())).scalar_one()
    return Due(min(number, MOST_COUNTED), number > MOST_COUNTED, min(days, warning), moment) if number else None


def _days(actor: Actor, resource: ResourceSpec) -> int:
    rule = owner_of(resource).return_after
    return int(setting(actor, rule)) if rule is not None else 0


def _idle(resource: ResourceSpec, moment: datetime) -> Iterator[list[ColumnElement[bool]]]:
    return idle_before(model_of(resource), owner_of(resource), moment)
