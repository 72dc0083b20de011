"""Mapped classes made while the product is being built."""

from __future__ import annotations

import warnings
from typing import Any


def declare(name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> type[Any]:
    """The class. A changed YAML makes one of the same name again in one process (tests, `ucc schema`)."""
    with warnings.catch_warnings():
        # A class of the same name from before a change of the YAML may be alive; nothing looks classes up by name.
        warnings.filterwarnings("ignore", "This declarative base already contains a class")
        return type(name, bases, attributes)
