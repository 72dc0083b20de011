"""What a search looks for, taken apart: its shape, which a statement is remembered by, and the values, which are the
parameters of that statement. Making one costs several times what sending it does, and hardly anybody looks for what
somebody has looked for before.

SQLAlchemy knows which conditions are alike but for their values, as it remembers compiled statements so.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from sqlalchemy import BindParameter, ColumnElement, bindparam
from sqlalchemy.sql import visitors

from app.fields.base import Reader
from app.records.box import Looks, looks
from app.records.clauses import asked, containing
from app.records.found import Part, part_values
from app.records.search import Search
from app.records.tables import model_of
from app.spec.model import ResourceSpec


class _Condition(NamedTuple):
    """One condition with the values it was made of, and its parameters of the same order and other names."""

    made: ColumnElement[bool]
    values: tuple[BindParameter[Any], ...]
    name: str

    def bound(self) -> ColumnElement[bool]:
        """The condition with parameters in place of the values."""
        given = {id(value): _parameter(value, f"{self.name}_{place}") for place, value in enumerate(self.values)}

        def parameter(element: Any, **_options: Any) -> Any:
            return given.get(id(element))

        bound: ColumnElement[bool] = visitors.replacement_traverse(self.made, {}, parameter)
        if any(id(one) in given for one in visitors.iterate(bound)):
            raise RuntimeError(f"{self.name}: the statement would be remembered with what this search looks for")
        return bound


@dataclass(frozen=True, slots=True)
class Asked:
    """`shape` is all that equality is about. `box` is what the search box means where all of its fields have `find`;
    where not, it is a condition like others."""

    box: Looks | None
    shape: tuple[Hashable, ...]
    parts: tuple[Part, ...] = field(compare=False)  # of texts with grams, for which there are better ways
    values: Mapping[str, Any] = field(compare=False)
    _conditions: tuple[_Condition, ...] = field(compare=False)

    @classmethod
    def of(cls, resource: ResourceSpec, search: Search, reader: Reader) -> Self:
        """Raises Rejected for a value that makes no sense."""
        box, values = boxed(resource, search.text)
        taken = _Apart(resource, reader, dict(values))
        for condition in search.conditions:
            taken.condition(condition.field, condition.operator, condition.values)
        if box is None:
            taken.text(search.text)
        return cls(box, tuple(taken.shape), tuple(taken.parts), taken.values, tuple(taken.conditions))

    @property
    def narrowed(self) -> bool:
        """True where some rows may be left out."""
        return bool(self.shape) or self.box is not None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What every row meets, apart from `parts` and `box`. Their values are parameters."""
        return (condition.bound() for condition in self._conditions)


def boxed(resource: ResourceSpec, text: str) -> tuple[Looks | None, Mapping[str, str]]:
    """What the search box means where all of its fields have `find`, and the values of its parameters; None where one
    has not."""
    if not text or not resource.list.search or not all(resource.field(name).find for name in resource.list.search):
        return None, {}
    return looks(resource, text)


class _Apart:
    """A search being taken apart."""

    def __init__(self, resource: ResourceSpec, reader: Reader, values: dict[str, Any]) -> None:
        self.resource, self.reader, self.values = resource, reader, values
        self.model = model_of(resource)
        self.shape: list[Hashable] = []
        self.parts: list[Part] = []
        self.conditions: list[_Condition] = []

    def condition(self, name: str, operator: str, values: tuple[str, ...]) -> None:
        found = asked(self.resource, self.model, name, operator, values, reader=self.reader)
        if not isinstance(found, Part):
            self._take(found)
            return
        parameter, number = f"asked_{len(self.shape)}", len(found.grams)
        self.values |= part_values(parameter, found.grams, found.pattern)
        self.parts.append(Part.bound(found.field, parameter, number, exact=found.exact, folded=found.folded))
        self.shape.append((name, number, found.exact, found.folded))

    def text(self, text: str) -> None:
        for condition in containing(self.model, self.resource, self.resource.list.search, text, self.reader):
            self._take(condition)

    def _take(self, made: ColumnElement[bool]) -> None:
        name, key = f"asked_{len(self.shape)}", made._generate_cache_key()
        assert key is not None, name  # noqa: S101 - a type or function that SQLAlchemy may not remember
        values = tuple(value for value in key.bindparams if value.callable is None)
        self.values |= {f"{name}_{place}": value.value for place, value in enumerate(values)}
        self.conditions.append(_Condition(made, values, name))
        self.shape.append(key.key)


def _parameter(value: BindParameter[Any], name: str) -> BindParameter[Any]:
    made: BindParameter[Any] = bindparam(
        name, type_=value.type, expanding=value.expanding, literal_execute=value.literal_execute
    )
    made.expand_op = value.expand_op
    return made
