"""A search in words, for those who must judge what somebody asked for: approvals and the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access import Actor
from app.fields import kind_of
from app.fields.ref import NONE, id_of
from app.fields.veiled import SHORT, mask
from app.records.query import choices
from app.records.search import Condition, Search, order_of
from app.records.system import field_of
from app.spec.model import FieldSpec, ResourceSpec

_OPERATORS: Final = {
    "eq": _l("%(field)s is %(values)s"),
    "in": _l("%(field)s is %(values)s"),
    "any": _l("%(field)s is one of %(values)s"),
    "all": _l("%(field)s has all of %(values)s"),
    "contains": _l("%(field)s contains %(values)s"),
    "starts": _l("%(field)s starts with %(values)s"),
    "ends": _l("%(field)s ends with %(values)s"),
    "from": _l("%(field)s from %(values)s"),
    "to": _l("%(field)s to %(values)s"),
}


def told(actor: Actor, resource: ResourceSpec, search: Search) -> list[str]:
    """What the search asks for, one condition each, in the actor's language; one line where it asks for everything.

    `resource` is as the actor sees it, own fields included.
    """
    lines = [_condition(actor, resource, condition) for condition in search.conditions]
    if search.text:
        hidden = resource.masks and _holds_number(search.text)
        lines.insert(0, _("search box: %(text)s", text=mask(search.text) if hidden else search.text))
    return lines or [_("no conditions: everything one sees")]


def _holds_number(text: str) -> bool:
    """True for digits alone, and where there are so many that they are somebody's number, however they are written: the
    search finds 138 0013 8000 and +86-13800138000 too."""
    return text.isdigit() or sum(map(str.isdigit, text)) >= SHORT


def order_told(actor: Actor, resource: ResourceSpec, search: Search) -> str:
    """The order of the rows."""
    order = order_of(resource, search)
    label = field_of(resource, order.removeprefix("-")).label.text(actor.locale)
    falling = order.startswith("-")
    return str(_("%(field)s, descending", field=label) if falling else _("%(field)s, ascending", field=label))


def _condition(actor: Actor, resource: ResourceSpec, condition: Condition) -> str:
    field = field_of(resource, condition.field)
    values = _(", ").join(_values(actor, resource, field, condition))
    sentence = str(_OPERATORS.get(condition.operator, _OPERATORS["eq"]))
    return str(sentence % {"field": field.label.text(actor.locale), "values": values})


def _values(actor: Actor, resource: ResourceSpec, field: FieldSpec, condition: Condition) -> Iterator[str]:
    """Options by their labels, records by their titles; what has neither as it was typed, but for numbers that are not
    for everyone: who reads an audit entry may not be one of those who see them."""
    if field.masked:
        return map(mask, condition.values)
    known = dict(kind_of(field).options(field, actor.reader))
    if field.to is not None:
        ids = [id_of(value) for value in condition.values if value != NONE]
        titled = choices(actor, resource, field.name, ids=ids, limit=len(ids)) if ids else ()
        known = {NONE: _("None"), **{str(found.id): found.title for found in titled}}
    return (known.get(value, value) for value in condition.values)
