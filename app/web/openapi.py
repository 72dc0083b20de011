"""The OpenAPI description of one resource's API, in the reader's language, from the same spec as the API itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from apispec import APISpec
from flask_babel import gettext as _

from app.fields import kind_of
from app.records.search import MOST_ROWS
from app.web.face import ActionFace, Face, FieldFace
from app.web.schemas import VERSION

Json = dict[str, Any]
ERROR: Final = "Error"
TEXT: Final[Json] = {"type": "string"}
WHOLE: Final[Json] = {"type": "integer"}
WHETHER: Final[Json] = {"type": "boolean"}
IDS: Final[Json] = {"type": "array", "items": TEXT}

DONE: Final[Json] = {"data": {"type": "object", "properties": {"count": WHOLE, "reveal": {"type": "object"}}}}
CHOICES: Final[Json] = {
    "data": {"type": "array", "items": {"type": "object", "properties": {"id": TEXT, "title": TEXT}}}
}


def add_paths(api_spec: APISpec, face: Face, base: str) -> None:
    """Adds the schemas and paths of the resource's API, which is mounted at `base`, for the kinds it has."""
    for name, schema in _schemas(face).items():
        api_spec.components.schema(name, schema)
    api_spec.tag({"name": face.many, "description": face.help})
    for path, operations in _paths(face).items():
        if operations:
            api_spec.path(path=f"{base}{path}", operations=operations)


def error_schema() -> Json:
    """Every refusal has this shape."""
    return {
        "type": "object",
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "code": {**TEXT, "description": _("What went wrong, for programs")},
                    "message": {**TEXT, "description": _("What went wrong, for people")},
                    "fields": {"type": "object", "additionalProperties": IDS, "description": _("Messages by field")},
                    "fault": {**TEXT, "description": _("Finds the entry in the server's log")},
                    "uses": {
                        "type": "object",
                        "additionalProperties": WHOLE,
                        "description": _("How many records of which resource are in the way"),
                    },
                },
            }
        },
    }


def _schemas(face: Face) -> dict[str, Json]:
    fields = [shown for name, shown in face.fields.items() if name in face.resource.fields]
    taken = [shown for shown in fields if not shown.field.readonly]
    changed = [shown for shown in taken if not shown.field.fixed]
    version = {VERSION: {**WHOLE, "description": _("Counts the changes; send it back to notice those of others")}}
    shown = {"id": TEXT, **version, **properties(list(face.readable))}
    titles = {"type": "object", "additionalProperties": TEXT, "description": _("Names of what the record refers to")}
    made: dict[str, Json] = {
        _name(face, ""): {"type": "object", "properties": {**shown, "titles": titles}},
        _name(face, "_new"): {
            "type": "object",
            "properties": properties(taken),
            "required": [field.name for field in taken if field.field.required and field.field.default is None],
            "additionalProperties": False,
        },
        _name(face, "_change"): {
            "type": "object",
            "properties": {**properties(changed), **version},
            "additionalProperties": False,
        },
    }
    absent = {
        _name(face, part) for kind, part in (("add", "_new"), ("edit", "_change")) if kind not in face.resource.can
    }
    return {name: schema for name, schema in made.items() if name not in absent}


def properties(fields: list[FieldFace]) -> dict[str, Json]:
    return {
        shown.name: {**kind_of(shown.field).schema(shown.field), "description": _described(shown)} for shown in fields
    }


def _described(shown: FieldFace) -> str:
    """The label, the help, and what the values of a closed list are called."""
    parts = [shown.label, shown.help]
    if shown.options and shown.field.options:
        parts.append("; ".join(f"{value} = {label}" for value, label in shown.options))
    return " · ".join(part for part in parts if part)


