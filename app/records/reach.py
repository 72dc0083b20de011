"""How far a write reaches (C1): not beyond what its actor sees, nor beyond the page it is made on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from app.access import Actor
from app.errors import Invalid
from app.fields import kind_of
from app.models.base import db
from app.records.sight import allowed_targets
from app.records.tables import is_refs, model_of, resource_of
from app.records.visibility import visible
from app.spec.features import Match
from app.spec.model import FieldSpec, ResourceSpec

Values = Mapping[str, Any]


def check(actor: Actor, page: ResourceSpec, before: Values, after: Values) -> None:
    """Raises Invalid at each field that would newly point to what the actor does not see, or take the record off a
    second page. One statement per reference that is limited so; none where nothing is.
    """
    errors: dict[str, list[object]] = {}
    for field in page.fields.values():
        value = after.get(field.name)
        if value == before.get(field.name) and before:
            continue
        if reason := next(_reasons(actor, page, field, value), ""):
            errors[field.name] = [reason]
    if errors:
        raise Invalid(errors)


def check_targets(actor: Actor, page: ResourceSpec, values: Values) -> None:
    """Raises Invalid at each of these fields that would point to what the actor does not see."""
    errors: dict[str, list[object]] = {}
    for name, value in values.items():
        field = page.field(name)
        if field.to is not None and value and _beyond(field, value, visible(actor, resource_of(field))):
            errors[name] = [_("Choose from the list.")]
    if errors:
        raise Invalid(errors)


def _reasons(actor: Actor, page: ResourceSpec, field: FieldSpec, value: Any) -> Iterator[str]:
    for match in page.only:
        if match.field == field.name and not _keeps(match, field, value):
            yield _elsewhere(actor, page)
    if field.to is None or not value:
        return
    if _beyond(field, value, allowed_targets(page, field.name)):
        yield _elsewhere(actor, page)
    if _beyond(field, value, visible(actor, resource_of(field))):
        yield _("Choose from the list.")


def _keeps(match: Match, field: FieldSpec, value: Any) -> bool:
    """False for a value that, whatever it points to, takes the record off the page."""
    return kind_of(field).is_blank(value) is (match.means == "none")


def _elsewhere(actor: Actor, page: ResourceSpec) -> str:
    called = page.many.text(actor.locale)
    return str(_("With this the record would not be on the page “%(page)s”. Choose from the list.", page=called))


def _beyond(field: FieldSpec, value: Any, conditions: list[ColumnElement[bool]]) -> bool:
    """True if `value` points to a record that does not meet the conditions."""
    if not conditions:
        return False
    wanted, model = set(value) if is_refs(field) else {value}, model_of(resource_of(field))
    return set(db.session.scalars(select(model.id).where(model.id.in_(wanted), *conditions))) != wanted
