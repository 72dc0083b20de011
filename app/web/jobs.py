"""我的任务: the jobs one has asked for, how far they are and what came of them; and those of others to approve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import BaseView, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access import Actor
from app.engine import engine
from app.errors import Conflict, Invalid
from app.jobs import approval, company, files, queue
from app.jobs.files import FileRow
from app.jobs.handlers import HANDLERS
from app.jobs.import_plans import CHECK, IMPORT
from app.jobs.queue import JobRow
from app.models.base import transaction
from app.models.job import CANCELLED, DONE, EXPIRED, FAILED, REFUSED, RUNNING, WAITING
from app.records.audit import enter
from app.records.export import JOB as EXPORT
from app.records.ids import record_id
from app.sheets.xlsx import TYPE as XLSX_TYPE
from app.web import htmx, who
from app.web.exporting import download
from app.web.moments import moment, span_end
from app.web.permit import logged_in
from app.web.saving import all_texts
from app.web.shell import page, part

STATES: Final = {
    "waiting": (_l("Waiting for approval"), "orange"),
    "queued": (_l("Waiting"), "grey"),
    "running": (_l("Running"), "blue"),
    "done": (_l("Finished"), "green"),
    "failed": (_l("Failed"), "red"),
    "cancelled": (_l("Cancelled"), "grey"),
    "refused": (_l("Not approved"), "red"),
    "expired": (_l("Expired"), "grey"),
}
TYPE: Final = "application/octet-stream"
TYPES: Final = {
    "csv": "text/csv",
    "xlsx": XLSX_TYPE,
    "xls": "application/vnd.ms-excel",
}
UNITS: Final = ("B", "kB", "MB", "GB")


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
        found = queue.mine(actor)
        made = files.of_jobs(actor, [job.id for job in found])
        alone = queue.left_alone(found)
        jobs = [shown(job, actor, made.get(job.id, ()), alone.get(job.id)) for job in found]
        for job, told in zip(found, jobs, strict=True):
            if job.kind == EXPORT and job.state == DONE and not told["files"]:
                told["message"] = _("The file is not kept any longer, or you may not fetch it any more.")
        context: dict[str, Any] = {
            "jobs": jobs,
            "url": url_for("JobsView.list"),
            "live": any(job["live"] for job in jobs),
            "list_label": _("My jobs"),
        }
        if htmx.aimed_at("jobs"):
            return part("_jobs.html", **context)
        title = _("My jobs")
        approvals = url_for("JobsView.approvals") if approval.resources(actor) else None
        everybodys = url_for("JobsAllView.list") if company.may_see(actor) else None
        return page(
            "jobs.html", title=title, crumbs=[(title, None)], approvals_url=approvals, all_url=everybodys, **context
        )

    @expose("/<id>/cancel", methods=["POST"])
    @logged_in
    def cancel(self, id: str) -> ResponseReturnValue:
        """Calls off one of one's own jobs."""
        return _done(id, queue.cancel, _("Cancelled."))

    @expose("/<id>/retry", methods=["POST"])
    @logged_in
    def retry(self, id: str) -> ResponseReturnValue:
        """Does one of one's own jobs again that has failed or was called off."""
        return _done(id, queue.retry, _("Once more from where it had come."))

    @expose("/files/<id>")
    @logged_in
    def file(self, id: str) -> ResponseReturnValue:
        """One of one's own files."""
        return send(files.open_for(who.actor(), record_id(id)))

    @expose("/approvals")
    @logged_in
    def approvals(self) -> ResponseReturnValue:
        """What waits for somebody like the reader to say yes or no; 404 for who never is."""
        actor, title = who.actor(), _("Approvals")
        resources = approval.resources(actor)
        found = approval.waiting(actor)
        jobs = [
            {
                "id": str(job.id),
                "label": _label(job.kind),
                "name": job.name,
                "at": moment(job.created_at, actor.reader),
                "told": [pair for pair in approval.told(job) if pair[1] != job.name],  # who stands above
                "own": job.own,
                "url": url_for("JobsView.decide", id=job.id),
            }
            for job in found
        ]
        crumbs = [(_("My jobs"), "/jobs/"), (title, None)]
        return page("approvals.html", title=title, crumbs=crumbs, jobs=jobs, may=bool(resources))

    @expose("/<id>/decide", methods=["POST"])
    @logged_in
    def decide(self, id: str) -> ResponseReturnValue:
        """Lets a job of somebody else run, or refuses it."""
        yes = request.form.get("yes") == "1"
        try:
            decide(who.actor(), record_id(id), yes=yes, reason=request.form.get("reason", ""))
        except Conflict as refusal:
            flash(str(refusal.message), "warning")
        except Invalid as refusal:
            for text in all_texts(refusal):
                flash(str(text), "danger")
        else:
            flash(_("Approved: it is being done now.") if yes else _("Refused."), "success")
        return htmx.go(url_for("JobsView.approvals"))


def decide(actor: Actor, id_: int, *, yes: bool, reason: str) -> None:
    """The decision and its entry in the audit log. Raises as `approval.decide`."""
    with transaction():
        job = approval.decide(actor, id_, yes=yes, reason=reason)
        words = dict(job.arguments.get("words", ()))
        told = {"asked_by": next(iter(words.values()), ""), "rows": job.total, "reason": reason}
        told |= {name: str(job.arguments[name]) for name in ("format",) if name in job.arguments}
        told |= {"columns": ", ".join(job.arguments.get("labels", ())), "search": _conditions(job.arguments)}
        verb = f"{'approve' if yes else 'refuse'}_{job.kind}"
        kept = {name: value for name, value in told.items() if value != ""}
        enter(actor, engine().product.resource(job.asks), verb, (None, ""), after=kept)


