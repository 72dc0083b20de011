"""Which fields a statement selects, in which order, and how a row of its result reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from app.fields import kind_of
from app.fields.base import Reader
from app.records import veil
from app.records.names import COMMA, title_of
from app.records.record import Row
from app.records.system import field_of
from app.records.tables import is_ref, is_refs, resource_of
from app.spec.model import FieldSpec, ResourceSpec

# Between the parts and the entries of an aggregated refs field: control characters, which no text field accepts.
PART: Final = "\x1f"
ENTRY: Final = "\x1e"
REMEMBERED: Final = 8192  # names, for a page says the same few again and again


@dataclass(frozen=True, slots=True)
class Layout:
    """`columns` have a column each, `refs` are those of them that point to a record, `several` are aggregated."""

    resource: ResourceSpec
    columns: tuple[FieldSpec, ...]
    refs: tuple[FieldSpec, ...]
    several: tuple[FieldSpec, ...]
    hidden: tuple[str, ...] = ()  # names of columns that are masked in every row

    @classmethod
    def of(cls, resource: ResourceSpec, names: Sequence[str]) -> Layout:
        """The layout for the fields `names`. Raises KeyError for an unknown one; secret ones are left out."""
        fields = [field_of(resource, name) for name in dict.fromkeys(names)]
        readable = [field for field in fields if not kind_of(field).secret]
        columns = tuple(field for field in readable if not is_refs(field))
        several = tuple(field for field in readable if is_refs(field))
        refs = tuple(field for field in columns if is_ref(field))
        return cls(resource, columns, refs, several, veil.hidden(columns))

    def row(self, result: Sequence[Any], reader: Reader) -> Row:
        """The Row that a result row means: id, version and sort key, then values, titles, aggregates."""
        return self.rows([result], reader)[0]

    def rows(self, results: Sequence[Sequence[Any]], reader: Reader) -> list[Row]:
        """As `row`, for a page of them: what is the same for all is worked out once."""
        names = [field.name for field in self.columns]
        titles_at = 3 + len(names)
        several_at = titles_at + len(self.refs)
        refs, several = list(enumerate(self.refs, titles_at)), list(enumerate(self.several, several_at))
        made = []
        for result in results:
            values = dict(zip(names, result[3:titles_at], strict=True))
            if self.hidden:
                values = veil.masked_values(values, self.hidden)
            titles = {field.name: named(field, result[place], reader) for place, field in refs}
            for place, field in several:
                values[field.name], titles[field.name] = _split(field, result[place], reader)
            made.append(Row(result[0], result[1], values, titles))
        return made


@lru_cache(REMEMBERED)
def named(field: FieldSpec, title: Any, reader: Reader) -> str:
    """What a ref field's stored title is called."""
    other = resource_of(field)
    return title_of(other, {other.title: title}, reader)


def _split(field: FieldSpec, entries: str | None, reader: Reader) -> tuple[tuple[int, ...], str]:
    """The ids, and their titles as one text, both in the order of the titles."""
    pairs = [entry.partition(PART) for entry in entries.split(ENTRY)] if entries else []
    pairs.sort(key=lambda pair: (pair[2], pair[0]))
    titles = COMMA.text(reader.locale).join(named(field, title, reader) for _id, _part, title in pairs)
    return tuple(int(id_) for id_, _part, _title in pairs), titles


def several_named(field: FieldSpec, entries: str | None, reader: Reader) -> str:
    """What the aggregate of a refs field is called: all titles as one text."""
    return _split(field, entries, reader)[1]
