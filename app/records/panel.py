"""The panels of the workbench: what everyone of the tenant sees on the landing page, whatever their role (A1, C7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from app.access import Actor
from app.engine import engine
from app.errors import NotFound
from app.fields import kind_of
from app.models.base import db, utcnow
from app.models.read_mark import ReadMark
from app.records.record import PanelRow
from app.records.system import people
from app.records.tables import model_of, sort_column
from app.spec.model import ResourceSpec, WorkbenchSpec


def panel(actor: Actor, resource: ResourceSpec) -> list[PanelRow]:
    """The live rows of the resource's panel, one statement. No permission is asked for: the panel is everyone's.

    A row disappears at the very moment its `until` field names. Raises NotFound for a resource without a panel.
    """
    spec, model = _panel_of(resource), model_of(resource)
    author = aliased(model_of(people(engine().product)))
    author_name = getattr(author, people(engine().product).title)
    statement = (
        select(model.id, getattr(model, spec.show), model.created_at, author_name, ReadMark.at)
        .outerjoin(author, and_(author.tenant_id == model.tenant_id, author.id == model.created_by))
        .outerjoin(ReadMark, _mark_of(actor, resource, model))
        .where(*_live(spec, model))
        .order_by(*_newest_first(spec, model))
        .limit(spec.most)
    )
    shown = resource.field(spec.show)
    return [
        PanelRow(
            id=id_,
            text=kind_of(shown).text(shown, value, actor.reader),
            at=at,
            author=name or "",
            unread=spec.unread and actor.user_id is not None and read_at is None,
        )
        for id_, value, at, name, read_at in db.session.execute(statement)
    ]


def mark_read(actor: Actor, resource: ResourceSpec, ids: Sequence[int]) -> None:
    """Remember that the actor has read these rows of the panel. Rows that are not on the panel are passed over.

    Raises NotFound for a resource without a panel.
    """
    spec, model = _panel_of(resource), model_of(resource)
    if actor.user_id is None or not spec.unread or not ids:
        return
    unread = (
        select(model.id)
        .outerjoin(ReadMark, _mark_of(actor, resource, model))
        .where(model.id.in_(ids), ReadMark.record_id.is_(None), *_live(spec, model))
    )
    marks = [
        ReadMark(tenant_id=actor.tenant_id, user_id=actor.user_id, resource=resource.name, record_id=id_, at=utcnow())
        for id_ in db.session.scalars(unread)
    ]
    try:
        with db.session.begin_nested():
            db.session.add_all(marks)
    except IntegrityError:
        # The same person's other tab has marked them in this very moment: they are read, which is all we wanted.
        return


def forget_marks(resource: ResourceSpec, ids: Sequence[int]) -> None:
    """Forget who read rows that are being deleted."""
    if resource.workbench is not None and resource.workbench.unread:
        db.session.execute(delete(ReadMark).where(ReadMark.resource == resource.name, ReadMark.record_id.in_(ids)))


def _panel_of(resource: ResourceSpec) -> WorkbenchSpec:
    if resource.workbench is None:
        raise NotFound
    return resource.workbench


def _mark_of(actor: Actor, resource: ResourceSpec, model: Any) -> ColumnElement[bool]:
    return and_(
        ReadMark.tenant_id == model.tenant_id,
        ReadMark.user_id == actor.user_id,
        ReadMark.resource == resource.name,
        ReadMark.record_id == model.id,
    )


def _live(spec: WorkbenchSpec, model: Any) -> list[ColumnElement[bool]]:
    return [getattr(model, spec.until) > utcnow()] if spec.until else []


def _newest_first(spec: WorkbenchSpec, model: Any) -> list[ColumnElement[Any]]:
    column = sort_column(model, spec.order)
    return [column.desc(), model.id.desc()] if spec.order.startswith("-") else [column.asc(), model.id.asc()]
