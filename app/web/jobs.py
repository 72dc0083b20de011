"""我的任务: the jobs one has asked for, how far they are and what came of them."""

from __future__ import annotations

from typing import Any, Final

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import BaseView, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access import Actor
from app.errors import Conflict
from app.jobs import queue
from app.jobs.handlers import HANDLERS
from app.jobs.queue import JobRow
from app.models.base import transaction
from app.models.job import RUNNING
from app.records.ids import record_id
from app.web import htmx, who
from app.web.moments import moment
from app.web.permit import logged_in
from app.web.shell import page, part

STATES: Final = {
    "queued": (_l("Waiting"), "grey"),
    "running": (_l("Running"), "blue"),
    "done": (_l("Finished"), "green"),
    "failed": (_l("Failed"), "red"),
    "cancelled": (_l("Cancelled"), "grey"),
}


class JobsView(BaseView):
    """Everyone's own page: no permission is needed to see what one has asked for oneself."""

    route_base = "/jobs"
    default_view = "list"
    template_folder = None

    @expose("/")
    @logged_in
    def list(self) -> ResponseReturnValue:
        """Newest first. While one of them is not over, the page asks for the list again every two seconds."""
        actor = who.actor()
        jobs = [_shown(job, actor) for job in queue.mine(actor)]
        context: dict[str, Any] = {
            "jobs": jobs,
            "url": url_for("JobsView.list"),
            "live": any(job["live"] for job in jobs),
        }
        if htmx.aimed_at("jobs"):
            return part("_jobs.html", **context)
        title = _("My jobs")
        return page("jobs.html", title=title, crumbs=[(title, None)], **context)

    @expose("/<id>/cancel", methods=["POST"])
    @logged_in
    def cancel(self, id: str) -> ResponseReturnValue:
        """Calls off one of one's own jobs."""
        try:
            with transaction():
                job = queue.cancel(who.actor(), record_id(id))
        except Conflict as refusal:
            flash(str(refusal.message), "warning")
        else:
            flash(_("The job stops at its next step.") if job.live else _("Cancelled."), "success")
        return htmx.go(url_for("JobsView.list"))


def _shown(job: JobRow, actor: Actor) -> dict[str, Any]:
    handler = HANDLERS.get(job.kind)
    state, tone = STATES[job.state]
    return {
        "id": str(job.id),
        "label": str(handler.label) if handler else job.kind,
        "state": _("Stopping") if job.live and job.cancel else str(state),
        "tone": tone,
        "live": job.live,
        "started": job.state == RUNNING,
        "cancel_url": url_for("JobsView.cancel", id=job.id) if job.live and not job.cancel else None,
        "done": job.done,
        "total": job.total,
        "percent": min(100, job.done * 100 // job.total) if job.total else None,
        "message": _told(job),
        "lines": handler.tell(job.result) if handler and job.result else [],
        "at": moment(job.created_at, actor.reader),
        "over_at": moment(job.finished_at, actor.reader) if job.finished_at else "",
    }


def _told(job: JobRow) -> str:
    if job.fault:
        text = _("Something went wrong on our side. Tell your administrator this number: %(fault)s", fault=job.fault)
        return str(text)
    return job.message
