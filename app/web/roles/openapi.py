"""The OpenAPI description of what `app.web.roles.api` adds to the API of roles."""

from __future__ import annotations

from typing import Any, Final

from apispec import APISpec
from flask_babel import gettext as _

from app.spec.model import NARROWINGS, PERMISSIONS
from app.web.face import Face
from app.web.openapi import IDS, TEXT, WHOLE, operation, ref

Json = dict[str, Any]
KINDS: Final[Json] = {"type": "array", "items": {"type": "string", "enum": [*PERMISSIONS, *NARROWINGS]}}


def add_role_paths(api_spec: APISpec, face: Face, base: str) -> None:
    """Adds the schemas and paths below `base`."""
    grants = {"type": "object", "additionalProperties": KINDS, "description": _("Page → kinds of permission")}
    version = {**WHOLE, "description": _("The version in force; 409 where it is no longer this one")}
    api_spec.components.schema(f"{face.resource.name}_permissions", _permissions(grants, version))
    for path, verbs in _paths(face, grants, version).items():
        api_spec.path(path=base + path, operations=verbs)


def _permissions(grants: Json, version: Json) -> Json:
    properties = {
        "id": TEXT, "name": TEXT, "key": TEXT, "base": TEXT, "version": version, "users": WHOLE,
        "grants": grants, "defaults": grants, "differs": IDS,
    }  # fmt: skip
    return {"type": "object", "properties": properties}


def _paths(face: Face, grants: Json, version: Json) -> dict[str, dict[str, Json]]:
    one = [_parameter("id", "path", _("The record's id"))]
    sides = [_parameter("left", "query", _("One role's id")), _parameter("right", "query", _("The other role's id"))]
    role = {"data": ref(face, "_permissions")}
    saving = _body({"version": version, "grants": grants}, ["version", "grants"])
    restoring = _body({"page": TEXT, "kind": {"type": "string", "enum": list(PERMISSIONS)}, "version": version})
    going_back = _body({"number": WHOLE, "version": version}, ["number"])
    versions = {"data": {"type": "array", "items": _version(grants)}}
    difference = {"data": {"type": "object", "properties": {"left": _side(), "right": _side(), "both": IDS}}}
    return {
        "/{id}/permissions": {
            "get": operation(face, _("What a role is granted"), one, role),
            "put": operation(face, _("Grant a role exactly this"), one, role, body=saving),
        },
        "/{id}/restore": {"post": operation(face, _("Restore default permissions"), one, role, body=restoring)},
        "/{id}/versions": {"get": operation(face, _("Earlier permissions of a role"), one, versions)},
        "/{id}/rollback": {"post": operation(face, _("Bring earlier permissions back"), one, role, body=going_back)},
        "/{id}/copy": {
            "post": operation(face, _("Copy a role to a new one"), one, role, body=ref(face, "_new"), status="201")
        },
        "/compare": {"get": operation(face, _("What two roles are granted differently"), sides, difference)},
    }


def _version(grants: Json) -> Json:
    properties = {
        "number": WHOLE, "at": {**TEXT, "format": "date-time"}, "who": TEXT, "action": TEXT,
        "source": {**WHOLE, "nullable": True}, "grants": grants, "added": IDS, "removed": IDS,
    }  # fmt: skip
    return {"type": "object", "properties": properties}


def _side() -> Json:
    return {"type": "object", "properties": {"id": TEXT, "only": IDS}}


def _body(properties: Json, required: list[str] | None = None) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def _parameter(name: str, place: str, description: str) -> Json:
    return {"name": name, "in": place, "required": True, "schema": TEXT, "description": description}
