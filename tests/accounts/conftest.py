"""What the tests of this package share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask


@pytest.fixture
def owner(as_owner: Callable[[], AbstractContextManager[Flask]]) -> Flask:
    """The application under the role that owns the tables: it may change companies."""
    with as_owner() as app:
        return app
