"""Imports through the API: a file and what is to be done with it give a job; its state; the rows that failed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Response, jsonify, make_response, request, send_file
from flask_appbuilder.api import expose
from flask_babel import gettext as _

from app.errors import Invalid, NotFound
from app.jobs import files, import_plans, queue
from app.jobs.import_plans import CHECK, IMPORT, Draft
from app.jobs.import_results import one_time_passwords
from app.jobs.queue import JobRow
from app.models.base import transaction
from app.records.ids import record_id
from app.records.importing.plan import Plan
from app.records.importing.targets import extended, fields_of
from app.sheets.values import Reading
from app.web import jobs, who
from app.web.permit import permitted
from app.web.view_part import ApiPart

KINDS: Final[Mapping[str, str]] = dict.fromkeys(
    ("import_upload", "import_state", "import_failed", "import_cancel", "import_passwords"), IMPORT
)
LONGEST: Final = 100  # characters of what was sent, repeated in a refusal
OPTIONS: Final = ("columns", "duplicates", "whole", "for_all", "dry_run", "encoding", "delimiter", "sheet")


class ImportCalls(ApiPart):
    """Methods of a `ResourceApi` whose resource has the kind `import`."""

    @expose("/import", methods=["POST"])
    @permitted(IMPORT)
    def import_upload(self) -> Response:
        """A form of `file` and `options` (JSON): the id of the job, which runs on its own. 202."""
        actor, options = who.actor(), _options()
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid({"file": [_("Send the file as the part “file” of a multipart form.")]})
        with transaction():
            id_ = import_plans.upload(actor, self.resource, sent.filename, sent.stream, like_before=False)
            draft = import_plans.get(actor, self.resource, id_)
        try:
            with transaction():
                job = self._begin(draft, options)
        except BaseException:  # no page leads to the file of a program, so nobody would import it after all
            with transaction():
                files.take_away(actor, draft.file_id)
            raise
        answer = make_response(jsonify(data={"id": str(job)}), 202)
        answer.headers["Location"] = f"{request.base_url}/{job}"
        return answer

    @expose("/import/<id>", methods=["GET"])
    @permitted(IMPORT)
    def import_state(self, id: str) -> Response:
        """How far the job is, and at the end what came of it."""
        return jsonify(data=_told(self._job(id)))

    @expose("/import/<id>/failed", methods=["GET"])
    @permitted(IMPORT)
    def import_failed(self, id: str) -> Response:
        """The rows that failed, as a file like the one that was sent, with the reasons; 404 where there is none."""
        refused = (self._job(id).result or {}).get("refused")
        if not refused:
            raise NotFound
        return make_response(jobs.send(files.open_for(who.actor(), refused)))

    @expose("/import/<id>/cancel", methods=["POST"])
    @permitted(IMPORT)
    def import_cancel(self, id: str) -> Response:
        """Calls the job off. What has been imported stays."""
        found = self._job(id)
        with transaction():
            stopped = queue.cancel(who.actor(), found.id)
        return jsonify(data=_told(stopped))

    @expose("/import/<id>/passwords", methods=["POST"])
    @permitted(IMPORT)
    def import_passwords(self, id: str) -> Response:
        """The one-time passwords of those who were added, as csv: given once, then gone (P3)."""
        with transaction():
            made = one_time_passwords(who.actor(), self._job(id).id, take=True)
        if made is None:
            raise NotFound
        return send_file(made, mimetype=jobs.TYPES["csv"], as_attachment=True, download_name="passwords.csv")

    def _begin(self, draft: Draft, options: Mapping[str, Any]) -> int:
        """The id of the job that does what the options say."""
        actor = who.actor()
        reading = Reading.of(options)
        if reading != Reading():
            import_plans.reread(actor, self.resource, draft, reading)
            draft = import_plans.get(actor, self.resource, draft.id)
        import_plans.decide(actor, self.resource, draft, self._plan(draft, options))
        draft = import_plans.get(actor, self.resource, draft.id)
        begin = import_plans.try_out if options.get("dry_run") is True else import_plans.start
        return begin(actor, self.resource, draft)

    def _plan(self, draft: Draft, options: Mapping[str, Any]) -> Plan:
        """The draft's plan with what was sent. `columns`: head → field; heads not named are left out."""
        kept = draft.plan.json()
        kept |= {name: options[name] for name in ("duplicates", "whole", "for_all") if name in options}
        plan = Plan.of(kept)
        columns = options.get("columns")
        if columns is None:
            return plan
        if not isinstance(columns, dict):
            raise Invalid({"columns": [_("This must be an object: the heads of the file and the fields they mean.")]})
        heads = import_plans.look(who.actor(), draft).heads
        known = {field.name for field in fields_of(extended(who.actor(), self.resource))}
        if strange := [name for name in columns.values() if not isinstance(name, str) or name not in known]:
            raise Invalid({"columns": [_("There is no such field: %(name)s", name=str(strange[0])[:LONGEST])]})
        return replace(plan, columns=tuple(columns.get(head, "") for head in heads))

    def _job(self, id_: str) -> JobRow:
        found = queue.get(who.actor(), record_id(id_))
        if found.kind not in (IMPORT, CHECK) or found.arguments.get("resource") != self.resource.name:
            raise NotFound
        return found


def _options() -> dict[str, Any]:
    try:
        found = json.loads(request.form.get("options") or "{}")
    except (ValueError, RecursionError):  # one that is nested without end, too
        raise Invalid({"options": [_("This is no JSON.")]}) from None
    if not isinstance(found, dict):
        raise Invalid({"options": [_("This must be a JSON object.")]})
    if strange := sorted(found.keys() - set(OPTIONS)):
        raise Invalid({name: [_("There is no such option.")] for name in strange})
    return found


def _told(job: JobRow) -> dict[str, Any]:
    result = dict(job.result or {})
    return {
        "id": str(job.id),
        "kind": "dry_run" if job.kind == CHECK else "import",
        "state": job.state,
        "done": job.done,
        "total": job.total or None,
        "message": job.message,
        "fault": job.fault,
        "result": {name: value for name, value in result.items() if name not in ("refused", "file")} or None,
        "failed_rows": bool(result.get("refused")),
    }
