"""Looking at the whole numbers of one record: on its page, in place, and through the API (C1, R2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Response, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.models.base import transaction
from app.records import audit, query
from app.records.ids import record_id
from app.records.reveal import Revealed, reveal
from app.spec.model import ResourceSpec
from app.web import htmx, who
from app.web.permit import permitted
from app.web.shell import page, part
from app.web.show_page import show_context
from app.web.view_part import ApiPart, ViewPart

REVEALING: Final = {"reveal": "preview"}  # of pages and API, where numbers are masked


def methods_of(resource: ResourceSpec) -> Mapping[str, str]:
    """The routes for it, with the permission they need; none where nothing is masked."""
    return REVEALING if resource.masks and "preview" in resource.can else {}


class RevealPages(ViewPart):
    """The page's part of a view."""

    @expose("/<id>/reveal", methods=["POST"])
    @permitted("preview")
    def reveal(self, id: str) -> ResponseReturnValue:
        """The record's numbers in the place of their masks; without scripts, on its page. They are kept nowhere."""
        actor, number = who.actor(), record_id(id)
        with transaction():
            found = reveal(actor, self.resource, number)
        shown = {"numbers": found.numbers, "left": _left(found), "summary": self.resource.summary}
        if htmx.asked():
            return _unkept(part("_revealed.html", revealed=shown))
        record = query.get(actor, self.resource, number)
        entries = audit.history(actor, self.resource, number)
        context = show_context(self.face, actor, record, entries, request.script_root)
        for row in [*context["summary"], *(row for section in context["sections"] for row in section["rows"])]:
            row["html"] = found.numbers.get(row["name"], row["html"])
        context |= {"reveal_url": None, "left": shown["left"]}
        return _unkept(page("show.html", title=record.title, crumbs=self._crumbs(record.title), record=context))


class RevealApi(ApiPart):
    """The API's part of it."""

    @expose("/<id>/reveal", methods=["POST"])
    @permitted("preview")
    def reveal(self, id: str) -> Response:
        """The record's whole numbers by field, and how many more times today; null for any number."""
        with transaction():
            found = reveal(who.actor(), self.resource, record_id(id))
        return _unkept(jsonify(data={"numbers": dict(found.numbers), "left": found.left}))


def _left(found: Revealed) -> str:
    if found.left is None:
        return str(_("Recorded in the audit log."))
    text = ngettext("%(num)s more look today", "%(num)s more looks today", found.left)
    return str(_("Recorded in the audit log. %(left)s.", left=text))


def _unkept(answer: Response) -> Response:
    """No cache may keep what was shown once."""
    response = make_response(answer)
    response.headers["Cache-Control"] = "no-store"
    return response
