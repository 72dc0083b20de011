"""A second thread of one job: while one batch is being read or written by it, the job makes another one."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

from flask import Flask, current_app
from flask_babel import force_locale

from app.tenancy.scope import current_tenant_id, tenant_scope

One = TypeVar("One")


class Aside:
    """A thread with a session of its own: one call at a time, the next begins when the one before has succeeded."""

    def __init__(self, locale: str) -> None:
        self._app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self._tenant, self._locale = current_tenant_id(), locale
        self._pool = ThreadPoolExecutor(1, "aside")
        self._last: Future[Any] | None = None

    def __enter__(self) -> Aside:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._pool.shutdown(wait=True)

    def do(self, call: Callable[..., Any], *arguments: Any) -> None:
        """Raises what the call before raised, and does nothing then."""
        self.wait()
        self._last = self._pool.submit(copy_context().run, self._within, call, arguments)

    def wait(self) -> Any:
        """What the last call gave, once it is done. Raises what it raised."""
        last, self._last = self._last, None
        return None if last is None else last.result()

    def _within(self, call: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        with self._app.app_context(), tenant_scope(self._tenant), force_locale(self._locale):
            return call(*arguments)


def one_ahead(locale: str, source: Iterator[One]) -> Generator[One, None, None]:
    """Each of `source`, which works out the next one aside while this one is being dealt with. Close it: whoever stops
    halfway waits for the one on its way."""
    with Aside(locale) as aside:
        aside.do(next, source, None)
        while (one := aside.wait()) is not None:
            aside.do(next, source, None)
            yield one
