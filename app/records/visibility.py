"""Which records a person sees (C1, B1, B2): the rules of the YAML that hold for their role while parameters say so.

The one place that judges. `query`, `service` and whatever else meets records on somebody's behalf asks here; a record
out of sight is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from app.access import SYSTEM, Actor
from app.engine import engine
from app.errors import NotFound
from app.labels import Label
from app.models.base import db
from app.records import in_force
from app.records.sight import ME, MY_TEAM, Sight, asking, narrowed
from app.records.tables import base_of, model_of
from app.spec.features import Match, SightSpec
from app.spec.model import ADMIN, NARROWINGS, ResourceSpec

Grants = Collection[tuple[str, str]]

LOG: Final = "audit"  # the built-in model whose rows are entries about records
ABOUT_SEEN: Final = Label(zh="可见数据的变更", en="changes of records one sees")
REMEMBERED: Final = 256


def visible(actor: Actor, resource: ResourceSpec) -> list[ColumnElement[bool]]:
    """What a record must meet for `actor` to see it on the page of `resource`; nothing where they see all."""
    return narrowed(resource, sight_of(actor, resource), asking(actor.user_id, actor.team_id))


def sight_of(actor: Actor, resource: ResourceSpec) -> Sight:
    """The rules in force for `actor`: those of the YAML, or what the company has narrowed their role to.

    No query while the company's settings are as they were. An own role sees as the built-in one it was copied from.
    """
    if actor.role_key in (ADMIN, SYSTEM):
        return Sight()
    found = rules_for(resource, actor.role_key or actor.role_base, actor.grants)
    groups = [tuple(rule for rule in rules if holds(actor, rule)) for rules in found]
    return Sight((*groups, *entries(actor, resource)))


def entries(actor: Actor, resource: ResourceSpec) -> list[tuple[SightSpec, ...]]:
    """Of the log of changes: the rule that its entries are about records in sight (P3), where some are not. An entry
    says what the record is called, and may not tell of one that is not there for the actor."""
    if base_of(resource).model != LOG or actor.role_key in (ADMIN, SYSTEM):
        return []
    others = (one for one in engine().product.resources.values() if not one.of and one.model != LOG)
    limits = tuple((one.name, groups) for one in others if (groups := sight_of(actor, one).groups))
    return [(_about_seen(limits),)] if limits else []


@lru_cache(REMEMBERED)
def _about_seen(limits: tuple[tuple[str, Any], ...]) -> SightSpec:
    """One and the same for the same limits, for statements are remembered by it."""
    return SightSpec(ABOUT_SEEN, (Match("record_id", "seen", limits),))


def rules_for(resource: ResourceSpec, role: str, grants: Grants) -> list[Sequence[SightSpec]]:
    """The groups of rules for a role (its key, or that of the built-in one it was copied from), in force or not: the
    page's, and those of the resource whose records it shows. None where it sees all.
    """
    pages = dict.fromkeys((resource, base_of(resource)))
    return [rules for page in pages if (rules := rules_of(page, role, grants)) is not None]


def rules_of(resource: ResourceSpec, role: str, grants: Grants) -> Sequence[SightSpec] | None:
    """The rules of one page for a role, in force or not; None where the role sees all. What the YAML says of a role is
    not narrowed further."""
    rules = resource.visibility.get(role)
    if rules is not None or role == ADMIN:
        return rules
    narrowing = narrowing_of(resource, grants)
    return resource.narrow[narrowing] if narrowing else None


def narrowing_of(resource: ResourceSpec, grants: Grants) -> str:
    """What the company has narrowed a role with these grants to; "" for nothing. The narrowest counts."""
    there = (name for name in reversed(NARROWINGS) if name in resource.narrow and (resource.name, name) in grants)
    return next(there, "")


def holds(actor: Actor, rule: SightSpec) -> bool:
    """True unless the rule hangs on a parameter that is off."""
    if rule.when is None:
        return True
    resource, field = rule.when
    return bool(in_force.current(resource, actor.tenant_id, actor.settings_version)[field])


def parameters(actor: Actor, sight: Sight) -> Mapping[str, Any]:
    """What a remembered statement with this sight takes."""
    return {ME: actor.user_id, MY_TEAM: actor.team_id} if sight.groups else {}


def sees(actor: Actor, resource: ResourceSpec, *ids: int) -> bool:
    """True if all of these are records that `actor` sees. No statement where they see all there are."""
    conditions = visible(actor, resource)
    if not conditions:
        return True
    model = model_of(resource)
    found = db.session.scalars(select(model.id).where(model.id.in_(ids), *conditions))
    return len(found.all()) == len(set(ids))


def demand_sight(actor: Actor, resource: ResourceSpec, *ids: int) -> None:
    """Raises NotFound unless `actor` sees all of these."""
    if not sees(actor, resource, *ids):
        raise NotFound
