"""The form of a company's own field (F2, F3): its options as rows of their own, its default as a value of its type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import request
from flask_babel import gettext as _

from app.access import Actor
from app.fields import kinds
from app.fields.options import Entry, live
from app.records import slot_values
from app.records.custom import default_of, field_of_definition
from app.records.definitions import CHOICES, extended_by
from app.records.record import Record
from app.spec.model import ResourceSpec
from app.web.form import ResourceForm, make_form
from app.web.form_page import INPUTMODE

STAYS: Final = "keep"  # an option's row that is not to go
EMPTY_ROWS: Final = 3  # for who has no script; the script takes them away
COLUMNS: Final = ("options.key", "options.id", "options.label", "options.heir")

Control = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One option in the form, in `used` records. `heir` says what takes its place, STAYS where it does not go."""

    key: str
    id: str = ""
    label: str = ""
    heir: str = STAYS
    used: int = 0
    chosen: bool = False


class DefinitionForm(ResourceForm):
    """Mixed into the generated form. What the rows say becomes the raw values of `options` and `default`."""

    def typed(self) -> dict[str, Any]:
        typed = super().typed()
        if COLUMNS[0] not in request.form:
            return typed
        rows = [row for row in sent_rows() if row.label.strip() or row.id]
        typed["options"] = [_raw(row) for row in rows]
        if rows and request.form.get("kind") in (None, *CHOICES):  # an edit sends no type, and rows only of a list
            typed["default"] = "、".join(row.label.strip() for row in rows if row.chosen and row.heir == STAYS)
        return typed


def definition_forms(resource: ResourceSpec) -> dict[str, type[DefinitionForm]]:
    """The add and edit form of a resource that defines fields; nothing for others."""
    if not resource.extends:
        return {}
    return {
        name: type(f"Definition{name}", (DefinitionForm, make_form(resource, adding=adding)), {})
        for name, adding in (("add_form", True), ("edit_form", False))
    }


def sent_rows() -> list[Row]:
    """The rows as they were sent, in their order."""
    chosen = set(request.form.getlist("options.default"))
    columns = [request.form.getlist(name) for name in COLUMNS]
    return [Row(key, id_, label, heir, chosen=key in chosen) for key, id_, label, heir in zip(*columns, strict=False)]


def _raw(row: Row) -> dict[str, str]:
    known = {"id": row.id} if row.id else {}
    going = {} if row.heir == STAYS else {"heir": row.heir}
    return {**known, "label": row.label, **going}


def shape(context: dict[str, Any], actor: Actor, resource: ResourceSpec, record: Record | None) -> None:
    """Give the controls of `options` and `default` in a form's context their own look."""
    kind = record.values["kind"] if record else request.form.get("kind", resource.field("kind").default)
    for section in context["sections"]:
        for control in section["fields"]:
            if control["name"] == "options":
                rows = {"widget": "options", "rows": _rows(resource, record), "stays": STAYS}
                control.update(rows, several=kind == "choices")
            elif control["name"] == "default":
                control.update(default_control(actor, kind, record))
            elif control["name"] == "kind" and record is None:
                control["part_url"] = f"{request.script_root}/{resource.name}/default"


def default_control(actor: Actor, kind: str, record: Record | None) -> Control:
    """What of the default's control depends on the type of the field."""
    found: Control = {"widget": kinds[kind].widget if kind not in CHOICES else "text"}
    found["inputmode"] = INPUTMODE.get(kind)
    if record is not None and request.method == "GET" and kind not in CHOICES:
        field = field_of_definition({**record.values, "required": False})
        value = default_of(field, record.values["default"])
        found["value"] = "" if value is None else kinds[kind].form_value(field, value, actor.reader)
    return {**found, "part": "default"}


def bare_default_control(actor: Actor, resource: ResourceSpec, kind: str) -> Control:
    """The empty control of the default for a type that was just chosen."""
    label = resource.field("default")
    control: Control = {
        "name": "default", "id": "field-default", "value": "", "label": label.label.text(actor.locale),
        "help": label.help.text(actor.locale) if label.help else "", "errors": [], "required": False,
    }  # fmt: skip
    return control | default_control(actor, kind, None)


def _rows(resource: ResourceSpec, record: Record | None) -> list[Row]:
    known: Sequence[Entry] = live(record.values["options"]) if record else ()
    used: dict[str, int] = {}
    if record and record.values["kind"] in CHOICES:
        values, target = record.values, extended_by(resource)
        used = slot_values.holders(target, values["slot"], values["kind"], [entry.id for entry in known])
    if request.method == "POST":
        sent = sent_rows()
        return [Row(row.key, row.id, row.label, row.heir, used.get(row.id, 0), row.chosen) for row in sent]
    chosen = record.values["default"].split(",") if record else ()
    rows = [Row(one.id, one.id, one.label, used=used.get(one.id, 0), chosen=one.id in chosen) for one in known]
    return rows + [Row(f"new{number}") for number in range(EMPTY_ROWS)]


def archive_text(count: int, days: int) -> str:
    """What archiving a field does, before it is done."""
    found = _("It can be restored for %(days)s days.", days=days)
    if count:
        number = f"{count:,}"
        found = _("Its values in %(n)s records are kept. It can be restored for %(days)s days.", n=number, days=days)
    return str(found)
