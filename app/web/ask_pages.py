"""Actions that ask first, and those that need no records: a view's part (C1, B4). The questions are in `asking`."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose

from app.errors import InUse, Invalid, NotFound
from app.records.ids import record_id
from app.web import asking, claims, saving, who
from app.web.face import ActionFace
from app.web.permit import demand_of, logged_in
from app.web.shell import page
from app.web.view_part import ViewPart


class AskPages(ViewPart):
    """The page's part of a view."""

    @expose("/ask/<action>", methods=["GET", "POST"])
    @logged_in
    def ask(self, action: str) -> ResponseReturnValue:
        """What an action asks for before it is done to the records of `ids`."""
        known = self.face.actions.get(action)
        if known is None or not known.action.ask:
            raise NotFound
        demand_of(self, known.action.permission)
        return self._ask(known)

    def _ask(self, known: ActionFace, refusal: Invalid | InUse | None = None) -> Response:
        if isinstance(refusal, InUse):
            raise refusal
        ids = [record_id(text) for text in request.values.getlist("ids")]
        ask = asking.question(self.face, known, who.actor(), ids, back=self._back(), refusal=refusal)
        crumbs, status = self._crumbs(known.label), saving.UNPROCESSABLE if refusal else 200
        return page("ask.html", body="_asking.html", title=known.label, crumbs=crumbs, status=status, ask=ask)

    def _press(self, known: ActionFace) -> ResponseReturnValue:
        try:
            return claims.press(self.face, known, who.actor(), self._back())
        except Invalid as refusal:
            return self._refused(refusal)
