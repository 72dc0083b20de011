"""The OpenAPI description of `/api/v1/security/` (app.accounts.api)."""

from __future__ import annotations

from typing import Any, Final

from apispec import APISpec
from flask_babel import gettext as _

from app.web.openapi import ERROR, TEXT, WHOLE

Json = dict[str, Any]
BASE: Final = "/api/v1/security"


def add_security_paths(spec: APISpec) -> None:
    """Adds login, tokens and API keys."""
    tokens = {"access_token": TEXT, "refresh_token": TEXT, "token_type": TEXT}
    key = {"id": TEXT, "name": TEXT, "prefix": TEXT, "created_at": TEXT, "last_used_at": TEXT, "expires_at": TEXT}
    who = {
        "tenant": {**TEXT, "description": _("Enterprise code")},
        "username": {**TEXT, "description": _("Login name")},
        "password": {**TEXT, "format": "password", "description": _("Password")},
    }
    days = {**WHOLE, "nullable": True, "description": _("Days until it ends; none: never")}
    operations: dict[str, dict[str, Json]] = {
        "/login": {"post": _operation(_("Log in for tokens"), tokens, body=who, required=list(who), open_to_all=True)},
        "/refresh": {"post": _operation(_("New access token for a refresh token"), tokens)},
        "/logout": {"post": _operation(_("Log out"), None)},
        "/keys": {
            "get": _operation(_("List one's own API keys"), {"data": {"type": "array", "items": _object(key)}}),
            "post": _operation(
                _("Make an API key; it is shown in this answer only"),
                {"data": _object({**key, "key": TEXT})},
                body={"name": TEXT, "days": days},
                required=["name"],
                status="201",
            ),
        },
        "/keys/{key_id}": {"delete": _operation(_("Revoke an API key"), None, path="key_id")},
    }
    for path, verbs in operations.items():
        spec.path(path=BASE + path, operations=verbs)


def _operation(
    summary: str, answer: Json | None, *, body: Json | None = None, required: list[str] | None = None,
    status: str = "", path: str = "", open_to_all: bool = False,
) -> Json:  # fmt: skip
    good: Json = {"description": _("Done")}
    if answer is not None:
        good["content"] = {"application/json": {"schema": _object(answer)}}
    refused = {"$ref": f"#/components/schemas/{ERROR}"}
    operation: Json = {
        "tags": [_("Login and keys")],
        "summary": summary,
        "responses": {
            status or ("200" if answer else "204"): good,
            "default": {"description": _("Refused"), "content": {"application/json": {"schema": refused}}},
        },
    }
    if path:
        operation["parameters"] = [{"name": path, "in": "path", "required": True, "schema": TEXT}]
    if body is not None:
        schema = {**_object(body), "required": required or [], "additionalProperties": False}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if open_to_all:
        operation["security"] = []
    return operation


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties}
