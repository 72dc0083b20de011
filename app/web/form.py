"""WTForms made from a resource. They carry what was typed; whether it is acceptable only `app.records.service` says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask_appbuilder.forms import DynamicForm
from wtforms import BooleanField, PasswordField, SelectMultipleField, StringField, TextAreaField

from app.fields import kind_of
from app.fields.base import Kind, Reader
from app.records.record import Record
from app.spec.model import FieldSpec, ResourceSpec

PREFIX: Final = "field_"  # keeps a field called "data" or "errors" apart from the form's own attributes
CONFIRM: Final = "_confirm"
CHECKBOX: Final = "checkbox"
SEVERAL: Final = frozenset({"multiselect", "checkboxes", "remote_many"})


class ManyField(SelectMultipleField):
    """Several values as they came. Nothing sent means none of them, as browsers send no empty list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, validate_choice=False, choices=[], **kwargs)

    def process_data(self, value: Any) -> None:
        self.data = list(value or ())


class ResourceForm(DynamicForm):
    """Base of the add and edit forms. CSRF is checked for every unsafe request before any view runs."""

    class Meta:
        csrf = False

    resource: ResourceSpec
    adding: bool

    def typed(self) -> dict[str, Any]:
        """What was sent, by field name, for the service: raw values, every editable field of the form."""
        return {field.name: self.value(field.name) for field in editable(self.resource, adding=self.adding)}

    def value(self, name: str) -> Any:
        """The form value of one field: text, True or False, or a list of texts. Raises KeyError."""
        data = self._fields[PREFIX + name].data
        return "" if data is None else data

    def mismatches(self) -> list[str]:
        """The names of the confirmations that differ from what they confirm (U1 密码校验)."""
        return [name + CONFIRM for name in self.confirmed() if self.value(name) != self.value(name + CONFIRM)]

    def confirmed(self) -> Iterator[str]:
        """The fields that have to be typed twice."""
        return (field.name for field in editable(self.resource, adding=self.adding) if kind_of(field).secret)


def editable(resource: ResourceSpec, *, adding: bool) -> list[FieldSpec]:
    """The fields a person fills in: those of the form, less what only the system sets and what is given once."""
    fields = (resource.field(name) for section in resource.form for name in section.fields)
    return [field for field in fields if not field.readonly and (adding or not field.fixed)]


def make_form(resource: ResourceSpec, *, adding: bool) -> type[ResourceForm]:
    """The WTForms class of the resource's add or edit form."""
    fields: dict[str, Any] = {}
    for field in editable(resource, adding=adding):
        kind = kind_of(field)
        fields[PREFIX + field.name] = _wtforms_field(kind.form_widget(field), kind)(field.label.en, name=field.name)
        if kind.secret:
            fields[PREFIX + field.name + CONFIRM] = PasswordField(field.label.en, name=field.name + CONFIRM)
    name = f"{resource.name.title().replace('_', '')}{'Add' if adding else 'Edit'}Form"
    return type(name, (ResourceForm,), {"resource": resource, "adding": adding, **fields})


def first_values(resource: ResourceSpec, *, adding: bool, record: Record | None, reader: Reader) -> dict[str, Any]:
    """What the controls are filled with before anybody typed: the record's values, or the defaults."""
    values = {}
    for field in editable(resource, adding=adding):
        kind = kind_of(field)
        if kind.secret:
            continue
        value = record.values.get(field.name) if record else _initial(field)
        values[PREFIX + field.name] = bool(value) if kind.widget == CHECKBOX else kind.form_value(field, value, reader)
    return values


def _initial(field: FieldSpec) -> Any:
    return field.fallback if field.default is None else field.default


def chosen_values(form: ResourceForm, reader: Reader) -> dict[str, Any]:
    """What was typed, without the defaults that a new record would show anyway: those are not written (F5)."""
    typed = form.typed()
    for field in editable(form.resource, adding=form.adding):
        shown = field.fallback
        if form.adding and shown is not None and typed[field.name] == kind_of(field).form_value(field, shown, reader):
            del typed[field.name]
    return typed


def asked_values(resource: ResourceSpec, args: Mapping[str, str]) -> dict[str, Any]:
    """What the address of an empty form says that its controls begin with: texts only, to be checked like any other."""
    plain = (field for field in editable(resource, adding=True) if field.name in args)
    return {
        PREFIX + field.name: args[field.name]
        for field in plain
        if not kind_of(field).secret and not kind_of(field).many and kind_of(field).widget not in (CHECKBOX, *SEVERAL)
    }


def _wtforms_field(widget: str, kind: Kind) -> Any:
    if kind.secret:
        return PasswordField
    if kind.many or widget in SEVERAL:
        return ManyField
    return {CHECKBOX: BooleanField, "longtext": TextAreaField}.get(widget, StringField)