def send(row: FileRow) -> ResponseReturnValue:
    """The file as a download."""
    return download(row.path, row.name, TYPES.get(row.name.rpartition(".")[2], TYPE))


def _conditions(arguments: Any) -> str:
    texts = [str(text) for _label, text in arguments.get("words", ())]
    return texts[2] if len(texts) > 2 else ""


def _done(id_: str, do: Callable[[Actor, int], JobRow], said: str) -> ResponseReturnValue:
    try:
        with transaction():
            job = do(who.actor(), record_id(id_))
    except Conflict as refusal:
        flash(str(refusal.message), "warning")
    else:
        flash(_("The job stops at its next step.") if job.live and job.cancel else said, "success")
    return htmx.go(url_for("JobsView.list"))


def _label(kind: str) -> str:
    handler = HANDLERS.get(kind)
    return str(handler.label) if handler else kind


def shown(
    job: JobRow, actor: Actor, made: Sequence[FileRow] = (), alone: datetime | None = None
) -> dict[str, Any]:  # fmt: skip
    """A job as the page and the API tell it; `alone`: since when nobody does it, if nobody does."""
    handler = HANDLERS.get(job.kind)
    state, tone = STATES[job.state]
    open_ = job.live or job.state == WAITING
    said = job.approval or {}
    again = handler is not None and handler.retry and job.state in (FAILED, CANCELLED)
    return {
        "id": str(job.id),
        "label": _label(job.kind),
        "about": handler.describe(job.arguments) if handler else "",
        "state": _("Stopping") if job.live and job.cancel else str(state),
        "tone": tone,
        "live": job.live,
        "started": job.state == RUNNING,
        "cancel_url": url_for("JobsView.cancel", id=job.id) if open_ and not job.cancel else None,
        "retry_url": url_for("JobsView.retry", id=job.id) if again and (not job.asks or said.get("yes")) else None,
        "result_url": result_url(job) if not job.live else None,
        "list_url": list_url(job) if job.state in (REFUSED, EXPIRED, FAILED) else None,
        "done": job.done,
        "total": job.total,
        "percent": min(100, job.done * 100 // job.total) if job.total else None,
        "message": _told(job) if alone is None else _alone(job, moment(alone, actor.reader)),
        "lines": handler.tell(job.result) if handler and job.result else [],
        "files": [_file(row, actor) for row in made],
        "decided": _decided(said),
        "at": moment(job.created_at, actor.reader),
        "over_at": span_end(job.created_at, job.finished_at, actor.reader) if job.finished_at else "",
    }


def result_url(job: JobRow) -> str | None:
    """The page of its own on which a job tells what came of it; None for most, which tell it in the list of jobs."""
    resource, root = job.arguments.get("resource"), request.script_root
    if job.kind == IMPORT:
        return f"{root}/{resource}/import/job/{job.id}"
    return f"{root}/{resource}/import/{job.arguments['plan']}/trial" if job.kind == CHECK else None


def list_url(job: JobRow) -> str | None:
    """The list that an export was of, as it was searched: to ask for less of it, or once more."""
    resource = engine().product.resources.get(str(job.arguments.get("resource")))
    if job.kind != EXPORT or resource is None:
        return None
    return f"{request.script_root}/{resource.name}/?" + urlencode([tuple(pair) for pair in job.arguments["query"]])


def job_json(job: JobRow, actor: Actor, made: Sequence[FileRow]) -> dict[str, Any]:
    """A job as the API tells it."""
    told = shown(job, actor, made)
    return {
        "id": str(job.id),
        "kind": job.kind,
        "state": job.state,
        "cancel": job.cancel,
        "done": job.done,
        "total": job.total,
        "message": told["message"],
        "about": told["about"],
        "lines": told["lines"],
        "decided": told["decided"],
        "files": [
            {"id": str(row.id), "name": row.name, "size": row.size, "sha256": row.sha256,
             "expires_at": row.expires_at.isoformat()}
            for row in made
        ],
        "created_at": job.created_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
    }  # fmt: skip


def _file(row: FileRow, actor: Actor) -> dict[str, str]:
    until = moment(row.expires_at, actor.reader)
    url = url_for("JobsView.file", id=row.id)
    return {"id": str(row.id), "name": row.name, "size": _size(row.size), "until": until, "url": url}


def _size(number: float) -> str:
    unit = 0
    while number >= 1000 and unit < len(UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{number:.0f} {UNITS[unit]}" if unit < 2 or number >= 10 else f"{number:.1f} {UNITS[unit]}"


def _decided(said: Any) -> str:
    if not said:
        return ""
    if said["yes"]:
        return str(_("Approved by %(name)s", name=said["name"]))
    return str(_("Refused by %(name)s: %(reason)s", name=said["name"], reason=said["reason"]))


def _alone(job: JobRow, when: str) -> str:
    if job.state == RUNNING:
        return str(_("Interrupted at %(when)s. It goes on from here as soon as a worker is free.", when=when))
    return str(_("In the queue since %(when)s: other jobs come first, or no worker is running.", when=when))


def _told(job: JobRow) -> str:
    if job.fault:
        text = _("Something went wrong on our side. Tell your administrator this number: %(fault)s", fault=job.fault)
        return str(text)
    return job.message
