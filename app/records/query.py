"""The one read path. Page, API, export and command line all read here: permission, then one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.access import Actor, demand, may
from app.errors import Denied, NotFound
from app.models.base import SEARCH, db
from app.records import cursor as cursors
from app.records import custom, tries
from app.records.clauses import containing
from app.records.cursor import Cursor
from app.records.ids import record_id
from app.records.layout import Layout
from app.records.names import title_of
from app.records.panel import mark_read, panel
from app.records.plan import KNOWN, choice_plan, count_plan, page_plan, record_parameters, record_plan
from app.records.record import Choice, Count, Page, PanelRow, Record, Row
from app.records.search import Search, binding
from app.records.statement import ROWS
from app.records.system import field_of
from app.records.tables import model_of, pointing_to, resource_of
from app.records.visibility import parameters, sight_of
from app.spec.model import ResourceSpec

__all__ = [
    "Choice", "Count", "Page", "PanelRow", "Record", "Row",
    "choices", "count", "get", "mark_read", "page", "panel", "read",
]  # fmt: skip

COUNT_CAP: Final = 10_000
EVERY: Final = 2**31 - 1  # rows, where there is no limit


def page(actor: Actor, resource: ResourceSpec, search: Search, columns: Sequence[str] | None = None) -> Page:
    """One page of the list, one statement (K6, U5, A4): the list's columns and the title, or `columns`.

    Raises Denied.
    """
    demand(actor, resource, "view")
    resource = custom.of(actor, resource)
    tries.spend(actor, resource, search)
    sight = sight_of(actor, resource)
    names = [*(columns or resource.list.columns), resource.title]
    plan, asked = page_plan(resource, names, search, actor.reader, sight)
    found = db.session.execute(plan.statement, {**asked, **parameters(actor, sight)}).all()
    return _page(resource, search, plan.layout, found, actor)


def count(actor: Actor, resource: ResourceSpec, search: Search, cap: int = COUNT_CAP) -> Count:
    """How many rows the search finds, at most `cap`: beyond that nobody reads the number, and counting is slow.

    Raises Denied.
    """
    demand(actor, resource, "view")
    resource = custom.of(actor, resource)
    tries.spend(actor, resource, search)
    sight = sight_of(actor, resource)
    statement, asked = count_plan(resource, search, actor.reader, sight, min(cap + 1, EVERY))
    number = db.session.execute(statement, {**asked, **parameters(actor, sight)}).scalar_one()
    return Count(min(number, cap), number > cap)


def get(actor: Actor, resource: ResourceSpec, id: int) -> Record:
    """The record with this id. Raises Denied, and NotFound for one that is absent, another tenant's or out of sight."""
    demand(actor, resource, "view")
    return read(actor, resource, id)


def read(actor: Actor, resource: ResourceSpec, id: int, *, saved: bool = False) -> Record:
    """As `get`, for code that has asked for its own permission. What the actor has just `saved` they may see once more,
    wherever it now belongs: who may add may see what was added.
    """
    resource = custom.of(actor, resource)
    sight = None if saved else sight_of(actor, resource)
    plan = record_plan(resource, sight)
    asked = {**record_parameters(record_id(id)), **(parameters(actor, sight) if sight else {})}
    found = db.session.execute(plan.statement, asked).one_or_none()
    if found is None:
        raise NotFound
    row = plan.layout.row(found, actor.reader)
    return Record(row.id, row.version, row.values, row.titles, title_of(resource, row.values, actor.reader))


def choices(
    actor: Actor,
    resource: ResourceSpec,
    field: str,
    text: str = "",
    *,
    ids: Sequence[int] = (),
    limit: int | None = 20,
    within: int | None = None,
) -> list[Choice]:
    """What a ref field may point to: those whose title holds `text`, those with `ids`, or those that themselves point
    to the record `within`. For whoever may view the
    target its search box counts too; anyone else would learn from it, letter by letter, what they may not read.

    Raises Denied unless the actor may view, add, edit or import the resource that has the field, or use an action that
    asks for it.
    """
    asking = (action.permission for action in resource.actions.values() if field in action.ask)
    if not any(may(actor, resource, kind) for kind in ("view", "add", "edit", "import", *asking)):
        raise Denied(resource.name, "view")
    target = custom.of(actor, resource_of(field_of(resource, field)))
    model = model_of(target)
    sight = sight_of(actor, target)
    statement = choice_plan(resource, field, target, model, sight, known=bool(ids))
    if text:
        readable = target.list.search if may(actor, target, "view") else ()
        searched = list(dict.fromkeys([target.title, *(name for name in readable if not target.field(name).hidden)]))
        found_by = containing(model, target, searched, text, actor.reader)
        statement = statement.where(*found_by).execution_options(**{SEARCH: True})
    if within is not None:
        statement = statement.where(getattr(model, pointing_to(target, resource).name) == within)
    asked = {ROWS: EVERY if limit is None else limit, **({KNOWN: list(ids)} if ids else {})}
    found = db.session.execute(statement, {**asked, **parameters(actor, sight)})
    return [Choice(id_, title_of(target, {target.title: value}, actor.reader)) for id_, value in found]


def _page(resource: ResourceSpec, search: Search, layout: Layout, found: Sequence[Sequence[Any]], actor: Actor) -> Page:
    """The rows in list order, without the one extra that tells whether there are more in reading direction."""
    backward = search.cursor is not None and search.cursor.backward
    more, kept = len(found) > search.size, list(found[: search.size])
    if backward:
        kept.reverse()
    bound = binding(resource, search)
    began_elsewhere = search.cursor is not None and search.cursor.beside_a_row
    has_next, has_previous = (began_elsewhere, more) if backward else (more, began_elsewhere)
    return Page(
        rows=layout.rows(kept, actor.reader),
        next=_beside(kept, -1, bound) if has_next else None,
        previous=_beside(kept, 0, bound) if has_previous else None,
    )


def _beside(kept: Sequence[Sequence[Any]], place: int, bound: str) -> str:
    """The cursor after the last row or before the first; where every row has gone meanwhile, that end of the list."""
    if not kept:
        return "first" if place else "last"
    id_, _version, key = kept[place][:3]
    return cursors.write(Cursor("after" if place else "before", key, id_), bound)
