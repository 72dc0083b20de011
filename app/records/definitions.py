"""Writing the definitions of a company's own fields (F2, F3, F6): the part of the write path that no YAML can say.

`app.records.service` calls `prepare` and `archive` for the records of a resource that `extends` another. Whoever
changes a definition holds the company's row until the transaction ends: two at once come one after the other, and
nobody writes a value meanwhile (`app.records.custom.held`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from app.access import Actor, demand
from app.engine import engine
from app.errors import Invalid, NotFound
from app.fields import kind_of
from app.fields.base import Rejected
from app.fields.names import key
from app.fields.options import Entry, live
from app.fields.slots import BLANKS
from app.fields.typed import quoted
from app.labels import LOCALES
from app.models.base import db, utcnow
from app.models.field_value import FieldValue
from app.models.slots import slots_of
from app.models.versions import bump_settings
from app.records import audit, save, slot_values
from app.records.batch import Batch
from app.records.custom import default_text, field_of_definition
from app.records.limits import queue_up
from app.records.rules import Change
from app.records.tables import model_of
from app.spec.model import ResourceSpec

KEPT_DAYS: Final = 30  # that an archived field can be restored
CHOICES: Final = ("choice", "choices")

Errors = dict[str, list[object]]


def extended_by(definition: ResourceSpec) -> ResourceSpec:
    """The resource whose own fields the records of `definition` define."""
    return engine().product.resource(str(definition.extends))


def prepare(change: Change) -> None:
    """Check a definition about to be added or edited, give it its slot, and let its options' values follow.

    Raises Invalid with everything that is wrong, by field.
    """
    queue_up()
    after = change.after
    assert after is not None, change.kind  # noqa: S101 - narrows the type
    others = _others(change.resource, change.id)
    errors: Errors = {}
    if change.before is None:
        after["slot"] = _free_slot(change.resource, others)
    if after.get("position") is None:
        after["position"] = max((other["position"] or 0 for other in others), default=0) + 1
    _check_name(change.resource, after, others, errors)
    gone = _settle_options(change, errors)
    if not errors:
        _settle_default(change, errors)
    if errors:
        raise Invalid(errors)
    for entry in gone:
        target = extended_by(change.resource)
        slot_values.replace_option(change.actor, target, after["slot"], after["kind"], entry)
    bump_settings(change.actor.tenant_id)


def archive(change: Change, held: Any) -> None:
    """Take the field out of use: its values go into the archive, its slot is free. `restore` undoes it (30 days)."""
    queue_up()
    slot_values.archive(change.actor, extended_by(change.resource), held.slot, held.id, held.kind)
    change.action = "archive"
    held.slot, held.archived_at = "", change.now
    held.changed_at, held.changed_by = change.now, change.actor.user_id
    db.session.flush()
    bump_settings(change.actor.tenant_id)


def restore(actor: Actor, resource: ResourceSpec, id_: int) -> int:
    """Bring an archived field back with its values; gives how many. Raises Denied, NotFound, and Invalid where all
    slots are taken or another field has its name by now.
    """
    demand(actor, resource, "delete")
    queue_up()
    model = model_of(resource)
    statement = select(model).where(model.id == id_, model.archived_at.is_not(None)).with_for_update(key_share=True)
    held = db.session.scalars(statement).one_or_none()
    if held is None:
        raise NotFound
    others, errors = _others(resource, id_), Errors()
    slot = _free_slot(resource, others)
    _check_name(resource, {"name": held.name}, others, errors)
    if errors:
        raise Invalid({"": errors["name"]})
    held.slot, held.archived_at = slot, None
    held.position = max((other["position"] or 0 for other in others), default=0) + 1
    held.changed_at, held.changed_by = utcnow(), actor.user_id
    db.session.flush()
    back = slot_values.bring_back(actor, extended_by(resource), slot, id_, held.kind, aside=False)
    audit.enter(actor, resource, "unarchive", (id_, held.name))
    bump_settings(actor.tenant_id)
    return back


def reorder(actor: Actor, resource: ResourceSpec, ids: Sequence[int]) -> None:
    """Put the live fields into this order. Raises Denied, and Invalid unless `ids` are all of them."""
    demand(actor, resource, "edit")
    queue_up()
    known = {other["id"] for other in _others(resource, 0)}
    if len(ids) != len(set(ids)) or set(ids) != known:
        raise Invalid({"": [_("The fields have changed in the meantime. Load the page again.")]})
    if not ids:
        return
    held = {record.id: record for record in save.hold(resource, list(ids))}
    batch = Batch(actor, resource, len(held))
    for position, id_ in enumerate(ids, 1):
        before = save.values_of(resource, held[id_])
        if before["position"] != position:
            change = batch.change("edit", id_, before=before, after={**before, "position": position})
            save.update(change, held[id_])
    batch.audit()
    if batch.changes:
        bump_settings(actor.tenant_id)


@dataclass(frozen=True, slots=True)
class Archived:
    """A field that can be restored. `values` is how many would come back."""

    id: int
    name: str
    kind: str
    archived_at: datetime
    values: int

    @property
    def until(self) -> datetime:
        """The last moment at which it can be restored."""
        return self.archived_at + timedelta(days=KEPT_DAYS)


def archived(actor: Actor, resource: ResourceSpec) -> list[Archived]:
    """The archived fields, the newest first. Raises Denied."""
    demand(actor, resource, "view")
    model = model_of(resource)
    values = (
        select(func.count(FieldValue.id))
        .where(FieldValue.tenant_id == model.tenant_id, FieldValue.field_id == model.id, FieldValue.aside.is_(False))
        .scalar_subquery()
    )
    found = db.session.execute(
        select(model.id, model.name, model.kind, model.archived_at, values)
        .where(model.archived_at.is_not(None))
        .order_by(model.archived_at.desc(), model.id.desc())
    )
    return [Archived(*row) for row in found]


def kept_values(id_: int) -> int:
    """How many values an archived field would bring back."""
    mine = (FieldValue.field_id == id_, FieldValue.aside.is_(False))
    number: int = db.session.scalars(select(func.count(FieldValue.id)).where(*mine)).one()
    return number


def purge(actor: Actor, now: datetime | None = None) -> int:
    """Delete for good what was archived more than 30 days ago; gives how many fields. For all such resources."""
    found = 0
    until = (now or utcnow()) - timedelta(days=KEPT_DAYS)
    for resource in engine().product.resources.values():
        if not resource.extends:
            continue
        model = model_of(resource)
        old = db.session.execute(select(model.id, model.name).where(model.archived_at < until)).all()
        for id_, name in old:
            db.session.execute(delete(FieldValue).where(FieldValue.field_id == id_))
            db.session.execute(delete(model).where(model.id == id_))
            audit.enter(actor, resource, "delete", (id_, name))
        found += len(old)
    return found


def _others(resource: ResourceSpec, id_: int) -> list[Mapping[str, Any]]:
    """The live definitions but this one."""
    model = model_of(resource)
    columns = [getattr(model, name).label(name) for name in ("id", "name", "position", "slot")]
    statement = select(*columns).where(model.archived_at.is_(None), model.id != id_)
    return [dict(row) for row in db.session.execute(statement).mappings()]


def _free_slot(resource: ResourceSpec, others: Sequence[Mapping[str, Any]]) -> str:
    """F6: the first free one. Raises Invalid where there is none."""
    slots = slots_of(extended_by(resource))
    taken = {other["slot"] for other in others}
    for slot in slots:
        if slot not in taken:
            return slot
    message = _("All %(most)s fields are in use. Archive one that is no longer needed first.", most=len(slots))
    raise Invalid({"": [message]})


def _check_name(
    resource: ResourceSpec, after: Mapping[str, Any], others: Sequence[Mapping[str, Any]], errors: Errors
) -> None:
    name = key(after["name"])
    built_in = extended_by(resource).fields.values()
    if name in {key(field.label.text(locale)) for field in built_in for locale in LOCALES}:
        errors["name"] = [_("There is a built-in field of this name. Choose another one.")]
    elif name in {key(other["name"]) for other in others}:
        errors["name"] = [_("This is taken already. Choose another one.")]


def _settle_options(change: Change, errors: Errors) -> list[Entry]:
    """Give new options their ids. Gives those that go and whose records get another one instead, or none."""
    after, before = change.after or {}, change.before
    if after["kind"] not in CHOICES:
        after["options"] = before["options"] if before else ()
        return []
    old: tuple[Entry, ...] = before["options"] if before else ()
    new: tuple[Entry, ...] = after["options"]
    if not live(new):
        errors["options"] = [_("At least one option is needed.")]
    left = {entry.id for entry in live(old)}
    gone = [entry for entry in new if entry.gone and entry.id in left]
    needed = _with_users(change, gone)
    stay = {entry.id for entry in live(new)}
    for entry, number in needed:
        if entry.heir is None:
            label = next(one.label for one in old if one.id == entry.id)
            errors.setdefault("options", []).append(
                _(
                    "“%(name)s” is chosen in %(n)s records. Say what takes its place there.",
                    name=quoted(label),
                    n=number,
                )
            )
        elif entry.heir and entry.heir not in stay:
            errors.setdefault("options", []).append(_("What takes the place of an option must be another that stays."))
    after["options"] = tuple(
        Entry(entry.id, entry.label or next(one.label for one in old if one.id == entry.id), entry.gone)
        for entry in new
    )
    return [entry for entry, _number in needed]


def _with_users(change: Change, gone: Sequence[Entry]) -> list[tuple[Entry, int]]:
    """Those of `gone` that records still have, and how many do."""
    after, target = change.after or {}, extended_by(change.resource)
    counted = slot_values.holders(target, after["slot"], after["kind"], [entry.id for entry in gone])
    return [(entry, counted[entry.id]) for entry in gone if counted[entry.id]]


def _settle_default(change: Change, errors: Errors) -> None:
    """The default as the field's kind understands it, in the one form in which it is kept."""
    after = change.after or {}
    raw = after.get("default") or ""
    field = field_of_definition({**after, "default": ""})
    try:
        value = kind_of(field).clean(field, raw, change.actor.reader) if raw else BLANKS.get(field.kind)
    except Rejected as refusal:
        if change.changed("default") or not change.changed("options"):
            errors["default"] = [refusal.message]
            return
        value = BLANKS.get(field.kind)  # the option that was the default goes, and so does the default
    after["default"] = default_text(field, value)
