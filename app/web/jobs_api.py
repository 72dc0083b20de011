"""`/api/v1/jobs/`: one's own jobs for programs, their files, and those of others to approve."""

from __future__ import annotations

from typing import Any, Final

from apispec import APISpec
from flask import Response, jsonify, make_response
from flask.typing import ResponseReturnValue
from flask_appbuilder.api import BaseApi, expose
from flask_babel import gettext as _
from marshmallow import fields

from app.access import Actor
from app.accounts.schemas import MESSAGES, Strict, body
from app.jobs import approval, files, queue
from app.jobs.queue import JobRow
from app.models.base import transaction
from app.records.ids import record_id
from app.web import who
from app.web.jobs import decide, job_json, send
from app.web.openapi import TEXT, WHETHER, WHOLE, refused
from app.web.permit import logged_in

Json = dict[str, Any]
BASE: Final = "/api/v1/jobs"


class DecideSchema(Strict):
    """Yes or no, and why not."""

    yes = fields.Boolean(required=True, truthy={True}, falsy={False}, error_messages=MESSAGES)
    reason = fields.String(load_default="", error_messages=MESSAGES)


class JobsApi(BaseApi):
    """No permission is needed to see what one has asked for oneself."""

    resource_name = "jobs"
    route_base = BASE
    csrf_exempt = False

    @expose("/", methods=["GET"])
    @logged_in
    def get_list(self) -> Response:
        """One's own jobs, newest first."""
        actor = who.actor()
        found = queue.mine(actor)
        made = files.of_jobs(actor, [job.id for job in found])
        return jsonify(data=[job_json(job, actor, made.get(job.id, [])) for job in found])

    @expose("/<id>", methods=["GET"])
    @logged_in
    def get(self, id: str) -> Response:
        """One of one's own jobs."""
        actor = who.actor()
        return _one(queue.get(actor, record_id(id)), actor)

    @expose("/<id>/cancel", methods=["POST"])
    @logged_in
    def cancel(self, id: str) -> Response:
        """Calls one off; 409 where it is over."""
        with transaction():
            job = queue.cancel(who.actor(), record_id(id))
        return _one(job, who.actor())

    @expose("/<id>/retry", methods=["POST"])
    @logged_in
    def retry(self, id: str) -> Response:
        """Does one again that has failed or was called off; 409 for any other."""
        with transaction():
            job = queue.retry(who.actor(), record_id(id))
        return _one(job, who.actor())

    @expose("/files/<id>", methods=["GET"])
    @logged_in
    def file(self, id: str) -> ResponseReturnValue:
        """One of one's own files."""
        return send(files.open_for(who.actor(), record_id(id)))

    @expose("/approvals", methods=["GET"])
    @logged_in
    def approvals(self) -> Response:
        """What waits for somebody like oneself to decide."""
        return jsonify(
            data=[
                {
                    "id": str(job.id),
                    "kind": job.kind,
                    "resource": job.resource,
                    "asked_by": job.name,
                    "at": job.created_at.isoformat(),
                    "rows": job.total,
                    "own": job.own,
                    "about": [{"label": label, "text": text} for label, text in approval.told(job)],
                }
                for job in approval.waiting(who.actor())
            ]
        )

    @expose("/<id>/decide", methods=["POST"])
    @logged_in
    def decide(self, id: str) -> Response:
        """Lets a job of somebody else run, or refuses it with a reason."""
        sent = body(DecideSchema())
        decide(who.actor(), record_id(id), yes=sent["yes"], reason=sent["reason"])
        return make_response("", 204)


def _one(job: JobRow, actor: Actor) -> Response:
    return jsonify(data=job_json(job, actor, files.of_jobs(actor, [job.id]).get(job.id, [])))


def add_jobs_paths(spec: APISpec) -> None:
    """Adds the jobs to the OpenAPI description."""
    texts = dict.fromkeys(
        ("id", "kind", "state", "message", "about", "decided", "asked_by", "created_at", "finished_at"), TEXT
    )
    file: Json = {
        "type": "object",
        "properties": {**dict.fromkeys(("id", "name", "sha256", "expires_at"), TEXT), "size": WHOLE},
    }
    lists: Json = {"lines": {"type": "array", "items": TEXT}, "files": {"type": "array", "items": file}}
    job: Json = {"type": "object", "properties": {**texts, "cancel": WHETHER, "done": WHOLE, "total": WHOLE, **lists}}
    one, many = {"data": job}, {"data": {"type": "array", "items": job}}
    waiting = {"data": {"type": "array", "items": {"type": "object"}}}
    yes = {"yes": WHETHER, "reason": TEXT}
    paths: dict[str, Json] = {
        "/": {"get": _operation(_("One's own jobs"), many)},
        "/{id}": {"get": _operation(_("One of one's own jobs"), one, id_=True)},
        "/{id}/cancel": {"post": _operation(_("Call a job off"), one, id_=True)},
        "/{id}/retry": {"post": _operation(_("Do a job again"), one, id_=True)},
        "/all/": {"get": _operation(_("The jobs of everybody, for admins"), many | {"next": TEXT})},
        "/all/{id}/cancel": {"post": _operation(_("Call off anybody's job, for admins"), one, id_=True)},
        "/files/{id}": {"get": _operation(_("A file of a job"), None, id_=True)},
        "/approvals": {"get": _operation(_("What waits for one's approval"), waiting)},
        "/{id}/decide": {"post": _operation(_("Approve or refuse"), {}, id_=True, sent=yes)},
    }
    for path, operations in paths.items():
        spec.path(path=f"{BASE}{path}", operations=operations)


def _operation(summary: str, answer: Json | None, *, id_: bool = False, sent: Json | None = None) -> Json:
    good: Json = {"description": _("Done")}
    if answer:
        good["content"] = {"application/json": {"schema": {"type": "object", "properties": answer}}}
    elif answer is None:
        good["content"] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    status = "204" if answer == {} else "200"
    made: Json = {"tags": [_("My jobs")], "summary": summary, "responses": {status: good, "default": refused()}}
    if id_:
        made["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": TEXT}]
    if sent is not None:
        schema = {"type": "object", "properties": sent, "required": ["yes"], "additionalProperties": False}
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return made
