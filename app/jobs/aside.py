"""A second thread of one job: while one batch is being read or written, it makes the next."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Generic, TypeVar

from flask import Flask, current_app
from flask_babel import force_locale

from app.tenancy.scope import current_tenant_id, tenant_scope

One = TypeVar("One")


class Ahead(Generic[One]):
    """The next of `source`, worked out by a thread with a session of its own. Use `with`: whoever stops halfway waits
    for the one on its way."""

    def __init__(self, locale: str, source: Iterator[One]) -> None:
        self._app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self._tenant, self._locale, self._source = current_tenant_id(), locale, source
        self._pool = ThreadPoolExecutor(1, "ahead")
        self._next: Future[One | None] | None = None

    def __enter__(self) -> Ahead[One]:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._pool.shutdown(wait=True)

    def start(self) -> None:
        """From now on the next one is worked out, unless it is already."""
        if self._next is None:
            self._next = self._pool.submit(copy_context().run, self._work)

    def take(self) -> One | None:
        """The next one, waited for; None at the end. Raises what the source raised."""
        self.start()
        taken, self._next = self._next, None
        return taken.result() if taken else None

    def look(self, *, wait: bool = True) -> One | None:
        """What `take` would give, left where it is; None too where it would raise, or, unless `wait`, is not there."""
        if wait:
            self.start()
        if self._next is None or not (wait or self._next.done()) or self._next.exception():
            return None
        return self._next.result()

    def _work(self) -> One | None:
        with self._app.app_context(), tenant_scope(self._tenant), force_locale(self._locale):
            return next(self._source, None)
