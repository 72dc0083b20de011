"""Somebody at work in a company: calls the read path and the write path as a request would."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Barrier
from typing import Any

from werkzeug.datastructures import MultiDict

from app.access import Actor
from app.engine import engine
from app.models.base import db, transaction
from app.records import audit, query, service
from app.records.record import Choice, Count, Outcome, Page, PanelRow, Record
from app.records.search import Search, parse
from app.spec.model import ResourceSpec
from app.tenancy.scope import tenant_scope
from tests.kit import TenantKit


@dataclass(frozen=True)
class Desk:
    """Each method is one request: its own app context, the tenant's scope, and for writes one transaction."""

    kit: TenantKit
    actor: Actor
    without: tuple[str, ...] = ()  # names taken out of every resource's `rules:`

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with self.kit.app.app_context(), tenant_scope(self.kit.id):
            yield

    def without_rule(self, name: str) -> Desk:
        """The same desk under a YAML that does not name this rule."""
        return replace(self, without=(*self.without, name))

    def resource(self, name: str) -> ResourceSpec:
        spec = engine().product.resource(name)
        return replace(spec, rules=tuple(rule for rule in spec.rules if rule not in self.without))

    def add(self, resource: str, **values: Any) -> Record:
        with self.at_work(), transaction():
            return service.add(self.actor, self.resource(resource), values)

    def edit(self, resource: str, id_: int, *, at: int | None = None, **values: Any) -> Record:
        """`at` is the version the person has in front of them."""
        with self.at_work(), transaction():
            return service.edit(self.actor, self.resource(resource), id_, values, version=at)

    def delete(self, resource: str, *ids: int | str) -> list[str]:
        with self.at_work(), transaction():
            return service.delete(self.actor, self.resource(resource), ids)

    def act(self, resource: str, action: str, *ids: int | str, asked: Mapping[str, Any] | None = None) -> Outcome:
        with self.at_work(), transaction():
            return service.act(self.actor, self.resource(resource), action, ids, asked or {})

    def search(self, resource: str, **args: str | Sequence[str]) -> Search:
        """`username__contains="zh"` stands for the key `username.contains`."""
        with self.at_work():
            given = MultiDict({key.replace("__", "."): value for key, value in args.items()})
            return parse(self.resource(resource), given, self.actor.reader)

    def page(self, resource: str, **args: str | Sequence[str]) -> Page:
        search = self.search(resource, **args)
        with self.at_work():
            return query.page(self.actor, self.resource(resource), search)

    def count(self, resource: str, cap: int = 10_000, **args: str | Sequence[str]) -> Count:
        search = self.search(resource, **args)
        with self.at_work():
            return query.count(self.actor, self.resource(resource), search, cap)

    def get(self, resource: str, id: int) -> Record:
        with self.at_work():
            return query.get(self.actor, self.resource(resource), id)

    def choices(self, resource: str, field: str, text: str = "", **options: Any) -> list[Choice]:
        with self.at_work():
            return query.choices(self.actor, self.resource(resource), field, text, **options)

    def panel(self, resource: str) -> list[PanelRow]:
        with self.at_work():
            return query.panel(self.actor, self.resource(resource))

    def mark_read(self, resource: str, *ids: int) -> None:
        with self.at_work(), transaction():
            query.mark_read(self.actor, self.resource(resource), ids)

    def history(self, resource: str, id: int) -> list[audit.AuditRow]:
        with self.at_work():
            return audit.history(self.actor, self.resource(resource), id)

    def row(self, resource: str, id: int) -> Any:
        """The mapped object, columns that are no field included."""
        with self.at_work():
            return db.session.get_one(engine().models[resource], self._key(resource, id))

    def _key(self, resource: str, id: int) -> Any:
        keys = len(engine().models[resource].__mapper__.primary_key)
        return id if keys == 1 else (self.kit.id, id)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Runs the calls in threads that start together. Gives what each returned, or the exception it raised."""
    barrier = Barrier(len(calls), timeout=60)

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return call()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
