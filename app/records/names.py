"""What records are called, for messages and audit entries: each looked up once in a batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from app.fields import kind_of
from app.fields.base import Reader
from app.labels import Label
from app.models.base import db
from app.records.tables import is_refs, model_of, resource_of
from app.spec.model import FieldSpec, ResourceSpec

COMMA: Final = Label("、", ", ")


def title_of(resource: ResourceSpec, values: Mapping[str, Any], reader: Reader) -> str:
    """What names a record that has these values; "" where it has no title."""
    if resource.kind == "settings":
        return resource.label.text(reader.locale)
    field = resource.field(resource.title)
    value = values.get(field.name)
    return "" if value is None else kind_of(field).title(field, value, reader)


class Names:
    """The names of the records that ref and refs fields point to, remembered for as long as one request writes."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._known: dict[tuple[str, int], str] = {}

    def refs(self, field: FieldSpec, value: Any) -> str:
        """The names of what a ref or refs value points to, as one text."""
        ids = (value,) if value and not is_refs(field) else value or ()
        return COMMA.text(self.reader.locale).join(self._name(field, id_) for id_ in ids)

    def _name(self, field: FieldSpec, id_: int) -> str:
        target = resource_of(field)
        key = (target.name, id_)
        if key not in self._known:
            model = model_of(target)
            title = db.session.scalars(select(getattr(model, target.title)).where(model.id == id_)).one_or_none()
            self._known[key] = title_of(target, {target.title: title}, self.reader)
        return self._known[key]
