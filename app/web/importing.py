"""导入 beside a list: which file, which column is what, a trial, the import and what came of it (C1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from flask import Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_babel import gettext as _

from app.errors import Invalid, NotFound
from app.jobs import files, import_check, import_plans, queue
from app.jobs.import_plans import CHECK, IMPORT, Draft, Look
from app.jobs.import_results import one_time_passwords, template
from app.jobs.queue import JobRow
from app.models.base import transaction
from app.records.ids import record_id
from app.records.importing.plan import Plan
from app.records.importing.targets import extended
from app.sheets.reading import weight
from app.sheets.values import Reading
from app.web import htmx, import_context, jobs, who
from app.web.permit import permitted
from app.web.shell import Crumb, page, part
from app.web.view_part import ViewPart

KINDS: Final[Mapping[str, str]] = dict.fromkeys(
    ("import_file", "import_upload", "import_template", "import_columns", "import_decide", "import_trial",
     "import_start", "import_job", "import_passwords"), IMPORT,
)  # fmt: skip
UPLOADS: Final = "import_upload"  # the method that takes a file
SMALL: Final = 200_000  # bytes of csv, or as much in a workbook, that are tried while one waits
TEMPLATES: Final = ("xlsx", "csv")
COLUMN: Final = re.compile("column-([0-9]{1,4})")


class ImportPages(ViewPart):
    """Routes of a `ResourceView` whose resource has the kind `import`."""

    @expose("/import/")
    @permitted(IMPORT)
    def import_file(self) -> ResponseReturnValue:
        """The first step: a file, and the empty form to fill in."""
        return self._import_file({})

    @expose("/import/", methods=["POST"])
    @permitted(IMPORT)
    def import_upload(self) -> ResponseReturnValue:
        """Takes the file."""
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            return self._import_file({"file": [_("Choose a file first.")]}, 400)
        try:
            with transaction():
                id_ = import_plans.upload(who.actor(), self.resource, sent.filename, sent.stream)
        except Invalid as refusal:
            return self._import_file(refusal.errors, 400)
        return htmx.go(self._import_url(str(id_)))

    @expose("/import/template.<form>")
    @permitted(IMPORT)
    def import_template(self, form: str) -> ResponseReturnValue:
        """An empty file to fill in, with hints and what may be chosen."""
        if form not in TEMPLATES:
            raise NotFound
        actor = who.actor()
        made = template(actor, self.resource, form)
        name = _("%(what)s-template", what=self.face.many)
        return send_file(made, mimetype=jobs.TYPES[form], as_attachment=True, download_name=f"{name}.{form}")

    @expose("/import/<draft>")
    @permitted(IMPORT)
    def import_columns(self, draft: str) -> ResponseReturnValue:
        """The second step: which column is which field, and the rules."""
        found = import_plans.get(who.actor(), self.resource, draft)
        return self._begun(found) or self._import_columns(found, found.plan, {})

    @expose("/import/<draft>", methods=["POST"])
    @permitted(IMPORT)
    def import_decide(self, draft: str) -> ResponseReturnValue:
        """Keeps what was decided, and goes on to the trial; or reads the file another way."""
        actor = who.actor()
        found = import_plans.get(actor, self.resource, draft)
        if begun := self._begun(found):
            return begun
        plan = _sent_plan(found)
        try:
            with transaction():
                if "reread" in request.form:
                    import_plans.reread(actor, self.resource, found, Reading.of(request.form))
                else:
                    import_plans.decide(actor, self.resource, found, plan)
        except Invalid as refusal:
            return self._import_columns(found, plan, refusal.errors, 400)
        return htmx.go(self._import_url(str(found.id), "" if "reread" in request.form else "/trial"))

    @expose("/import/<draft>/trial")
    @permitted(IMPORT)
    def import_trial(self, draft: str) -> ResponseReturnValue:
        """The third step: what would come of the rows. A large file is tried by a job, whose bar the page shows."""
        actor = who.actor()
        found = import_plans.get(actor, self.resource, draft)
        if begun := self._begun(found):
            return begun
        if found.report is None and found.check_id is None:
            found = self._try(found)
        job = None if found.report is not None else self._job(found.check_id)
        context = import_context.trial(self.face, request.script_root, found, job)
        return self._step("_import_trial.html", context)

    @expose("/import/<draft>/start", methods=["POST"])
    @permitted(IMPORT)
    def import_start(self, draft: str) -> ResponseReturnValue:
        """Puts the job in."""
        actor = who.actor()
        found = import_plans.get(actor, self.resource, draft)
        if begun := self._begun(found):
            return begun
        try:
            with transaction():
                job = import_plans.start(actor, self.resource, found)
        except Invalid as refusal:
            return self._import_columns(found, found.plan, refusal.errors, 400)
        return htmx.go(self._import_url("job", f"/{job}"))

    @expose("/import/job/<job>")
    @permitted(IMPORT)
    def import_job(self, job: str) -> ResponseReturnValue:
        """The last step: the bar while it runs, then the numbers and the rows that failed."""
        actor = who.actor()
        found = self._own_job(job)
        alone = queue.left_alone([found]).get(found.id)
        shown = jobs.shown(found, actor, files.of_jobs(actor, [found.id]).get(found.id, ()), alone)
        result = found.result or {}
        context = {
            "steps": import_context.steps(3 if found.live else 4),
            "url": self._import_url("job", f"/{found.id}"),
            "job": shown,
            "live": found.live,
            "tiles": import_context.tiles(result) if result else [],
            "rows": f"{result['rows']:,}" if result else "",
            "refused_url": f"{request.script_root}/jobs/files/{result['refused']}" if result.get("refused") else None,
            "passwords_url": self._import_url("job", f"/{found.id}/passwords")
            if one_time_passwords(actor, found.id)
            else None,
            "list_url": request.script_root + self.face.url,
            "jobs_url": url_for("JobsView.list"),
            "name": found.arguments.get("name", ""),
        }
        return self._step("_import_job.html", context)

    @expose("/import/job/<job>/passwords", methods=["POST"])
    @permitted(IMPORT)
    def import_passwords(self, job: str) -> ResponseReturnValue:
        """The one-time passwords of those who were added: given once, and gone (P3)."""
        actor = who.actor()
        found = self._own_job(job)
        with transaction():
            made = one_time_passwords(actor, found.id, take=True)
        if made is None:
            raise NotFound
        name = _("%(what)s-passwords", what=self.face.many)
        return send_file(made, mimetype=jobs.TYPES["csv"], as_attachment=True, download_name=f"{name}.csv")

    def _begun(self, draft: Draft) -> ResponseReturnValue | None:
        """On to the last step for who comes back to an earlier one: the file may be gone by then."""
        return htmx.go(self._import_url("job", f"/{draft.job}")) if draft.job else None

    def _import_file(self, errors: import_context.Errors, status: int = 200) -> Response:
        context = import_context.start(self.face, extended(who.actor(), self.resource), errors)
        title = self._import_title()
        context["url"] = self._import_url("")
        return page(
            "import.html", title=title, crumbs=self._import_crumbs(title), status=status, page=self._shown(context)
        )

    def _import_columns(
        self, draft: Draft, plan: Plan, errors: import_context.Errors, status: int = 200
    ) -> Response:  # fmt: skip
        actor = who.actor()
        look: Look = import_plans.look(actor, draft)
        context = import_context.columns(
            self.face, actor, extended(actor, self.resource), request.script_root,
            draft=draft, look=look, plan=plan, errors=errors,
        )  # fmt: skip
        title = self._import_title()
        return page(
            "import_columns.html",
            title=title,
            crumbs=self._import_crumbs(title),
            status=status,
            page=self._shown(context),
        )

    def _try(self, draft: Draft) -> Draft:
        """At once where the file is small, else by a job."""
        actor = who.actor()
        if weight(files.open_for(actor, draft.file_id).path, import_plans.limits()) <= SMALL:
            found = import_check.check(actor, self.resource, draft, lambda _done: None)
            with transaction():
                import_plans.report(draft.id, found, found["rows"])
        else:
            with transaction():
                import_plans.try_out(actor, self.resource, draft)
        return import_plans.get(actor, self.resource, draft.id)

    def _job(self, id_: int | None) -> dict[str, Any] | None:
        return None if id_ is None else jobs.shown(queue.get(who.actor(), id_), who.actor(), ())

    def _own_job(self, id_: str) -> JobRow:
        """Raises NotFound for a job of another kind or page."""
        found = queue.get(who.actor(), record_id(id_))
        if found.kind not in (IMPORT, CHECK) or found.arguments.get("resource") != self.resource.name:
            raise NotFound
        return found

    def _import_title(self) -> str:
        return str(_("Import %(what)s", what=self.face.resource.many.inside(self.face.locale)))

    def _step(self, body: str, context: dict[str, Any]) -> Response:
        """Where a job stands: for htmx the step alone."""
        if htmx.aimed_at("import-step"):
            return part(body, page=context)
        title, shown = self._import_title(), self._shown(context)
        return page("import_step.html", body=body, title=title, crumbs=self._import_crumbs(title), page=shown)

    def _import_crumbs(self, last: str) -> list[Crumb]:
        return [(self.face.many, self.face.url), (last, None)]

    def _import_url(self, *parts: str) -> str:
        return f"{request.script_root}{self.face.url}import/{''.join(parts)}"

    def _shown(self, context: Mapping[str, Any]) -> dict[str, Any]:
        return {"title": self._import_title(), "back": request.script_root + self.face.url, **context}


def _sent_plan(draft: Draft) -> Plan:
    """What was sent, over the draft's own way of reading."""
    form = request.form
    places = [int(found[1]) for name in form if (found := COLUMN.fullmatch(name))]
    columns = tuple(form.get(f"column-{place}", "") for place in range(max(places, default=-1) + 1))
    for_all = {name[4:]: text for name, text in form.items() if name.startswith("for-")}
    kept = draft.plan.json() | {
        "columns": columns, "for_all": for_all, "whole": "whole" in form and form["whole"] == "1",
        "duplicates": form.get("duplicates", draft.plan.duplicates),
    }  # fmt: skip
    return Plan.of(kept)
