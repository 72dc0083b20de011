"""The one SELECT behind lists and records: plain columns, the LIMIT first, display names joined to what is left.

Joining after the LIMIT is what keeps a page cheap at any size of the table: 25 names are looked up, not 200,000.
Columns are selected through the mapped classes, never through their tables, so that the tenancy guard applies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal_column, select, union_all
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import Subquery

from app.fields import kind_of
from app.fields.base import Reader
from app.records.keyset import Keyset
from app.records.record import Row
from app.records.system import field_of
from app.records.tables import is_ref, is_refs, links, model_of, resource_of
from app.spec.model import FieldSpec, ResourceSpec

# Between the parts and the entries of an aggregated refs field: control characters, which no text field accepts.
PART: Final = "\x1f"
ENTRY: Final = "\x1e"
SYSTEM_COLUMNS: Final = 3  # id, version and sort key come before the fields


@dataclass(frozen=True, slots=True)
class Statement:
    """Selects `fields` of `resource`. Fields of several values are aggregated into the one row."""

    resource: ResourceSpec
    model: Any
    columns: tuple[FieldSpec, ...]
    several: tuple[FieldSpec, ...]

    @classmethod
    def of(cls, resource: ResourceSpec, names: Sequence[str]) -> Statement:
        """The statement for the fields `names`. Raises KeyError for an unknown one; secret ones are left out."""
        fields = [field_of(resource, name) for name in dict.fromkeys(names)]
        readable = [field for field in fields if not kind_of(field).secret]
        columns = tuple(field for field in readable if not is_refs(field))
        several = tuple(field for field in readable if is_refs(field))
        return cls(resource, model_of(resource), columns, several)

    def one(self, id_: int) -> Select[Any]:
        """The record with this id."""
        base = self._columns(self.model.id, 0).where(self.model.id == id_)
        return self._with_titles(base.subquery())

    def page(self, keyset: Keyset, cursor: Any, conditions: Sequence[ColumnElement[bool]], limit: int) -> Select[Any]:
        """At most `limit` rows beyond `cursor`, in reading order: from the end where the cursor goes backward."""
        backward = cursor is not None and cursor.backward
        key = self.model.id if keyset.column is None else keyset.column
        order = keyset.order_by(key, self.model.id, backward=backward)
        ranges = [
            self._columns(key, number).where(*conditions, *run).order_by(*order).limit(limit)
            for number, run in enumerate(keyset.runs(cursor))
        ]
        base = _joined(ranges)
        in_order = (base.c._run, *keyset.order_by(base.c._key, base.c._id, backward=backward))
        return self._with_titles(base).order_by(*in_order).limit(limit)

    def row(self, values: Sequence[Any], reader: Reader) -> Row:
        """The Row for one result row of this statement."""
        id_, version, _key, *rest = values
        plain = {field.name: value for field, value in zip(self.columns, rest, strict=False)}
        titles: dict[str, str] = {}
        rest = rest[len(self.columns) :]
        refs = [field for field in self.columns if is_ref(field)]
        for field, title in zip(refs, rest, strict=False):
            titles[field.name] = _title_text(field, title, reader)
        for field, entries in zip(self.several, rest[len(refs) :], strict=True):
            plain[field.name], titles[field.name] = _split(entries, reader)
        return Row(id_, version, plain, titles)

    def _columns(self, key: Any, run: int) -> Select[Any]:
        model = self.model
        return select(
            model.tenant_id.label("_tenant"),
            model.id.label("_id"),
            model.version.label("_version"),
            key.label("_key"),
            literal_column(str(run)).label("_run"),
            *(getattr(model, field.name).label(field.name) for field in self.columns),
        )

    def _with_titles(self, base: Subquery) -> Select[Any]:
        values = [base.c[field.name] for field in self.columns]
        names, joins = [], []
        for field in self.columns:
            if is_ref(field):
                other = aliased(model_of(resource_of(field)))
                names.append(getattr(other, resource_of(field).title))
                joins.append((other, and_(other.tenant_id == base.c._tenant, other.id == base.c[field.name])))
        aggregates = [self._aggregate(base, field) for field in self.several]
        statement = select(base.c._id, base.c._version, base.c._key, *values, *names, *aggregates).select_from(base)
        for other, condition in joins:
            statement = statement.outerjoin(other, condition)
        return statement

    def _aggregate(self, base: Subquery, field: FieldSpec) -> ColumnElement[Any]:
        """The ids and titles a refs field holds, as one text."""
        link = links(self.resource, field)
        other = aliased(model_of(resource_of(field)))
        entry = cast(other.id, String) + PART + cast(getattr(other, resource_of(field).title), String)
        found = select(func.aggregate_strings(entry, ENTRY)).where(
            link.tenant_id == base.c._tenant,
            link.owner_id == base.c._id,
            other.tenant_id == link.tenant_id,
            other.id == link.target_id,
        )
        return found.correlate(base).scalar_subquery()


def _joined(ranges: Sequence[Select[Any]]) -> Subquery:
    """The ranges one after the other. SQLite wants each in a subquery of its own, or it refuses their LIMIT."""
    if len(ranges) == 1:
        return ranges[0].subquery()
    return union_all(*(select(one.subquery()) for one in ranges)).subquery()


def _title_text(field: FieldSpec, title: Any, reader: Reader) -> str:
    if title is None:
        return ""
    resource = resource_of(field)
    named_by = resource.field(resource.title)
    return kind_of(named_by).text(named_by, title, reader)


def _split(entries: str | None, reader: Reader) -> tuple[tuple[int, ...], str]:
    """The ids, and their titles as one text, both in the order of the titles."""
    pairs = [entry.partition(PART) for entry in entries.split(ENTRY)] if entries else []
    pairs.sort(key=lambda pair: (pair[2], pair[0]))
    comma = ", " if reader.locale.startswith("en") else "、"
    return tuple(int(id_) for id_, _part, _title in pairs), comma.join(title for _id, _part, title in pairs)
