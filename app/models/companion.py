"""A second connection beside a transaction: the database takes in on two at once what would wait on one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import Context, copy_context
from typing import Any, Final, TypeVar

from flask import Flask, current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.models.base import before_commit, db, transaction, without_waiting
from app.tenancy.scope import current_tenant_id, tenant_scope

Given = TypeVar("Given")
log = logging.getLogger(__name__)
# For a lock: a circle that goes through both connections is one that the database cannot see.
PATIENCE: Final = "10s"


class Companion:
    """For rows that mean nothing without those of the transaction: grams. They are committed in the moment before it:
    where the machine fails between the two they are there without it, never the other way round.

    Calls run in a thread with a session of its own, one after the other; a call may read nothing that the transaction
    has written. On SQLite, which has one writer, they run in the transaction itself. Close it.

    `apart`: whether there is a second connection.
    """

    def __init__(self) -> None:
        self._app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self._tenant = current_tenant_id()
        self.apart = db.engine.dialect.name == "postgresql"
        self._pool = ThreadPoolExecutor(1, "companion")
        self._started: Callable[[], None] = lambda: None
        self._context: Context | None = None  # of the open transaction
        self._held = ExitStack()
        self._sent: list[Future[Any]] = []

    @contextmanager
    def along(self, started: Callable[[], None]) -> Iterator[None]:
        """Around `transaction()`: what is sent inside is committed with it or rolled back with it. Tells when the first
        call is on its way."""
        self._started = started
        try:
            yield
        except BaseException:
            self._give_up()
            raise

    @contextmanager
    def part(self) -> Iterator[None]:
        """As `begin_nested` of a session: what is sent inside is there at the end, or undone where anything is raised.
        Raises what a call has raised."""
        if not self.apart:
            yield
            return
        nested = self._now(self._begin_nested)
        try:
            yield
            self._wait()
        except BaseException:
            self._forget()
            with _lost():
                self._now(nested.rollback)
            raise
        self._now(nested.commit)

    def do(self, call: Callable[..., Any], *arguments: Any) -> None:
        """Calls it soon, in the open `transaction()`. What it raises is raised at the end of `part`, or of that."""
        self._started()
        if self.apart:
            self._sent.append(self._submit(call, *arguments))
        else:
            call(*arguments)

    def ask(self, call: Callable[..., Given], *arguments: Any) -> Future[Given]:
        """As `do`, for what it gives; only where `apart`."""
        return self._submit(call, *arguments)

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    def _now(self, call: Callable[[], Given]) -> Given:
        return self._submit(call).result()

    def _submit(self, call: Callable[..., Given], *arguments: Any) -> Future[Given]:
        if self._context is None:
            before_commit(self._commit)
            self._context = copy_context()
            self._pool.submit(self._context.run, self._enter).result()
        return self._pool.submit(self._context.run, call, *arguments)

    def _wait(self) -> None:
        while self._sent:
            self._sent.pop(0).result()

    def _forget(self) -> None:
        """Lets end what is under way, whatever comes of it."""
        sent, self._sent = self._sent, []
        for one in sent:
            one.cancel()
        for one in sent:
            if not one.cancelled():
                one.exception()

    def _enter(self) -> None:
        with ExitStack() as held:
            held.enter_context(self._app.app_context())
            held.enter_context(tenant_scope(self._tenant))
            held.enter_context(transaction())
            without_waiting()  # whoever waits for the transaction's own commit waits for this one with it
            db.session.execute(select(func.set_config("lock_timeout", PATIENCE, True)))
            self._held = held.pop_all()

    def _begin_nested(self) -> Any:
        return db.session.begin_nested()

    def _commit(self, _session: Session) -> None:
        self._wait()
        self._leave(self._held.close)

    def _give_up(self) -> None:
        self._forget()
        if self._context is not None:
            with _lost():
                self._leave(self._roll_back)

    def _roll_back(self) -> None:
        self._held.__exit__(_GivenUp, _GivenUp(), None)

    def _leave(self, call: Callable[[], Any]) -> None:
        try:
            self._now(call)
        finally:
            self._context = None


class _GivenUp(Exception):
    """Ends the transaction beside one that was not committed."""


@contextmanager
def _lost() -> Iterator[None]:
    """What is to be undone on a connection that is gone is undone: what began all this is the thing to tell."""
    try:
        yield
    except SQLAlchemyError:
        log.warning("the second connection of a transaction was lost", exc_info=True)
