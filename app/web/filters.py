"""The filter bar of a list: the template context of `page.filters`, filled from the query string."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.access import Actor
from app.fields.base import Control
from app.records.ids import record_ids
from app.records.query import choices
from app.web.face import Face, FieldFace

# A list page has at most four statements: login, rows, and these. References beyond them are looked up by the browser.
MOST_LOOKUPS: Final = 2
MOST_OPTIONS: Final = 200
SEVERAL: Final = ("multiselect", "remote_many", "checkboxes")

Pairs = Sequence[tuple[str, str]]
Errors = Mapping[str, Sequence[object]]


def filter_bar(face: Face, actor: Actor, args: MultiDict[str, str], errors: Errors, root: str) -> list[dict[str, Any]]:
    """One entry per field of `list.filter`, in that order, with what is asked for now filled in."""
    looked_up = _look_up(face, actor, args)
    bar = []
    for shown in face.filters:
        related = looked_up.get(shown.name)
        url = f"{root}{face.url}choices/{shown.name}" if shown.is_reference else None
        controls = [
            _control(shown, control, asked(shown, control, args), related)
            | {"url": url, "errors": _errors_of(shown, control, errors)}
            for control in shown.controls
        ]
        widget = controls[0]["widget"] if controls else "text"
        bar.append({"name": shown.name, "label": shown.label, "widget": widget, "controls": controls})
    return bar


def _control(shown: FieldFace, control: Control, values: Sequence[str], related: Pairs | None) -> dict[str, Any]:
    widget, options = control.widget, shown.options
    if shown.is_reference:
        widget = "multiselect" if related is not None and shown.field.choose == "all" else "remote_many"
        options = tuple(related or ())
    entries = [{"value": value, "label": label, "selected": value in values} for value, label in options]
    if widget == "select":
        entries.insert(0, {"value": "", "label": _("All"), "selected": not values})
    return {
        "name": control.name,
        "label": {"from": _("from"), "to": _("to")}.get(control.operator, ""),
        "operator": control.operator,
        "widget": widget,
        "value": values[0] if values else "",
        "values": values,
        "several": widget in SEVERAL,
        "placeholder": shown.placeholder,
        "options": entries,
    }


def asked(shown: FieldFace, control: Control, args: MultiDict[str, str]) -> list[str]:
    """The values the query string gives for this control; a bare `?field=` means the kind's first operator."""
    keys = [control.name]
    if control.operator == shown.kind.operators[0]:
        keys.append(shown.name)
    return [value for key in keys for value in args.getlist(key) if value.strip()]


def _errors_of(shown: FieldFace, control: Control, errors: Errors) -> list[str]:
    texts = list(errors.get(control.name, ()))
    if control.operator == shown.kind.operators[0]:
        texts += errors.get(shown.name, ())
    return [str(text) for text in texts]


def _look_up(face: Face, actor: Actor, args: MultiDict[str, str]) -> dict[str, Pairs]:
    """The entries of drop-downs of related records: all of them, or where they are searched for, those chosen."""
    found: dict[str, Pairs] = {}
    for shown in face.filters:
        if not shown.is_reference or len(found) == MOST_LOOKUPS:
            continue
        if shown.field.choose == "all":
            entries = choices(actor, face.resource, shown.name, limit=MOST_OPTIONS)
        else:
            ids = record_ids([value for control in shown.controls for value in asked(shown, control, args)])
            if not ids:
                continue
            entries = choices(actor, face.resource, shown.name, ids=ids, limit=len(ids))
        found[shown.name] = [(str(entry.id), entry.title) for entry in entries]
    return found
