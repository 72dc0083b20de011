"""Who did what, when, from where, to which record: one entry per change, written in the transaction that makes it.

Values are kept as the API would give them and put into the reader's language when they are read; a reference is kept as
the name it had. Secrets are never kept: an entry says that one was set, not to what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.access import Actor, demand
from app.fields import kind_of
from app.fields.base import Rejected
from app.models.audit import AuditEntry
from app.models.base import db, utcnow
from app.models.chain import put
from app.records import custom_words, masking
from app.records.grant_words import GRANTS, LABEL, told
from app.records.names import Names
from app.records.origin import address, origin
from app.records.rules import Change
from app.records.tables import base_of
from app.records.visibility import demand_sight, sees, visible
from app.spec.model import FieldSpec, ResourceSpec

__all__ = [
    "HIDDEN", "LONGEST_NAME", "LONGEST_TITLE", "VERBS", "AuditChange", "AuditRow", "action_label", "address",
    "changed_values", "enter", "entry", "history", "note", "origin", "write",
]  # fmt: skip

HIDDEN: Final = "***"
LONGEST_NAME, LONGEST_TITLE = 128, 256  # what the columns hold
VERBS: Final = {
    "add": _l("Add"),
    "edit": _l("Edit"),
    "delete": _l("Delete"),
    "reset": _l("Restore default"),
    "change_password": _l("Change password"),
    "end_login": _l("Other logins ended"),
    "reset_admin": _l("Password of a company's admin reset"),
    "key_made": _l("API key made"),
    "key_revoked": _l("API key revoked"),
    "export": _l("Export"),
    "ask_export": _l("Export asked for"),
    "approve_export": _l("Export approved"),
    "refuse_export": _l("Export refused"),
    "reveal": _l("Whole number looked at"),
    "import": _l("Import"),
    "prune": _l("Old entries removed"),
    "hand_over": _l("Handed over"),
    "grant": _l("Permissions changed"),
    "copy": _l("Copied from another role"),
    "restore": _l("Default permissions restored"),
    "rollback": _l("Earlier permissions brought back"),
    "bin": _l("Moved to the recycle bin"),
    "unbin": _l("Restored from the recycle bin"),
    "purge": _l("Deleted for good"),
    "archive": _l("Archived"),
    "unarchive": _l("Restored from the archive"),
    "convert": _l("Type changed"),
    "return_to_pool": _l("Returned to the pool"),
}
# What entries tell beside fields.
WORDS: Final = {
    "api_key": _l("API key"),
    "company": _l("Company"),
    "rows": _l("Rows"),
    "created": _l("Added"),
    "updated": _l("Updated"),
    "skipped": _l("Skipped"),
    "failed": _l("Failed"),
    "file": _l("File"),
    "job": _l("Job"),
    "search": _l("Conditions"),
    "format": _l("Format"),
    "columns": _l("Columns"),
    "numbers": _l("Numbers"),
    "mark": _l("Export ID"),
    "reason": _l("Reason"),
    "asked_by": _l("Asked for by"),
    "fields": _l("Fields"),
}


@dataclass(frozen=True, slots=True)
class AuditChange:
    """One field of an audit entry, in the reader's language."""

    field: str
    label: str
    before: str
    after: str


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
            at, who, where, action, action_label(resource, action, actor), _changes(resource, old, new, actor), number
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
        return _changes(resource, found.before, found.after, actor)
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


def _changes(
    resource: ResourceSpec, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, actor: Actor
) -> list[AuditChange]:
    old, new = before or {}, after or {}
    return [
        AuditChange(
            name,
            custom_words.label(name, new, old) or _label(resource, name, actor),
            _told(resource, name, old, actor),
            _told(resource, name, new, actor),
        )
        for name in dict.fromkeys([*old, *new])
    ]


def action_label(resource: ResourceSpec, action: str, actor: Actor) -> str:
    """What the action of an entry is called; its bare name where the YAML no longer has it."""
    known = resource.actions.get(action)
    return known.label.text(actor.locale) if known else str(VERBS.get(action, action))


def _label(resource: ResourceSpec, name: str, actor: Actor) -> str:
    if name == GRANTS:
        return LABEL.text(actor.locale)
    field = resource.fields.get(name)
    return str(WORDS.get(name, name)) if field is None else field.label.text(actor.locale)


def _told(resource: ResourceSpec, name: str, values: Mapping[str, Any], actor: Actor) -> str:
    """A kept value in the reader's language. What the YAML has since changed its mind about is told as it was kept."""
    value, field = values.get(name), resource.fields.get(name)
    if value is None:
        return ""
    value = masking.kept(actor, resource, name, value)
    if custom_words.is_kept(value):
        return custom_words.told(value, actor.reader)
    if field is None and name == GRANTS:
        return told(value, actor.locale)
    if field is None or field.to or kind_of(field).secret:
        return str(value)
    try:
        return kind_of(field).text(field, kind_of(field).clean(field, value, actor.reader), actor.reader)
    except Rejected:
        return str(value)
