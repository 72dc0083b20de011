"""The recycle bin (`bin:`): deleted records wait here, apart from the table that everybody reads, until somebody
restores them (restore.py), deletes them for good, or their days are over.

Who may delete, and see records, may look into it. Whose sight of the resource is limited sees what they deleted
themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, delete, false, func, select

from app.access import Actor, demand
from app.engine import engine
from app.errors import NotFound
from app.fields import kind_of
from app.fields.base import Reader, Rejected
from app.fields.conditions import needle
from app.fields.slots import encode
from app.models.base import SEARCH, db, new_id, utcnow
from app.models.bin_entry import BinEntry
from app.models.field_value import FieldValue
from app.records import audit, custom_words, limits, masking
from app.records.names import Names
from app.records.rules import Change
from app.records.tables import base_of
from app.records.visibility import sight_of
from app.spec.features import BinSpec
from app.spec.model import FieldSpec, ResourceSpec

BINNED: Final = "bin"  # as audit entries call it; so restored, and deleted for good
RESTORED: Final = "unbin"
PURGED: Final = "purge"
JOB: Final = "empty_bin"  # the daily one
SIZE: Final = 25
SOON: Final = 3  # days: from here on somebody had better hurry
LONGEST_TITLE: Final = 256  # what the column holds
AT_ONCE: Final = 1000  # entries that one statement of the daily purge deletes


@dataclass(frozen=True, slots=True)
class Binned:
    """One deleted record. `days_left` counts days that have begun: all of them at first, 1 on the last one."""

    id: int
    record_id: int
    title: str
    deleted_at: datetime
    deleted_name: str
    days_left: int


@dataclass(frozen=True, slots=True)
class Told:
    """A value of a deleted record, in words; `shown` as pages show it, HTML as Markup."""

    name: str
    label: str
    text: str
    shown: Markup | str


@dataclass(frozen=True, slots=True)
class BinPage:
    """The newest deletions first; `next` is the id to go on after, None on the last page."""

    entries: Sequence[Binned]
    next: int | None


def days(resource: ResourceSpec) -> int:
    """How long a deleted record of the resource can be restored."""
    return _bin(resource).days


def put(actor: Actor, leaving: Iterable[tuple[Change, Any, str]]) -> None:
    """Keep these records: the change that deletes each, the row as it was held, its title. The caller deletes them, in
    the same transaction."""
    names = Names(actor.reader)
    for change, held, title in leaving:
        change.action = BINNED
        db.session.add(_entry(change, held, title, names))
    db.session.flush()


def page(actor: Actor, resource: ResourceSpec, text: str = "", after: int | None = None, size: int = SIZE) -> BinPage:
    """What can be restored, the newest first, one statement: those whose title holds `text`. Raises Denied, and
    NotFound for a resource without a recycle bin."""
    conditions = [*waiting(actor, resource)]
    if text and resource.title not in masking.masked(actor, resource):
        sought = needle([text])
        found_by = func.lower(BinEntry.title).contains((sought or "").lower(), autoescape=True)
        conditions.append(false() if sought is None else found_by)
    if after is not None:
        conditions.append(BinEntry.id < after)
    columns = (BinEntry.id, BinEntry.record_id, BinEntry.title, BinEntry.deleted_at, BinEntry.deleted_name)
    statement = select(*columns).where(*conditions).order_by(BinEntry.id.desc()).limit(size + 1)
    found = db.session.execute(statement, execution_options={SEARCH: bool(text)}).all()
    now, spec = utcnow(), _bin(resource)
    entries = [
        Binned(id_, record_id, _masked_title(actor, resource, called), at, who, _days_left(spec, at, now))
        for id_, record_id, called, at, who in found[:size]
    ]
    return BinPage(entries, entries[-1].id if len(found) > size else None)


def get(actor: Actor, resource: ResourceSpec, id: int) -> BinEntry:
    """One entry with its values, as they are kept: who shows them masks them. Raises Denied, NotFound."""
    statement = select(BinEntry).where(*waiting(actor, resource), BinEntry.id == id)
    found: BinEntry | None = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def title(actor: Actor, resource: ResourceSpec, entry: BinEntry) -> str:
    """What the record was called; masked where the actor sees the field masked that names it."""
    return _masked_title(actor, resource, entry.title)


def told(actor: Actor, resource: ResourceSpec, entry: BinEntry) -> list[Told]:
    """What the record held, in the actor's language; what was empty is left out."""
    found = [
        _field_told(actor, resource, field, entry) for field in base_of(resource).fields.values() if not field.slot
    ]
    for own in entry.own:
        name, words = f"own.{own['definition']}", {key: own[key] for key in ("label", "kind", "value")}
        kept = masking.kept(actor, resource, name, words)
        told = custom_words.told(kept, actor.reader), custom_words.shown(kept, actor.reader)
        found.append(Told(name, own["label"], *told))
    return [one for one in found if one.text]


def days_left(resource: ResourceSpec, entry: BinEntry) -> int:
    """For how many days it can still be restored, the one that runs included."""
    return _days_left(_bin(resource), entry.deleted_at, utcnow())


def hold(actor: Actor, resource: ResourceSpec, ids: Iterable[int]) -> list[BinEntry]:
    """These entries, locked until the transaction ends. Raises Denied, Invalid for none or too many, and NotFound
    unless the actor sees all of them."""
    wanted = limits.batch(resource, ids)
    statement = select(BinEntry).where(*waiting(actor, resource), BinEntry.id.in_(wanted)).order_by(BinEntry.id)
    found = list(db.session.scalars(statement.with_for_update(), execution_options={"populate_existing": True}))
    if len(found) != len(wanted):
        raise NotFound
    return found


