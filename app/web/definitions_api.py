"""The REST API of a company's own fields (F2, F3): what their pages do, beside adding and editing."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from apispec import APISpec
from flask import Response, jsonify, make_response, request
from flask_appbuilder.api import expose
from flask_babel import gettext as _
from marshmallow import fields

from app.access import demand
from app.accounts.schemas import MESSAGES, Strict, body
from app.jobs import fields as field_jobs
from app.jobs.fields import Done
from app.models.base import transaction
from app.records import conversion, definitions, query
from app.records.ids import record_id
from app.web import who
from app.web.api import ResourceApi, sent_version
from app.web.bodies import ActSchema, DeleteSchema
from app.web.openapi import IDS, TEXT, WHETHER, WHOLE, operation
from app.web.permit import permitted

ACCEPTED = 202


class OneSchema(Strict):
    id = fields.String(required=True, error_messages=MESSAGES)


class ConversionSchema(Strict):
    """`aside`: values that do not convert are kept aside; without it nothing is changed where there are any."""

    kind = fields.String(required=True, error_messages=MESSAGES)
    aside = fields.Boolean(load_default=False, error_messages=MESSAGES)
    version = fields.Integer(strict=True, load_default=None, allow_none=True, error_messages=MESSAGES)


class DefinitionsApi(ResourceApi):
    """For resources that `extend` another. Where very many records have values a job does it: 202, and its id."""

    more_methods = MappingProxyType(
        {"archived": "view", "restore": "delete", "order": "edit", "conversion": "edit", "convert": "edit"}
    )

    @expose("/<id>", methods=["DELETE"])
    @permitted("delete")
    def delete(self, id: str) -> Response:
        """Archives one field."""
        done, _titles = self._archive([id])
        return _answer(done) if done.job is not None else make_response("", 204)

    @expose("/delete", methods=["POST"])
    @permitted("delete")
    def delete_several(self) -> Response:
        """Archives the fields of `ids`, all or none."""
        done, titles = self._archive(body(DeleteSchema())["ids"])
        return _answer(done, deleted=len(titles))

    @expose("/archived", methods=["GET"])
    @permitted("view")
    def archived(self) -> Response:
        """What can be restored, the newest first."""
        found = definitions.archived(who.actor(), self.resource)
        return jsonify(
            data=[
                {
                    "id": str(entry.id), "name": entry.name, "kind": entry.kind, "values": entry.values,
                    "archived_at": entry.archived_at.isoformat(), "until": entry.until.isoformat(),
                }
                for entry in found
            ]
        )  # fmt: skip

    @expose("/restore", methods=["POST"])
    @permitted("delete")
    def restore(self) -> Response:
        """Brings the archived field `id` back with its values."""
        id_ = record_id(body(OneSchema())["id"])
        with transaction():
            done = field_jobs.restore(who.actor(), self.resource, id_)
        return _answer(done, restored=done.values)

    @expose("/order", methods=["PUT"])
    @permitted("edit")
    def order(self) -> Response:
        """Puts the fields into the order of `ids`, which are all of them."""
        ids = [record_id(text) for text in body(ActSchema())["ids"]]
        with transaction():
            definitions.reorder(who.actor(), self.resource, ids)
        return make_response("", 204)

    @expose("/<id>/convert", methods=["GET"])
    @permitted("edit")
    def conversion(self, id: str) -> Response:
        """What a change of type to `?kind=` would do: how many values convert, and the first that do not."""
        with transaction():
            found = conversion.preview(who.actor(), self.resource, self._seen(id), request.args.get("kind", ""))
        strays = [
            {"id": str(stray.id), "title": stray.title, "value": stray.value, "why": stray.why}
            for stray in found.strays
        ]
        counted = {"values": found.total, "converting": found.converting, "failing": found.failing, "back": found.back}
        return jsonify(data={**counted, "strays": strays})

    @expose("/<id>/convert", methods=["POST"])
    @permitted("edit")
    def convert(self, id: str) -> Response:
        """The change of type (F3); 409 where If-Match or `version` is no longer the field's."""
        sent = body(ConversionSchema())
        with transaction():
            done = field_jobs.convert(
                who.actor(), self.resource, self._seen(id), sent["kind"], aside=sent["aside"],
                version=sent_version(sent["version"]),
            )  # fmt: skip
        return _answer(done, converted=done.values, aside=done.aside)

    def add_api_spec(self, api_spec: APISpec) -> None:
        super().add_api_spec(api_spec)
        face, base = self.face, self.route_base
        job = {"type": "object", "properties": {"job": TEXT}}
        one = [{"name": "id", "in": "path", "required": True, "schema": TEXT}]
        kind = {"name": "kind", "in": "query", "required": True, "schema": TEXT}
        archived = dict.fromkeys(("id", "name", "kind", "archived_at", "until"), TEXT) | {"values": WHOLE}
        counted = dict.fromkeys(("values", "converting", "failing", "back"), WHOLE)
        stray = {"type": "object", "properties": dict.fromkeys(("id", "title", "value", "why"), TEXT)}
        convert = {"kind": TEXT, "aside": WHETHER, "version": WHOLE}
        paths: dict[str, dict[str, Any]] = {
            "archived": {"get": operation(face, _("Archived fields"), [], {"data": _some(archived)})},
            "restore": {"post": operation(face, _("Restore"), [], {"data": job}, body=_body({"id": TEXT}, "id"))},
            "order": {"put": operation(face, _("Order"), [], None, body=_body({"ids": IDS}, "ids"), status="204")},
            "{id}/convert": {
                "get": operation(
                    face, _("What would happen"), [*one, kind],
                    {"data": {"type": "object", "properties": {**counted, "strays": _some(stray["properties"])}}},
                ),
                "post": operation(face, _("Change the type"), one, {"data": job}, body=_body(convert, "kind")),
            },
        }  # fmt: skip
        for path, operations in paths.items():
            api_spec.path(path=f"{base}/{path}", operations=operations)

    def _archive(self, ids: list[str]) -> tuple[Done, list[str]]:
        with transaction():
            return field_jobs.archive(who.actor(), self.resource, [record_id(text) for text in ids])

    def _seen(self, id: str) -> int:
        """Raises NotFound for an archived one, Denied for whoever may edit fields and not see them."""
        demand(who.actor(), self.resource, "view")
        return query.get(who.actor(), self.resource, record_id(id)).id


def _answer(done: Done, **numbers: int) -> Response:
    if done.job is not None:
        return make_response(jsonify(data={"job": str(done.job)}), ACCEPTED)
    return jsonify(data={**numbers, "job": None})


def _some(properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": properties}}


def _body(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
