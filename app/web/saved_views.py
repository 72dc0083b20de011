"""Beside a list: views that people have saved, and the columns they want to see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_babel import gettext as _

from app.accounts.roles import role_called
from app.errors import Invalid
from app.models.base import transaction
from app.records import columns, saved_views
from app.records.ids import record_id
from app.records.saved_views import View
from app.web import htmx, who
from app.web.permit import permitted
from app.web.saving import UNPROCESSABLE
from app.web.shell import part

if TYPE_CHECKING:
    from app.spec.model import ResourceSpec
    from app.web.face import Face


class SavedViews:
    """Routes of a `ResourceView`: nothing here but what belongs to the reader."""

    if TYPE_CHECKING:  # of the view that these routes are part of
        resource: ClassVar[ResourceSpec]

        @property
        def face(self) -> Face: ...

    @expose("/views")
    @permitted("view")
    def views(self) -> ResponseReturnValue:
        """The views of this list, and the form that keeps the present one: fetched when the panel is opened."""
        return self._panel(request.args.get("query", ""))

    @expose("/views", methods=["POST"])
    @permitted("view")
    def save_view(self) -> ResponseReturnValue:
        """Keeps the present list under a name (U5, K6)."""
        form = request.form
        try:
            with transaction():
                saved_views.save(
                    who.actor(), self.resource, form.get("name", ""), form.get("query", ""), shared="shared" in form
                )
        except Invalid as fault:
            said = "; ".join(str(text) for texts in fault.errors.values() for text in texts)
            if htmx.asked():
                return self._panel(form.get("query", ""), name=form.get("name", ""), error=said)
            flash(said, "danger")
            return htmx.go(self._list())
        if htmx.asked():
            return self._panel(form.get("query", ""))
        return htmx.go(self._list())

    @expose("/views/<id>/delete", methods=["POST"])
    @permitted("view")
    def delete_view(self, id: str) -> ResponseReturnValue:
        """Deletes one of one's own views."""
        with transaction():
            saved_views.remove(who.actor(), self.resource, record_id(id))
        if htmx.asked():
            return self._panel(request.form.get("query", ""))
        return htmx.go(self._list())

    @expose("/columns")
    @permitted("view")
    def choose_columns(self) -> ResponseReturnValue:
        """Every column there is, those shown first: fetched when the panel is opened."""
        asked = htmx.args_of("?" + request.args.get("query", "")).get("columns", "")
        shown = columns.of(who.actor(), self.resource, asked)
        names = dict.fromkeys([*shown, *columns.available(self.resource)])
        entries = [{"name": name, "label": self.face.fields[name].label, "shown": name in shown} for name in names]
        context = {"url": f"{request.script_root}{self.face.url}columns", "all": entries}
        return part("_columns.html", columns=context)

    @expose("/columns", methods=["POST"])
    @permitted("view")
    def keep_columns(self) -> ResponseReturnValue:
        """Remembers which columns the reader wants, in which order; without any, those of the product."""
        names = [] if "reset" in request.form else request.form.getlist("column")
        with transaction():
            columns.keep(who.actor(), self.resource, names)
        flash(_("Columns saved"), "success")
        return htmx.go(self._list())

    def _panel(self, query: str, *, name: str = "", error: str = "") -> ResponseReturnValue:
        actor, url = who.actor(), request.script_root + self.face.url
        found = saved_views.views(actor, self.resource)
        context = {
            "url": url,
            "query": query,
            "name": name,
            "error": error,
            "role": actor.role_name,
            "own": [_entry(view, url) for view in found if view.own],
            "shared": [_entry(view, url) for view in found if not view.own],
        }
        return part("_views.html", status=UNPROCESSABLE if error else 200, views=context)

    def _list(self) -> str:
        """The list one came from, without columns that its address may have asked for."""
        path, _mark, _query = (htmx.came_from([self.face.url]) or request.script_root + self.face.url).partition("?")
        pairs = [pair for pair in htmx.args_of(f"{path}?{_query}").items(multi=True) if pair[0] != "columns"]
        return f"{path}?{urlencode(pairs)}" if pairs else path


def _entry(view: View, url: str) -> dict[str, Any]:
    return {
        "name": view.name,
        "url": f"{url}?{view.query}" if view.query else url,
        "role": role_called(view.role, who.locale()),
        "delete_url": f"{url}views/{view.id}/delete",
    }
