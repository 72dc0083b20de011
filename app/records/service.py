"""The one write path. Page, API, import, job and command line all write here, in a `transaction()` of the caller's:
permission → validation → limits → rules → save → audit. All or nothing, however many records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _

from app.access import SYSTEM, Actor, demand, may
from app.errors import Conflict, Invalid, NotFound
from app.models.base import new_id
from app.records import clean, custom, definitions, handover, limits, masking, reach, recycle_bin, rules, save
from app.records.batch import Batch
from app.records.doing import demand_action
from app.records.exchange import rearrange
from app.records.ids import record_id
from app.records.owning import Owning
from app.records.panel import forget_marks
from app.records.query import read
from app.records.record import Outcome, Record
from app.records.tables import base_of
from app.records.visibility import demand_sight, visible
from app.spec.model import ResourceSpec

__all__ = ["Outcome", "Record", "act", "add", "delete", "edit", "rearrange"]


def add(actor: Actor, resource: ResourceSpec, values: Mapping[str, Any]) -> Record:
    """The record made from `values`, raw as sent. Raises Denied, and Invalid with all that is wrong, by field."""
    demand(actor, resource, "add")
    page, resource = resource, custom.held(actor, base_of(resource))
    after = clean.new_values(resource, values, actor.reader, by_system=actor.role_key == SYSTEM)
    reach.check(actor, page, {}, after)
    limits.make_room(resource, actor.reader)
    batch = Batch(actor, resource)
    change = batch.change("add", new_id(), before=None, after=after)
    rules.run(change, resource.rules)
    Owning(actor, page).settle(change)
    if resource.extends:
        definitions.prepare(change)
    save.insert(change)
    batch.audit()
    return read(actor, page, change.id, saved=True)


def edit(
    actor: Actor, resource: ResourceSpec, id: int, values: Mapping[str, Any], version: int | None = None
) -> Record:
    """The record after `values` were put into it; fields not named stay as they are, blank secrets too.

    Raises Denied, NotFound, Invalid, and Conflict where `version` is given and is no longer the record's.
    """
    demand(actor, resource, "edit")
    page, resource = resource, custom.held(actor, base_of(resource))
    if resource.extends:
        limits.queue_up()  # whoever changes definitions locks the company before them, or two would wait for each other
    held = save.hold(resource, [record_id(id)], seen=visible(actor, page))[0]
    before = save.values_of(resource, held)
    if version is not None and held.version != version:
        theirs = masking.values(actor, page, before)
        raise Conflict(_("Somebody else has saved this record in the meantime."), theirs)
    values = masking.sent(actor, page, values, before)
    given = clean.edited_values(resource, values, actor.reader, before)
    reach.check(actor, page, before, {**before, **given})
    batch = Batch(actor, resource)
    change = batch.change("edit", held.id, before=before, after={**before, **given})
    rules.run(change, resource.rules)
    Owning(actor, page).settle(change)
    if resource.extends:
        definitions.prepare(change)
    if save.update(change, held):
        batch.audit()
    return read(actor, page, held.id, saved=True)


def delete(actor: Actor, resource: ResourceSpec, ids: Iterable[int | str], heir: int | str | None = None) -> list[str]:
    """The titles of the deleted records, all or none (U3, A2). What refers to them refers to `heir` afterwards; to
    nothing, where that is `handover.NOBODY`.

    Raises Denied, NotFound, Invalid, and InUse where something refers to them and there is no heir.
    """
    demand(actor, resource, "delete")
    page, wanted = resource, limits.batch(resource, ids)
    resource = (custom.held if resource.bin else custom.of)(actor, base_of(resource))
    if resource.extends:
        limits.queue_up()
    if heir is not None:
        demand_sight(actor, page, *wanted)
        handover.hand_over(actor, page, wanted, heir)
    batch, leaving = Batch(actor, resource, len(wanted), may(actor, page, "view")), []
    for held in save.hold(resource, wanted, seen=visible(actor, page)):
        change = batch.change("delete", held.id, before=save.values_of(resource, held), after=None)
        with batch.naming(change):
            rules.run(change, resource.rules)
        if resource.extends:
            definitions.archive(change, held)
        else:
            leaving.append((change, held, batch.title(change)))
            save.remove(change, held, batch.called(change))
    forget_marks(resource, wanted)
    if resource.bin:
        recycle_bin.put(actor, leaving)
    else:
        custom.forget_values(resource, wanted)
    return batch.audit()


def act(
    actor: Actor,
    resource: ResourceSpec,
    action: str,
    ids: Iterable[int | str],
    asked: Mapping[str, Any] = MappingProxyType({}),
) -> Outcome:
    """Use one of the resource's actions on records, all or none. What it reveals is shown now and never again.

    `asked` is what the person gave for the fields the action asks for, raw as sent.

    Raises NotFound for an unknown action or record, Denied, Invalid.
    """
    spec = resource.actions.get(action)
    if spec is None or spec.on != "records":
        raise NotFound
    demand_action(actor, resource, spec)
    page, resource, wanted = resource, base_of(resource), limits.batch(resource, ids)
    if not spec.bulk and len(wanted) > 1:
        raise Invalid({"": [_("Only one record at a time.")]})
    found = save.hold(resource, wanted, seen=visible(actor, page))  # first: what is out of sight is not there
    values = clean.fixed_values(resource, spec.set, actor.reader) | clean.asked_values(
        resource, spec.ask, asked, actor.reader
    )
    reach.check_targets(actor, page, {name: values[name] for name in spec.ask})
    batch = Batch(actor, resource, len(wanted), may(actor, page, "view"))
    owning = Owning(actor, page, together=True)
    for held in found:
        before = save.values_of(resource, held)
        change = batch.change("act", held.id, before=before, after={**before, **values}, action=action)
        with batch.naming(change, asked=spec.ask):
            rules.run(change, [*filter(None, [spec.run]), *resource.rules])
            owning.settle(change)
            save.update(change, held)
    batch.audit()
    return Outcome(len(wanted), batch.revealed())
