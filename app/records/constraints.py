"""What the database refused, told as what the person should change.

The database is the judge of uniqueness and of references, because it alone judges rightly under races. What it says
about it differs by product, version and language, so nobody reads its words: once the savepoint is undone, plain
questions tell which field it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.errors import Conflict, InUse, Invalid
from app.fields import kind_of
from app.fields.base import Reader
from app.fields.typed import quoted
from app.models.base import db
from app.records.clean import missing
from app.records.lookup import Others
from app.records.names import COMMA
from app.records.references import Use, uses
from app.records.tables import model_of
from app.spec.model import FieldSpec, ResourceSpec


@contextmanager
def saving(resource: ResourceSpec, id_: int, values: Mapping[str, Any]) -> Iterator[None]:
    """A savepoint around what the block saves: a refusal undoes the block and nothing else.

    Raises Invalid at each unique field whose value is taken and each ref to a record that has gone, and Conflict where
    somebody else saved the record first.
    """
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as fault:
        errors = {**_taken(resource, id_, values), **_gone(resource, values)}
        if not errors:
            raise
        raise Invalid(errors) from fault
    except StaleDataError as fault:
        raise Conflict(_("Somebody else has saved this record in the meantime.")) from fault


@contextmanager
def deleting(resource: ResourceSpec, id_: int, title: str, reader: Reader) -> Iterator[None]:
    """A savepoint around what the block deletes. Raises InUse, which says where other records refer to this one."""
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as fault:
        found = list(uses(resource, [id_]))
        if not found:
            raise
        users = COMMA.text(reader.locale).join(_told(found, reader))
        message = _("“%(title)s” cannot be deleted. It is used by: %(users)s.", title=quoted(title), users=users)
        raise InUse(message, {use.owner.name: use.number for use in found}) from fault
    except StaleDataError as fault:
        raise Conflict(_("Somebody else has saved this record in the meantime.")) from fault


def _taken(resource: ResourceSpec, id_: int, values: Mapping[str, Any]) -> dict[str, list[object]]:
    others = Others(resource, id_)
    return {
        field.name: [_who_has(resource, field, values[field.name])]
        for field in resource.fields.values()
        if field.unique
        and not kind_of(field).is_blank(values.get(field.name))
        and others.exists(**{field.name: values[field.name]})
    }


def _who_has(resource: ResourceSpec, field: FieldSpec, value: Any) -> object:
    """Why the value cannot be had; of values that are exchanged, a key say, also from whom one could get it (T4)."""
    if field.name == resource.rearrange:
        model = model_of(resource)
        holder = select(getattr(model, resource.title)).where(getattr(model, field.name) == value)
        title = db.session.scalars(holder).first()
        if title is not None:
            return _("%(value)s is used by “%(title)s”. Choose another one.", value=value, title=quoted(title))
    return _("This is taken already. Choose another one.")


def _gone(resource: ResourceSpec, values: Mapping[str, Any]) -> dict[str, list[object]]:
    refs = [field for field in resource.fields.values() if field.to is not None and values.get(field.name)]
    return {field.name: [_("Choose from the list.")] for field in refs if missing(field, values[field.name])}


def _told(found: Iterable[Use], reader: Reader) -> Iterator[str]:
    """Each resource whose records refer to these, and how many of them do."""
    for use in found:
        yield _("%(what)s (%(n)s)", what=use.owner.label.text(reader.locale), n=f"{use.number:,}")
