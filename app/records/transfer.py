"""Reading a whole list, however long, a batch at a time: what exports are made of (C1).

    for values in transfer.rows(actor, resource, search, columns): …

Rows are exactly those of `query.page` for the same search: the same permission, sight, own fields and masks, asked
again for every batch. A batch is one statement that begins after the last row of the one before, so memory stays flat
and no row that nobody changes meanwhile comes twice or is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from app.access import Actor, demand
from app.models.base import db
from app.records import custom, masking, tries
from app.records.cells import columns_of
from app.records.columns import of as columns_shown
from app.records.cursor import Cursor
from app.records.layout import Layout
from app.records.plan import page_plan
from app.records.search import Search
from app.records.visibility import parameters, sight_of
from app.sheets.columns import SPELT, Column, filled
from app.spec.model import ResourceSpec

BATCH: Final = 5_000  # rows
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows as the statement gives them, and where the next ones begin; None after the last."""

    rows: Rows
    next: Cursor | None


def batch(
    actor: Actor, resource: ResourceSpec, search: Search, names: Sequence[str], size: int = BATCH
) -> Batch:  # fmt: skip
    """The first `size` rows from the search's cursor on, as `columns` of the same names reads them. Raises Denied."""
    demand(actor, resource, "view")
    resource = custom.of(actor, resource)
    tries.spend(actor, resource, search)
    sight = sight_of(actor, resource)
    search = replace(search, size=size)
    plan, asked = page_plan(resource, _asked(resource, names), search, actor.reader, sight)
    found = db.session.execute(plan.statement, {**asked, **parameters(actor, sight)}).all()
    more, kept = len(found) > size, found[:size]
    return Batch(kept, Cursor("after", kept[-1][2], kept[-1][0]) if more else None)


def batches(
    actor: Callable[[], Actor], resource: ResourceSpec, search: Search, names: Sequence[str], size: int | None = None
) -> Iterator[Batch]:
    """Every batch. `actor` is asked before each: who loses the permission meanwhile gets no more. Raises Denied."""
    while True:
        found = batch(actor(), resource, search, names, size or BATCH)
        yield found
        if found.next is None:
            return
        search = replace(search, cursor=found.next)


def columns(actor: Actor, resource: ResourceSpec, names: Sequence[str], *, full: bool = True) -> list[Column]:
    """How the rows of a batch read. Numbers that the actor sees masked are masked, and without `full` all there are."""
    resource = custom.of(actor, resource)
    names = _asked(resource, names)
    masked = masking.masked(actor, resource)
    if not full:
        masked |= {field.name for field in resource.fields.values() if field.masked}
    return columns_of(Layout.of(resource, names), names[:-1], actor.reader, masked)


def rows(
    actor: Actor, resource: ResourceSpec, search: Search, names: Sequence[str] | None = None, size: int | None = None
) -> Iterator[list[str]]:
    """Every row that `search` finds for `actor`, as the texts that an export would hold, in the order of the list.

    `names` are the fields wanted, or the actor's own columns of the list. Raises Denied.
    """
    demand(actor, resource, "view")
    wanted = names or columns_shown(actor, custom.of(actor, resource))
    made = columns(actor, resource, wanted)
    for found in batches(lambda: actor, resource, search, wanted, size):
        if found.rows:
            values = zip(made, filled(made, found.rows), strict=True)
            yield from map(list, zip(*(SPELT[one.form](several) for one, several in values), strict=True))


def _asked(resource: ResourceSpec, names: Sequence[str]) -> list[str]:
    """The columns of the statement: as a page's, the title comes last."""
    return [*names, resource.title]