def _paths(face: Face) -> dict[str, dict[str, Json]]:
    """Only what the resource can do: a page without `edit` has no PUT."""
    paths = {
        path: {verb: made for verb, (kind, made) in verbs.items() if kind in face.resource.can}
        for path, verbs in _crud(face).items()
    }
    for action in face.actions.values():
        paths[f"/do/{action.action.name}"] = {"post": _doing(face, action)}
    for shown in face.fields.values():
        if shown.is_reference and shown.name in face.resource.fields:
            asked = [
                _parameter("q", "query", TEXT, _("Part of the name")),
                _parameter("id", "query", IDS, _("Only these ids")),
            ]
            title = _("What %(field)s may be", field=shown.label)
            paths[f"/choices/{shown.name}"] = {"get": operation(face, title, asked, CHOICES)}
    return paths


def _doing(face: Face, action: ActionFace) -> Json:
    if action.action.on == "list":
        said = _("A text of your own: the same again within a day does nothing more and is answered the same")
        at = {"type": "string", "format": "date-time"}
        done = {"count": WHOLE, "asked": WHOLE, "ids": IDS, "at": at, "again": WHETHER}
        answer = {"data": {"type": "object", "properties": done}}
        return operation(face, action.label, [_parameter("Idempotency-Key", "header", TEXT, said)], answer)
    body = _ids()
    if action.action.ask:
        asked = [face.fields[name] for name in action.action.ask]
        must = [name for name, how in action.action.ask.items() if how == "required"]
        values: Json = {"type": "object", "properties": properties(asked), "additionalProperties": False}
        body["properties"] = {**body["properties"], "values": values | ({"required": must} if must else {})}
        body["required"] = ["ids", "values"] if must else ["ids"]
    return operation(face, action.label, [], DONE, body=body, more=action.confirm)


def _crud(face: Face) -> dict[str, dict[str, tuple[str, Json]]]:
    """Path → verb → (kind of permission, operation)."""
    record, spec = ref(face, ""), face.resource
    label, plural = spec.label.inside(face.locale), spec.many.inside(face.locale)
    one, one_answer = [_parameter("id", "path", TEXT, _("The record's id"))], {"data": record}
    cursor = {**TEXT, "nullable": True, "description": _("Send it as cursor")}
    counted = {"count": WHOLE, "count_capped": {"type": "boolean"}}
    many_answer = {"data": {"type": "array", "items": record}, "next": cursor, "previous": cursor, **counted}
    listing = operation(face, _("List %(what)s", what=plural), list(_list_parameters(face)), many_answer)
    adding = operation(face, _("Add %(what)s", what=label), [], one_answer, body=ref(face, "_new"), status="201")
    editing = operation(face, _("Edit %(what)s", what=label), [*one, if_match()], one_answer, body=ref(face, "_change"))
    heir = _parameter("heir", "query", TEXT, _("Who takes over what refers to it: an id, or “none” for nobody"))
    deleting = operation(face, _("Delete %(what)s", what=label), [*one, heir], None, status="204")
    deleting_several = operation(
        face, _("Delete several %(what)s", what=plural), [], {"data": {"type": "object"}}, body=_ids(heir=heir)
    )
    return {
        "/": {"get": ("view", listing), "post": ("add", adding)},
        "/{id}": {
            "get": ("view", operation(face, _("Show %(what)s", what=label), one, one_answer)),
            "put": ("edit", editing),
            "delete": ("delete", deleting),
        },
        "/delete": {"post": ("delete", deleting_several)},
        "/export": {"post": ("export", _exporting(face))},
        **({"/{id}/reveal": {"post": ("preview", _revealing(face, one))}} if face.resource.masks else {}),
        **(
            {"/rearrange": {"put": ("edit", _rearranging(face, face.resource.rearrange))}}
            if face.resource.rearrange
            else {}
        ),
    }


def _revealing(face: Face, one: list[Json]) -> Json:
    left = {**WHOLE, "nullable": True, "description": _("How many more times today")}
    numbers = {"type": "object", "additionalProperties": TEXT, "description": _("Whole numbers by field")}
    answer = {"data": {"type": "object", "properties": {"numbers": numbers, "left": left}}}
    told = _("It is counted and written to the audit log.")
    return operation(face, _("Look at full numbers"), one, answer, more=told)


