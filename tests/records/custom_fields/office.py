"""A company that makes fields of its own: what the tests of them share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select

from app.engine import engine
from app.errors import Invalid
from app.models.base import db, transaction
from app.models.field_value import FieldValue
from app.records import conversion, custom, definitions, recycle_bin, service
from app.records.record import Record
from app.spec.model import ResourceSpec
from tests.desk import Desk
from tests.kit import TenantKit

UTC = dt.UTC
FIELD = "customer_field"

# kind → definition, a default as typed, and three values in their order
KINDS: dict[str, tuple[dict[str, Any], str, list[Any]]] = {
    "text": ({}, "北京", ["上海", "天津", "重庆"]),
    "integer": ({}, "5", [-12, 7, 1000]),
    "digits": ({}, "5", ["100000000000000001", "622202020011223344", "9"]),
    "date": ({}, "2001-01-01", [dt.date(1999, 12, 31), dt.date(2026, 2, 28), dt.date(2031, 1, 1)]),
    "time": ({}, "09:00", [dt.time(8, 5), dt.time(18, 5), dt.time(23, 59, 59)]),
    "datetime": (
        {},
        "2026-01-01 08:00",
        [dt.datetime(year, 5, 5, 1, tzinfo=UTC) for year in (2025, 2027, 2030)],
    ),
    "choice": ({"options": ["大专", "本科", "硕士", "博士"]}, "本科", ["o0001", "o0003", "o0004"]),
    "choices": (
        {"options": ["英语", "日语", "法语", "德语"]}, "日语", [("o0001",), ("o0003",), ("o0001", "o0004")],
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Office(Desk):
    """A desk that knows the company's fields as they are at this moment."""

    def resource(self, name: str) -> ResourceSpec:
        return custom.of(self.actor, super().resource(name))

    def field(self, name: str, kind: str = "text", **values: Any) -> Record:
        return self.add(FIELD, name=name, kind=kind, **values)

    def customer(self, name: str = "张三", **values: Any) -> Record:
        return self.add("customer", name=name, phone="13800138000", **values)

    def restore(self, id_: int) -> int:
        with self.at_work(), transaction():
            return definitions.restore(self.actor, self.resource(FIELD), id_)

    def reorder(self, *ids: int) -> None:
        with self.at_work(), transaction():
            definitions.reorder(self.actor, self.resource(FIELD), ids)

    def preview(self, id_: int, kind: str) -> conversion.Preview:
        with self.at_work(), transaction():
            return conversion.preview(self.actor, self.resource(FIELD), id_, kind)

    def convert(self, id_: int, kind: str, *, aside: bool = False, version: int | None = None) -> conversion.Preview:
        with self.at_work(), transaction():
            return conversion.convert(self.actor, self.resource(FIELD), id_, kind, aside=aside, version=version)

    def stored(self, id_: int, slot: str) -> str | None:
        """What the column itself holds."""
        with self.at_work():
            model = engine().models["customer"]
            return db.session.scalars(select(getattr(model, slot)).where(model.id == id_)).one()

    def purge(self, resource: str, id_: int) -> None:
        """Out of the recycle bin, for good."""
        with self.at_work(), transaction():
            page = self.resource(resource)
            (binned,) = recycle_bin.page(self.actor, page).entries
            assert binned.record_id == id_
            recycle_bin.purge(self.actor, page, [binned.id])

    def archived_values(self) -> list[str]:
        with self.at_work():
            return list(db.session.scalars(select(FieldValue.value)))

    def names(self, **args: Any) -> list[str]:
        return [row.values["name"] for row in self.page("customer", **args).rows]


def office_of(kit: TenantKit, role: str = "admin") -> Office:
    return Office(kit, replace(kit.actor(role), settings_version=0))


def refusal(do: Any, *args: Any, **values: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        do(*args, **values)
    return {name: [str(text) for text in texts] for name, texts in caught.value.errors.items()}


def education(office: Office) -> tuple[Record, str]:
    made = office.field("学历", "choice", options=["大专", "本科", "硕士"])
    return made, made.values["slot"]


def engine_resource(office: Office, name: str) -> ResourceSpec:
    return office.kit.app.extensions["ucc"].product.resource(name)


def definitions_add(office: Office) -> Record:
    return service.add(office.actor, office.resource(FIELD), {"name": "半途", "kind": "text"})
