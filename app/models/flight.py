"""Statements that PostgreSQL works off while the next ones are still being thought of (the driver's pipeline mode)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from weakref import WeakKeyDictionary

from psycopg import Error as DriverError
from psycopg import Pipeline
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

FLYING: Final = "ucc_flying"  # execution option of a statement that gives no rows, whose outcome may come later
_pipelines: WeakKeyDictionary[Any, Pipeline] = WeakKeyDictionary()


@contextmanager
def in_flight(session: Session) -> Iterator[None]:
    """Inside, statements with the option FLYING are sent and not waited for; any other one waits for all before it.

    Raises what one of them was refused for (DBAPIError, as ever) at a later one or at the end: roll back what was done
    inside. On SQLite nothing flies.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    try:
        with driver.pipeline() as pipeline:
            _pipelines[driver] = pipeline
            try:
                yield
            finally:
                del _pipelines[driver]
    except DriverError as fault:  # the last ones land at the end, where SQLAlchemy does not look
        raise DBAPIError.instance(None, None, fault, DriverError, dialect=connection.dialect) from fault


def pipeline_of(driver: Any) -> Pipeline | None:
    """What statements on this connection of the driver fly in; None outside `in_flight`."""
    return _pipelines.get(driver)


def land(driver: Any, *, flying: bool = False) -> None:
    """After a statement on this connection of the driver: waits for it and all before it, unless it is `flying`."""
    pipeline = pipeline_of(driver)
    if pipeline is not None and not flying:
        pipeline.sync()
