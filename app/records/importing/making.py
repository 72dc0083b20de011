"""Rows of a file made into values, a batch at a time: no lock is held meanwhile, and nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.access import Actor
from app.fields import kind_of
from app.fields.base import Reader, Rejected
from app.records.bulk_rows import Ready
from app.records.importing.cells import Clean, cleaner
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
    """One row: `given` are the values that it holds itself, `values` all of a new record."""

    number: int
    cells: Sequence[Any]
    given: dict[str, Any]
    values: dict[str, Any]
    missing: list[str]  # what a new record must have, and this one has not
    faults: list[Fault] = field(default_factory=list)
    ready: Ready | None = None

    @property
    def addable(self) -> bool:
        """True for a row that a record could be made from."""
        return not self.faults and not self.missing


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
        self._columns: list[tuple[int, str, Clean]] = []
        for place, name in enumerate(plan.columns):
            if name:
                self._columns.append((place, name, self._clean(actor, page, resource.field(name), place)))
        self._resource = resource
        self._ahead = ahead
        self._sets = any(option.sets for one in resource.fields.values() for option in one.options)
        self._fixed = _usual(resource, actor.reader) | dict(for_all)
        self._required = [
            (one.name, kind_of(one).blank)
            for one in fields_of(resource)
            if one.required and kind_of(one).is_blank(self._fixed[one.name])
        ]

    def make(self, rows: Sequence[Row]) -> list[Made]:
        """The rows, in order, each with its faults."""
        for place, titles in self._titles:
            titles.learn(cells[place] for _number, cells in rows if len(cells) > place)
        return [self._row(number, cells) for number, cells in rows]

    def _row(self, number: int, cells: Sequence[Any]) -> Made:
        given: dict[str, Any] = {}
        faults: list[Fault] = []
        width = len(cells)
        for place, name, clean in self._columns:
            if place >= width:
                continue
            raw = cells[place]
            if raw is None or raw == "":
                continue
            try:
                given[name] = clean(raw)
            except Rejected as refusal:
                faults.append(Fault(name, refusal.message))
        values = {**self._fixed, **given}
        missing = [name for name, blank in self._required if values[name] == blank]
        if self._sets:
            values |= fixed_by_options(self._resource, values)
        made = Made(number, cells, given, values, missing, faults)
        if self._ahead and made.addable:
            made.ready = Ready.of(self._resource, values)
        return made

    def _clean(self, actor: Actor, page: ResourceSpec, one: FieldSpec, place: int) -> Clean:
        if one.to is None:
            return _spared(one, cleaner(one, actor.reader))
        titles = Titles(actor, page, one)
        self._titles.append((place, titles))
        return titles.clean


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
