"""That people have read rows of the workbench, and have said so (A1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.access import Actor
from app.errors import Conflict, NotFound
from app.models.base import db, utcnow
from app.models.read_mark import ReadMark
from app.records.board import as_of, begun, mark_of, meant_for, not_over, panel_of
from app.records.tables import model_of
from app.spec.model import ResourceSpec


def mark_read(actor: Actor, resource: ResourceSpec, ids: Sequence[int]) -> None:
    """Remember that the actor has read these rows of the panel. Rows that are not on the panel are passed over.

    Raises NotFound for a resource without a panel.
    """
    spec, model, now = panel_of(resource), model_of(resource), utcnow()
    if actor.user_id is None or not spec.unread or not ids:
        return
    unread = (
        select(model.id)
        .outerjoin(ReadMark, mark_of(actor, resource, model))
        .where(
            model.id.in_(ids),
            or_(ReadMark.record_id.is_(None), ReadMark.at < as_of(spec, model)),
            *begun(spec, model, now),
            *not_over(spec, model, now),
            *meant_for(actor, resource, spec, model),
        )
    )
    _mark(actor, resource, list(db.session.scalars(unread)), {"at": now})


def acknowledge(actor: Actor, resource: ResourceSpec, id: int, seen: datetime) -> None:
    """Remember that the actor has read this row as it was at `seen` and says so. Saying it again changes nothing.

    Raises NotFound for a row that is not on the actor's panel or asks for no acknowledgement, and Conflict where it
    says something else by now: nobody acknowledges what they have not seen.
    """
    spec, model, now = panel_of(resource), model_of(resource), utcnow()
    if actor.user_id is None or spec.acknowledge is None:
        raise NotFound
    found = db.session.execute(
        select(as_of(spec, model), ReadMark.acknowledged_at)
        .outerjoin(ReadMark, mark_of(actor, resource, model))
        .where(
            model.id == id,
            getattr(model, spec.acknowledge).is_(True),
            *begun(spec, model, now),
            *not_over(spec, model, now),
            *meant_for(actor, resource, spec, model),
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    since, said = found
    if since != seen:
        raise Conflict(_("This has been changed meanwhile. Read it once more."))
    if said is None or said < since:
        _mark(actor, resource, [id], {"at": now, "acknowledged_at": now})


def forget_marks(resource: ResourceSpec, ids: Sequence[int]) -> None:
    """Forget who read rows that are being deleted."""
    if resource.workbench is not None and resource.workbench.unread:
        db.session.execute(delete(ReadMark).where(ReadMark.resource == resource.name, ReadMark.record_id.in_(ids)))


def _mark(actor: Actor, resource: ResourceSpec, ids: Sequence[int], values: dict[str, datetime]) -> None:
    """Put `values` into the actor's marks on these rows; marks that are not there yet are made."""
    if not ids:
        return
    own = (ReadMark.user_id == actor.user_id, ReadMark.resource == resource.name, ReadMark.record_id.in_(ids))
    there = set(db.session.scalars(select(ReadMark.record_id).where(*own)))
    key = {"tenant_id": actor.tenant_id, "user_id": actor.user_id, "resource": resource.name}
    try:
        with db.session.begin_nested():
            db.session.add_all(ReadMark(**key, record_id=id_, **values) for id_ in ids if id_ not in there)
    except IntegrityError:
        # The same person's other tab has marked them in this very moment: what is left to do is below.
        there = set(ids)
    if there:
        db.session.execute(update(ReadMark).where(*own).values(**values))
