"""A field of any kind to try things on, with and without a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, create_engine, insert, select
from sqlalchemy.schema import SchemaItem

from app.fields import kind_of
from app.fields.base import Kind, Reader, Rejected
from app.labels import Label
from app.spec.model import FieldSpec, Option
from tests.databases import Database

ZH = Reader("zh", "Asia/Shanghai")
OPTIONS = (
    Option("new", Label("全新", "New"), "green"),
    Option("used", Label("已使用", "Used")),
    Option("sold_out", Label("售罄，待补", "Sold out, refill"), "grey"),
    Option("old", Label("旧", "Old one"), "red"),
)


@dataclass(frozen=True)
class Subject:
    """One field and its kind; the reader is in Shanghai and reads Chinese unless another is given."""

    field: FieldSpec
    kind: Kind

    def clean(self, raw: Any, reader: Reader = ZH) -> Any:
        return self.kind.clean(self.field, raw, reader)

    def refusal(self, raw: Any, reader: Reader = ZH) -> str:
        """What is said about `raw`, which must be refused."""
        with pytest.raises(Rejected) as caught:
            self.kind.clean(self.field, raw, reader)
        return str(caught.value.message)

    def text(self, value: Any, reader: Reader = ZH) -> str:
        return self.kind.text(self.field, value, reader)

    def cell(self, value: Any, reader: Reader = ZH) -> str:
        return str(self.kind.cell(self.field, value, reader))

    def show(self, value: Any, reader: Reader = ZH) -> str:
        return str(self.kind.show(self.field, value, reader))

    def form_value(self, value: Any, reader: Reader = ZH) -> Any:
        return self.kind.form_value(self.field, value, reader)

    def json(self, value: Any) -> Any:
        return self.kind.json(self.field, value)

    def schema(self) -> dict[str, Any]:
        return self.kind.schema(self.field)


Make = Callable[..., Subject]


@pytest.fixture(scope="session")
def subject() -> Make:
    """`subject(kind, **spec)`: a field of that kind. Those with options get four."""

    def make(kind: str, **spec: Any) -> Subject:
        if kind in ("choice", "choices"):
            spec.setdefault("options", OPTIONS)
        if kind in ("ref", "refs"):
            spec.setdefault("to", "shelf")
        field = FieldSpec("it", kind, Label("它", "It"), **spec)
        return Subject(field, kind_of(field))

    return make


@pytest.fixture(scope="session")
def owner(database: Database) -> Iterator[Engine]:
    """The role that may make tables."""
    engine = create_engine(database.owner_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(owner: Engine) -> Iterator[Connection]:
    with owner.connect() as connected:
        yield connected


@pytest.fixture
def new_table(connection: Connection) -> Iterator[Callable[..., Table]]:
    """`new_table(*columns)`: a table for this test only."""
    metadata = MetaData()

    def make(*columns: SchemaItem) -> Table:
        table = Table(f"trial_{len(metadata.tables)}", metadata, *columns)
        table.create(connection)
        return table

    yield make
    connection.rollback()  # PostgreSQL takes the tables back with the rows, SQLite does not
    metadata.drop_all(connection)
    connection.commit()


@pytest.fixture
def matches(connection: Connection, new_table: Callable[..., Table]) -> Callable[..., list[Any]]:
    """`matches(subject, values, operator, *raw, reader=…)`: those of the stored values that the condition finds."""

    def find(tried: Subject, values: Sequence[Any], operator: str, *raw: str, reader: Reader = ZH) -> list[Any]:
        table = new_table(Column("id", Integer, primary_key=True), Column("it", tried.kind.type_(tried.field)))
        connection.execute(insert(table), [{"id": place, "it": value} for place, value in enumerate(values)])
        condition = tried.kind.where(tried.field, table.c.it, operator, raw, reader)
        return list(connection.scalars(select(table.c.it).where(condition).order_by(table.c.id)))

    return find
