"""The page of a resource of `kind: settings`: one form, its history, and what a change would do before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import BaseView, expose

from app.access import may
from app.accounts.addresses import HOME
from app.errors import HTTP_STATUS, Conflict, Invalid, NotFound
from app.models.base import transaction
from app.records import audit, settings
from app.records.settings import Settings
from app.spec.model import ResourceSpec
from app.web import htmx, who
from app.web.face import Face
from app.web.form import PREFIX, ResourceForm, first_values
from app.web.permit import permitted
from app.web.saving import UNPROCESSABLE, sent_version
from app.web.settings_page import SettingsPage, as_record, history_context, saved_text
from app.web.shell import page, part


@dataclass(frozen=True, slots=True)
class Shown:
    """What a form is answered with when it is shown (again)."""

    form: ResourceForm
    settings: Settings
    status: int = 200
    errors: Mapping[str, Any] = field(default_factory=dict)
    conflict: Conflict | None = None
    impact: tuple[str, ...] = ()
    focus: str = ""


class SettingsView(BaseView):
    """`register` makes one subclass per settings resource. It keeps nothing of a request."""

    template_folder = None  # FAB's templates are not to be found
    default_view = "show"
    resource: ClassVar[ResourceSpec]
    faces: ClassVar[Mapping[str, Face]]
    form_class: ClassVar[type[ResourceForm]]

    @expose("/", methods=["GET"])
    @permitted("view")
    def show(self) -> ResponseReturnValue:
        """The form as it is in force, or all of it without a way to change it for whoever may only view."""
        return self._page(self._fresh(settings.get(who.actor(), self.resource)))

    @expose("/", methods=["POST"])
    @permitted("edit")
    def save(self) -> ResponseReturnValue:
        """Saves, and says so; or the form again with nothing typed lost (409: somebody else has saved meanwhile)."""
        form = self.form_class(formdata=request.form)
        try:
            with transaction():
                settings.save(who.actor(), self.resource, form.typed(), version=sent_version())
        except Invalid as fault:
            return self._page(Shown(form, settings.read(self.resource), UNPROCESSABLE, fault.errors))
        except Conflict as fault:
            # The version now in force goes into the form: saving again knowingly replaces what the other person saved.
            known = settings.read(self.resource)
            return self._page(Shown(form, known, HTTP_STATUS[Conflict], conflict=fault))
        flash(saved_text(self.face), "success")
        seen = may(who.actor(), self.resource, "view")
        return htmx.go(request.script_root + (self.face.url if seen else HOME))

    @expose("/reset", methods=["POST"])
    @permitted("edit")
    def reset(self) -> ResponseReturnValue:
        """The form as it was typed, with the default in the field `reset`. Nothing is saved yet: its effect is shown
        first, as with everything else that is typed."""
        known = self.resource.fields.get(request.form.get("reset", ""))
        if known is None:
            raise NotFound
        form = self.form_class(formdata=request.form)
        default = first_values(self.resource, adding=True, record=None, reader=who.actor().reader)
        form[PREFIX + known.name].data = default[PREFIX + known.name]
        return self._page(Shown(form, self._as_sent(), impact=self._impact(form), focus=known.name))

    @expose("/impact", methods=["POST"])
    @permitted("edit")
    def impact(self) -> ResponseReturnValue:
        """What saving the form would do: htmx puts it into the page while one types; without, the page with it."""
        form = self.form_class(formdata=request.form)
        sentences = self._impact(form)
        if htmx.asked():
            return part("_impact.html", impact=sentences)
        return self._page(Shown(form, self._as_sent(), impact=sentences))

    @property
    def face(self) -> Face:
        """The resource in the reader's language."""
        return self.faces[who.locale()]

    def _fresh(self, known: Settings) -> Shown:
        actor = who.actor()
        record = as_record(self.resource, known, actor)
        values = first_values(self.resource, adding=False, record=record, reader=actor.reader)
        return Shown(self.form_class(formdata=None, data=values), known)

    def _as_sent(self) -> Settings:
        """What is in force, under the version that the form was filled from: only saving may find it outdated."""
        known, version = settings.read(self.resource), sent_version()
        return known if version is None else Settings(known.values, version, known.id)

    def _impact(self, form: ResourceForm) -> tuple[str, ...]:
        """Nothing while something typed is wrong: saving will say what."""
        try:
            return tuple(settings.impact(who.actor(), self.resource, form.typed()))
        except Invalid:
            return ()

    def _page(self, shown: Shown) -> ResponseReturnValue:
        actor, face, root = who.actor(), self.face, request.script_root
        made = SettingsPage(face, actor, shown.form, root, settings=shown.settings, errors=shown.errors)
        context: dict[str, Any] = {
            "form": made.context(root + HOME),
            "conflict": made.clash(shown.conflict) if shown.conflict else None,
            "impact": shown.impact,
            "focus": shown.focus,
        }
        if htmx.aimed_at("form"):
            return part("_settings.html", status=shown.status, **context)
        if may(actor, self.resource, "view"):
            entries = audit.history(actor, self.resource, shown.settings.id) if shown.settings.id else []
            context["history"] = history_context(actor, self.resource, entries)
        crumbs = [(face.many, None)]
        return page("settings.html", title=face.many, crumbs=crumbs, status=shown.status, help=face.help, **context)