def _exporting(face: Face) -> Json:
    """A file at once, or 202 with the job that makes it."""
    names = {"type": "array", "items": {**TEXT, "enum": sorted(shown.name for shown in face.readable)}}
    columns = {"oneOf": [{**TEXT, "enum": ["shown", "all"]}, names], "description": _("Which fields, in which order")}
    sent = {
        "query": {**TEXT, "description": _("The query string of the list")},
        "columns": columns,
        "format": {**TEXT, "enum": ["csv", "xlsx"]},
        "full": {**WHETHER, "description": _("Whole numbers, where one sees them")},
    }
    body = {"type": "object", "properties": sent, "additionalProperties": False}
    made = operation(face, _("Export %(what)s", what=face.resource.many.inside(face.locale)), [], None, body=body)
    file = {"schema": {"type": "string", "format": "binary"}}
    made["responses"]["200"]["content"] = {"application/octet-stream": file}
    job = {"data": {"type": "object", "properties": {"job": TEXT, "state": TEXT}}}
    made["responses"]["202"] = {
        "description": _("The job that makes the file"),
        "content": {"application/json": {"schema": {"type": "object", "properties": job}}},
    }
    return made


def _rearranging(face: Face, name: str) -> Json:
    shown = face.fields[name]
    by_id = {"type": "object", "additionalProperties": shown.kind.schema(shown.field)}
    known = {"type": "object", "additionalProperties": WHOLE, "description": _("By id: the version known")}
    new = {**by_id, "description": _("By id: the new value of “%(field)s”", field=shown.label)}
    body = {"type": "object", "properties": {"values": new, "versions": known}, "required": ["values"]}
    answer = {"data": {"type": "object", "properties": {"changed": WHOLE}}}
    return operation(
        face, _("Rearrange %(what)s", what=face.many), [], answer, body={**body, "additionalProperties": False}
    )


def operation(
    face: Face, summary: str, parameters: list[Json], answer: Json | None, *,
    body: Json | None = None, status: str = "200", more: str = "",
) -> Json:  # fmt: skip
    good: Json = {"description": _("Done")}
    if answer is not None:
        good["content"] = {"application/json": {"schema": {"type": "object", "properties": answer}}}
    made: Json = {
        "tags": [face.many],
        "summary": summary,
        "description": more,
        "parameters": parameters,
        "responses": {status: good, "default": refused()},
    }
    if body is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return made


def _list_parameters(face: Face) -> Iterator[Json]:
    for shown in face.fields.values():
        if not shown.kind.secret:
            for operator in shown.kind.operators:
                yield _parameter(f"{shown.name}.{operator}", "query", TEXT, f"{shown.label} · {operator}")
    orders = [sign + name for name in sorted(face.sortable) for sign in ("", "-")]
    yield _parameter("q", "query", TEXT, _("Text to look for"))
    yield _parameter("order", "query", {**TEXT, "enum": orders}, _("Order; - is descending"))
    yield _parameter("size", "query", {**WHOLE, "minimum": 1, "maximum": MOST_ROWS}, _("Records per page"))
    yield _parameter("cursor", "query", TEXT, _("Which page: next or previous of an answer, or “last”"))
    yield _parameter("count", "query", {"type": "boolean"}, _("Also count all that match, up to 10,000"))


def _parameter(name: str, place: str, schema: Json, description: str) -> Json:
    return {"name": name, "in": place, "required": place == "path", "schema": schema, "description": description}


def if_match() -> Json:
    return _parameter("If-Match", "header", TEXT, _("The ETag of a GET: 409 if somebody has changed the record since"))


def _ids(heir: Json | None = None) -> Json:
    more = {"heir": {**TEXT, "description": heir["description"]}} if heir else {}
    return {"type": "object", "properties": {"ids": IDS, **more}, "required": ["ids"], "additionalProperties": False}


def ref(face: Face, suffix: str) -> Json:
    return {"$ref": f"#/components/schemas/{_name(face, suffix)}"}


def _name(face: Face, suffix: str) -> str:
    return f"{face.resource.name}{suffix}"


def refused() -> Json:
    return {
        "description": _("Refused"),
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{ERROR}"}}},
    }
