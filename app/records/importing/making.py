"""Rows of a file made into values, a batch at a time: no lock is held meanwhile, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.access import Actor
from app.fields import kind_of
from app.fields.base import Reader, Rejected
from app.records import finding
from app.records.importing.cells import OFTEN, REMEMBERED, Clean, cleaner, whole
from app.records.importing.plan import Plan
from app.records.importing.targets import fields_of, secrets_of
from app.records.importing.titles import Titles
from app.records.passwords import fixed_by_options
from app.sheets.reading import Row
from app.spec.model import FieldSpec, ResourceSpec


@dataclass(slots=True)
class Fault:
    """What is wrong in a row, and where: the name of the field, "" for the whole row."""

    field: str
    message: object


@dataclass(slots=True)
class Made:
    """One row: `values` are all of a new record, `given` those that the row holds itself, where old records are
    updated."""

    number: int
    cells: Sequence[Any]
    given: dict[str, Any]
    values: dict[str, Any]
    missing: Sequence[str]  # what a new record must have, and this one has not
    faults: list[Fault] = field(default_factory=list)

    @property
    def addable(self) -> bool:
        """True for a row that a record could be made from."""
        return not self.faults and not self.missing


class Batch(list[Made]):
    """Rows that were made together: `resource` has the fields as they were then."""

    def __init__(self, rows: Iterable[Made], resource: ResourceSpec) -> None:
        super().__init__(rows)
        self.resource = resource


class Maker:
    """Makes rows of one file, as `plan` reads it. Remembers what cells mean, so keep it for the whole file.

    `ahead`: also works out what else will be stored, so that less is left to do while others wait.
    """

    def __init__(
        self,
        actor: Actor,
        page: ResourceSpec,
        resource: ResourceSpec,
        plan: Plan,
        for_all: Mapping[str, Any],
        *,
        ahead: bool = False,
    ) -> None:
        self._titles: list[tuple[int, Titles]] = []
        self._resource = resource
        self._updates = plan.duplicates == "update"
        self._ahead = ahead
        self._sets = any(option.sets for one in resource.fields.values() for option in one.options)
        self._fixed = _usual(resource, actor.reader) | dict(for_all)
        self._columns = [
            _Column(place, resource.field(name), self._clean(actor, page, resource.field(name), place),
                    self._fixed[name])
            for place, name in enumerate(plan.columns) if name
        ]  # fmt: skip
        self._required = [
            (one.name, kind_of(one).blank)
            for one in fields_of(resource)
            if one.required and kind_of(one).is_blank(self._fixed[one.name])
        ]

    def make(self, rows: Sequence[Row]) -> Batch:
        """The rows, in order, each with its faults. Column by column, as most columns are clean as a whole."""
        for place, titles in self._titles:
            titles.learn(cells[place] for _number, cells in rows if len(cells) > place)
        faults: dict[int, list[Fault]] = {}
        columns = [column.values(rows, faults) for column in self._columns]
        names = [column.name for column in self._columns]
        required = self._doubtful(dict(zip(names, columns, strict=True)))
        made = []
        for at, ((number, cells), found) in enumerate(zip(rows, zip(*columns, strict=True), strict=True)):
            values = self._fixed.copy()
            values.update(zip(names, found, strict=True))
            missing = [name for name, blank in required if values[name] == blank] if required else ()
            wrong = faults.get(at, [])
            given = self._given(cells, values, wrong) if self._updates else {}
            if self._sets:
                values |= fixed_by_options(self._resource, values)
            made.append(Made(number, cells, given, values, missing, wrong))
        if self._ahead:
            finding.prepare(self._resource, [row.values for row in made])
        return Batch(made, self._resource)

    def _doubtful(self, columns: Mapping[str, Sequence[Any]]) -> list[tuple[str, Any]]:
        """The required fields that some row may have nothing in."""
        return [(name, blank) for name, blank in self._required if name not in columns or blank in columns[name]]

    def _given(self, cells: Sequence[Any], values: Mapping[str, Any], faults: Sequence[Fault]) -> dict[str, Any]:
        refused = {fault.field for fault in faults}
        return {
            column.name: values[column.name]
            for column in self._columns
            if column.place < len(cells) and not _nothing(cells[column.place]) and column.name not in refused
        }

    def _clean(self, actor: Actor, page: ResourceSpec, one: FieldSpec, place: int) -> Clean:
        if one.to is None:
            return _spared(one, cleaner(one, actor.reader))
        titles = Titles(actor, page, one)
        self._titles.append((place, titles))
        return titles.clean


class _Column:
    """One column of a file: what its cells mean, and what a blank one means for a new record."""

    def __init__(self, place: int, one: FieldSpec, clean: Clean, blank: Any) -> None:
        self.place, self.name = place, one.name
        self._clean, self._blank = clean, blank
        self._whole = whole(one, blank)
        self._repeats = one.to is not None or one.kind in OFTEN
        self._known: dict[str, Any] = {"": blank}  # texts met before

    def values(self, rows: Sequence[Row], faults: dict[int, list[Fault]]) -> Sequence[Any]:
        """The value of each row; what is refused is added to `faults`, by the row's place, and is as if blank."""
        place = self.place
        try:
            cells = [cells[place] for _number, cells in rows]
        except IndexError:
            cells = [cells[place] if place < len(cells) else None for _number, cells in rows]
        return self._as_whole(cells) or [self._one(at, raw, faults) for at, raw in enumerate(cells)]

    def _as_whole(self, cells: list[Any]) -> Sequence[Any] | None:
        """The values where nothing needs a closer look."""
        if self._whole is not None:
            return self._whole(cells)
        if self._repeats and set(map(type, cells)) == {str}:  # 1 and True are the same key
            try:
                return list(map(self._known.__getitem__, cells))
            except KeyError:
                return None
        return None

    def _one(self, at: int, raw: Any, faults: dict[int, list[Fault]]) -> Any:
        if _nothing(raw):
            return self._blank
        try:
            value = self._clean(raw)
        except Rejected as refusal:
            faults.setdefault(at, []).append(Fault(self.name, refusal.message))
            return self._blank
        if self._repeats and raw.__class__ is str:
            if len(self._known) >= REMEMBERED:
                self._known = {"": self._blank}
            self._known[raw] = value
        return value


def _nothing(raw: Any) -> bool:
    return raw is None or (raw.__class__ is str and not raw)


def _spared(one: FieldSpec, clean: Clean) -> Clean:
    """Blanks alone are nothing given where a field has a default: a cell with a space must not switch a user off."""
    if one.default is None or one.slot:
        return clean
    return lambda raw: one.default if isinstance(raw, str) and raw.isspace() else clean(raw)


def _usual(resource: ResourceSpec, reader: Reader) -> dict[str, Any]:
    """What a new record has where nothing is given: as in `clean.new_values`."""
    secrets = {one.name for one in secrets_of(resource)}
    return {
        one.name: kind_of(one).blank
        if one.default is None or one.slot
        else kind_of(one).clean(one, one.default, reader)
        for one in resource.fields.values()
        if one.name not in secrets
    }
