"""The panels of the workbench: what everyone of the tenant sees on the landing page, whatever their role (A1, C7).

No permission is asked for: a panel is everyone's, as far as they are in the audience of its rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from app.access import Actor
from app.engine import engine
from app.fields import kind_of
from app.models.base import db, utcnow
from app.models.read_mark import ReadMark
from app.records.board import as_of, begun, in_order, mark_of, meant_for, not_over, panel_of
from app.records.reading import acknowledge, forget_marks, mark_read
from app.records.record import PanelRow
from app.records.system import people
from app.records.tables import model_of
from app.spec.features import WorkbenchSpec
from app.spec.model import ResourceSpec

__all__ = ["Pulse", "acknowledge", "forget_marks", "mark_read", "panel", "pending", "pulse"]

MOST_PENDING = 50


@dataclass(frozen=True, slots=True)
class Pulse:
    """A panel in figures. `stamp` is another whenever the panel looks another; at `next_at` it will, by itself."""

    shown: int
    unread: int
    pending: int
    next_at: datetime | None
    stamp: str


def panel(actor: Actor, resource: ResourceSpec) -> list[PanelRow]:
    """The rows the reader sees at this moment, one statement: pinned ones first, then the newest.

    Raises NotFound for a resource without a panel.
    """
    return _rows(actor, resource, panel_of(resource).most)


def pending(actor: Actor, resource: ResourceSpec) -> list[PanelRow]:
    """Those of them that the reader still has to acknowledge. Raises NotFound for a resource without a panel."""
    spec, model = panel_of(resource), model_of(resource)
    if spec.acknowledge is None or actor.user_id is None:
        return []
    return _rows(actor, resource, MOST_PENDING, _unacknowledged(spec, model))


def pulse(actor: Actor, resource: ResourceSpec) -> Pulse:
    """The panel in figures, one statement. Raises NotFound for a resource without a panel."""
    spec, model, now = panel_of(resource), model_of(resource), utcnow()
    shown, person = and_(model.id.is_not(None), *begun(spec, model, now)), actor.user_id is not None
    unread = and_(shown, or_(ReadMark.record_id.is_(None), ReadMark.at < as_of(spec, model)))
    waiting = and_(shown, _unacknowledged(spec, model)) if spec.acknowledge else None
    ends = _least(getattr(model, spec.until), shown) if spec.until else None
    starts = _least(getattr(model, spec.since), getattr(model, spec.since) > now) if spec.since else None
    figures = [
        func.count(case((shown, 1))),
        func.count(case((unread, 1))),
        func.count(case((waiting, 1))) if waiting is not None else func.count(None),
        func.max(case((shown, model.changed_at))),
        func.max(case((shown, model.id))),
        *(moment for moment in (ends, starts) if moment is not None),
    ]
    found = db.session.execute(
        select(*figures)
        .select_from(model)
        .outerjoin(ReadMark, mark_of(actor, resource, model))
        .where(*not_over(spec, model, now), *meant_for(actor, resource, spec, model))
    ).one()
    return Pulse(
        shown=found[0],
        unread=found[1] if spec.unread and person else 0,
        pending=found[2] if person else 0,
        next_at=min(filter(None, found[5:]), default=None),
        stamp=f"{found[0]}-{found[3].timestamp() if found[3] else 0}-{found[4] or 0}",
    )


def _least(column: Any, condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.min(case((condition, column)))


def _unacknowledged(spec: WorkbenchSpec, model: Any) -> ColumnElement[bool]:
    said = ReadMark.acknowledged_at
    return and_(getattr(model, spec.acknowledge or "").is_(True), or_(said.is_(None), said < as_of(spec, model)))


def _rows(actor: Actor, resource: ResourceSpec, most: int, *conditions: ColumnElement[bool]) -> list[PanelRow]:
    spec, model, now = panel_of(resource), model_of(resource), utcnow()
    author = aliased(model_of(people(engine().product)))
    author_name = getattr(author, people(engine().product).title)
    extra = [getattr(model, name) for name in (spec.pin, spec.acknowledge, spec.until) if name]
    statement = (
        select(
            model.id, getattr(model, spec.show), as_of(spec, model), author_name, ReadMark.at, ReadMark.acknowledged_at,
            *extra,
        )
        .outerjoin(author, and_(author.tenant_id == model.tenant_id, author.id == model.created_by))
        .outerjoin(ReadMark, mark_of(actor, resource, model))
        .where(
            *begun(spec, model, now), *not_over(spec, model, now), *meant_for(actor, resource, spec, model), *conditions
        )
        .order_by(*in_order(spec, model))
        .limit(most)
    )  # fmt: skip
    return [_row(actor, resource, spec, found) for found in db.session.execute(statement)]


def _row(actor: Actor, resource: ResourceSpec, spec: WorkbenchSpec, found: Sequence[Any]) -> PanelRow:
    id_, value, since, name, read_at, acknowledged_at, *extra = found
    more = dict(zip([name for name in (spec.pin, spec.acknowledge, spec.until) if name], extra, strict=True))
    shown, person = resource.field(spec.show), actor.user_id is not None
    return PanelRow(
        id=id_,
        text=kind_of(shown).text(shown, value, actor.reader),
        html=kind_of(shown).show(shown, value, actor.reader),
        at=since,
        author=name or "",
        unread=spec.unread and person and (read_at is None or read_at < since),
        pinned=bool(more.get(spec.pin or "")),
        must_acknowledge=bool(more.get(spec.acknowledge or "")),
        acknowledged=acknowledged_at is not None and acknowledged_at >= since,
        until=more.get(spec.until or ""),
    )
