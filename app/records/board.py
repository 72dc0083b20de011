"""The workbench in SQL: which rows are shown at a moment, to whom, and what a reader has done with them (A1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_

from app.access import Actor
from app.errors import NotFound
from app.models.read_mark import ReadMark
from app.records.tables import links, sort_column
from app.spec.features import WorkbenchSpec
from app.spec.model import ResourceSpec


def panel_of(resource: ResourceSpec) -> WorkbenchSpec:
    """The resource's panel. Raises NotFound for a resource without one."""
    if resource.workbench is None:
        raise NotFound
    return resource.workbench


def begun(spec: WorkbenchSpec, model: Any, now: datetime) -> list[ColumnElement[bool]]:
    """The moment from which it is shown has come."""
    since = getattr(model, spec.since) if spec.since else None
    return [] if since is None else [or_(since.is_(None), since <= now)]


def not_over(spec: WorkbenchSpec, model: Any, now: datetime) -> list[ColumnElement[bool]]:
    """It is shown at `now`, or may still come to be. It goes at the very moment `until` names."""
    conditions: list[ColumnElement[bool]] = []
    if spec.until:
        until = getattr(model, spec.until)
        conditions.append(or_(until.is_(None), until > now))
    if spec.withdrawn:
        conditions.append(getattr(model, spec.withdrawn).is_(False))
    return conditions


def meant_for(actor: Actor, resource: ResourceSpec, spec: WorkbenchSpec, model: Any) -> list[ColumnElement[bool]]:
    """The reader is in the row's audience: of one of its roles and of one of its teams, where it names any."""
    own = {"role": actor.role_id, "team": actor.team_id}
    conditions: list[ColumnElement[bool]] = []
    for name, field in spec.audience.items():
        link = links(resource, resource.field(field))
        named = and_(link.tenant_id == model.tenant_id, link.owner_id == model.id)
        anyone = ~exists().where(named)
        one = own[name]
        conditions.append(anyone if one is None else or_(anyone, exists().where(named, link.target_id == one)))
    return conditions


def as_of(spec: WorkbenchSpec, model: Any) -> ColumnElement[datetime]:
    """Since when the row says what it says now: what was read or acknowledged before counts no more."""
    if spec.renewed is None:
        return model.created_at  # type: ignore[no-any-return]
    return func.coalesce(getattr(model, spec.renewed), model.created_at)


def mark_of(actor: Actor, resource: ResourceSpec, model: Any) -> ColumnElement[bool]:
    """Joins the reader's mark to the row."""
    return and_(
        ReadMark.tenant_id == model.tenant_id,
        ReadMark.user_id == actor.user_id,
        ReadMark.resource == resource.name,
        ReadMark.record_id == model.id,
    )


def in_order(spec: WorkbenchSpec, model: Any) -> list[ColumnElement[Any]]:
    """Pinned rows first, then as the panel says; rows without a value of the order go by when they were made."""
    column = sort_column(model, spec.order)
    by = func.coalesce(column, model.created_at) if spec.order.removeprefix("-") == spec.renewed else column
    falling = spec.order.startswith("-")
    pinned = [getattr(model, spec.pin).desc()] if spec.pin else []
    return [*pinned, by.desc() if falling else by.asc(), model.id.desc() if falling else model.id.asc()]
