"""Back from the recycle bin: the record under its old id, with what of its values still means something.

The same checks as in every write. A reference to something that has gone meanwhile is left empty; what the record had
in an own field that is archived by now goes into the archive with the field's other values. Both are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import case, delete, select, update

from app.access import Actor
from app.errors import Invalid
from app.fields import kind_of
from app.fields.base import Rejected
from app.fields.slots import decode
from app.fields.typed import quoted
from app.models.base import db, utcnow
from app.models.bin_entry import BinEntry
from app.models.field_value import FieldValue
from app.records import audit, custom, limits, recycle_bin, rules, save, slot_values
from app.records.batch import Batch
from app.records.owning import Owning
from app.records.rules import Change
from app.records.tables import base_of, is_refs, model_of, resource_of
from app.spec.model import FieldSpec, ResourceSpec


@dataclass(frozen=True, slots=True)
class Restored:
    """The records that are back, their titles, and what of them could not come back, in words."""

    ids: Sequence[int]
    titles: Sequence[str]
    notes: Sequence[str]


@dataclass(slots=True)
class _Revival:
    """One record on its way back: `values` by field, `lost` what is left empty (field → what it was in words)."""

    entry: BinEntry
    values: dict[str, Any]
    lost: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def restore(actor: Actor, resource: ResourceSpec, ids: Sequence[int]) -> Restored:
    """Bring these entries of the bin back, all or none. Raises Denied, NotFound, and Invalid, which names the record,
    where a value that nobody else may have is taken, or one that must be given has gone."""
    page, resource = resource, custom.held(actor, base_of(resource))
    entries = recycle_bin.hold(actor, page, ids)
    limits.make_room(resource, actor.reader, adding=len(entries))
    there = _there(resource, entries)
    revivals = [_revive(actor, resource, entry, there) for entry in entries]
    _bring_own(resource, revivals)
    batch, owning = Batch(actor, resource, len(entries)), Owning(actor, page)
    for revival in revivals:
        _keep_within_cap(owning, resource, revival)
        change = _change(batch, revival)
        with _naming(actor, resource, revival):
            rules.run(change, resource.rules)
            save.insert(change)
        _told(resource, revival, change)
        before = {name: old for name, old in revival.lost.items() if old} or None
        audit.enter(
            actor, resource, recycle_bin.RESTORED, (revival.entry.record_id, revival.entry.title), before=before
        )
    _go_on_counting(resource, entries)
    recycle_bin.drop([entry.id for entry in entries])
    notes = [note for revival in revivals for note in revival.notes]
    return Restored([entry.record_id for entry in entries], [entry.title for entry in entries], notes)


def _keep_within_cap(owning: Owning, resource: ResourceSpec, revival: _Revival) -> None:
    """Whoever has as many records by now as one person may have gets no more by a restoration either: the record comes
    back, for that is what was asked for, but waits for somebody else of its team, or in the pool."""
    spec, values = resource.owner, revival.values
    person = values[spec.person] if spec is not None else None
    if spec is None or person is None or owning.has_room(resource, person):
        return
    values[spec.person], values[spec.since] = None, utcnow()
    name = revival.entry.titles.get(spec.person, "")
    said = {"title": revival.entry.title, "name": name}
    revival.notes.append(_("%(title)s: %(name)s has as many as one person may have. It is nobody's now.", **said))


def _change(batch: Batch, revival: _Revival) -> Change:
    """To rules it is no new record, which would belong to who makes it, but one whose every value changes."""
    blank = {name: kind_of(known).blank for name, known in batch.resource.fields.items()}
    entry = revival.entry
    change = batch.change("act", entry.record_id, before=blank, after=revival.values, action=recycle_bin.RESTORED)
    change.system |= {"created_at": entry.created_at, "created_by": entry.created_by}
    return change


def _there(resource: ResourceSpec, entries: Sequence[BinEntry]) -> Mapping[str, set[int]]:
    """By reference field, which of the records that the entries point to still exist: one statement a field."""
    found: dict[str, set[int]] = {}
    for known in resource.fields.values():
        if known.to is not None:
            model = model_of(resource_of(known))
            ids = {id_ for entry in entries for id_ in _ids(entry.values.get(known.name))}
            there = select(model.id).where(model.id.in_(ids))
            found[known.name] = set(db.session.scalars(there)) if ids else set()
    return found


def _ids(kept: Any) -> list[int]:
    return [int(id_) for id_ in (kept if isinstance(kept, list) else [kept] if kept else ())]


def _revive(actor: Actor, resource: ResourceSpec, entry: BinEntry, there: Mapping[str, set[int]]) -> _Revival:
    """The values of the resource's YAML fields as they are valid today."""
    revival = _Revival(entry, {})
    for known in resource.fields.values():
        kind, kept = kind_of(known), entry.values.get(known.name)
        revival.values[known.name] = kind.blank
        if known.slot or kind.is_blank(kept):
            continue
        if known.to is not None:
            ids = tuple(id_ for id_ in _ids(kept) if id_ in there[known.name])
            revival.values[known.name] = ids if is_refs(known) else next(iter(ids), None)
            if len(ids) < len(_ids(kept)):
                revival.lost[known.name] = entry.titles.get(known.name, "")
            continue
        try:
            revival.values[known.name] = kind.clean(known, kept, actor.reader)
        except Rejected:
            revival.lost[known.name] = ""  # a value that the product no longer has
    return revival


