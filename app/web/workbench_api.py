"""`/api/v1/workbench/`: the panels of the workbench for programs: one's own announcements, read and acknowledged."""

from __future__ import annotations

from typing import Any, Final

from apispec import APISpec
from flask import Response, jsonify, make_response
from flask_appbuilder.api import BaseApi, expose
from flask_babel import gettext as _
from marshmallow import fields

from app.accounts.schemas import MESSAGES, Strict, body
from app.models.base import transaction
from app.records.ids import record_id, record_ids
from app.records.panel import acknowledge, mark_read, panel, pending
from app.records.record import PanelRow
from app.web import who
from app.web.bodies import DeleteSchema
from app.web.openapi import IDS, TEXT, WHETHER, refused
from app.web.permit import logged_in
from app.web.workbench import moment_seen, panels, with_panel

Json = dict[str, Any]
BASE: Final = "/api/v1/workbench"


class AcknowledgeSchema(Strict):
    """`seen` is the `at` of the row that was read."""

    id = fields.String(required=True, error_messages=MESSAGES)
    seen = fields.String(required=True, error_messages=MESSAGES)


class WorkbenchApi(BaseApi):
    """No permission is needed, as on the page; programs are not held up by what waits to be acknowledged."""

    resource_name = "workbench"
    route_base = BASE
    csrf_exempt = False

    @expose("/", methods=["GET"])
    @logged_in
    def get_panels(self) -> Response:
        """Every panel with the rows that are shown now, and those among all that wait to be acknowledged."""
        actor = who.actor()
        return jsonify(
            data=[
                {
                    "resource": resource.name,
                    "label": spec.label.text(actor.locale),
                    "rows": [_row(row) for row in panel(actor, resource)],
                    "pending": [_row(row) for row in pending(actor, resource)],
                }
                for resource, spec in panels()
            ]
        )

    @expose("/read/<resource>", methods=["POST"])
    @logged_in
    def read(self, resource: str) -> Response:
        """Marks the rows of `ids` as read."""
        found = with_panel(resource)
        ids = record_ids(body(DeleteSchema())["ids"])
        with transaction():
            mark_read(who.actor(), found, ids)
        return make_response("", 204)

    @expose("/acknowledge/<resource>", methods=["POST"])
    @logged_in
    def acknowledge(self, resource: str) -> Response:
        """Acknowledges the row `id`; 409 where it is no longer as it was at `seen`."""
        found, sent = with_panel(resource), body(AcknowledgeSchema())
        with transaction():
            acknowledge(who.actor(), found, record_id(sent["id"]), moment_seen(sent["seen"]))
        return make_response("", 204)


def _row(row: PanelRow) -> Json:
    return {
        "id": str(row.id),
        "text": row.text,
        "html": str(row.html),
        "at": row.at.isoformat(),
        "until": row.until.isoformat() if row.until else None,
        "author": row.author,
        "unread": row.unread,
        "pinned": row.pinned,
        "must_acknowledge": row.must_acknowledge,
        "acknowledged": row.acknowledged,
    }


def add_workbench_paths(spec: APISpec) -> None:
    """Adds the panels to the OpenAPI description."""
    truths = ("unread", "pinned", "must_acknowledge", "acknowledged")
    texts = ("id", "text", "html", "at", "until", "author")
    row = {"type": "object", "properties": {**dict.fromkeys(texts, TEXT), **dict.fromkeys(truths, WHETHER)}}
    rows = {"type": "array", "items": row}
    one = {"type": "object", "properties": {"resource": TEXT, "label": TEXT, "rows": rows, "pending": rows}}
    seen = {**TEXT, "description": _("The `at` of the row as it was read")}
    everything = _operation(_("What one's own workbench shows"), {"data": {"type": "array", "items": one}})
    spec.path(path=f"{BASE}/", operations={"get": everything})
    spec.path(path=f"{BASE}/read/{{resource}}", operations={"post": _operation(_("Mark as read"), None, {"ids": IDS})})
    spec.path(
        path=f"{BASE}/acknowledge/{{resource}}",
        operations={"post": _operation(_("Acknowledge"), None, {"id": TEXT, "seen": seen})},
    )


def _operation(summary: str, answer: Json | None, sent: Json | None = None) -> Json:
    good: Json = {"description": _("Done")}
    if answer is not None:
        good["content"] = {"application/json": {"schema": {"type": "object", "properties": answer}}}
    made: Json = {
        "tags": [_("Workbench")],
        "summary": summary,
        "responses": {"200" if answer else "204": good, "default": refused()},
    }
    if sent is not None:
        schema = {"type": "object", "properties": sent, "required": list(sent), "additionalProperties": False}
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
        made["parameters"] = [{"name": "resource", "in": "path", "required": True, "schema": TEXT}]
    return made
