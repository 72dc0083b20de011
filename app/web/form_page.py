"""The page (or drawer) of a form: the template context `form` and `conflict`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _

from app.access import Actor
from app.errors import Conflict
from app.fields.base import Rejected
from app.fields.html import cleaned, words
from app.records.ids import record_ids
from app.records.owning import kept_from
from app.records.query import choices
from app.records.record import Record
from app.web.choosing import MOST_OPTIONS
from app.web.face import Face, FieldFace
from app.web.form import CONFIRM, ResourceForm
from app.web.password_page import meter

Errors = Mapping[str, Sequence[object]]
INPUTMODE: Final = {"mobile": "tel", "email": "email", "digits": "numeric", "integer": "numeric"}
MEMBERS: Final = "members"
COUNTED_IN_CHARACTERS: Final = ("text", "longtext", "digits")


class FormPage:
    """One request's form. `record` is what is being edited, None while adding."""

    def __init__(
        self,
        face: Face,
        actor: Actor,
        form: ResourceForm,
        root: str,
        *,
        record: Record | None,
        errors: Errors | None = None,
    ) -> None:
        self.face = face
        self.actor = actor
        self.form = form
        self.root = root
        self.record = record
        self.errors = errors or {}
        self.adding = record is None
        self.kept = kept_from(actor, face.resource, record.values if record else None)

    @property
    def title(self) -> str:
        label = self.face.resource.label.inside(self.face.locale)
        if self.adding:
            return str(_("Add %(label)s", label=label))
        return str(_("Edit %(label)s", label=label))

    def context(self, cancel_url: str) -> dict[str, Any]:
        """The whole of `form`."""
        here = self.root + self.face.url
        return {
            "title": self.title,
            "action": f"{here}{self.record.id}/edit" if self.record else f"{here}add",
            "cancel_url": cancel_url,
            "submit_label": _("Save"),
            "version": self.record.version if self.record else None,
            "errors": self._record_errors(),
            "sections": [
                {
                    "label": section.label.text(self.face.locale) if section.label else None,
                    "fields": [control for name in section.fields for control in self._controls(name)],
                }
                for section in self.face.resource.form
            ],
        }

    def conflict(self, fault: Conflict, theirs: Record) -> dict[str, Any]:
        """What somebody else saved meanwhile beside what was typed here, field by field where they differ."""
        rows = []
        for field in self.face.fields.values():
            if field.kind.secret or field.name not in self.form.typed():
                continue
            theirs_typed = field.kind.form_value(field.field, theirs.values.get(field.name), self.actor.reader)
            yours = self._as_kept(field, self.form.value(field.name))
            if _same(theirs_typed, yours):
                continue
            rows.append(
                {
                    "label": field.label,
                    "theirs": field.text(theirs, self.actor.reader),
                    "yours": self._words(field, yours),
                }
            )
        return {"message": str(fault.message) or _("Somebody else changed this record meanwhile."), "rows": rows}

    def control(self, shown: FieldFace) -> dict[str, Any]:
        """One control by itself, for questions that are no form of the resource."""
        return self._control(shown)

    def _controls(self, name: str) -> list[dict[str, Any]]:
        shown = self.face.fields[name]
        if shown.field.readonly or (self.adding and (name in self.kept or shown.field.choose == MEMBERS)):
            return []
        control = self._control(shown)
        if not shown.kind.secret or control["readonly"]:
            return [control]
        again = name + CONFIRM
        return [
            control,
            control
            | {
                "name": again,
                "id": f"field-{again}",
                "label": _("%(label)s again", label=shown.label),
                "help": "",
                "errors": self._errors_of(again),
                "meter": None,
            },
        ]

    def _control(self, shown: FieldFace) -> dict[str, Any]:
        field, kind = shown.field, shown.kind
        given_once = (field.fixed and not self.adding) or field.name in self.kept
        value = self._value(shown, given_once=given_once)
        widget, errors, help_ = kind.form_widget(field), self._errors_of(field.name), self._help(shown)
        return {
            "name": field.name,
            "id": f"field-{field.name}",
            "label": shown.label,
            "help": "" if help_ in errors else help_,
            "widget": widget,
            "required": field.required and (self.adding or not (kind.secret or field.hidden)),
            "readonly": given_once,
            "value": "" if isinstance(value, list) else value,
            "values": value if isinstance(value, list) else [value] if value else [],
            "options": self._options(shown, widget, value),
            "url": f"{self.root}{self.face.url}choices/{field.name}" if shown.is_reference else None,
            "placeholder": self._masked(shown) or shown.placeholder,
            "maxlength": field.max if field.kind in COUNTED_IN_CHARACTERS else None,
            "most": field.max,
            "rows": field.rows,
            "errors": errors,
            "autocomplete": "new-password" if kind.secret else "off",
            "inputmode": INPUTMODE.get(field.kind),
            "meter": meter(self.actor) if kind.secret else None,
        }

    def _value(self, shown: FieldFace, *, given_once: bool) -> Any:
        """Passwords are never sent back, whatever else went wrong."""
        if shown.kind.secret:
            return ""
        if given_once and self.record:
            return shown.kind.form_value(shown.field, self.record.values.get(shown.name), self.actor.reader)
        return self.form.value(shown.name)

    def _masked(self, shown: FieldFace) -> str:
        """What is there already, of a number that this person sees masked: the control itself stays empty."""
        value = self.record.values.get(shown.name) if self.record and shown.field.hidden else ""
        return str(value or "")

    def _help(self, shown: FieldFace) -> str:
        if (shown.kind.secret and not self.adding) or self._masked(shown):
            return str(_("Leave empty to keep the present one."))
        if shown.kind.secret:
            return shown.help  # what it must be stands under it (_meter.html)
        return shown.help

    def _options(self, shown: FieldFace, widget: str, value: Any) -> list[dict[str, Any]]:
        chosen = [str(one) for one in value] if isinstance(value, list) else [str(value)]
        pairs: Sequence[tuple[str, str]] = shown.options
        if shown.is_reference:
            pairs = self._related(shown, chosen)
        sets = self._sets(shown)
        options = [
            {"value": key, "label": label, "selected": key in chosen, "sets": sets.get(key)} for key, label in pairs
        ]
        if widget == "select":
            options.insert(0, {"value": "", "label": _("Choose…"), "selected": not any(chosen)})
        return options

    def _sets(self, shown: FieldFace) -> dict[str, str]:
        """For the options that fix other fields: as JSON, what those fields' controls then hold."""
        reader, fields = self.actor.reader, self.face.fields
        return {
            option.value: json.dumps(
                {name: str(fields[name].kind.form_value(fields[name].field, value, reader))
                 for name, value in option.sets.items()}
            )
            for option in shown.field.options if option.sets
        }  # fmt: skip

    def _related(self, shown: FieldFace, chosen: Sequence[str]) -> list[tuple[str, str]]:
        """Every entry, or where they are searched for, those chosen."""
        name, ids = shown.name, record_ids(chosen)
        if shown.field.choose == "all":
            found = choices(self.actor, self.face.resource, name, limit=MOST_OPTIONS)
        elif shown.field.choose == MEMBERS:
            if self.record is None:
                return []
            found = choices(self.actor, self.face.resource, name, limit=MOST_OPTIONS, within=self.record.id)
        elif ids:
            found = choices(self.actor, self.face.resource, name, ids=ids, limit=len(ids))
        else:
            return []
        pairs = [(str(entry.id), entry.title) for entry in found]
        return [*pairs, *self._present(shown, chosen, dict(pairs))]

    def _present(self, shown: FieldFace, chosen: Sequence[str], offered: Mapping[str, str]) -> list[tuple[str, str]]:
        """What the record points to now although nobody is offered it any more: saving again must not lose it."""
        value = self.record.values.get(shown.name) if self.record else None
        if value is None or str(value) not in chosen or str(value) in offered or not self.record:
            return []
        return [(str(value), self.record.titles.get(shown.name, ""))]

    def _words(self, shown: FieldFace, typed: Any) -> str:
        """What was typed, in the words the reader sees: the labels of what was chosen."""
        if shown.kind.marked_up:
            return words(cleaned(str(typed)))
        if isinstance(typed, bool):
            return shown.kind.text(shown.field, typed, self.actor.reader)
        chosen = [str(one) for one in typed] if isinstance(typed, list) else [str(typed)]
        pairs = dict(self._related(shown, chosen) if shown.is_reference else shown.options)
        return str(_(", ")).join(pairs.get(one, one) for one in chosen)

    def _as_kept(self, field: FieldFace, typed: Any) -> Any:
        """What was typed, in the form in which the control would show it again: an editor writes HTML of its own."""
        if not field.kind.marked_up:
            return typed
        try:
            kept = field.kind.clean(field.field, typed, self.actor.reader)
        except Rejected:
            return typed
        return field.kind.form_value(field.field, kept, self.actor.reader)

    def _errors_of(self, name: str) -> list[str]:
        return [str(text) for text in self.errors.get(name, ())]

    def _record_errors(self) -> list[str]:
        """Those of the whole record, and those of fields that this form does not show."""
        shown = {field.name for field in self.face.fields.values() if field.name in self.form.typed()}
        beside = shown | {name + CONFIRM for name in self.form.confirmed()}
        return [str(text) for name, texts in self.errors.items() if name not in beside for text in texts]


def _same(theirs: Any, yours: Any) -> bool:
    if isinstance(theirs, list | tuple) or isinstance(yours, list | tuple):
        return [str(one) for one in theirs or ()] == [str(one) for one in yours or ()]
    if isinstance(yours, bool):
        return str(theirs).lower() in ("true", "1") if yours else str(theirs).lower() not in ("true", "1")
    return str("" if theirs is None else theirs) == str(yours)
