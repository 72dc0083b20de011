"""The REST API of one resource, under /api/v1/<resource>/: same permissions, search, rules and errors as its pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final

from apispec import APISpec
from flask import Response, jsonify, make_response, request
from flask_appbuilder.api import ModelRestApi, expose
from flask_babel import lazy_gettext as _l

from app.access import may
from app.accounts.schemas import body
from app.errors import Invalid, NotFound
from app.models.base import transaction
from app.records import query, service
from app.records.ids import record_id
from app.records.record import Record
from app.records.search import parse
from app.records.system import TRACKED, computed
from app.spec.model import ResourceSpec
from app.web import choosing, claims, who
from app.web.bodies import ActSchema, AskSchema, DeleteSchema, RearrangeSchema, json_values
from app.web.datamodel import PerRequestFilters
from app.web.exporting import ExportCalls
from app.web.face import Face
from app.web.import_api import ImportCalls
from app.web.openapi import add_paths
from app.web.openapi_import import add_import_paths
from app.web.openapi_record import add_record_paths
from app.web.permit import demand_of, logged_in, permitted
from app.web.recycle_bin import BinApi
from app.web.revealing import RevealApi
from app.web.schemas import VERSION
from app.web.timeline import TimelineApi
from app.web.whole_api import WholeApi, add_whole_paths

COUNT: Final = "count"


class ResourceApi(
    ExportCalls, ImportCalls, TimelineApi, BinApi, RevealApi, WholeApi, PerRequestFilters, ModelRestApi
):  # fmt: skip
    """FAB's ModelRestApi with our methods; `register` makes one subclass per resource.

    Errors are raised, and `app.web.errors` makes JSON of them; FAB's `@safe` would answer 500 to all of them.
    """

    resource: ClassVar[ResourceSpec]
    faces: ClassVar[Mapping[str, Face]]
    more_methods: ClassVar[Mapping[str, str]] = MappingProxyType({})  # of a subclass: method → kind of permission
    csrf_exempt = False  # cookies reach the API: a request that they authenticate carries a token (FAB-NOTES)
    allow_browser_login = True

    @expose("/", methods=["GET"])
    @permitted("view")
    def get_list(self) -> Response:
        """One page of the list; `?count=true` adds how many there are in all, at most 10,000."""
        actor, args = who.actor(), request.args.copy()
        counted = args.poplist(COUNT)
        search, face = parse(self.resource, args, actor.reader), self.face
        found = query.page(actor, self.resource, search, [*self.resource.fields, *computed(self.resource), *TRACKED])
        answer: dict[str, Any] = {
            "data": [json_values(face, row) for row in found.rows],
            "next": found.next,
            "previous": found.previous,
        }
        if _wanted(counted):
            total = query.count(actor, self.resource, search)
            answer |= {"count": total.number, "count_capped": total.capped}
        return jsonify(answer)

    @expose("/<id>", methods=["GET"])
    @permitted("view")
    def get(self, id: str) -> Response:
        """One record; its version is in the body and in ETag."""
        return self._one(query.get(who.actor(), self.resource, record_id(id)))

    @expose("/", methods=["POST"])
    @permitted("add")
    def post(self) -> Response:
        """Adds a record."""
        values = body(self.add_model_schema)
        with transaction():
            record = service.add(who.actor(), self.resource, values)
        response = self._one(record, 201)
        response.headers["Location"] = f"{request.script_root}{self.route_base}/{record.id}"
        return response

    @expose("/<id>", methods=["PUT"])
    @permitted("edit")
    def put(self, id: str) -> Response:
        """Changes the fields sent; 409 where If-Match or `version` is no longer the record's. Who may not see
        records is answered with id and version alone."""
        values = body(self.edit_model_schema)
        version = sent_version(values.pop(VERSION, None))
        with transaction():
            record = service.edit(who.actor(), self.resource, record_id(id), values, version=version)
        if not may(who.actor(), self.resource, "view"):
            return jsonify(data={"id": str(record.id), "version": record.version})
        return self._one(record)

    @expose("/<id>", methods=["DELETE"])
    @permitted("delete")
    def delete(self, id: str) -> Response:
        """Deletes one record; `?heir=` takes over what refers to it."""
        with transaction():
            self._remove([record_id(id)], request.args.get("heir") or None)
        return make_response("", 204)

    @expose("/delete", methods=["POST"])
    @permitted("delete")
    def delete_several(self) -> Response:
        """Deletes the records of `ids`, all or none; `heir` takes over what refers to them."""
        sent = body(DeleteSchema())
        ids = [record_id(text) for text in sent["ids"]]
        with transaction():
            titles = self._remove(ids, sent["heir"] or None)
        return jsonify(data={"deleted": len(titles)})

    @expose("/rearrange", methods=["PUT"])
    @permitted("edit")
    def rearrange(self) -> Response:
        """Gives records other values of the field that the resource's `rearrange` names, in one save (T3)."""
        sent = body(RearrangeSchema())
        with transaction():
            number = service.rearrange(
                who.actor(), self.resource, self.resource.rearrange or "", sent["values"], sent["versions"]
            )
        return jsonify(data={"changed": number})

    @expose("/do/<action>", methods=["POST"])
    @logged_in
    def do(self, action: str) -> Response:
        """One of the resource's actions, for the records of `ids`. `reveal` is in this answer and nowhere else."""
        known = self.resource.actions.get(action)
        if known is None:
            raise NotFound
        demand_of(self, known.permission)
        if known.on == "list":
            return claims.answer(self.resource, action, who.actor())
        sent = body(AskSchema() if known.ask else ActSchema())
        ids = [record_id(text) for text in sent["ids"]]
        with transaction():
            outcome = service.act(who.actor(), self.resource, action, ids, sent.get("values", {}))
        return jsonify(data={"count": outcome.count, "reveal": dict(outcome.reveal)})

    @expose("/choices/<field>", methods=["GET"])
    @logged_in
    def choices(self, field: str) -> Response:
        """What a reference may point to: those whose name holds `?q=`, or those of `?id=…`."""
        known = self.resource.fields.get(field)
        if known is None or known.to is None:
            raise NotFound
        found = choosing.asked_for(self.resource, field)
        return jsonify(data=[{"id": str(entry.id), "title": entry.title} for entry in found])

    @property
    def face(self) -> Face:
        """The resource in the reader's language."""
        return self.faces[who.locale()]

    def add_api_spec(self, api_spec: APISpec) -> None:
        """FAB would read docstrings; ours come from the resource, in the reader's language."""
        add_paths(api_spec, self.face, self.route_base)
        add_record_paths(api_spec, self.face, self.route_base)
        add_import_paths(api_spec, self.face, self.route_base)
        add_whole_paths(api_spec, self.face, self.route_base)

    def _remove(self, ids: list[int], heir: str | None) -> list[str]:
        """What deleting means: the titles of what is gone."""
        return service.delete(who.actor(), self.resource, ids, heir=heir)

    def _one(self, record: Record, status: int = 200) -> Response:
        response = make_response(jsonify(data=json_values(self.face, record)), status)
        response.set_etag(str(record.version))
        return response


def _wanted(raw: list[str]) -> bool:
    """Raises Invalid unless `?count=` is true or false."""
    if not raw or raw[-1] in ("", "false", "0"):
        return False
    if raw[-1] in ("true", "1"):
        return True
    raise Invalid({COUNT: [_l("Write true or false.")]})


def sent_version(sent: int | None) -> int | None:
    """The version the client knows: of the body, or of If-Match. Raises Invalid for one that is none of ours."""
    if sent is not None or not request.if_match or request.if_match.star_tag:
        return sent
    tags = list(request.if_match.as_set())
    if len(tags) == 1 and tags[0].isascii() and tags[0].isdigit() and len(tags[0]) < 10:
        return int(tags[0])
    raise Invalid({"": [_l("If-Match must be the ETag of one GET.")]})
