"""The form of a settings page: an ordinary edit form, with what makes a setting a setting beside each field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from app.access import Actor, may
from app.errors import Conflict
from app.records.audit import AuditRow
from app.records.names import title_of
from app.records.record import Record
from app.records.settings import Settings
from app.spec.model import ResourceSpec
from app.web.face import Face, FieldFace
from app.web.form import ResourceForm
from app.web.form_page import Errors, FormPage
from app.web.timeline import timeline_context


class SettingsPage(FormPage):
    """One request's form of the settings `settings`."""

    def __init__(
        self,
        face: Face,
        actor: Actor,
        form: ResourceForm,
        root: str,
        *,
        settings: Settings,
        errors: Errors | None = None,
    ) -> None:
        super().__init__(face, actor, form, root, record=as_record(face.resource, settings, actor), errors=errors)
        self.settings = settings

    @property
    def title(self) -> str:
        return self.face.many

    def context(self, cancel_url: str) -> dict[str, Any]:
        """The whole of `form`. Whoever may only view gets it with every control disabled and no button."""
        here = self.root + self.face.url
        return super().context(cancel_url) | {
            "action": here,
            "may_edit": may(self.actor, self.face.resource, "edit"),
            "reset_url": f"{here}reset",
            "impact_url": f"{here}impact" if self.face.resource.impact else None,
        }

    def clash(self, fault: Conflict) -> dict[str, Any] | None:
        """What another admin saved meanwhile beside what was typed here."""
        return self.conflict(fault, self.record) if self.record else None

    def _control(self, shown: FieldFace) -> dict[str, Any]:
        field, reader = shown.field, self.actor.reader
        default = _held(shown.kind.form_value(field, field.default, reader))
        return super()._control(shown) | {
            "default": shown.kind.text(field, field.default, reader) or _("none"),
            "default_value": default,
            "differs": self.settings.values[field.name] != field.default,
            "can_reset": _held(self.form.value(field.name)) != default,
        }


def _held(value: Any) -> str:
    """What a control is filled with, as one text; settings.js says the same of what it holds now."""
    if isinstance(value, bool):
        return "1" if value else ""
    return ",".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value).strip()


def as_record(resource: ResourceSpec, settings: Settings, actor: Actor) -> Record:
    """The settings as forms and cells read them."""
    title = title_of(resource, settings.values, actor.reader)
    return Record(settings.id or 0, settings.version, settings.values, {}, title)


def history_context(actor: Actor, resource: ResourceSpec, entries: Sequence[AuditRow]) -> dict[str, Any]:
    """Who changed what, when."""
    return timeline_context(actor, resource, None, entries, "")


def saved_text(face: Face) -> str:
    """What is said when the settings have been saved."""
    return str(_("Saved: %(name)s. It is in force at once.", name=face.many))
