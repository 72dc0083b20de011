"""Who may use an action: its own permission, those it also needs elsewhere, and what it hangs on (B3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from app.access import Actor, demand, may
from app.engine import engine
from app.errors import Denied
from app.records.in_force import current
from app.spec.model import ActionSpec, ResourceSpec


def permitted(actor: Actor, resource: ResourceSpec, action: ActionSpec) -> bool:
    """True if `actor` may use the action on some records of `resource`. No query while settings are as they were."""
    return may(actor, resource, action.permission) and not any(refusals(actor, action))


def demand_action(actor: Actor, resource: ResourceSpec, action: ActionSpec) -> None:
    """Raises Denied unless `permitted`."""
    demand(actor, resource, action.permission)
    reason = next(refusals(actor, action), None)
    if reason is not None:
        raise Denied(resource.name, action.permission, reason)


def refusals(actor: Actor, action: ActionSpec) -> Iterator[str]:
    """Why `actor` may not use the action although they hold its permission."""
    if action.seats and not actor.seat:
        yield _("This is for agents: people whose role makes and takes calls.")
    if action.when is not None and not setting(actor, action.when):
        resource, field = action.when
        label = engine().product.resource(resource).field(field).label.text(actor.locale)
        yield _("The parameter “%(parameter)s” is switched off.", parameter=label)
    for name, kind in action.also.items():
        other = engine().product.resource(name)
        if not may(actor, other, kind):
            yield _("This also needs a permission on the page “%(page)s”.", page=other.many.text(actor.locale))


def setting(actor: Actor, wanted: tuple[str, str]) -> Any:
    """The value in force of a setting (resource, field)."""
    resource, field = wanted
    return current(resource, actor.tenant_id, actor.settings_version)[field]
