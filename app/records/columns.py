"""The columns of a list that one person sees: chosen from all there are, in an order of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import select, update

from app.access import Actor
from app.engine import engine
from app.fields import kind_of
from app.models.base import db
from app.records.system import TRACKED, people
from app.records.tables import model_of
from app.spec.model import ResourceSpec

MOST: Final = 30
REMEMBERED: Final = 2048  # resources: those that companies extend are others for each
Chosen = Mapping[str, Sequence[str]]


@lru_cache(REMEMBERED)
def available(resource: ResourceSpec) -> tuple[str, ...]:
    """Every field a list may show: those of the list first, then the rest, as the YAML has them."""
    readable = (name for name, field in resource.fields.items() if not kind_of(field).secret)
    return tuple(dict.fromkeys([*resource.list.columns, *readable, *TRACKED]))


def known(resource: ResourceSpec, names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that the list may show, each once. What a changed YAML no longer has is passed over."""
    there = available(resource)
    return tuple(dict.fromkeys(name for name in names if name in there))[:MOST]


def of(actor: Actor, resource: ResourceSpec, asked: str = "") -> tuple[str, ...]:
    """The columns to show: those `asked` for (names with commas between), else the person's own, else the list's."""
    return (
        known(resource, asked.split(",")) if asked else known(resource, actor.columns.get(resource.name, ()))
    ) or resource.list.columns


def keep(actor: Actor, resource: ResourceSpec, names: Iterable[str]) -> None:
    """Remember the person's columns for this list; none, or those of the list itself, forget them.

    The caller holds a transaction. It costs no statement to read: they come with the login check.
    """
    columns = known(resource, names)
    remember(actor, resource.name, columns if columns and columns != resource.list.columns else None)


def remember(actor: Actor, key: str, texts: Iterable[str] | None) -> None:
    """Keep a few texts with the person, under `key`; None forgets them. The caller holds a transaction."""
    kept: dict[str, Any] = {name: list(found) for name, found in actor.columns.items() if name != key}
    if texts is not None:
        kept[key] = list(texts)
    person = model_of(people(engine().product))
    mine = (person.tenant_id == actor.tenant_id, person.id == actor.user_id)
    statement = update(person).where(*mine).values(columns=kept, changed_on=person.changed_on)
    db.session.execute(statement, execution_options={"synchronize_session": False})


def reread(actor: Actor) -> Actor:
    """The actor with what is kept for them now: it may have changed since the login check of this very request."""
    person = model_of(people(engine().product))
    kept = db.session.execute(select(person.columns).where(person.id == actor.user_id)).scalar()
    return replace(actor, columns=kept or {})
