"""All that the filter finds, as what a button of the list is about: a view's part (C1). The question is in `whole`."""

from __future__ import annotations

from flask import Response, flash, jsonify, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose

from app.errors import Conflict, InUse, Invalid
from app.records.whole import DELETE
from app.web import asking, htmx, saving, who, whole
from app.web.permit import logged_in, permitted
from app.web.shell import page
from app.web.view_part import ViewPart

REFUSALS = (Invalid, InUse, Conflict)


class WholePages(ViewPart):
    """The page's part of a view."""

    @expose("/whole")
    @permitted("view")
    def whole(self) -> Response:
        """How many records the list has in all, exactly, and how the list offers them: asked for by whoever has ticked
        all rows of a page."""
        return jsonify(whole.offer(whole.found(self)))

    @expose("/whole/delete", methods=["POST"])
    @permitted("delete")
    def whole_delete(self) -> ResponseReturnValue:
        """Deletes all that the filter finds; without `asked` the question that comes before."""
        return self._whole(DELETE)

    @expose("/whole/do/<action>", methods=["POST"])
    @logged_in
    def whole_do(self, action: str) -> ResponseReturnValue:
        """One of the resource's actions for all that the filter finds; without `asked` the question before it."""
        whole.demand_action(self, action)
        return self._whole(action)

    def _whole(self, doing: str) -> ResponseReturnValue:
        actor, asked = who.actor(), asking.ASKED in request.form
        try:
            order = whole.sent(self.face, actor, doing, checked=asked)
            if not asked:
                return self._whole_question(doing)
            given = whole.give(actor, order, whole.confirmed(), self._remove)
        except REFUSALS as refusal:
            return self._whole_question(doing, refusal) if asked else self._refused(_plain(refusal))
        flash(whole.done(self.face, order, given), "success")
        return htmx.go(self._back())

    def _whole_question(self, doing: str, refusal: Exception | None = None) -> ResponseReturnValue:
        actor = who.actor()
        try:
            ask = whole.question(self.face, actor, whole.sent(self.face, actor, doing), self._back(), refusal)
        except Invalid as nothing:
            return self._refused(nothing)
        status = saving.UNPROCESSABLE if refusal else 200
        crumbs = self._crumbs(ask["title"])
        return page("ask.html", body="_whole.html", title=ask["title"], crumbs=crumbs, status=status, ask=ask)


def _plain(refusal: Exception) -> Invalid | InUse:
    return refusal if isinstance(refusal, Invalid | InUse) else Invalid({"": [str(refusal)]})
