"""How often one address may fail to log in, page and API together (LOGIN_RATE).

Logins that succeed do not count: the agents of a whole call centre come from one address, at the same minute.
"""

from __future__ import annotations

import logging
import time

from flask import Flask, current_app, request
from flask_babel import lazy_gettext as _l
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse
from limits.errors import StorageError
from limits.strategies import RateLimiter

from app.access import Actor
from app.errors import TooMany

log = logging.getLogger(__name__)

EXTENSION = "ucc_limiter"
SCOPE = "login"
STRENGTH_RATE = "120 per minute"  # of one person: each costs a few milliseconds


def create_limiter(app: Flask) -> Limiter:
    """FAB's limiter, switched on: FAB turns RATELIMIT_ENABLED off unless it was set."""
    app.config["RATELIMIT_ENABLED"] = True
    app.config.setdefault("RATELIMIT_STORAGE_URI", app.config["RATE_STORAGE"])
    limiter = Limiter(key_func=get_remote_address, storage_options={"wrap_exceptions": True})
    limiter.init_app(app)
    parse(app.config["LOGIN_RATE"])  # a rate that cannot be read stops the start, not the first login
    app.extensions[EXTENSION] = limiter
    return limiter


def check_address() -> None:
    """Raises TooMany, with the seconds to wait, where the request's address has failed too often."""
    strategy, rate, address = _strategy(), parse(current_app.config["LOGIN_RATE"]), _address()
    try:
        if strategy.test(rate, SCOPE, address):
            return
        reset = strategy.get_window_stats(rate, SCOPE, address).reset_time
    except StorageError:
        log.exception("login rate not checked: the store of rates does not answer")  # accounts still lock by themselves
        return
    wait = max(1, round(reset - time.time()))
    raise TooMany(_l("Too many failed logins from your network. Try again in a few minutes."), retry_after=wait)


def count_failure() -> None:
    """Counts one more failed login of the request's address."""
    try:
        _strategy().hit(parse(current_app.config["LOGIN_RATE"]), SCOPE, _address())
    except StorageError:
        log.exception("failed login not counted: the store of rates does not answer")


def count_strength_question(actor: Actor) -> None:
    """Counts one more question how strong a password is (P2). Raises TooMany beyond a rate no person types at."""
    rate = parse(STRENGTH_RATE)
    try:
        allowed = _strategy().hit(rate, "strength", str(actor.tenant_id), str(actor.user_id))
    except StorageError:
        log.exception("questions on strength not counted: the store of rates does not answer")
        return
    if not allowed:
        raise TooMany(_l("Too many questions at once. Wait a minute."), retry_after=60)


def _strategy() -> RateLimiter:
    limiter: Limiter = current_app.extensions[EXTENSION]
    return limiter.limiter


def _address() -> str:
    return request.remote_addr or "unknown"
