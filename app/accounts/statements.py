"""The one way this package sends an UPDATE or DELETE."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.sql.dml import UpdateBase

from app.models.base import db


def send(statement: UpdateBase) -> int:
    """Sends it inside the caller's transaction and returns how many rows it met.

    Objects already loaded are not brought up to date: nothing here loads objects and updates them too.
    """
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], result).rowcount
