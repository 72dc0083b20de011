"""Saving many records that are given the same values: a statement for all that get the same, not one for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import update

from app.fields import kind_of
from app.models.base import db
from app.records import finding, save
from app.records.rules import Change
from app.records.tables import is_refs, model_of


def update_alike(staged: Sequence[tuple[Change, Any]]) -> list[bool]:
    """As `save.update_many`, for held records whose changes were made at the same moment: whether anything changed.
    Raises whatever the database refuses, for all of them."""
    changed: list[bool] = []
    groups: dict[tuple[tuple[str, Any], ...], list[Change]] = {}
    apart: list[tuple[Change, Any]] = []
    for change, held in staged:
        values = save.differing(change)
        changed.append(bool(values or change.system or change.bumped))
        if not changed[-1]:
            continue
        if change.bumped or any(is_refs(field) or kind_of(field).secret for field in _fields(change, values)):
            apart.append((change, held))
        else:
            groups.setdefault(tuple(sorted(_columns(change, values).items())), []).append(change)
    for columns, changes in groups.items():
        _write(dict(columns), changes)
    made = {change.id: held.created_at for change, held in staged}
    for change in (change for changes in groups.values() for change in changes):
        finding.index(change.resource, change.id, change.before, change.after, made[change.id])
    if apart:
        save.update_many(apart)
    return changed


def _fields(change: Change, values: Mapping[str, Any]) -> list[Any]:
    return [change.resource.field(name) for name in values]


def _columns(change: Change, values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, **finding.shadows(change.resource, values), **change.system}


def _write(columns: Mapping[str, Any], changes: Sequence[Change]) -> None:
    first = changes[0]
    model = model_of(first.resource)
    values = {getattr(model, name): value for name, value in columns.items()}
    tracked = {
        model.version: model.version + 1,
        model.changed_at: first.now,
        model.changed_by: first.actor.user_id,
    }
    statement = update(model).where(model.id.in_([change.id for change in changes])).values({**values, **tracked})
    db.session.execute(statement, execution_options={"synchronize_session": False})
