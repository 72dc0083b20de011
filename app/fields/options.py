"""A list of options that people manage themselves: each keeps its id for good, whatever it is called (F3)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.fields.base import Kind, Reader, Rejected
from app.fields.names import SEPARATORS, key
from app.fields.typed import check_length, plain, quoted
from app.fields.types import long_text

if TYPE_CHECKING:
    from app.spec.model import FieldSpec

MOST: Final = 100
LONGEST: Final = 60  # characters of a label


@dataclass(frozen=True, slots=True)
class Entry:
    """One option. `gone` ones are no longer offered; they stay so that no id is ever given twice.

    An entry without an id is new. `heir` says what takes the place of one that goes: another's id, "" for nothing,
    None where nobody has said.
    """

    id: str
    label: str
    gone: bool = False
    heir: str | None = None


class Entries(TypeDecorator[tuple[Entry, ...]]):
    """The whole list in one column: it is changed as one, under the version of its record."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(long_text())

    def process_bind_param(self, value: Sequence[Entry] | None, dialect: Dialect) -> str:
        kept = [
            {name: part for name, part in asdict(replace(entry, heir=None)).items() if part} for entry in value or ()
        ]
        return json.dumps(kept, ensure_ascii=False) if kept else ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Entry, ...]:
        return tuple(Entry(**entry) for entry in json.loads(value)) if value else ()


class OptionsKind(Kind):
    name = "options"
    widget = "options"
    blank: Any = ()
    operators = ()

    def type_(self, field: FieldSpec) -> TypeEngine[Any]:
        return Entries()

    def nullable(self, field: FieldSpec) -> bool:
        return False

    def indexable(self, field: FieldSpec) -> bool:
        return False

    def clean(self, field: FieldSpec, raw: Any, reader: Reader) -> tuple[Entry, ...]:
        """From a list of labels, of {"id", "label", "heir"}, or a text with a label per line (or set apart by 、)."""
        if self.is_blank(raw):
            return ()
        if isinstance(raw, str):
            raw = [part for part in SEPARATORS.split(raw) if part.strip()]
        if not isinstance(raw, list | tuple):
            raise Rejected(_l("This must be a list of options."))
        entries = tuple(_entry(item) for item in raw)
        _check([entry for entry in entries if not entry.gone])
        return entries

    def settled(self, value: Any, before: Any) -> Any:
        """New options get their ids, and those that go stay known."""
        return merged(before or (), value)

    def text(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        comma = ", " if reader.locale.startswith("en") else "、"
        return comma.join(entry.label for entry in live(value))

    def form_value(self, field: FieldSpec, value: Any, reader: Reader) -> str:
        return "\n".join(entry.label for entry in live(value))

    def json(self, field: FieldSpec, value: Any) -> list[dict[str, str]]:
        return [{"id": entry.id, "label": entry.label} for entry in live(value)]

    def schema(self, field: FieldSpec) -> dict[str, Any]:
        text = {"type": "string"}
        item = {"type": "object", "properties": {"id": text, "label": {**text, "maxLength": LONGEST}, "heir": text}}
        return {"type": "array", "items": item, "maxItems": MOST}

    def where(
        self, field: FieldSpec, column: Any, operator: str, raw: Sequence[str], reader: Reader
    ) -> ColumnElement[bool]:
        raise Rejected(_l("A list of options cannot be searched by."))


def live(entries: Iterable[Entry] | None) -> list[Entry]:
    """Those that are offered, in order."""
    return [entry for entry in entries or () if not entry.gone]


def merged(before: Sequence[Entry], given: Sequence[Entry]) -> tuple[Entry, ...]:
    """What the list is after `given` was sent: new ones get ids, those left out or sent with an heir are gone.

    A label that was there already keeps its id, also where a program sends labels alone. Raises Rejected for an id
    that no option has.
    """
    known = {entry.id: entry for entry in before}
    by_label = {key(entry.label): entry.id for entry in live(before)}
    if strange := [entry.id for entry in given if entry.id and entry.id not in known]:
        raise Rejected(_l("There is no option “%(id)s” any more. Load the page again.", id=quoted(strange[0])))
    named = {entry.id for entry in given if entry.id}
    found: list[Entry] = []
    for entry in given:
        kept = entry.id or by_label.get(key(entry.label), "")
        if not entry.id and kept in named:
            kept = ""
        found.append(replace(entry, id=kept, label=entry.label or known[kept].label, gone=entry.gone))
    numbered = _with_ids(found, before)
    there = {entry.id for entry in numbered}
    return (*numbered, *(replace(entry, gone=True, heir=None) for entry in before if entry.id not in there))


def _with_ids(entries: Sequence[Entry], before: Sequence[Entry]) -> list[Entry]:
    """Ids count on from the greatest ever given: options sort in the order in which they were made."""
    last = max((int(entry.id[1:]) for entry in before), default=0)
    found = []
    for entry in entries:
        if not entry.id:
            last += 1
        found.append(entry if entry.id else replace(entry, id=f"o{last:04}"))
    return found


def _entry(raw: Any) -> Entry:
    if isinstance(raw, Entry):
        return raw
    if isinstance(raw, str):
        raw = {"label": raw}
    if not isinstance(raw, dict) or not all(isinstance(part, str) for part in raw.values()):
        raise Rejected(_l("This must be a list of options."))
    if raw.keys() - {"id", "label", "heir"}:
        raise Rejected(_l("An option has an id and a label, and where it goes an heir."))
    label, heir = plain(raw.get("label", "")), raw.get("heir")
    check_length(label, None, LONGEST)
    if not label and not (heir is not None and raw.get("id")):
        raise Rejected(_l("Every option needs a name."))
    if found := SEPARATORS.search(label):
        raise Rejected(_l("The name of an option cannot hold “%(sign)s”.", sign=found.group()))
    return Entry(raw.get("id", ""), label, gone=heir is not None, heir=heir)


def _check(entries: Sequence[Entry]) -> None:
    if len(entries) > MOST:
        raise Rejected(_l("At most %(most)s options fit; these are %(n)s.", most=MOST, n=len(entries)))
    seen: set[str] = set()
    for entry in entries:
        name = key(entry.label)
        if name in seen:
            raise Rejected(_l("Two options are called “%(name)s”.", name=quoted(entry.label)))
        seen.add(name)
