"""Which tenant the code is working for. No tenant is an exception, never all rows."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass

from app.errors import NoTenant

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scope:
    """`tenant_id` is None only while isolation is left on purpose; then `reason` says why."""

    tenant_id: int | None
    reason: str = ""


_scope: ContextVar[Scope | None] = ContextVar("ucc_tenant_scope", default=None)


def current() -> Scope | None:
    """The scope in force, or None."""
    return _scope.get()


def current_tenant_id() -> int:
    """The tenant in force. Raises NoTenant outside any scope, and where isolation was left."""
    scope = _scope.get()
    if scope is None or scope.tenant_id is None:
        raise NoTenant("no tenant in scope: use tenant_scope(tenant_id)")
    return scope.tenant_id


def enter(scope: Scope | None) -> Token[Scope | None]:
    """For the request hooks only: put `scope` in force until `leave(token)`. Elsewhere use the context managers."""
    return _scope.set(scope)


def leave(token: Token[Scope | None]) -> None:
    _scope.reset(token)


@contextmanager
def tenant_scope(tenant_id: int) -> Iterator[None]:
    """Everything inside sees and writes rows of this tenant only."""
    token = enter(Scope(int(tenant_id)))
    try:
        yield
    finally:
        leave(token)


@contextmanager
def leave_tenant_isolation_unsafe(reason: str) -> Iterator[None]:
    """Everything inside sees the rows of ALL tenants, where the database role allows it. `reason` is logged."""
    if not reason.strip():
        raise ValueError("leaving tenant isolation needs a reason")
    log.warning("tenant isolation left: %s", reason)
    token = enter(Scope(None, reason))
    try:
        yield
    finally:
        leave(token)
