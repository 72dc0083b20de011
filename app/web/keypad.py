"""The keypad above a list: which record has which key of a phone, to be changed in one save (T3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import request
from werkzeug.datastructures import MultiDict

from app.access import Actor, may
from app.records.ids import record_id
from app.records.query import page
from app.records.record import Row
from app.records.search import MOST_ROWS, parse
from app.web.face import Face

KEYS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)  # as they lie on a phone
VALUE, VERSION_OF = "value.", "version."


def keypad(face: Face, actor: Actor, root: str) -> dict[str, Any]:
    """The template context `page.keypad`, in one statement. Raises Denied."""
    resource, field = face.resource, face.fields[str(face.resource.list.keypad)]
    search = parse(resource, MultiDict({"size": str(MOST_ROWS)}), actor.reader)
    rows = page(actor, resource, search, [field.name]).rows
    items = {row.values[field.name]: _item(face, actor, row) for row in rows if row.values[field.name] is not None}
    most = resource.limits.get("rows")
    room = may(actor, resource, "add") and (most is None or len(rows) < most)
    url = f"{root}{face.url}"
    return {
        "label": field.label,
        "name": field.name,
        "keys": [
            {"key": key, "item": items.get(key), "add_url": f"{url}add?{field.name}={key}" if room else None}
            for key in KEYS
        ],
        "loose": [_item(face, actor, row) for row in rows if row.values[field.name] is None],
        "url": f"{url}rearrange" if may(actor, resource, "edit") else None,
        "many": face.many,
    }


def sent() -> tuple[Mapping[int | str, Any], Mapping[int | str, int]]:
    """The values and versions by id of the form that was sent. Raises NotFound for what can be no id."""
    values: dict[int | str, Any] = {}
    versions: dict[int | str, int] = {}
    for name, raw in request.form.items():
        if name.startswith(VALUE):
            values[record_id(name.removeprefix(VALUE))] = raw
        elif name.startswith(VERSION_OF):
            versions[record_id(name.removeprefix(VERSION_OF))] = int(raw) if raw.isascii() and raw.isdigit() else -1
    return values, versions


def _item(face: Face, actor: Actor, row: Row) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "version": row.version,
        "title": face.fields[face.resource.title].text(row, actor.reader),
        "value": row.values[str(face.resource.list.keypad)],
    }
