"""How rules look at other records: few questions, each one statement, each inside the tenant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.engine import engine
from app.fields import kind_of
from app.models.base import db
from app.records.grants import Pair, granted
from app.records.tables import is_refs, model_of
from app.spec.model import ResourceSpec

_Key = tuple[str, tuple[tuple[str, Any], ...]]  # the resource, and what its record is to have


@dataclass(slots=True)  # not frozen: there is one for every row of an import
class Others:
    """The other records of the resource that a change is about."""

    resource: ResourceSpec
    id: int

    def count(self, **equals: Any) -> int:
        """How many other records have these values."""
        model = model_of(self.resource)
        others = select(func.count(model.id)).where(model.id != self.id, *_equal(model, equals))
        number: int = db.session.scalars(others).one()
        return number

    def exists(self, **equals: Any) -> bool:
        """True if some other record has these values."""
        model = model_of(self.resource)
        other = select(model.id).where(model.id != self.id, *_equal(model, equals)).limit(1)
        return db.session.scalars(other).first() is not None


class Lookup:
    """Records of other resources, found by their values: each once in a batch, however many records it has."""

    def __init__(self) -> None:
        self._found: dict[_Key, Mapping[str, Any] | None] = {}
        self._locked: dict[_Key, Mapping[str, Any] | None] = {}
        self._granted: dict[int, frozenset[Pair]] = {}

    def find(self, resource: str, **equals: Any) -> Mapping[str, Any] | None:
        """The fields and "id" of the first record with these values, or None."""
        key = (resource, tuple(equals.items()))
        if self._locked and key in self._locked:
            return self._locked[key]
        try:
            return self._found[key]
        except KeyError:
            found = self._found[key] = _first(_matching(resource, equals))
            return found

    def lock(self, resource: str, **equals: Any) -> Mapping[str, Any] | None:
        """As `find`, waiting for whoever holds the lock. On SQLite the transaction itself is the lock."""
        key = (resource, tuple(equals.items()))
        if key not in self._locked:
            self._locked[key] = _first(_matching(resource, equals).with_for_update(key_share=True))
        return self._locked[key]

    def forget(self, resource: ResourceSpec) -> None:
        """Its records are looked up anew: there are more of them."""
        model = model_of(resource)
        for kept in (self._found, self._locked):
            for key in [key for key in kept if model_of(engine().product.resource(key[0])) is model]:
                del kept[key]

    def granted(self, role_id: int) -> frozenset[Pair]:
        """What the role with this id is granted."""
        if role_id not in self._granted:
            self._granted[role_id] = granted(role_id)
        return self._granted[role_id]


def _matching(name: str, equals: Mapping[str, Any]) -> Select[Any]:
    resource = engine().product.resource(name)
    model = model_of(resource)
    fields = [field for field in resource.fields.values() if not kind_of(field).secret and not is_refs(field)]
    columns = [getattr(model, field.name).label(field.name) for field in fields]
    return select(model.id.label("id"), *columns).where(*_equal(model, equals)).order_by(model.id).limit(1)


def _first(statement: Select[Any]) -> Mapping[str, Any] | None:
    found = db.session.execute(statement).mappings().first()
    return None if found is None else dict(found)


def _equal(model: Any, equals: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return [getattr(model, name) == value for name, value in equals.items()]
