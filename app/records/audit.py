"""Who did what, when, from where, to which record: one entry per change, written in the transaction that makes it.

Values are kept as the API would give them and put into the reader's language when they are read; a reference is kept as
the name it had. Secrets are never kept: an entry says that one was set, not to what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from app.access import Actor, demand
from app.fields import kind_of
from app.models.audit import AuditEntry
from app.models.base import db, utcnow
from app.models.chain import put
from app.records import custom_words
from app.records.audit_words import AuditChange, action_label, changes
from app.records.names import Names
from app.records.origin import address, origin
from app.records.rules import Change
from app.records.tables import base_of
from app.records.visibility import demand_sight, sees, visible
from app.spec.model import FieldSpec, ResourceSpec

__all__ = [
    "HIDDEN", "LONGEST_NAME", "LONGEST_TITLE", "AuditRow", "address", "changed_values", "enter", "entry", "history",
    "note", "origin", "write",
]  # fmt: skip

HIDDEN: Final = "***"
LONGEST_NAME, LONGEST_TITLE = 128, 256  # what the columns hold


@dataclass(frozen=True, slots=True)
class AuditRow:
    """`action` is add, edit, delete or the name of an action of the resource; `action_label` is what it is called."""

    at: datetime
    who: str
    address: str
    action: str
    action_label: str
    changes: list[AuditChange]
    id: int = 0


def write(change: Change, title: str, names: Names) -> None:
    """Add the entry for a change that has just been saved."""
    before, after = changed_values(change, names)
    action = change.action or change.kind
    enter(change.actor, change.resource, action, (change.id, title), before=before, after=after, at=change.now)


def enter(
    actor: Actor,
    resource: ResourceSpec,
    action: str,
    record: tuple[int | None, str],
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Add an entry about `record` (id, title). Its values are in the form in which entries keep them: `write` is for
    changes of fields.
    """
    put(
        AuditEntry(
            at=at or utcnow(),
            actor_id=actor.user_id,
            actor_name=actor.get_full_name()[:LONGEST_NAME],
            address=address(),
            resource=resource.name,
            record_id=record[0],
            record_title=record[1][:LONGEST_TITLE],
            action=action,
            before=None if before is None else dict(before),
            after=None if after is None else dict(after),
        )
    )


def note(actor: Actor, action: str, resource: ResourceSpec, detail: Mapping[str, Any] | None = None) -> None:
    """Add an entry about the resource as a whole, with no record: an export, a move of many records at once.

    `detail` is what was done, by names of fields of the resource or in words of its own; it stands as "after".
    """
    enter(actor, resource, action, (None, ""), after=detail)


def history(
    actor: Actor, resource: ResourceSpec, id: int, limit: int = 20, *, before: int | None = None
) -> list[AuditRow]:
    """The newest entries about this record, newest first, in the actor's language; only those older than the entry
    `before`, where it is given.

    Raises Denied, and NotFound for a record out of sight.
    """
    demand(actor, resource, "view")
    demand_sight(actor, resource, id)
    entries = db.session.execute(
        select(
            AuditEntry.at, AuditEntry.actor_name, AuditEntry.address,
            AuditEntry.action, AuditEntry.before, AuditEntry.after, AuditEntry.id,
        )
        .where(AuditEntry.resource == base_of(resource).name, AuditEntry.record_id == id)
        .where(*([] if before is None else [AuditEntry.id < before]))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [
        AuditRow(
            at, who, where, action, action_label(resource, action, actor), changes(resource, old, new, actor), number
        )
        for at, who, where, action, old, new, number in entries
    ]


def entry(actor: Actor, resource: ResourceSpec | None, id: int) -> list[AuditChange]:
    """What one entry says was changed, in the actor's language; `resource` is what it is about, None where the product
    no longer has it. Nothing of a record out of sight (C1). The caller has asked for the permission to view the log."""
    columns = (AuditEntry.record_id, AuditEntry.before, AuditEntry.after)
    found = db.session.execute(select(*columns).where(AuditEntry.id == id)).one()
    if resource is not None and visible(actor, resource) and not sees(actor, resource, found.record_id or 0):
        return []
    if resource is not None:
        return changes(resource, found.before, found.after, actor)
    old, new = found.before or {}, found.after or {}
    return [
        AuditChange(name, name, str(old.get(name, "")), str(new.get(name, ""))) for name in dict.fromkeys([*old, *new])
    ]


def changed_values(change: Change, names: Names) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The values before and after of the fields that changed, as they are kept; None for a side that does not exist."""
    before, after = change.before, change.after
    fields = [field for field in change.resource.fields.values() if _differs(field, before, after)]
    return _kept(fields, before, names), _kept(fields, after, names)


def _differs(field: FieldSpec, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    blank = kind_of(field).blank
    return bool((before or {}).get(field.name, blank) != (after or {}).get(field.name, blank))


def _kept(fields: list[FieldSpec], values: Mapping[str, Any] | None, names: Names) -> dict[str, Any] | None:
    if values is None:
        return None
    return {field.name: _keep(field, values[field.name], names) for field in fields if field.name in values}


def _keep(field: FieldSpec, value: Any, names: Names) -> Any:
    kind = kind_of(field)
    if kind.secret:
        return HIDDEN
    if field.slot:
        return custom_words.keep(field, value, names.reader)
    return names.refs(field, value) if field.to else kind.json(field, value)
