"""The pages of one resource: its routes. What a page holds is made in listing, form_page and show_page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Final

from flask import Response, flash, jsonify, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import ModelView
from flask_appbuilder.baseviews import expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import demand, may
from app.errors import HTTP_STATUS, InUse, Invalid, NotFound
from app.models.base import transaction
from app.records import audit, query, service
from app.records.ids import record_id
from app.records.record import Record
from app.records.search import parse
from app.records.visibility import sees
from app.spec.model import ResourceSpec
from app.web import asking, choosing, htmx, keypad, removal, saving, uses, who
from app.web.ask_pages import AskPages
from app.web.beside import BesidePages
from app.web.datamodel import PerRequestFilters
from app.web.exporting import ExportPages
from app.web.face import ActionFace, Face
from app.web.form import ResourceForm
from app.web.form_page import FormPage
from app.web.importing import ImportPages
from app.web.listing import ListPage, short
from app.web.neighbours import neighbours
from app.web.permit import demand_of, logged_in, permitted
from app.web.recycle_bin import BinPages
from app.web.revealing import RevealPages
from app.web.saved_views import SavedViews
from app.web.shell import Crumb, page, part, toast
from app.web.show_page import show_context
from app.web.timeline import TimelinePages
from app.web.whole_pages import WholePages

MOST_NAMES: Final = 3


class ResourceView(
    AskPages, WholePages, BesidePages, SavedViews, TimelinePages, BinPages, RevealPages, ExportPages, ImportPages,
    PerRequestFilters, ModelView,
):  # fmt: skip
    """FAB's ModelView with our routes; `register` makes one subclass per resource. It keeps nothing of a request."""

    template_folder = None  # FAB's templates are not to be found
    resource: ClassVar[ResourceSpec]
    faces: ClassVar[Mapping[str, Face]]
    add_form: ClassVar[type[ResourceForm]]
    edit_form: ClassVar[type[ResourceForm]]
    more_methods: ClassVar[Mapping[str, str]] = MappingProxyType({})  # of a subclass: method → kind of permission

    @expose("/")
    @permitted("view")
    def list(self) -> ResponseReturnValue:
        """The list (K6); for htmx aiming at it, only the list itself. A bad query string is answered on the page."""
        return self._list_page(request.args)

    @expose("/count")
    @permitted("view")
    def count(self) -> ResponseReturnValue:
        """How many rows match, as a phrase: the page asks for it once it is shown."""
        actor = who.actor()
        found = query.count(actor, self.resource, parse(self.resource, request.args, actor.reader))
        number = f"{found.number:,}"
        if found.capped:
            return str(_("%(number)s+ records", number=number))
        return str(ngettext("%(number)s record", "%(number)s records", found.number, number=number))

    @expose("/choices/<field>")
    @logged_in
    def choices(self, field: str) -> ResponseReturnValue:
        """What a reference may point to, for a drop-down: those whose name holds `?q=`, or those of `?id=…`."""
        known = self.face.fields.get(field)
        if known is None or not known.is_reference:
            raise NotFound
        found = choosing.asked_for(self.resource, field)
        return jsonify([{"value": str(entry.id), "text": entry.title} for entry in found])

    @expose("/<id>")
    @permitted("view")
    def show(self, id: str) -> ResponseReturnValue:
        """One record, with its history."""
        actor, face = who.actor(), self.face
        record = query.get(actor, self.resource, record_id(id))
        entries = audit.history(actor, self.resource, record.id)
        context = show_context(face, actor, record, entries, request.script_root)
        beside = context["beside"] = neighbours(face, actor, record, request.script_root)
        crumbs = [(face.many, beside["list_url"] if beside else face.url), (record.title, None)]
        return page("show.html", title=record.title, crumbs=crumbs, record=context)

    @expose("/add", methods=["GET", "POST"])
    @permitted("add")
    def add(self) -> ResponseReturnValue:
        """The empty form, and what becomes of it (U1, A1)."""
        return self._form(self.add_form, None)

    @expose("/<id>/edit", methods=["GET", "POST"])
    @permitted("edit")
    def edit(self, id: str) -> ResponseReturnValue:
        """The filled form, and what becomes of it (U4, A3). It shows values, so it takes the right to see them too."""
        demand(who.actor(), self.resource, "view")
        return self._form(self.edit_form, query.read(who.actor(), self.resource, record_id(id)))

    @expose("/delete", methods=["GET", "POST"])
    @permitted("delete")
    def delete(self) -> ResponseReturnValue:
        """Deletes the records of `ids`, all or none (U3, A2); what refers to them goes to `heir`. A GET, or a POST with
        `ask`, is answered with the question that comes before."""
        if request.method == "GET" or "ask" in request.form:
            return self._ask_removal(_ids(request.values))
        try:
            with transaction():
                titles = self._remove(_ids(), request.form.get("heir") or None)
        except InUse as refusal:
            # Whoever has not been asked yet is asked now: without scripts no dialog has come before.
            if htmx.asked() or "asked" in request.form:
                return self._refused(refusal)
            return self._ask_removal(_ids(), status=HTTP_STATUS[InUse])
        except Invalid as refusal:
            return self._refused(refusal)
        names = _(", ").join(short(title) for title in titles[:MOST_NAMES])
        if len(titles) > MOST_NAMES:
            names = _("%(names)s and %(n)s more", names=names, n=len(titles) - MOST_NAMES)
        if not may(who.actor(), self.resource, "view"):
            names = ngettext("%(number)s record", "%(number)s records", len(titles), number=len(titles))
        flash(_("Deleted: %(names)s", names=names), "success")
        return htmx.go(self._back())

    @expose("/heirs")
    @permitted("delete")
    def heirs(self) -> ResponseReturnValue:
        """Who may take over from the records `?id=…`: those whose name holds `?q=`."""
        return jsonify(removal.asked_for(who.actor(), self.resource))

    @expose("/rearrange", methods=["POST"])
    @permitted("edit")
    def rearrange(self) -> ResponseReturnValue:
        """Gives records other values of the field that the resource's `rearrange` names, in one save (T3)."""
        values, versions = keypad.sent()
        try:
            with transaction():
                service.rearrange(who.actor(), self.resource, self.resource.rearrange or "", values, versions)
        except Invalid as refusal:
            return self._refused(refusal)
        flash(_("Saved: %(name)s", name=self.face.many), "success")
        return htmx.go(self._back())

    @expose("/do/<action>", methods=["POST"])
    @logged_in
    def do(self, action: str) -> ResponseReturnValue:
        """One of the resource's actions, for the records of `ids`. What it reveals stands in this answer only (P3)."""
        known = self.face.actions.get(action)
        if known is None:
            raise NotFound
        demand_of(self, known.action.permission)
        if known.action.on == "list":
            return self._press(known)
        if known.action.ask and asking.ASKED not in request.form:
            return self._ask(known)
        try:
            with transaction():
                outcome = service.act(who.actor(), self.resource, action, _ids(), asking.typed(known, self.resource))
        except (Invalid, InUse) as refusal:
            return self._ask(known, refusal) if known.action.ask else self._refused(refusal)
        done = _done(known, outcome.count)
        if not outcome.reveal:
            flash(done, "success")
            return htmx.go(self._back())
        shown = [toast(f"{done} · {label}", secret=text) for label, text in outcome.reveal.items()]
        if not may(who.actor(), self.resource, "view"):
            return page("base.html", title=done, toasts=shown)  # no list to go back to, but the secret must be seen
        return self._list_page(htmx.args_of(self._back()), shown)

    @property
    def face(self) -> Face:
        """The resource in the reader's language."""
        return self.faces[who.locale()]

    def _list_page(self, args: Any, toasts: Sequence[dict[str, Any]] = ()) -> Response:
        found = ListPage.read(self.face, who.actor(), args, request.script_root)
        if not toasts and htmx.aimed_at("list"):
            return part("_list.html", page=self._list_context(found, bar=False))  # always 200: htmx shows nothing else
        face = self.face
        shown = self._list_context(found)
        answer = page(
            "list.html", title=face.many, crumbs=[(face.many, None)], toasts=toasts, status=found.status, page=shown
        )
        answer.headers.update(found.headers)
        return answer

    def _remove(self, ids: Sequence[int], heir: str | None) -> Sequence[str]:
        """What deleting means: the titles of what is gone."""
        return service.delete(who.actor(), self.resource, ids, heir=heir)

    def _list_context(self, found: ListPage, *, bar: bool = True) -> dict[str, Any]:
        """The template context `page`; views of adopted models add columns of their own."""
        context, shown = found.context(bar=bar), self.resource.list
        if shown.uses:
            uses.add_uses(context, self.face, who.actor(), request.script_root)
        if shown.counts:
            uses.add_counts(context, self.face, who.actor(), request.script_root)
        if shown.keypad and bar:
            context["keypad"] = keypad.keypad(self.face, who.actor(), request.script_root)
        return context

    def _ask_removal(self, ids: Sequence[int], status: int = 200) -> Response:
        ask = removal.question(self.face, who.actor(), ids, request.script_root)
        return page(
            "ask.html",
            body="_removal.html",
            title=ask["title"],
            crumbs=self._crumbs(ask["title"]),
            status=status,
            ask=ask,
        )

    def _form(self, form_class: type[ResourceForm], record: Record | None) -> ResponseReturnValue:
        actor, face = who.actor(), self.face
        answer = saving.answer(form_class, self.resource, actor, record)
        if answer.saved is not None:
            name = short(answer.saved.title)
            flash(_("Added: %(name)s", name=name) if record is None else _("Saved: %(name)s", name=name), "success")
            # Who has given a record away does not see it any more: their list is where they go on.
            return htmx.go(self._back(answer.saved if sees(actor, self.resource, answer.saved.id) else None))
        shown = FormPage(face, actor, answer.form, request.script_root, record=answer.record, errors=answer.errors)
        context: dict[str, Any] = {
            "form": self._form_context(shown, self._back(record)),
            "conflict": shown.conflict(answer.conflict, answer.record) if answer.conflict and answer.record else None,
        }
        if htmx.asked():
            return part("_form.html", status=answer.status, **context)
        crumbs = self._crumbs(shown.title)
        return page("form.html", title=shown.title, crumbs=crumbs, status=answer.status, **context)

    def _form_context(self, shown: FormPage, cancel_url: str) -> dict[str, Any]:
        """The template context `form`; views with controls of their own shape it."""
        return shown.context(cancel_url)

    def _crumbs(self, last: str) -> Sequence[Crumb]:
        return [(self.face.many, self.face.url), (last, None)]

    def _back(self, record: Record | None = None) -> str:
        """Where the person came from: the list as it was searched and turned, or the record's page."""
        pages = [self.face.url, f"{self.face.url}{record.id}"] if record else [self.face.url]
        return htmx.came_from(pages) or request.script_root + self.face.url

    def _refused(self, refusal: Invalid | InUse) -> ResponseReturnValue:
        """A button has no form to show a message in: it is said on the page one came from."""
        texts = [str(text) for text in saving.all_texts(refusal)]
        if htmx.asked():
            raise refusal
        for text in texts:
            flash(text, "danger")
        return htmx.go(self._back())


def _ids(args: Any = None) -> Sequence[int]:
    """The records ticked. Raises NotFound for what cannot be an id."""
    return [record_id(text) for text in (request.form if args is None else args).getlist("ids")]


def _done(known: ActionFace, count: int) -> str:
    done = known.done or known.label
    return done if count == 1 else ngettext("%(done)s: %(num)s record", "%(done)s: %(num)s records", count, done=done)
