"""The pages of the logs: entries are looked at, one by one or as a list, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose

from app.access import Actor, may
from app.accounts.devices import device
from app.engine import engine
from app.models.audit import AuditEntry
from app.models.login import LoginEntry
from app.records import audit, query
from app.records.ids import record_id
from app.records.record import Record
from app.spec.model import ResourceSpec
from app.web import who
from app.web.listing import ListPage
from app.web.permit import permitted
from app.web.shell import page
from app.web.show_page import show_context
from app.web.view import ResourceView

AGENT: Final = "agent"  # the field with the User-Agent header


class LogView(ResourceView):
    """An entry has no history, and nobody made or changed it but once."""

    @expose("/<id>")
    @permitted("view")
    def show(self, id: str) -> ResponseReturnValue:
        """One entry; of a change, what was there before and after, field by field."""
        actor, face = who.actor(), self.face
        record = query.get(actor, self.resource, record_id(id))
        context = show_context(face, actor, record, None, request.script_root)
        context |= {"meta": [], "history": None, "title": self._title(record, actor)}
        context |= self._more(record, actor)
        return page("log_entry.html", title=context["title"], crumbs=self._crumbs(context["title"]), record=context)

    def _title(self, record: Record, actor: Actor) -> str:
        return record.title or self.face.label

    def _more(self, record: Record, actor: Actor) -> dict[str, Any]:
        return {"changes": None, "of": None}


class AuditView(LogView):
    """The audit log: an entry says what was changed, and leads to the record where the reader may see it."""

    def _title(self, record: Record, actor: Actor) -> str:
        action = self.face.fields["action"].text(record, actor.reader)
        return " · ".join(part for part in (action, record.title) if part)

    def _more(self, record: Record, actor: Actor) -> dict[str, Any]:
        resource: ResourceSpec | None = engine().product.resources.get(record.values["resource"])
        changes = [
            {"label": change.label, "before": change.before, "after": change.after}
            for change in audit.entry(actor, resource, record.id)
        ]
        return {"changes": changes, "of": _of(resource, record, actor)}


def _of(resource: ResourceSpec | None, record: Record, actor: Actor) -> str | None:
    """Where the record that the entry is about is shown; it may be gone meanwhile."""
    id_ = record.values["record_id"]
    if resource is None or id_ is None or not resource.page or resource.kind == "settings":
        return None
    return f"{request.script_root}/{resource.name}/{id_}" if may(actor, resource, "view") else None


class LoginLogView(LogView):
    """The login log says in words what a browser says of itself; all of that is on the entry's page."""

    def _list_context(self, found: ListPage, *, bar: bool = True) -> dict[str, Any]:
        context = super()._list_context(found, bar=bar)
        places = [place for place, column in enumerate(context["columns"]) if column["name"] == AGENT]
        for row in context["rows"]:
            for place in places:
                row["cells"][place] = device(str(row["cells"][place])) or row["cells"][place]
        return context


VIEWS: Final[Mapping[str, type[LogView]]] = {AuditEntry.CHAIN: AuditView, LoginEntry.CHAIN: LoginLogView}
