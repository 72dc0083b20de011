"""The OpenAPI description of a settings resource's API."""

from __future__ import annotations

from typing import Any

from apispec import APISpec
from flask_babel import gettext as _

from app.web.face import Face
from app.web.openapi import IDS, WHOLE, if_match, operation, properties, ref
from app.web.schemas import VERSION

Json = dict[str, Any]


def add_settings_paths(api_spec: APISpec, face: Face, base: str) -> None:
    """Adds the schemas and paths of the settings' API, which is mounted at `base`."""
    fields = properties([face.fields[name] for name in face.resource.fields])
    version = {VERSION: {**WHOLE, "description": _("Counts the changes; send it back to notice those of others")}}
    api_spec.components.schema(face.resource.name, {"type": "object", "properties": {**version, **fields}})
    changes = {"type": "object", "properties": {**fields, **version}, "additionalProperties": False}
    api_spec.components.schema(f"{face.resource.name}_change", changes)
    api_spec.tag({"name": face.many, "description": face.help})
    answer = {"data": ref(face, ""), "defaults": {"type": "object", "properties": fields}}
    named = {**IDS, "description": _("Names of fields")}
    resetting: Json = {
        "type": "object",
        "properties": {"fields": named, **version},
        "required": ["fields"],
        "additionalProperties": False,
    }
    label, known = face.label, [if_match()]
    showing = operation(face, _("Show %(what)s", what=label), [], answer)
    editing = operation(face, _("Edit %(what)s", what=label), known, answer, body=ref(face, "_change"))
    restoring = operation(face, _("Restore defaults: %(what)s", what=label), known, answer, body=resetting)
    api_spec.path(path=f"{base}/", operations={"get": showing, "put": editing})
    api_spec.path(path=f"{base}/reset", operations={"post": restoring})
