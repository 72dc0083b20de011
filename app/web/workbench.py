"""工作台: the landing page of everyone, whatever their role (A1, C7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import current_app, make_response, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import BaseView, expose
from flask_babel import gettext as _

from app.access import Actor, may
from app.accounts.addresses import HOME
from app.engine import engine
from app.errors import NotFound
from app.models.base import transaction
from app.records.ids import record_ids
from app.records.query import mark_read, panel
from app.records.record import PanelRow
from app.spec.model import ResourceSpec, WorkbenchSpec
from app.web import htmx, who
from app.web.moments import moment
from app.web.permit import logged_in
from app.web.shell import page

Panel = tuple[ResourceSpec, WorkbenchSpec]


class WorkbenchView(BaseView):
    """One panel per resource that has one; no permission is needed, for the panels are for everyone."""

    route_base = HOME
    default_view = "panels"
    template_folder = None

    @expose("")
    @logged_in
    def panels(self) -> ResponseReturnValue:
        """Live rows only, newest first, the unread ones marked."""
        actor, root = who.actor(), request.script_root
        panels = [_panel(actor, resource, spec, root) for resource, spec in _panels()]
        doors = current_app.extensions["appbuilder"].menu.entries(actor, root, request.path)
        return page("workbench.html", title=_("Workbench"), panels=panels, doors=doors)

    @expose("/read/<resource>", methods=["POST"])
    @logged_in
    def read(self, resource: str) -> ResponseReturnValue:
        """Remembers that the reader has seen the rows of `ids`. Ids that are not on the panel are passed over."""
        known = {spec.name: spec for spec, _panel in _panels()}
        if resource not in known:
            raise NotFound
        with transaction():
            mark_read(who.actor(), known[resource], record_ids(request.form.getlist("ids")))
        if htmx.asked() or request.headers.get("Accept", "").startswith("application/json"):
            return make_response("", 204)
        return htmx.go(request.script_root + HOME)


def _panels() -> Iterable[Panel]:
    for resource in engine().product.resources.values():
        if resource.workbench is not None:
            yield resource, resource.workbench


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
    at = moment(row.at, actor.reader)
    return {"id": str(row.id), "text": row.text, "at": at, "author": row.author, "unread": row.unread}
