"""What a resource's table has beside its fields so that people find rows by them at any size (`find` in the YAML):
columns with the spelling and the reversed digits of a field, and a table of the parts of a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Index, Table

from app.fields.digits import MOST
from app.fields.grams import LENGTH
from app.fields.spelling import LONGEST_INITIALS, LONGEST_SPELLING
from app.fields.types import UtcDateTime, short_text
from app.models.adopted_refs import column_of
from app.models.base import Base, metadata
from app.models.declare import declare
from app.spec.model import ResourceSpec
from app.tenancy.guard import Guarded

PINYIN: Final = "pinyin"
INITIALS: Final = "initials"
REVERSED: Final = "reversed"
_adopted: dict[str, type[Any] | None] = {}  # the tables of grams of adopted models
_LENGTHS: Final = {PINYIN: LONGEST_SPELLING, INITIALS: LONGEST_INITIALS, REVERSED: MOST}


def shadow(field: str, what: str) -> str:
    """The name of the column with the pinyin, initials or reversed digits of a field."""
    return f"{field}_{what}"


def shadows_of(resource: ResourceSpec) -> Iterator[tuple[str, str]]:
    """(field, what) of every shadow column."""
    for field in resource.fields.values():
        if "pinyin" in field.find:
            yield field.name, PINYIN
            yield field.name, INITIALS
        if "end" in field.find:
            yield field.name, REVERSED


def part_of(resource: ResourceSpec) -> str | None:
    """The field whose parts are in the resource's table of grams; None where there is no such table."""
    return next((field.name for field in resource.fields.values() if "part" in field.find), None)


def shadow_columns(resource: ResourceSpec) -> dict[str, Column[Any]]:
    """By name. Empty is what has no spelling, and what nobody has worked out yet (`ucc find rebuild`)."""
    return {
        shadow(field, what): Column(shadow(field, what), short_text(_LENGTHS[what]), nullable=False, default="")
        for field, what in shadows_of(resource)
    }


def index_shadows(resource: ResourceSpec, model: type[Any]) -> None:
    """(tenant_id, column, id) for every shadow and every field that is found by its beginning."""
    table = model.__table__
    names = [shadow(field, what) for field, what in shadows_of(resource)]
    names += [field.name for field in resource.fields.values() if "start" in field.find]
    for column in (column_of(model, name) for name in names):
        index = f"ix_{table.name}_tenant_id_{column.name}_id"
        if index not in {existing.name for existing in table.indexes}:
            Index(index, table.c.tenant_id, column, table.c.id)


def adopt_finding(resource: ResourceSpec, model: type[Any]) -> None:
    """The same for an adopted model, which is the process's: columns that an earlier product of it asked for stay, and
    stay empty."""
    for name, column in shadow_columns(resource).items():
        if name not in model.__table__.c:
            setattr(model, name, column)
    index_shadows(resource, model)
    wanted = part_of(resource) is not None
    if wanted and resource.name not in _adopted:
        _adopted[resource.name] = gram_table(resource)
    model.__gram__ = _adopted[resource.name] if wanted else None


def gram_table(resource: ResourceSpec) -> type[Any] | None:
    """The class of `<resource>_gram`: which records have this gram, in the order in which they were made, so that the
    newest come first from the index however many there are.

    No foreign keys: checking them would cost an import half its speed. Rows are read together with their owner only, so
    one without an owner shows nothing; row-level security holds them to their company.
    """
    if part_of(resource) is None:
        return None
    table = Table(
        f"{resource.name}_gram",
        metadata,
        Column("tenant_id", BigInteger, primary_key=True, autoincrement=False),
        Column("gram", short_text(LENGTH), primary_key=True),
        Column("created_at", UtcDateTime, primary_key=True),
        Column("owner_id", BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
        info={"ucc_index": resource.name},
    )
    name = "".join(part.capitalize() for part in f"{resource.name}_gram".split("_"))
    return declare(name, (Guarded, Base), {
        "__table__": table, "__module__": __name__,
        "tenant_id": table.c.tenant_id, "gram": table.c.gram,
        "created_at": table.c.created_at, "owner_id": table.c.owner_id,
    })  # fmt: skip