def purge(actor: Actor, resource: ResourceSpec, ids: Iterable[int]) -> list[str]:
    """Delete these entries for good; gives their titles. Raises as `hold`."""
    entries = hold(actor, resource, ids)
    titles = [entry.title for entry in entries]
    for entry in entries:
        audit.enter(actor, base_of(resource), PURGED, (entry.record_id, entry.title))
    forget(entries)
    return titles


def wanted() -> bool:
    """True if something of the company in scope has waited its days."""
    now = utcnow()
    return any(db.session.scalars(_old(resource, now).limit(1)).first() is not None for resource in with_bin())


def purge_old(actor: Actor, now: datetime | None = None) -> int:
    """Delete for good what has waited its days, at most AT_ONCE records of all resources; gives how many. Each
    resource's number is in the audit log."""
    deleted = 0
    for resource in with_bin():
        old = _old(resource, now or utcnow()).order_by(BinEntry.id).limit(AT_ONCE - deleted)
        entries = list(db.session.scalars(old)) if deleted < AT_ONCE else []
        if entries:
            forget(entries)
            audit.note(actor, PURGED, resource, {"rows": len(entries)})
        deleted += len(entries)
    return deleted


def with_bin() -> list[ResourceSpec]:
    """The resources whose deleted records wait here."""
    return [resource for resource in engine().product.resources.values() if resource.bin and not resource.of]


def _old(resource: ResourceSpec, now: datetime) -> Select[BinEntry]:
    until = now - timedelta(days=days(resource))
    return select(BinEntry).where(BinEntry.resource == resource.name, BinEntry.deleted_at < until)


def forget(entries: Sequence[BinEntry]) -> None:
    """Take these entries out of the bin, with what their records once had in archived fields."""
    ids, records = [entry.id for entry in entries], [entry.record_id for entry in entries]
    db.session.execute(delete(FieldValue).where(FieldValue.record_id.in_(records)))
    drop(ids)


def drop(ids: Sequence[int]) -> None:
    """Take these entries out of the bin."""
    db.session.execute(delete(BinEntry).where(BinEntry.id.in_(ids)), execution_options={"synchronize_session": False})


def waiting(actor: Actor, resource: ResourceSpec) -> list[ColumnElement[bool]]:
    """What an entry must meet for the actor to see it: the bin holds values, so it takes the right to see records too.
    Raises Denied, and NotFound where there is no bin."""
    demand(actor, resource, "delete")
    demand(actor, resource, "view")
    since = utcnow() - timedelta(days=_bin(resource).days)
    conditions = [BinEntry.resource == base_of(resource).name, BinEntry.deleted_at >= since]
    if sight_of(actor, resource).groups:
        conditions.append(BinEntry.deleted_by == actor.user_id)
    return conditions


def _bin(resource: ResourceSpec) -> BinSpec:
    if resource.bin is None:
        raise NotFound
    return resource.bin


def _masked_title(actor: Actor, resource: ResourceSpec, called: str) -> str:
    return masking.mask(called) if resource.title in masking.masked(actor, resource) else called


def _field_told(actor: Actor, resource: ResourceSpec, field: FieldSpec, entry: BinEntry) -> Told:
    kind, kept, label = kind_of(field), entry.values.get(field.name), field.label.text(actor.locale)
    if field.to is not None:
        title = entry.titles.get(field.name, "")
        return Told(field.name, label, title, title)
    if kind.is_blank(kept):
        return Told(field.name, label, "", "")
    kept = masking.kept(actor, base_of(resource), field.name, kept)
    try:
        value = kind.clean(field, kept, actor.reader)
    except Rejected:
        return Told(field.name, label, str(kept), str(kept))  # a mask, or what may no longer stand there
    return Told(
        field.name, label, kind.text(field, value, actor.reader), kind.show(field, value, actor.reader)
    )  # fmt: skip


def _days_left(spec: BinSpec, deleted_at: datetime, now: datetime) -> int:
    return max(0, spec.days - max(0, (now - deleted_at).days))


def _entry(change: Change, held: Any, title: str, names: Names) -> BinEntry:
    before, actor = change.before or {}, change.actor
    fields = [field for field in change.resource.fields.values() if field.name in before]
    own = [field for field in fields if field.slot and not kind_of(field).is_blank(before[field.name])]
    return BinEntry(
        id=new_id(),
        resource=change.resource.name,
        record_id=change.id,
        title=title[:LONGEST_TITLE],
        record_version=held.version,
        created_at=held.created_at,
        created_by=held.created_by,
        values={field.name: kind_of(field).json(field, before[field.name]) for field in fields if not field.slot},
        titles={field.name: names.refs(field, before[field.name]) for field in fields if field.to},
        own=[_own(field, before[field.name], actor.reader) for field in own],
        deleted_at=change.now,
        deleted_by=actor.user_id,
        deleted_name=actor.get_full_name()[: audit.LONGEST_NAME],
    )


def _own(field: FieldSpec, value: Any, reader: Reader) -> Mapping[str, Any]:
    """A value of a company's own field: which definition it belongs to, the text its slot held, and the value in the
    words of the moment (options may be called otherwise later)."""
    words = custom_words.keep(field, value, reader)
    return {"definition": str(field.definition), "text": encode(field.kind, value), **words}
