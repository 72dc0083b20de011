"""The OpenAPI description of imports."""

from __future__ import annotations

from typing import Any, Final

from apispec import APISpec
from flask_babel import gettext as _

from app.records.importing.plan import DUPLICATES
from app.web.face import Face
from app.web.import_api import OPTIONS
from app.web.openapi import TEXT, WHETHER, WHOLE, Json, operation

FILE: Final[Json] = {"type": "string", "format": "binary"}


def add_import_paths(api_spec: APISpec, face: Face, base: str) -> None:
    """Adds the paths of imports, where the resource has that kind."""
    if "import" not in face.resource.can:
        return
    one = [{"name": "id", "in": "path", "required": True, "schema": TEXT, "description": _("The job's id")}]
    many = face.many
    upload = operation(face, _("Import %(what)s", what=many), [], {"data": _object(id=TEXT)}, status="202",
                       more=_("The job runs on its own; ask for its state."))  # fmt: skip
    upload["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": _form(face)}}}
    state = {"data": _state()}
    paths = {
        "/import": {"post": upload},
        "/import/{id}": {"get": operation(face, _("How far an import is"), one, state)},
        "/import/{id}/failed": {"get": _file(face, _("The rows that failed, with the reasons"), one)},
        "/import/{id}/cancel": {"post": operation(face, _("Call an import off"), one, state)},
        "/import/{id}/passwords": {"post": _file(face, _("One-time passwords of those added: given once"), one)},
    }
    for path, operations in paths.items():
        api_spec.path(path=f"{base}{path}", operations=operations)


def _form(face: Face) -> Json:
    spec = face.resource.importing
    options = {
        "columns": {"type": "object", "additionalProperties": TEXT,
                    "description": _("Head → field; left out, heads are recognised by their labels")},
        "duplicates": {"type": "string", "enum": list(DUPLICATES),
                       "description": _("Where a record has this value already: %(key)s", key=spec.key or "–")},
        "whole": {**WHETHER, "description": _("All rows or none")},
        "for_all": {"type": "object", "additionalProperties": TEXT,
                    "description": _("Values of rows that have none: %(fields)s", fields=", ".join(spec.for_all))},
        "dry_run": {**WHETHER, "description": _("Only try it: nothing is written")},
        "encoding": TEXT, "delimiter": TEXT, "sheet": TEXT,
    }  # fmt: skip
    assert set(options) == set(OPTIONS)  # noqa: S101 - what is taken is described
    described = _("JSON: %(options)s", options=", ".join(OPTIONS))
    return {
        "type": "object",
        "properties": {"file": FILE, "options": {"type": "object", "properties": options, "description": described}},
        "required": ["file"],
    }


def _state() -> Json:
    counts = dict.fromkeys(("rows", "created", "updated", "skipped", "failed"), WHOLE)
    faults = {"type": "array", "items": _object(row=WHOLE, column=TEXT, value=TEXT, why=TEXT)}
    return _object(
        id=TEXT, kind=TEXT, state=TEXT, done=WHOLE, total={**WHOLE, "nullable": True}, message=TEXT, fault=TEXT,
        failed_rows=WHETHER, result={**_object(**counts, passwords=WHOLE, faults=faults), "nullable": True},
    )  # fmt: skip


def _file(face: Face, summary: str, parameters: list[Json]) -> Json:
    made = operation(face, summary, parameters, None)
    made["responses"]["200"]["content"] = {"application/octet-stream": {"schema": FILE}}
    return made


def _object(**properties: Any) -> Json:
    return {"type": "object", "properties": properties}
