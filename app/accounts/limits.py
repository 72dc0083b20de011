"""How often one address may try to log in, page and API together (LOGIN_RATE)."""

from __future__ import annotations

import time

from flask import Flask, current_app, request
from flask_babel import lazy_gettext as _l
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse

from app.errors import TooMany

EXTENSION = "ucc_limiter"
SCOPE = "login"


def create_limiter(app: Flask) -> Limiter:
    """FAB's limiter, switched on: FAB turns RATELIMIT_ENABLED off unless it was set."""
    app.config["RATELIMIT_ENABLED"] = True
    app.config.setdefault("RATELIMIT_STORAGE_URI", app.config["RATE_STORAGE"])
    limiter = Limiter(key_func=get_remote_address)
    limiter.init_app(app)
    parse(app.config["LOGIN_RATE"])  # a rate that cannot be read stops the start, not the first login
    app.extensions[EXTENSION] = limiter
    return limiter


def count_login_attempt() -> None:
    """Counts one more attempt by the request's address. Raises TooMany with the seconds to wait."""
    limiter: Limiter = current_app.extensions[EXTENSION]
    rate = parse(current_app.config["LOGIN_RATE"])
    address = request.remote_addr or "unknown"
    if limiter.limiter.hit(rate, SCOPE, address):
        return
    reset = limiter.limiter.get_window_stats(rate, SCOPE, address).reset_time
    wait = max(1, round(reset - time.time()))
    raise TooMany(_l("Too many login attempts. Please try again in a few minutes."), retry_after=wait)
