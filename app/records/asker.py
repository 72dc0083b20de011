"""What an impact function asks with (`impact:` of a settings resource): how many people, how many records.

Numbers only, of the tenant in scope, a statement or two each. Whether the actor may hear them is asked before
(`app.records.settings.impact`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, or_, select

from app.access import Actor
from app.engine import engine
from app.models.adopted import Role, User
from app.models.base import db, utcnow
from app.models.pool import idle_before
from app.records.grants import holders
from app.records.in_force import current
from app.records.sight import Asking, Sight, narrowed
from app.records.tables import model_of
from app.spec.features import OwnerSpec, SightSpec
from app.spec.model import ADMIN, ResourceSpec


@dataclass(frozen=True, slots=True)
class SightChange:
    """What a change does to what people see: `people` are those it concerns, `more` and `fewer` the records that come
    into sight of at least one of them, and that go out of it."""

    people: int
    more: int
    fewer: int


@dataclass(frozen=True, slots=True)
class Asker:
    """`actor` is who is about to change the settings `settings`."""

    actor: Actor
    settings: ResourceSpec

    def knows(self, resource: str) -> bool:
        """True if the product has this resource."""
        return resource in engine().product.resources

    def people(self, role: str) -> int:
        """How many active people have this built-in role, or one that was copied from it."""
        return _number(select(func.count(User.id)).where(*_has(role)))

    def count(self, resource: str, **equals: Any) -> int:
        """How many records have these values; None is nothing given."""
        model = model_of(engine().product.resource(resource))
        met = [getattr(model, name) == value for name, value in equals.items()]
        return _number(select(func.count(model.id)).where(*met))

    def people_who_may(self, resource: str, kind: str, *, seat: bool = False) -> int:
        """How many active people may do this on the page; those of agents' roles alone, where `seat` is said."""
        may = Role.id.in_(holders(resource, kind))
        who = and_(may, Role.seat, Role.key != ADMIN) if seat else or_(may, Role.key == ADMIN)
        roles = select(Role.id).where(Role.tenant_id == User.tenant_id, who)
        return _number(select(func.count(User.id)).where(User.active.is_(True), User.role_id.in_(roles)))

    def people_with(self, resource: str, most: int) -> int:
        """How many people look after at least so many records of a resource with `owner`."""
        spec = engine().product.resource(resource)
        model = model_of(spec)
        person = getattr(model, _owner(spec).person)
        full = select(person).where(person.is_not(None)).group_by(person).having(func.count(model.id) >= most)
        return _number(select(func.count()).select_from(full.subquery()))

    def idle(self, resource: str, days: int) -> int:
        """How many records somebody has, and has not been in contact with for more than so many days."""
        spec = engine().product.resource(resource)
        model = model_of(spec)
        conditions = idle_before(model, _owner(spec), utcnow() - timedelta(days=days))
        return sum(_number(select(func.count(model.id)).where(*condition)) for condition in conditions)

    def sight(self, resource: str, role: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> SightChange:
        """What comes into sight and goes out of it for the active people of a built-in role (and those of its copies),
        by the very rules that enforce it (`visibility:`)."""
        spec = engine().product.resource(resource)
        rules = spec.visibility.get(role)
        if rules is None:
            return SightChange(0, 0, 0)  # they see all, whatever is set
        seen = [_seen(spec, [rule for rule in rules if self._holds(rule, values)]) for values in (before, after)]
        more, fewer = and_(seen[1], not_(seen[0])), and_(seen[0], not_(seen[1]))
        model = model_of(spec)
        numbers = [
            _number(select(func.count(model.id)).where(exists(select(User.id).where(*_has(role), change))))
            for change in (more, fewer)
        ]
        concerned = exists(select(model.id).where(or_(more, fewer), model.tenant_id == User.tenant_id))
        return SightChange(_number(select(func.count(User.id)).where(*_has(role), concerned)), *numbers)

    def _holds(self, rule: SightSpec, values: Mapping[str, Any]) -> bool:
        """Whether the rule would be in force if these were the settings."""
        if rule.when is None:
            return True
        name, field = rule.when
        if name != self.settings.name:
            values = current(name, self.actor.tenant_id, self.actor.settings_version)
        return bool(values[field])


def _owner(resource: ResourceSpec) -> OwnerSpec:
    assert resource.owner is not None, resource.name  # noqa: S101 - narrows the type
    return resource.owner


def _seen(resource: ResourceSpec, rules: list[SightSpec]) -> ColumnElement[bool]:
    """Whether a person, one row of User, sees a record, by these rules. Never NULL, so that it can be denied."""
    met = narrowed(resource, Sight((tuple(rules),)), Asking(User.id, User.team_id))
    return func.coalesce(and_(*met), false())


def _has(role: str) -> list[ColumnElement[bool]]:
    """The person is active and has the role."""
    own = and_(Role.key == "", Role.base == role)
    roles = select(Role.id).where(Role.tenant_id == User.tenant_id, or_(Role.key == role, own))
    return [User.active.is_(True), User.role_id.in_(roles)]


def _number(statement: Select[Any]) -> int:
    number: int = db.session.execute(statement).scalar_one()
    return number
