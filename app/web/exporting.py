"""导出 beside a list, and its API: a file at once, a job, or a job that waits for a second person."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, flash, jsonify, request, send_file
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_babel import gettext as _
from marshmallow import fields
from werkzeug.datastructures import MultiDict

from app.access import Actor
from app.accounts.schemas import MESSAGES, Strict, body
from app.errors import Invalid
from app.jobs import queue, quota
from app.models.base import transaction
from app.models.job import QUEUED, WAITING
from app.records import bilingual, export, query, transfer
from app.records.export import Order
from app.web import htmx, who
from app.web.permit import permitted
from app.web.saving import all_texts
from app.web.shell import part
from app.web.view_part import ApiPart, ViewPart

JOBS: Final = "/jobs/"
KINDS: Final[Mapping[str, str]] = {"export_form": "export", "export": "export"}  # method → kind of permission
API_KINDS: Final[Mapping[str, str]] = {"export": "export"}
LONGEST: Final = 100  # characters of what was sent, repeated in a refusal
NO_STORE: Final = "no-store"


@dataclass(frozen=True, slots=True)
class Given:
    """What an order has come to: a file, or the id of a job and its state."""

    file: Response | None = None
    job: int = 0
    state: str = ""


def give(actor: Actor, order: Order) -> Given:
    """The file, where it is small enough to wait for; else a job, which waits for approval where the company wants it.

    The number of rows is counted here and, by the job, once more: rows may be added meanwhile.
    """
    rows = query.count(actor, order.resource, order.search, cap=query.EVERY).number
    above = export.approval_above(actor, order.resource)
    asks = order.resource.name if above and rows > above else ""
    if not asks and rows <= export.DIRECT:
        return Given(file=_file(actor, order))
    with transaction():
        quota.room_for_file(actor)
        words = bilingual.told(actor, lambda reader: export.words(reader, order, rows))
        arguments = {**order.arguments(actor), **words, "rows": rows}
        id_ = queue.enqueue(actor, export.JOB, arguments, total=rows, asks=asks)
        if asks:
            export.note(actor, order, "ask_export", rows)
    return Given(job=id_, state=WAITING if asks else QUEUED)


def _file(actor: Actor, order: Order) -> Response:
    """Made as a whole before the first byte is sent: what goes wrong is told on the page. A few hundred kB at most."""
    mark, out, rows = export.new_mark(), io.BytesIO(), 0
    batches = [found.rows for found in transfer.batches(lambda: actor, order.resource, order.search, order.columns)]
    rows = sum(map(len, batches))
    sheet = export.sheet(actor, order, out, mark, rows)
    sheet.head()
    for batch in batches:
        sheet.write(batch)
    sheet.close()
    with transaction():
        export.note(actor, order, "export", rows, mark)
    out.seek(0)
    name = export.file_name(actor, order, mark)
    return download(out, name, export.TYPES[order.format])


def download(file: Any, name: str, type_: str) -> Response:
    """A file to keep, never shown in the browser or left in a cache."""
    answer = send_file(file, mimetype=type_, as_attachment=True, download_name=name, max_age=0, conditional=False)
    answer.headers["Cache-Control"] = NO_STORE
    return answer


class ExportPages(ViewPart):
    """Routes of a `ResourceView` whose page has the permission `export`."""

    @expose("/export")
    @permitted("export")
    def export_form(self) -> ResponseReturnValue:
        """What to choose before the file is made: fetched when the panel is opened."""
        actor, asked = who.actor(), request.args.get("query", "")
        above = export.approval_above(actor, self.resource)
        context = {
            "url": f"{request.script_root}{self.face.url}export",
            "query": asked,
            "full": export.may_full(actor, self.resource),
            "above": f"{above:,}" if above else "",
            "direct": f"{export.DIRECT:,}",
        }
        return part("_export.html", export=context)

    @expose("/export", methods=["POST"])
    @permitted("export")
    def export(self) -> ResponseReturnValue:
        """The file itself, or on to the jobs where it is being made."""
        form = request.form
        try:
            order = export.order(
                who.actor(),
                self.resource,
                htmx.args_of("?" + form.get("query", "")),
                columns=export.ALL if form.get("columns") == export.ALL else export.SHOWN,
                format=form.get("format", ""),
                full="full" in form,
            )
        except Invalid as refusal:
            for text in all_texts(refusal):
                flash(str(text), "danger")
            return htmx.go(self._back())
        found = give(who.actor(), order)
        if found.file is not None:
            return found.file
        flash(_said(found), "success")
        return htmx.go(request.script_root + JOBS)


class ExportSchema(Strict):
    """`query` is the query string of the list; `columns` is "shown", "all", or names."""

    query = fields.String(load_default="", error_messages=MESSAGES)
    columns = fields.Raw(load_default=export.SHOWN)
    format = fields.String(load_default="csv", error_messages=MESSAGES)
    full = fields.Boolean(load_default=False, truthy={True}, falsy={False}, error_messages=MESSAGES)


class ExportCalls(ApiPart):
    """The route of a `ResourceApi` whose page has the permission `export`."""

    @expose("/export", methods=["POST"])
    @permitted("export")
    def export(self) -> Response:
        """The file, or 202 with the job that makes it (`/api/v1/jobs/<id>`)."""
        sent = body(ExportSchema())
        args: MultiDict[str, str] = htmx.args_of("?" + sent["query"])
        order = export.order(
            who.actor(),
            self.resource,
            args,
            columns=_columns(sent["columns"]),
            format=sent["format"],
            full=sent["full"],
        )
        if strange := [name for name in _named(sent["columns"]) if name not in order.columns]:
            raise Invalid({"columns": [_("There is no such field: %(name)s", name=strange[0][:LONGEST])]})
        found = give(who.actor(), order)
        if found.file is not None:
            return found.file
        answer = jsonify(data={"job": str(found.job), "state": found.state})
        answer.status_code = 202
        return answer


def _columns(sent: Any) -> str | Sequence[str]:
    if sent in (export.SHOWN, export.ALL):
        return str(sent)
    if isinstance(sent, list) and all(isinstance(name, str) for name in sent):
        return sent
    raise Invalid({"columns": [_("Send “shown”, “all” or a list of field names.")]})


def _named(sent: Any) -> Sequence[str]:
    return sent if isinstance(sent, list) else ()


def _said(found: Given) -> str:
    if found.state == WAITING:
        return str(_("So many rows take a second person's approval. You see here when it is given."))
    return str(_("The file is being made. You find it here when it is ready."))
