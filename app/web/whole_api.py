"""All that a filter finds, through the API: how many, and one action done to all of them."""

from __future__ import annotations

from typing import Any

from apispec import APISpec
from flask import Response, jsonify, make_response
from flask_appbuilder.api import expose
from flask_babel import gettext as _
from marshmallow import fields
from werkzeug.datastructures import MultiDict

from app.accounts.schemas import MESSAGES, Strict, body
from app.records import whole as orders
from app.records.whole import DELETE
from app.web import htmx, who, whole
from app.web.face import Face
from app.web.openapi import TEXT, WHOLE, operation
from app.web.permit import logged_in, permitted
from app.web.view_part import ApiPart

Json = dict[str, Any]


class WholeSchema(Strict):
    """`query` is the query string of the list; `number`: what is found may be this much and no more."""

    query = fields.String(required=True, error_messages=MESSAGES)
    number = fields.Integer(strict=True, load_default=None, allow_none=True, error_messages=MESSAGES)
    values = fields.Dict(keys=fields.String(), load_default=dict, error_messages=MESSAGES)


class WholeApi(ApiPart):
    """Routes of a `ResourceApi`."""

    @expose("/whole", methods=["GET"])
    @permitted("view")
    def whole(self) -> Response:
        """How many records the list has in all, exactly."""
        return jsonify(data={"count": whole.found(self)})

    @expose("/whole/delete", methods=["POST"])
    @permitted("delete")
    def whole_delete(self) -> Response:
        """Deletes all that `query` finds: 200 with how many, or 202 with the job that does it."""
        return self._whole(DELETE)

    @expose("/whole/do/<action>", methods=["POST"])
    @logged_in
    def whole_do(self, action: str) -> Response:
        """One of the resource's actions for all that `query` finds: 200 with how many, or 202 with the job."""
        whole.demand_action(self, action)
        return self._whole(action)

    def _whole(self, doing: str) -> Response:
        sent, actor = body(WholeSchema()), who.actor()
        args: MultiDict[str, str] = htmx.args_of("?" + sent["query"])
        order = orders.order(actor, self.resource, doing, args, sent["values"])
        given = whole.give(actor, order, sent["number"], self._remove)
        if given.job:
            return make_response(jsonify(data={"count": given.count, "job": str(given.job)}), 202)
        return jsonify(data={"count": given.count})


def add_whole_paths(api_spec: APISpec, face: Face, base: str) -> None:
    """Adds the paths below `base` that the resource has."""
    done = {"data": {"type": "object", "properties": {"count": WHOLE, "job": TEXT}}}
    counted = {"data": {"type": "object", "properties": {"count": WHOLE}}}
    if "view" in face.resource.can:
        made = operation(face, _("How many records the list has in all"), [], counted)
        api_spec.path(path=f"{base}/whole", operations={"get": made})
    sent: Json = {"query": TEXT, "number": WHOLE, "values": {"type": "object"}}
    asked: Json = {"type": "object", "properties": sent, "required": ["query"], "additionalProperties": False}
    bulk = [known for known in face.actions.values() if known.action.on == "records" and known.action.bulk]
    doings = {f"do/{known.action.name}": known.label for known in bulk}
    if "delete" in face.resource.can:
        doings |= {DELETE: _("Delete")}
    for path, label in doings.items():
        title = _("%(label)s: all that a filter finds", label=label)
        api_spec.path(path=f"{base}/whole/{path}", operations={"post": operation(face, title, [], done, body=asked)})
