"""What happened to a record, in words: the entries of its history as sentences, and how it began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import select

from app.access import Actor
from app.labels import Label
from app.models.audit import AuditEntry
from app.models.base import db
from app.records.audit import AuditRow
from app.records.audit_words import VERBS, AuditChange
from app.records.names import COMMA
from app.records.record import Record
from app.records.recycle_bin import BINNED, PURGED, RESTORED
from app.records.tables import base_of
from app.spec.model import ResourceSpec

SIZE: Final = 20
IMPORT: Final = "import"
LONGEST_IMPORT: Final = timedelta(days=1)  # the entry of an import is written when it is over
OLD, NEW = "{old}", "{new}"
TONES: Final = {"add": "add", IMPORT: "add", RESTORED: "add", BINNED: "gone", PURGED: "gone", "delete": "gone",
                "reveal": "look", "export": "look"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `text` follows the name of `who` in a sentence; `changes` are what it leaves unsaid.

    `by` is the button it was done with, "" where the sentence says it; `tone`: add, change, gone or look.
    """

    at: datetime
    who: str
    by: str
    text: str
    tone: str
    action: str
    changes: Sequence[AuditChange]


def moments(actor: Actor, resource: ResourceSpec, entries: Sequence[AuditRow]) -> list[Moment]:
    """The entries of a history as sentences, in their order. No statement."""
    return [_moment(actor, resource, entry) for entry in entries]


def beginning(resource: ResourceSpec, record: Record, entries: Sequence[AuditRow]) -> Moment | None:
    """How the record came to be, where its oldest entries, the last of `entries`, do not tell: records that are
    imported have no entry each. At most one statement, whatever their number."""
    made = record.values.get("created_at")
    if made is None or any(entry.action in ("add", "copy") for entry in entries):
        return None
    by = record.values.get("created_by")
    who = record.titles.get("created_by", "") or (str(_("System")) if by is None else "")
    imported = by is not None and _import_of(resource, by, made)
    text = _("added this record by an import") if imported else _("added this record")
    return Moment(made, who, "", str(text), "add", IMPORT if imported else "add", ())


def _import_of(resource: ResourceSpec, by: int, made: datetime) -> bool:
    """True if that person's import was over soon after the record was made."""
    found = select(AuditEntry.id).where(
        AuditEntry.resource == base_of(resource).name,
        AuditEntry.record_id.is_(None),
        AuditEntry.action == IMPORT,
        AuditEntry.actor_id == by,
        AuditEntry.at >= made,
        AuditEntry.at < made + LONGEST_IMPORT,
    )
    return db.session.scalars(found.limit(1)).first() is not None


def _moment(actor: Actor, resource: ResourceSpec, entry: AuditRow) -> Moment:
    text, by, changes = _said(actor, resource, entry)
    tone = TONES.get(entry.action, "change")
    return Moment(entry.at, entry.who, by, text, tone, entry.action, changes)


def _said(actor: Actor, resource: ResourceSpec, entry: AuditRow) -> tuple[str, str, Sequence[AuditChange]]:
    """The sentence, the button, and the changes that the sentence leaves unsaid."""
    if entry.action == "add":
        return str(_("added this record")), "", [change for change in entry.changes if change.after]
    if entry.action in (BINNED, "delete"):
        return str(_("moved this record to the recycle bin") if entry.action == BINNED else VERBS["delete"]), "", ()
    if entry.action == RESTORED:
        return str(_("restored this record from the recycle bin")), "", entry.changes
    by = entry.action_label if entry.action in resource.actions else ""
    told = [change for change in entry.changes if _has_story(resource, change)]
    if told:
        rest = [change for change in entry.changes if change not in told]
        return _story(actor, resource, told, entry.who), by, rest
    if entry.action == "edit" and entry.changes:
        labels = COMMA.text(actor.locale).join(change.label for change in entry.changes)
        return str(_("changed %(fields)s", fields=labels)), "", entry.changes
    return entry.action_label, "", entry.changes


def _has_story(resource: ResourceSpec, change: AuditChange) -> bool:
    field = resource.fields.get(change.field)
    return field is not None and field.story is not None and change.before != change.after


def _story(actor: Actor, resource: ResourceSpec, told: Sequence[AuditChange], who: str) -> str:
    """The last of them that has a value leads, the others stand in brackets: “gave it to Li Lei (Team: one)”."""
    order = list(resource.fields)
    told = sorted(told, key=lambda change: (bool(change.after), order.index(change.field)))
    *others, first = told
    lead = _sentence(resource, first, who).text(actor.locale).replace(OLD, first.before).replace(NEW, first.after)
    aside = [_aside(change) for change in others]
    if not aside:
        return lead
    return str(_("%(what)s (%(more)s)", what=lead, more=COMMA.text(actor.locale).join(aside)))


def _sentence(resource: ResourceSpec, change: AuditChange, who: str) -> Label:
    story = resource.fields[change.field].story
    assert story is not None, change.field  # noqa: S101 - only fields that have one come here
    if not change.after:
        return story.emptied or Label(f"清空了{resource.fields[change.field].label.zh}", "emptied " + change.label)
    if story.own is not None and change.after == who:
        return story.own
    return story.moved if change.before and story.moved is not None else story.given


def _aside(change: AuditChange) -> str:
    if change.after:
        return str(_("%(field)s: %(value)s", field=change.label, value=change.after))
    return str(_("formerly %(field)s: %(value)s", field=change.label, value=change.before))
