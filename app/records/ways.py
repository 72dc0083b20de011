"""The ways to the rows of a list. What may be met in several ways (a name or its pinyin; one's own or one's team's) is
no condition that an index serves: each way is read by itself, in order and with the limit, and then they are put
together. Of a part of a name there are two ways, and the database takes one when it knows how common the part is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, false, func, select, union_all
from sqlalchemy.orm import aliased

from app.models.base import RUN
from app.records.asked import Asked
from app.records.box import Looks, condition
from app.records.box import part as part_of
from app.records.found import Part
from app.records.sight import SOMEBODY, Asking, Sight, alternatives, narrowed
from app.records.tables import live
from app.spec.model import ResourceSpec

MOST: Final = 6  # ways of one statement: each takes a fraction of a millisecond to plan
COMMON: Final = 3_000  # records with a part of a name, beyond which looking at names in the list's order finds more

Conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """Conditions that rows meet. `newest` holds the columns (created_at, id) by which rows come in the order they were
    made without being sorted, where the way has them."""

    conditions: Conditions
    newest: tuple[Any, Any] | None = None


def ways(
    model: Any, resource: ResourceSpec, asked: Asked, sight: Sight, *, who: Asking = SOMEBODY, by_age: bool = False
) -> list[Way]:
    """Every row that is asked for within the sight is met by one of these. `by_age`: rows are wanted in the order in
    which they were made."""
    common, parts = [*live(resource, model), *asked.conditions()], asked.parts
    sights, boxes = alternatives(resource, sight, who), _boxes(model, resource, asked.box)
    if len(sights) * len(boxes) > MOST:
        sights = [narrowed(resource, sight, who)]
    found, grams = [], _Grams(model)
    for seen, typed in product(sights, boxes):
        plain = (*common, *seen, *(one for one in typed if not isinstance(one, Part)))
        texts = [*parts, *(one for one in typed if isinstance(one, Part))]
        found += grams.ways(plain, texts, by_age=by_age) if texts else [Way(plain)]
    return found


def _boxes(model: Any, resource: ResourceSpec, box: Looks | None) -> list[tuple[ColumnElement[bool] | Part, ...]]:
    """What the search box means, one of which a row meets: nothing at all where nothing was typed."""
    if box is None:
        return [()]
    found = [part_of(resource, look) if look.what == "part" else condition(model, look) for look in box]
    return [(one,) for one in found] or [(false(),)]


@dataclass(slots=True)
class _Grams:
    """The ways through grams of one statement; how common a part is, is asked once for all of them."""

    model: Any
    asked: dict[tuple[Any, ...], ColumnElement[int]] = field(default_factory=dict)

    def ways(self, plain: Conditions, texts: Sequence[Part], *, by_age: bool) -> list[Way]:
        """From the grams to the rows. Nothing else to be met: the newest come first from the grams' own index.
        Otherwise through the grams where few rows have them, else by reading names in the list's order: soon there are
        enough.
        """
        exact = [one for part in texts for one in part.exactly(self.model)]
        wanted = tuple(dict.fromkeys(gram for part in texts for gram in part.grams))
        joined, first = self._join(wanted)
        through = (*plain, *joined, *exact)
        if by_age and not plain:
            return [Way(through, (first.created_at, first.owner_id))]
        read = [part.read(self.model) for part in texts]
        rare = self._least(wanted) <= COMMON
        return [Way((*through, rare)), Way((*plain, *read, ~rare))]

    def _join(self, wanted: Sequence[Any]) -> tuple[list[ColumnElement[bool]], Any]:
        """Rows that have all of these grams, and the first gram's columns. The moment is said as a range: an equality
        the planner would take for a second, independent condition, and expect no rows.
        """
        met: list[ColumnElement[bool]] = []
        grams = [aliased(self.model.__gram__) for _gram in wanted]
        for gram, text in zip(grams, wanted, strict=True):
            beside = self.model if gram is grams[0] else grams[0]
            id_ = self.model.id if gram is grams[0] else grams[0].owner_id
            met += [gram.tenant_id == beside.tenant_id, gram.gram == text, gram.owner_id == id_]
            met += [gram.created_at >= beside.created_at, gram.created_at <= beside.created_at]
        return met, grams[0]

    def _least(self, wanted: tuple[Any, ...]) -> ColumnElement[int]:
        """How many records have the rarest of these grams, counted to just beyond COMMON."""
        if wanted not in self.asked:
            numbers = [self._number(text).label("n") for text in wanted]
            found = select(numbers[0])
            if len(numbers) > 1:
                found = select(func.min(union_all(*map(select, numbers)).subquery().c.n).label("n"))
            rarest = found.cte(f"{RUN}rarest_{len(self.asked)}")
            self.asked[wanted] = select(rarest.c.n).scalar_subquery()
        return self.asked[wanted]

    def _number(self, text: Any) -> ScalarSelect[int]:
        gram = aliased(self.model.__gram__)
        some = select(gram.owner_id).where(gram.gram == text).limit(COMMON + 1).subquery()
        return select(func.count()).select_from(some).scalar_subquery()
