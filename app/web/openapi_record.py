"""OpenAPI of what a record has beside itself: its timeline, and the recycle bin it goes into."""

from __future__ import annotations

from typing import Any

from apispec import APISpec
from flask_babel import gettext as _

from app.web.face import Face
from app.web.openapi import IDS, TEXT, WHOLE, operation

Json = dict[str, Any]
NEXT: Json = {**TEXT, "nullable": True}


def add_record_paths(api_spec: APISpec, face: Face, base: str) -> None:
    """Adds the paths below `base` that the resource has."""
    asked = [_parameter("id", "path"), _parameter("before", "query"), _parameter("size", "query")]
    told = _texts("at", "who", "action", "text") | {"changes": _list(_texts("field", "label", "before", "after"))}
    timeline = operation(face, _("What happened to the record"), asked, {"data": _list(told), "next": NEXT})
    api_spec.path(path=f"{base}/{{id}}/timeline", operations={"get": timeline})
    if face.resource.bin is not None and "delete" in face.resource.can:
        for path, operations in _bin(face).items():
            api_spec.path(path=f"{base}/bin/{path}", operations=operations)


def _bin(face: Face) -> dict[str, dict[str, Json]]:
    entry = _texts("id", "record_id", "title", "deleted_at", "deleted_by") | {"days_left": WHOLE}
    values = {"values": _list(_texts("field", "label", "text"))}
    ids = {"type": "object", "properties": {"ids": IDS}, "required": ["ids"], "additionalProperties": False}
    back = {"restored": WHOLE, "notes": {"type": "array", "items": TEXT}}
    listing = operation(
        face, _("Recycle bin"), [_parameter("q", "query"), _parameter("after", "query")],
        {"data": _list(entry), "next": NEXT},
    )  # fmt: skip
    one = operation(face, _("A deleted record"), [_parameter("id", "path")], {"data": _object({**entry, **values})})
    restoring = operation(face, _("Restore"), [], {"data": _object(back)}, body=ids)
    purging = operation(face, _("Delete for good"), [], {"data": _object({"deleted": WHOLE})}, body=ids)
    return {
        "": {"get": listing},
        "{id}": {"get": one},
        "restore": {"post": restoring},
        "purge": {"post": purging},
    }


def _texts(*names: str) -> dict[str, Json]:
    return dict.fromkeys(names, TEXT)


def _object(properties: dict[str, Json]) -> Json:
    return {"type": "object", "properties": properties}


def _list(properties: dict[str, Json]) -> Json:
    return {"type": "array", "items": _object(properties)}


def _parameter(name: str, place: str) -> Json:
    return {"name": name, "in": place, "required": place == "path", "schema": TEXT}
