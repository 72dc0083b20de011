"""What records are found by (`app.records.finding`), worked out anew for records that exist: after a YAML has been
given a `find`, or rows came into the table past the product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import case, delete, select, update

from app.models.base import db, transaction
from app.models.find import part_of, shadow, shadows_of
from app.records import finding
from app.records.tables import model_of
from app.spec.model import ResourceSpec

AT_ONCE: Final = 5_000  # records read together
WRITTEN: Final = 250  # rows of one UPDATE: it names each twice
_SILENT: Final = {"synchronize_session": False}


def findable(resource: ResourceSpec) -> bool:
    """Whether there is anything to work out for its records."""
    return resource.of is None and any(field.find for field in resource.fields.values())


def lacking(resource: ResourceSpec) -> bool:
    """True where the tenant in scope has records and none of them is found by a part: from before there was `find`."""
    if not findable(resource) or part_of(resource) is None:
        return False
    model = model_of(resource)
    kept = select(model.__gram__.owner_id).limit(1)
    return db.session.scalar(kept) is None and db.session.scalar(select(model.id).limit(1)) is not None


def rebuild(resource: ResourceSpec) -> Iterator[int]:
    """Works it out for all records of the tenant in scope, in one transaction, and says after each batch how many it
    has been through. Meanwhile everybody searches by what was; whoever saves a record waits for the end.
    """
    model, last = model_of(resource), 0
    with transaction():
        if part_of(resource) is not None:
            db.session.execute(delete(model.__gram__), execution_options=_SILENT)
        while found := _next(resource, model, last):
            _shadows(resource, model, found)
            finding.index_many(resource, found, again=True)
            last = found[-1]["id"]
            yield len(found)


def _next(resource: ResourceSpec, model: Any, last: int) -> list[Mapping[str, Any]]:
    names = [name for name, field in resource.fields.items() if field.find]
    names += [shadow(*one) for one in shadows_of(resource)]
    columns = [model.id.label("id"), model.created_at.label("created_at")]
    columns += [getattr(model, name).label(name) for name in names]
    statement = select(*columns).where(model.id > last).order_by(model.id).limit(AT_ONCE)
    return [dict(row) for row in db.session.execute(statement.with_for_update(of=model)).mappings()]


def _shadows(resource: ResourceSpec, model: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Only of rows that differ: an UPDATE writes a row into every index there is. Nobody changed the records by this:
    who did so last, and when, stays."""
    wanted = {row["id"]: finding.shadows(resource, row) for row in rows}
    stale = [row["id"] for row in rows if any(row[name] != text for name, text in wanted[row["id"]].items())]
    for start in range(0, len(stale), WRITTEN):
        some = stale[start : start + WRITTEN]
        values: dict[Any, Any] = {
            getattr(model, name): case({id_: wanted[id_][name] for id_ in some}, value=model.id)
            for name in wanted[some[0]]
        }
        values[model.changed_at] = model.changed_at
        db.session.execute(update(model).where(model.id.in_(some)).values(values), execution_options=_SILENT)
