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


class Names:
    """The names of the records that ref and refs fields point to, remembered for as long as one request writes."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._known: dict[tuple[str, int], str] = {}

    def record(self, resource: ResourceSpec, values: Mapping[str, Any]) -> str:
        """What names a record that has these values."""
        field = resource.field(resource.title)
        value = values.get(field.name)
        return self.refs(field, value) if field.to else kind_of(field).text(field, value, self.reader)

    def refs(self, field: FieldSpec, value: Any) -> str:
        """The names of what a ref or refs value points to, as one text."""
        if not value:
            return ""
        return COMMA.text(self.reader.locale).join(
            self._name(field, id_) for id_ in (value if is_refs(field) else (value,))
        )

    def _name(self, field: FieldSpec, id_: int) -> str:
        target = resource_of(field)
        key = (target.name, id_)
        if key not in self._known:
            model, named_by = model_of(target), target.field(target.title)
            title = db.session.scalars(select(getattr(model, target.title)).where(model.id == id_)).one_or_none()
            self._known[key] = "" if title is None else kind_of(named_by).text(named_by, title, self.reader)
        return self._known[key]
