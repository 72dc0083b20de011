"""全部任务: the jobs of everybody in the company, for its admins (C1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, flash, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.api import BaseApi
from flask_appbuilder.api import expose as expose_call
from flask_appbuilder.baseviews import BaseView, expose
from flask_babel import gettext as _

from app.errors import Conflict
from app.jobs import company, queue
from app.jobs.company import CompanyJob
from app.jobs.queue import JobRow
from app.models.base import transaction
from app.records.ids import record_id
from app.web import htmx, who
from app.web.jobs import job_json, shown
from app.web.permit import logged_in
from app.web.shell import page, part


class JobsAllView(BaseView):
    """Who is no admin is refused."""

    route_base = "/jobs/all"
    default_view = "list"
    template_folder = None

    @expose("/")
    @logged_in
    def list(self) -> ResponseReturnValue:
        """Newest first; while one of them is not over, the page asks for the list again every two seconds."""
        before = _before()
        found = company.page(who.actor(), before)
        alone = queue.left_alone(one.job for one in found.jobs)
        jobs = [_shown(one, alone.get(one.job.id)) for one in found.jobs]
        context: dict[str, Any] = {
            "jobs": jobs,
            "list_label": _("All jobs of the company"),
            "url": url_for("JobsAllView.list", before=before),
            "live": any(job["live"] for job in jobs),
            "next_url": url_for("JobsAllView.list", before=found.next) if found.next else None,
            "first_url": url_for("JobsAllView.list") if before else None,
        }
        if htmx.aimed_at("jobs"):
            return part("_jobs.html", **context)
        title = _("All jobs of the company")
        return page("jobs_all.html", title=title, crumbs=[(_("My jobs"), "/jobs/"), (title, None)], **context)

    @expose("/<id>/cancel", methods=["POST"])
    @logged_in
    def cancel(self, id: str) -> ResponseReturnValue:
        """Calls off anybody's job."""
        try:
            job = _cancelled(id)
        except Conflict as refusal:
            flash(str(refusal.message), "warning")
        else:
            flash(_("The job stops at its next step.") if job.live else _("Cancelled."), "success")
        return htmx.go(url_for("JobsAllView.list"))


class JobsAllApi(BaseApi):
    """The same for programs."""

    resource_name = "jobs_all"
    route_base = "/api/v1/jobs/all"
    csrf_exempt = False

    @expose_call("/", methods=["GET"])
    @logged_in
    def get_list(self) -> Response:
        """Newest first; `?before=` goes on after a job."""
        actor = who.actor()
        found = company.page(actor, _before())
        data = [job_json(one.job, actor, []) | {"asked_by": one.name} for one in found.jobs]
        return jsonify(data=data, next=str(found.next) if found.next else None)

    @expose_call("/<id>/cancel", methods=["POST"])
    @logged_in
    def cancel(self, id: str) -> Response:
        """Calls off anybody's job; 409 where it is over."""
        return jsonify(data=job_json(_cancelled(id), who.actor(), []))


def _before() -> int | None:
    text = request.args.get("before")
    return record_id(text) if text else None


def _cancelled(id_: str) -> JobRow:
    with transaction():
        return company.cancel(who.actor(), record_id(id_))


def _shown(one: CompanyJob, alone: datetime | None) -> dict[str, Any]:
    """Without its files, and without a way to what only its own person is shown."""
    told = shown(one.job, who.actor(), alone=alone)
    cancel = url_for("JobsAllView.cancel", id=one.job.id) if told["cancel_url"] else None
    nowhere = dict.fromkeys(("retry_url", "result_url", "list_url"))
    return told | {"who": one.name or _("System"), "cancel_url": cancel, **nowhere}
