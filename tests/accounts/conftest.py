"""What the tests of this package share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask_babel import Babel

from app.models.base import db
from tests.databases import statements


@pytest.fixture
def owner(as_owner: Callable[[], AbstractContextManager[Flask]]) -> Flask:
    """The application under the role that owns the tables: it may change companies. It can translate, too."""
    with as_owner() as app:
        if "babel" not in app.extensions:
            Babel(app)
        return app


@pytest.fixture
def statements_of() -> Callable[[Flask], AbstractContextManager[list[str]]]:
    """`with statements_of(app) as sent:` for an application other than `app`."""

    def listen(app: Flask) -> AbstractContextManager[list[str]]:
        with app.app_context():
            return statements(db.engine)

    return listen
