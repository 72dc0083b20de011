"""工作台: the landing page of everyone, whatever their role (A1, C7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from flask import flash, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import BaseView, expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Actor, may
from app.accounts.addresses import HOME
from app.engine import engine
from app.errors import Conflict, NotFound
from app.models.base import transaction, utcnow
from app.records.ids import record_id, record_ids
from app.records.panel import Pulse, acknowledge, mark_read, panel, pending, pulse
from app.records.record import PanelRow
from app.spec.features import WorkbenchSpec
from app.spec.model import ResourceSpec
from app.web import htmx, who
from app.web.beside import due_urls
from app.web.desk import desk_part, jobs_part, pieces
from app.web.moments import moment
from app.web.permit import logged_in
from app.web.shell import page

Panel = tuple[ResourceSpec, WorkbenchSpec]
LONGEST_WAIT: Final = 24 * 3600 * 1000  # milliseconds a browser is told to wait: it asks again long before


class WorkbenchView(BaseView):
    """One panel per resource that has one; no permission is needed, for the panels are for everyone."""

    route_base = HOME
    default_view = "panels"
    template_folder = None

    @expose("")
    @logged_in
    def panels(self) -> ResponseReturnValue:
        """Live rows only, newest first, the unread ones marked; before all that, what has to be acknowledged."""
        actor, root = who.actor(), request.script_root
        pulses = _pulses(actor)
        if waiting := _waiting(actor, pulses, root):
            shown: dict[str, Any] = {"waiting": waiting}
            title = _("Please read this first")
        else:
            shown = {"panels": [_panel(actor, resource, spec, root) for resource, spec in panels()]}
            shown["pieces"] = pieces(actor, root)
            title = _("Workbench")
        return page("workbench.html", title=title, pulse=_told(pulses), due_urls=due_urls(actor, root), **shown)

    @expose("/desk/<resource>")
    @logged_in
    def desk(self, resource: str) -> ResponseReturnValue:
        """What is due of the reader's own, and figures: the page asks for it once it is shown (C7)."""
        return desk_part(who.actor(), resource, request.script_root)

    @expose("/jobs")
    @logged_in
    def jobs(self) -> ResponseReturnValue:
        """The reader's last jobs; while one runs, the page asks again every two seconds."""
        return jobs_part(who.actor(), request.script_root)

    @expose("/pulse")
    @logged_in
    def pulse(self) -> ResponseReturnValue:
        """What open pages ask once a minute: how much waits for the reader, and when to look again (A1)."""
        return jsonify(_told(_pulses(who.actor())))

    @expose("/read/<resource>", methods=["POST"])
    @logged_in
    def read(self, resource: str) -> ResponseReturnValue:
        """Remembers that the reader has seen the rows of `ids`. Ids that are not on the panel are passed over."""
        with transaction():
            mark_read(who.actor(), with_panel(resource), record_ids(request.form.getlist("ids")))
        if htmx.asked() or request.headers.get("Accept", "").startswith("application/json"):
            return make_response("", 204)
        return htmx.go(request.script_root + HOME)

    @expose("/acknowledge/<resource>", methods=["POST"])
    @logged_in
    def acknowledge(self, resource: str) -> ResponseReturnValue:
        """我已阅读并知晓: of the row `id` as it was at `seen`. One that has changed since is shown again."""
        found, id_ = with_panel(resource), record_id(request.form.get("id", ""))
        try:
            with transaction():
                acknowledge(who.actor(), found, id_, moment_seen(request.form.get("seen", "")))
        except (Conflict, NotFound) as refusal:
            gone = isinstance(refusal, NotFound)
            flash(_("This is no longer shown.") if gone else str(refusal), "warning")
        return htmx.go(request.script_root + HOME)


def panels() -> Iterable[Panel]:
    """Every resource with a panel, and the panel."""
    for resource in engine().product.resources.values():
        if resource.workbench is not None:
            yield resource, resource.workbench


def with_panel(name: str) -> ResourceSpec:
    """The resource of that name. Raises NotFound unless it has a panel."""
    known = {spec.name: spec for spec, _panel in panels()}
    if name not in known:
        raise NotFound
    return known[name]


def moment_seen(text: str) -> datetime:
    """The moment that a page or the API gave as `seen`. Raises Conflict for anything else: it was none of ours."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.min
    if found.tzinfo is None:
        raise Conflict(_("This has been changed meanwhile. Read it once more."))
    return found


def _pulses(actor: Actor) -> Sequence[tuple[ResourceSpec, Pulse]]:
    return [(resource, pulse(actor, resource)) for resource, _spec in panels()]


def _told(pulses: Sequence[tuple[ResourceSpec, Pulse]]) -> dict[str, Any]:
    """Of all panels together; `next` is in milliseconds from now, None where nothing will happen by itself."""
    count = sum(found.pending for _resource, found in pulses)
    text = ngettext("%(num)s announcement is waiting for your acknowledgement.",
                    "%(num)s announcements are waiting for your acknowledgement.", count)  # fmt: skip
    moments = [found.next_at for _resource, found in pulses if found.next_at is not None]
    return {
        "pending": count,
        "text": text,
        "unread": sum(found.unread for _resource, found in pulses),
        "next": _left(min(moments)) if moments else None,
        "stamp": " ".join(found.stamp for _resource, found in pulses),
    }


def _left(until: datetime) -> int:
    """Milliseconds until then. By the server's clock: a browser's may be wrong."""
    return max(0, min(LONGEST_WAIT, round((until - utcnow()).total_seconds() * 1000)))


def _waiting(actor: Actor, pulses: Sequence[tuple[ResourceSpec, Pulse]], root: str) -> list[dict[str, Any]]:
    return [
        _row(row, actor)
        | {"label": resource.label.text(actor.locale), "url": f"{root}{HOME}/acknowledge/{resource.name}"}
        for resource, found in pulses
        if found.pending
        for row in pending(actor, resource)
    ]


def _panel(actor: Actor, resource: ResourceSpec, spec: WorkbenchSpec, root: str) -> dict[str, Any]:
    manages = resource.page and may(actor, resource, "view")
    return {
        "resource": resource.name,
        "label": spec.label.text(actor.locale),
        "icon": resource.icon,
        "rows": [_row(row, actor) for row in panel(actor, resource)],
        "empty": _("Nothing here right now."),
        "read_url": f"{root}{HOME}/read/{resource.name}" if spec.unread else None,
        "more_url": f"{root}/{resource.name}/" if manages else None,
    }


def _row(row: PanelRow, actor: Actor) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "text": row.text,
        "html": row.html,
        "at": moment(row.at, actor.reader),
        "author": row.author,
        "unread": row.unread,
        "pinned": row.pinned,
        "acknowledged": row.must_acknowledge and row.acknowledged,
        "until": moment(row.until, actor.reader) if row.until else "",
        "left": _left(row.until) if row.until else None,
        "seen": row.at.isoformat(),
    }
