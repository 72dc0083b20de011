"""Which saved view a list opens with, where nothing is asked for: one's own default, else that of one's role.

It costs no statement: one's own comes with the login check, those of the roles are remembered until the company's
settings change.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.access import Actor
from app.errors import Invalid
from app.models.base import db
from app.models.saved_view import SavedView
from app.models.versions import bumped
from app.records import columns, tries
from app.records.search import parse
from app.records.system import field_of
from app.spec.model import ResourceSpec

REMEMBERED: Final = 2048  # companies, with a few views each
ALL: Final = "all"  # in the address: the whole list, whatever the default is
MARK: Final = "?"  # before the resource's name: where one's own default is kept among one's columns

OwnFields = Mapping[str, Sequence[str]]  # slot → id of its definition, what that was called


@dataclass(frozen=True, slots=True)
class Opening:
    """The view that a list opens with. `dropped` is what of it there is no more; `own`: it is one's own default."""

    id: int
    name: str
    query: str
    own: bool
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Default:
    id: int
    name: str
    query: str
    own_fields: OwnFields


def opening(actor: Actor, resource: ResourceSpec) -> Opening | None:
    """What the list opens with; None for the whole list."""
    own = own_default(actor, resource)
    if own is not None and not own.id:
        return None  # the person wants the whole list, whatever their role begins with
    found = own or _of_roles(actor).get((actor.role_id or 0, resource.name))
    if found is None:
        return None
    query, dropped = usable(actor, resource, found.query, found.own_fields, own=own is not None)
    return Opening(found.id, found.name, query, own is not None, dropped)


def has_role_default(actor: Actor, resource: ResourceSpec) -> bool:
    """True if people of the actor's role begin with a view."""
    return (actor.role_id or 0, resource.name) in _of_roles(actor)


def own_default(actor: Actor, resource: ResourceSpec) -> Default | None:
    """The person's own default, as it came with the login; with id 0 it is the whole list."""
    kept = actor.columns.get(MARK + resource.name)
    if not kept:
        return None
    id_, name, query, own_fields = kept
    return Default(int(id_), name, query, json.loads(own_fields))


def keep_own_default(actor: Actor, resource: ResourceSpec, view: Default | None) -> None:
    """Begin with this view from now on; None goes back to what the role begins with."""
    texts = None
    if view is not None:
        fields = {name: list(found) for name, found in view.own_fields.items()}
        texts = [str(view.id), view.name, view.query, json.dumps(fields, ensure_ascii=False)]
    columns.remember(actor, MARK + resource.name, texts)


def usable(
    actor: Actor, resource: ResourceSpec, query: str, own_fields: OwnFields, *, own: bool
) -> tuple[str, tuple[str, ...]]:  # fmt: skip
    """The part of a saved query string that still means what it meant, and what falls away, in words: fields that were
    archived meanwhile, or whose slot is another's by now, and whatever else the list would refuse. Of a view that
    is not one's `own`, the numbers fall away that one sees masked."""
    dropped: dict[str, None] = {}
    gone = {slot for slot in own_fields if not _is_same(resource, slot, own_fields)}
    pairs = []
    for key, asked in parse_qsl(query):
        value, missing = _columns(asked, gone) if key == "columns" else (asked, ())
        dropped |= dict.fromkeys(own_fields[slot][1] for slot in missing)
        slot = value.removeprefix("-") if key == "order" else key.partition(".")[0]
        if slot in gone:
            dropped[own_fields[slot][1]] = None
        elif value:
            pairs.append((key, value))
    try:
        parse(resource, MultiDict(pairs), actor.reader)
    except Invalid as fault:
        dropped |= dict.fromkeys(_called(resource, pair, actor) for pair in pairs if pair[0] in fault.errors)
        pairs = [pair for pair in pairs if pair[0] not in fault.errors]
    if not own:
        pairs = [pair for pair in pairs if not _is_a_number(resource, pair, actor)]
    return urlencode(pairs), tuple(dropped)


def _called(resource: ResourceSpec, pair: tuple[str, str], actor: Actor) -> str:
    """What the field of a condition or an order is called; as it was written where there is no such field."""
    key, asked = pair
    name = asked.removeprefix("-") if key == "order" else key.partition(".")[0]
    try:
        return field_of(resource, name).label.text(actor.locale)
    except KeyError:
        return name


def _is_a_number(resource: ResourceSpec, pair: tuple[str, str], actor: Actor) -> bool:
    """True for a condition by a whole number that is masked for who opens the view, and was not for who shared it."""
    return bool(tries.whole_numbers(resource, parse(resource, MultiDict([pair]), actor.reader)))


def own_fields_in(resource: ResourceSpec, query: str) -> dict[str, list[str]]:
    """Which own fields a query string speaks of."""
    named = set()
    for key, value in parse_qsl(query):
        named |= set(value.split(",")) if key == "columns" else {key.partition(".")[0]}
        if key == "order":
            named.add(value.removeprefix("-"))
    fields = (resource.fields[name] for name in sorted(named & resource.fields.keys()))
    return {field.name: [str(field.definition), field.label.zh] for field in fields if field.slot}


def _is_same(resource: ResourceSpec, slot: str, own_fields: OwnFields) -> bool:
    field = resource.fields.get(slot)
    return field is not None and str(field.definition) == own_fields[slot][0]


def _columns(names: str, gone: set[str]) -> tuple[str, Sequence[str]]:
    asked = names.split(",")
    return ",".join(name for name in asked if name not in gone), [name for name in asked if name in gone]


def _of_roles(actor: Actor) -> Mapping[tuple[int, str], Default]:
    if not actor.settings_version or bumped(actor.tenant_id):
        return _read()
    return _remembered(actor.tenant_id, actor.settings_version)


@lru_cache(REMEMBERED)
def _remembered(_tenant_id: int, _version: int) -> Mapping[tuple[int, str], Default]:
    return _read()


def _read() -> Mapping[tuple[int, str], Default]:
    """The defaults of all roles of the company in scope: one statement."""
    asked = (SavedView.role_id, SavedView.resource, SavedView.id, SavedView.name, SavedView.query, SavedView.own_fields)
    found = db.session.execute(select(*asked).where(SavedView.role_default.is_(True), SavedView.role_id.is_not(None)))
    return {(role_id, resource): Default(*rest) for role_id, resource, *rest in found}