def _bring_own(resource: ResourceSpec, revivals: Sequence[_Revival]) -> None:
    """The values of own fields: into the slot that their definition has now, or into the archive beside it."""
    live = {known.definition: known for known in resource.fields.values() if known.slot}
    archived = _archived(resource, revivals, live)
    for revival in revivals:
        for kept in revival.entry.own:
            definition, kind, text = int(kept["definition"]), kept["kind"], kept["text"]
            known = live.get(definition)
            if known is not None and known.kind == kind:
                _into_slot(revival, known, text)
            elif known is not None or definition in archived:
                texts = {revival.entry.record_id: text}
                slot_values.put_away(definition, kind, texts, aside=known is not None)
                revival.notes.append(_aside(revival, kept, archived=known is None))
            else:
                revival.notes.append(
                    _("%(title)s: the field “%(field)s” no longer exists; its value is gone.", **_names(revival, kept))
                )
    _out_of_the_archive(live, revivals)


def _archived(
    resource: ResourceSpec, revivals: Sequence[_Revival], live: Mapping[int, FieldSpec]
) -> frozenset[int]:  # fmt: skip
    """Which of the definitions that the entries speak of are archived."""
    wanted = {int(kept["definition"]) for revival in revivals for kept in revival.entry.own} - live.keys()
    if not wanted:
        return frozenset()
    model = model_of(custom.definer(resource))
    return frozenset(db.session.scalars(select(model.id).where(model.id.in_(wanted), model.archived_at.is_not(None))))


def _into_slot(revival: _Revival, known: FieldSpec, text: str) -> None:
    kind, value = kind_of(known), decode(known.kind, text)
    try:
        revival.values[known.name] = kind.clean(known, kind.json(known, value), custom.NEUTRAL)
    except Rejected:
        revival.lost[known.name] = ""


def _out_of_the_archive(live: Mapping[int, FieldSpec], revivals: Sequence[_Revival]) -> None:
    """A field may have been restored while the record was in the bin: its value comes back now."""
    if not live:
        return
    by_record = {revival.entry.record_id: revival for revival in revivals}
    waiting = (FieldValue.record_id.in_(by_record), FieldValue.field_id.in_(live), FieldValue.aside.is_(False))
    back = []
    for value in db.session.scalars(select(FieldValue).where(*waiting)):
        known, revival = live[value.field_id], by_record[value.record_id]
        if known.kind == value.kind and kind_of(known).is_blank(revival.values[known.name]):
            _into_slot(revival, known, value.value)
            back.append(value.id)
    db.session.execute(delete(FieldValue).where(FieldValue.id.in_(back)))


def _told(resource: ResourceSpec, revival: _Revival, change: Change) -> None:
    """Say what was left empty, or what stands there instead."""
    for name, old in revival.lost.items():
        label = resource.fields[name].label.text(change.actor.locale)
        said = {"title": revival.entry.title, "field": label, "old": old}
        if not old:
            revival.notes.append(_("%(title)s: the value of “%(field)s” is no longer possible.", **said))
        elif kind_of(resource.fields[name]).is_blank((change.after or {}).get(name)):
            revival.notes.append(_("%(title)s: %(field)s “%(old)s” no longer exists and was left empty.", **said))
        else:
            revival.notes.append(_("%(title)s: %(field)s “%(old)s” no longer exists and was replaced.", **said))


def _aside(revival: _Revival, kept: Mapping[str, Any], *, archived: bool) -> str:
    names = _names(revival, kept)
    if archived:
        return str(_("%(title)s: “%(field)s” is archived; its value comes back with the field.", **names))
    return str(_("%(title)s: the type of “%(field)s” has changed; its value was put aside.", **names))


def _names(revival: _Revival, kept: Mapping[str, Any]) -> dict[str, str]:
    return {"title": revival.entry.title, "field": str(kept["label"])}


@contextmanager
def _naming(actor: Actor, resource: ResourceSpec, revival: _Revival) -> Iterator[None]:
    """A refusal says which record and which field it is about: there is no form to show it in."""
    try:
        yield
    except Invalid as refusal:
        title = quoted(revival.entry.title)
        texts = []
        for name, messages in refusal.errors.items():
            known = resource.fields.get(name)
            label = known.label.text(actor.locale) if known else ""
            for why in messages:
                said = f"{label}: {why}" if label else str(why)
                texts.append(_("“%(title)s” cannot be restored. %(why)s", title=title, why=said))
        raise Invalid({"": texts}) from refusal


def _go_on_counting(resource: ResourceSpec, entries: Sequence[BinEntry]) -> None:
    """Whoever has had a form open since before the deletion must not save over what was restored."""
    model = model_of(resource)
    versions = {entry.record_id: entry.record_version + 1 for entry in entries}
    statement = update(model).where(model.id.in_(versions)).values(version=case(versions, value=model.id))
    db.session.execute(statement, execution_options={"synchronize_session": False})
