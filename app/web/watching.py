"""The browser watches the jobs of its person: which ones stands in a cookie, so that no page asks the database whether
there are any, and a browser that has none asks nothing at all (C1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask import Flask, Response, current_app, jsonify, request
from flask_appbuilder.baseviews import BaseView, expose
from flask_babel import gettext as _

from app.access import Actor
from app.jobs import begun, files
from app.jobs.ended import MOST, watched
from app.jobs.files import FileRow
from app.jobs.queue import JobRow
from app.models.job import DONE, EXPIRED, FAILED, REFUSED, WAITING
from app.records.ids import record_ids
from app.web import who
from app.web.jobs import result_url, shown
from app.web.permit import logged_in

COOKIE: Final = "ucc_jobs"  # ids with a dot between; scripts read and write it, and it proves nothing
SEPARATOR: Final = "."
TONES: Final = {DONE: "success", FAILED: "danger", REFUSED: "danger", EXPIRED: "warning"}


def init_app(app: Flask) -> None:
    """Tells browsers of the jobs that they have begun."""
    app.after_request(_tell)


def _tell(response: Response) -> Response:
    ids = begun.of_request()
    if ids and not request.path.startswith("/api/"):
        known = [text for text in request.cookies.get(COOKIE, "").split(SEPARATOR) if text.isdigit()]
        value = SEPARATOR.join([*known, *map(str, ids)][-MOST:])
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(COOKIE, value, path=request.script_root or "/", secure=secure, samesite="Lax")
    return response


class JobsNewsView(BaseView):
    """Everyone's own: no permission is needed."""

    route_base = "/jobs/news"
    default_view = "news"
    template_folder = None

    @expose("/")
    @logged_in
    def news(self) -> Response:
        """Of each job `?id=…` of one's own: whether it is under way, or what came of it."""
        actor, ids = who.actor(), record_ids(request.args.getlist("id"))
        found = watched(actor, ids)
        made = files.of_jobs(actor, [job.id for job in found if _is_over(job)])
        answer = jsonify(jobs=[_news(job, actor, made.get(job.id, ())) for job in found])
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _is_over(job: JobRow) -> bool:
    return not job.live and job.state != WAITING


def _news(job: JobRow, actor: Actor, made: Sequence[FileRow]) -> dict[str, Any]:
    if not _is_over(job):
        return {"id": str(job.id), "live": True, "waits": job.state == WAITING}
    told = shown(job, actor, made)
    said = [f"{told['label']} · {told['state']}", *told["lines"][:1], told["message"], told["decided"]]
    return {
        "id": str(job.id),
        "live": False,
        "tone": _tone(job),
        "text": _(": ").join(text for text in said if text),
        "link": _link(job, told["files"]),
    }


def _tone(job: JobRow) -> str:
    result = job.result or {}
    spoilt = job.state == DONE and bool(result.get("failed") or result.get("refused"))
    return "warning" if spoilt else TONES.get(job.state, "info")


def _link(job: JobRow, made: Sequence[dict[str, str]]) -> dict[str, Any]:
    own = result_url(job)
    if own is None and len(made) == 1:
        return {"url": made[0]["url"], "label": _("Download"), "download": True}
    address = f"{request.script_root}/jobs/#job-{job.id}"
    return {"url": own or address, "label": _("Show the result"), "download": False}
