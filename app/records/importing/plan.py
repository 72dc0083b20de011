"""What a person decides about a file before it is imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, cast

from flask_babel import gettext as _

from app.access import Actor, may
from app.errors import Invalid
from app.fields import kind_of
from app.fields.base import Rejected
from app.records import custom
from app.records.clean import missing
from app.records.importing.targets import fields_of
from app.records.reach import check_targets
from app.records.tables import is_ref
from app.sheets.values import Reading
from app.spec.model import ResourceSpec

Duplicates = Literal["fail", "skip", "update"]
DUPLICATES: Final = ("skip", "update", "fail")
MOST_WHOLE: Final = 100_000  # rows that are imported all or not at all: one transaction, which others wait for


@dataclass(frozen=True, slots=True)
class Plan:
    """`columns`: the field of each column, "" for none. `whole`: all rows or none. `for_all`: values, as typed, of
    rows that have none of their own. `own`: the company's own fields among the columns (`custom.definitions`)."""

    columns: tuple[str, ...] = ()
    duplicates: Duplicates = "skip"
    whole: bool = False
    for_all: Mapping[str, str] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)
    own: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Plan:
        """From what `json` gave, or a program sent. Raises Invalid for what is no plan."""
        columns, for_all = kept.get("columns") or (), kept.get("for_all") or {}
        duplicates, reading = kept.get("duplicates") or "skip", kept.get("reading") or {}
        wrong = {
            "columns": not (isinstance(columns, list | tuple) and all(isinstance(one, str) for one in columns)),
            "for_all": not (isinstance(for_all, Mapping) and all(isinstance(one, str) for one in for_all.values())),
            "duplicates": duplicates not in DUPLICATES,
            "reading": not isinstance(reading, Mapping),
            "whole": not isinstance(kept.get("whole", False), bool),
        }
        if any(wrong.values()):
            raise Invalid({name: [_("This cannot be used here.")] for name, is_wrong in wrong.items() if is_wrong})
        return cls(
            tuple(columns), cast("Duplicates", duplicates), kept.get("whole", False), dict(for_all),
            Reading.of(reading), dict(kept.get("own") or {}),
        )  # fmt: skip

    def json(self) -> dict[str, Any]:
        """As it is kept."""
        reading = self.reading
        return {
            "columns": list(self.columns),
            "duplicates": self.duplicates,
            "whole": self.whole,
            "for_all": dict(self.for_all),
            "reading": {"encoding": reading.encoding, "delimiter": reading.delimiter, "sheet": reading.sheet},
            "own": dict(self.own),
        }

    def meaning(self, resource: ResourceSpec) -> Plan:
        """The same, with its columns meaning the fields that `resource` has now."""
        return replace(self, own=custom.definitions(resource, self.columns))


def check(actor: Actor, page: ResourceSpec, resource: ResourceSpec, plan: Plan, heads: Sequence[Any]) -> dict[str, Any]:
    """The values for all rows, cleaned. Raises Invalid with everything that would make the whole import pointless."""
    errors = _columns(actor, resource, plan, heads)
    key = resource.importing.key
    if plan.duplicates == "update":
        if not may(actor, page, "edit"):
            errors["duplicates"] = [_("You may not edit these records, so choose another rule.")]
        elif key is None or key not in plan.columns:
            errors["duplicates"] = [_("Without the column that tells records apart none can be updated.")]
    values: dict[str, Any] = {}
    for name, raw in plan.for_all.items():
        if not raw:
            continue
        try:
            values[name] = _for_all(resource, name, raw, actor)
        except Rejected as refusal:
            errors[name] = [refusal.message]
    if errors:
        raise Invalid(errors)
    check_targets(actor, page, values)
    return values


def _columns(actor: Actor, resource: ResourceSpec, plan: Plan, heads: Sequence[Any]) -> dict[str, list[object]]:
    errors: dict[str, list[object]] = {}
    fields = {field.name: field for field in fields_of(resource)}
    used = [name for name in plan.columns if name]
    if len(plan.columns) > len(heads) or not used:
        errors["columns"] = [_("Say for at least one column which field it is.")]
    for name in used:
        if name not in fields:
            errors["columns"] = [_("There is no such field: %(name)s", name=name)]
        elif used.count(name) > 1:
            label = fields[name].label.text(actor.locale)
            errors["columns"] = [_("Two columns are “%(field)s”. Leave one of them out.", field=label)]
    if plan.own != custom.definitions(resource, used):
        errors["columns"] = [_("The fields have changed in the meantime. Look through the columns once more.")]
    absent = [
        field.label.text(actor.locale)
        for field in fields.values()
        if field.required and field.name not in used and not plan.for_all.get(field.name)
        and (field.default is None or field.slot)
    ]  # fmt: skip
    if absent and "columns" not in errors:
        comma = "、" if actor.locale == "zh" else ", "
        errors["columns"] = [_("These must be given, and no column has them: %(fields)s", fields=comma.join(absent))]
    return errors


def _for_all(resource: ResourceSpec, name: str, raw: str, actor: Actor) -> Any:
    if name not in resource.importing.for_all:
        raise Rejected(_("This field cannot be given for a whole file."))
    field = resource.field(name)
    value = kind_of(field).clean(field, raw, actor.reader)
    if is_ref(field) and missing(field, value):
        raise Rejected(_("Choose from the list."))
    return value
