"""`ucc demo fill`: customers by the million, and in other companies beside (docs/benchmarks.md).

A company is filled up to a number: what it has counts, so an interrupted run is taken up where it stopped, and one that
is done already adds nothing. Each batch is one transaction, search index included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, inspect

from app.demo_company import actor_for, company, facts, how_many
from app.demo_crowd import batches
from app.engine import engine
from app.models.base import db, new_id, transaction
from app.models.tenant import Tenant
from app.records import arrays, audit, finding
from app.spec.model import ResourceSpec
from app.tenancy.scope import tenant_scope

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Filling:
    """A company on its way to `customers`; `had` it has already. `password`: of the people made for it, if any."""

    tenant: Tenant
    customers: int
    had: int
    password: str = ""


def prepare(code: str, name: str, customers: int, now: datetime) -> Filling:
    """The company, brought live where there is none. Raises Invalid for a code that cannot be one."""
    tenant, password = company(code, name, customers, now)
    with tenant_scope(tenant.id), transaction():
        return Filling(tenant, customers, how_many(), password)


def fill(filling: Filling, now: datetime) -> Iterator[int]:
    """Adds what is missing, and says after each batch how many customers it has added."""
    tenant, resource = filling.tenant, engine().product.resource("customer")
    if filling.had >= filling.customers:
        return
    with tenant_scope(tenant.id):
        about = facts(tenant)
        for rows in _ahead(_found(resource, rows) for rows in batches(about, filling.had, filling.customers, now)):
            with transaction():
                _add(resource, rows)
            yield len(rows)
        with transaction():
            audit.note(actor_for(tenant), "add", resource, {"rows": filling.customers - filling.had})


def _ahead(made: Iterator[Rows]) -> Iterator[Rows]:
    """Each batch is made while the database takes in the one before."""
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(next, made, None)
        while (rows := coming.result()) is not None:
            coming = maker.submit(next, made, None)
            yield rows


def _found(resource: ResourceSpec, rows: Rows) -> Rows:
    """The rows with ids and what they are found by."""
    for row in rows:
        row["id"] = new_id()
        row.update(finding.shadows(resource, row))
    return rows


def _add(resource: ResourceSpec, rows: Rows) -> None:
    model = engine().models[resource.name]
    if not arrays.possible(len(rows)) or not arrays.send(model, _columns(model, rows), len(rows)):
        db.session.execute(insert(model), rows)
    finding.index_many(resource, rows)


def _columns(model: Any, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The rows column by column, by the names of the table's columns."""
    named = {name: inspect(model).get_property(name).columns[0].name for name in rows[0]}
    return {column: [row[name] for row in rows] for name, column in named.items()}
