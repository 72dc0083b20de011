"""What every command of `ucc` needs: the application as the right role, and refusals as one line."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from flask_babel import force_locale
from sqlalchemy.exc import OperationalError

import config
from app import create_app
from app.accounts.permissions import sync
from app.engine import engine
from app.errors import SpecFault, UccError, UnsafeDatabase
from app.models import migrate


def plain_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turns the product's own errors into one line for the person at the terminal."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (UnsafeDatabase, SpecFault) as fault:
            raise click.ClickException(str(fault)) from fault
        except OperationalError as fault:
            raise click.ClickException(f"The database does not answer as expected: {fault.orig}") from fault

    return run


@contextmanager
def at_work(app: Any) -> Iterator[None]:
    """The app's context in the terminal's language (LC_ALL, LC_MESSAGES or LANG); refusals become one line."""
    settings = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    language = next(filter(None, settings), "")
    with app.app_context(), force_locale("zh" if language.startswith("zh") else "en"):
        try:
            yield
        except UccError as refusal:
            raise click.ClickException(str(refusal)) from refusal


def demand_free(host: str, port: int) -> None:
    """Raises ClickException where nothing can listen there, or something does already.

    The server shares its port between its workers, and would share it with another server of the same user as well:
    each of the two would then get some of the requests.
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that has just ended is in nobody's way
            probe.bind(address)
            probe.listen()
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise click.ClickException(
            f"Nothing can be served on {host}:{port} ({reason}). See --host and --port."
        ) from fault


def end_children_by_sigterm() -> None:
    """Processes forked from here on end at the first SIGTERM, from their first moment, and do not hear Ctrl+C.

    Ctrl+C a terminal sends to all; a worker of the server that is told twice waits for itself for ever, so this
    process alone hears it, and tells the others. Until a worker has its own way to end, it must have the system's:
    with the handler of its parent it would lose the one word it gets, and be waited for in vain.
    """
    told = {signal.SIGTERM}
    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, told),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, told),
        after_in_child=_hear_sigterm_alone,
    )


def _hear_sigterm_alone() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def is_embedded(app: Any) -> bool:
    return bool(app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"))


def owners_app(*, repairs: bool = False) -> Any:
    """The app as the role that owns the tables, for what requests may not write: tables, permissions, companies.

    With `repairs` it starts where a table is unprotected, too: migrations are what protects it.
    """
    owner = config.load()["OWNER_DATABASE_URL"]
    return create_app({"DATABASE_URL": owner} if owner else None, unsafe_database_to_be_repaired=repairs)


def prepared_app(app: Any = None) -> Any:
    """The app, with its embedded database migrated. A server database is migrated by its owner, on purpose."""
    app = app or create_app()
    embedded = is_embedded(app)
    if migrate.pending(app):
        if not embedded:
            raise click.ClickException(
                "The database is behind the product. Run `ucc schema migrate` as its owner first."
            )
        migrate.upgrade(app)
        if migrate.pending(app):
            raise click.ClickException("The YAML resources have changed. Run `ucc schema migrate`.")
    if embedded:
        with app.app_context():
            sync(engine().product)
    return app
