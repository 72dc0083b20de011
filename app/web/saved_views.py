"""Beside a list: views that people have saved, and the columns they want to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_babel import gettext as _

from app.accounts.roles import role_called
from app.errors import Invalid
from app.models.base import transaction
from app.records import columns, opening, saved_views
from app.records.ids import record_id, record_ids
from app.records.opening import ALL
from app.records.saved_views import View
from app.web import htmx, who
from app.web.permit import permitted
from app.web.saving import UNPROCESSABLE
from app.web.shell import part
from app.web.view_part import ViewPart


class SavedViews(ViewPart):
    """Routes of a `ResourceView`: nothing here but what belongs to the reader."""

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
        chosen = next(iter(record_ids([form.get("role", "")])), None)
        return self._change_view(
            partial(
                saved_views.save, who.actor(), self.resource, form.get("name", ""), form.get("query", ""),
                shared="shared" in form, role_id=chosen,
            )
        )  # fmt: skip

    @expose("/views/<id>/delete", methods=["POST"])
    @permitted("view")
    def delete_view(self, id: str) -> ResponseReturnValue:
        """Deletes one of one's own views."""
        return self._change_view(partial(saved_views.remove, who.actor(), self.resource, record_id(id)))

    @expose("/views/<id>/rename", methods=["POST"])
    @permitted("view")
    def rename_view(self, id: str) -> ResponseReturnValue:
        """Calls one of one's own views otherwise."""
        name = request.form.get("new_name", "")
        return self._change_view(partial(saved_views.rename, who.actor(), self.resource, record_id(id), name))

    @expose("/views/<id>/update", methods=["POST"])
    @permitted("view")
    def update_view(self, id: str) -> ResponseReturnValue:
        """Lets one of one's own views be the list as it is now."""
        query = request.form.get("query", "")
        return self._change_view(partial(saved_views.update, who.actor(), self.resource, record_id(id), query))

    @expose("/views/<id>/open", methods=["POST"])
    @permitted("view")
    def open_view(self, id: str) -> ResponseReturnValue:
        """Opens the list with a view, or with all of it (`all`), from now on; with `for=role`, for the role that it is
        shared with. `off` undoes it."""
        actor, form = who.actor(), request.form
        on = "off" not in form
        if form.get("for") == "role":
            return self._change_view(
                partial(saved_views.begin_role_with, actor, self.resource, record_id(id), on=on)
            )  # fmt: skip
        chosen = None if id == ALL else record_id(id)
        return self._change_view(partial(saved_views.begin_with, actor, self.resource, chosen, on=on))

    def _change_view(self, change: Callable[[], None]) -> ResponseReturnValue:
        """Makes the change and shows the panel anew; without scripts, the list."""
        form = request.form
        try:
            with transaction():
                change()
        except Invalid as fault:
            said = " ".join(str(text) for texts in fault.errors.values() for text in texts)
            if htmx.asked():
                return self._panel(form.get("query", ""), form, said)
            flash(said, "danger")
            return htmx.go(self._list())
        if htmx.asked():
            return self._panel(form.get("query", ""))
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

    def _panel(self, query: str, sent: Mapping[str, str] | None = None, error: str = "") -> ResponseReturnValue:
        """Where it is refused, with what was `sent`."""
        sent = sent or {}
        actor, url = columns.reread(who.actor()), request.script_root + self.face.url
        found = saved_views.views(actor, self.resource)
        first = opening.own_default(actor, self.resource)
        open_now = htmx.args_of("?" + query).get("view", "")
        roles = saved_views.roles_to_share_with(actor)
        context = {
            "url": url,
            "query": query,
            "name": sent.get("name", ""),
            "to": sent.get("role", ""),
            "share": "shared" in sent,
            "error": error,
            "role": actor.role_name,
            "role_id": str(actor.role_id),
            "roles": [{"value": str(id_), "label": role_called(role, who.locale())} for id_, role in roles],
            "may_role": saved_views.may_share_widely(actor),
            "all": {
                "url": f"{url}?view={ALL}",
                "chosen": first is not None and not first.id,
                "useful": opening.has_role_default(actor, self.resource) or first is not None,
                "open_url": f"{url}views/{ALL}/open",
            },
            "own": [_entry(view, url, open_now) for view in found if view.own],
            "shared": [_entry(view, url, open_now) for view in found if not view.own],
        }
        return part("_views.html", status=UNPROCESSABLE if error else 200, views=context)

    def _list(self) -> str:
        """The list one came from, without columns that its address may have asked for."""
        path, _mark, _query = (htmx.came_from([self.face.url]) or request.script_root + self.face.url).partition("?")
        pairs = [pair for pair in htmx.args_of(f"{path}?{_query}").items(multi=True) if pair[0] != "columns"]
        return f"{path}?{urlencode(pairs)}" if pairs else path


def _entry(view: View, url: str, open_now: str) -> dict[str, Any]:
    base, pairs = f"{url}views/{view.id}/", f"view={view.id}"
    return {
        "id": str(view.id),
        "name": view.name,
        "url": f"{url}?{view.query}&{pairs}" if view.query else f"{url}?{pairs}",
        "current": open_now == str(view.id),
        "role": role_called(view.role, who.locale()),
        "own_default": view.own_default,
        "role_default": view.role_default,
        "note": _("Not available here and left out: %(what)s", what=_(", ").join(view.dropped)) if view.dropped else "",
        **{f"{verb}_url": f"{base}{verb}" for verb in ("delete", "rename", "update", "open")},
    }
