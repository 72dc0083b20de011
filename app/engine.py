"""What one running application is made of: the checked product and the classes built from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app

from app.spec.model import Product


@dataclass(frozen=True, slots=True)
class Engine:
    """`models` maps a resource's name to its mapped class (`app.models.build`)."""

    product: Product
    models: Mapping[str, type[Any]]


def engine() -> Engine:
    """The engine of the current application. Raises KeyError where `create_app` put none."""
    return cast("Engine", current_app.extensions["ucc"])
