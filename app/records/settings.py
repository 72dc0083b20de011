"""Resources of `kind: settings`: one row per tenant, and where there is none (or it says nothing), the defaults.

What is in force is read once per worker and `tenant.settings_version`, which comes with every login check: no query per
request, and a saved change is in force at the next request everywhere (B4). Writing goes the way of every record:
permission → validation → rules → save → audit, and then the version.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _

from app.access import Actor, demand
from app.engine import engine
from app.errors import Conflict
from app.models.base import db, new_id
from app.models.versions import bump_settings
from app.records import clean, rules
from app.records.asker import Asker
from app.records.batch import Batch
from app.records.constraints import saving
from app.records.in_force import NEVER_SAVED, Settings, Values, current, defaults, read
from app.records.limits import queue_up
from app.records.rules import Change
from app.records.tables import model_of
from app.spec.model import ResourceSpec

__all__ = [
    "NEVER_SAVED", "Settings", "Values", "current", "defaults", "get", "impact", "read", "reset", "save", "value",
]  # fmt: skip


def value(actor: Actor, name: str, field: str) -> Any:
    """One setting of the actor's company. Raises KeyError for what does not exist."""
    return current(name, actor.tenant_id, actor.settings_version)[field]


# --- reading
def get(actor: Actor, resource: ResourceSpec) -> Settings:
    """The settings as they are now, one statement. Raises Denied."""
    demand(actor, resource, "view")
    return read(resource)


# --- writing
def save(actor: Actor, resource: ResourceSpec, values: Values, version: int | None = None) -> Settings:
    """The settings after `values`, raw as sent, were put into them; fields not named stay as they are.

    Raises Denied, Invalid, and Conflict where `version` is given and is no longer theirs.
    """
    return _write(actor, resource, values, version)


def reset(actor: Actor, resource: ResourceSpec, fields: Iterable[str], version: int | None = None) -> Settings:
    """The settings after `fields` were given their defaults back. Raises as `save`."""
    known = defaults(resource)
    return _write(actor, resource, {name: known.get(name) for name in fields}, version, action="reset")


def impact(actor: Actor, resource: ResourceSpec, values: Values) -> list[str]:
    """What saving `values` would do, in sentences for the actor; none where nothing is to be told.

    Raises Denied unless the actor may edit, for the numbers tell of records the actor may not see; and Invalid.
    """
    demand(actor, resource, "edit")
    before = read(resource).values
    after = {**before, **clean.edited_values(resource, values, actor.reader, before)}
    if resource.impact is None or after == dict(before):
        return []
    tell = engine().product.rules[resource.name][resource.impact]
    return [str(sentence) for sentence in tell(before, after, Asker(actor, resource))]


def _write(actor: Actor, resource: ResourceSpec, values: Values, version: int | None, action: str = "") -> Settings:
    demand(actor, resource, "edit")
    queue_up()  # or two first savers would both find no row
    known = read(resource)
    if version is not None and version != known.version:
        raise Conflict(_("Somebody else has saved this record in the meantime."), known.values)
    given = clean.edited_values(resource, values, actor.reader, known.values)
    batch = Batch(actor, resource)
    before = dict(known.values)
    change = batch.change("edit", known.id or new_id(), before=before, after={**before, **given}, action=action)
    rules.run(change, resource.rules)
    if change.after == before:
        return known
    saved = _store(change, known)
    batch.audit()
    bump_settings(actor.tenant_id)
    return saved


def _store(change: Change, known: Settings) -> Settings:
    """Saves what differs from the default, and NULL for what does not: that follows the YAML."""
    resource, after = change.resource, dict(change.after or {})
    model = model_of(resource)
    if known.id is None:
        row = model(id=change.id, created_at=change.now, created_by=change.actor.user_id)
    else:
        row = db.session.get_one(model, (change.actor.tenant_id, known.id))
    with saving(resource, change.id, {}):
        for name, field in resource.fields.items():
            setattr(row, name, None if after[name] == field.default else after[name])
        row.changed_at, row.changed_by = change.now, change.actor.user_id
        db.session.add(row)
        db.session.flush()
    return Settings(MappingProxyType(after), row.version, row.id)
