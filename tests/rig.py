"""All that belongs to one database of the suite: made when first asked for, once per process."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from app.accounts.permissions import sync
from app.engine import Engine
from app.models.base import db
from app.spec.model import Product
from app.tenancy import guard
from tests.databases import Database, postgres, sqlite

ROOT = Path(__file__).resolve().parent.parent
# EXTRA_SCHEMA names one more folder, for a test that runs the contract suite on a page of its own.
SCHEMA = (
    str(ROOT / "schema"),
    str(ROOT / "tests" / "fake_schema"),
    *filter(None, [os.environ.get("EXTRA_SCHEMA")]),
)


def bare(url: str, product: Product, models: Mapping[str, type[Any]]) -> Flask:
    """Models and guard without pages."""
    made = Flask("bare")
    made.config.update(SQLALCHEMY_DATABASE_URI=url, TESTING=True)
    made.extensions["ucc"] = Engine(product, models)
    db.init_app(made)
    guard.install(db.session)
    return made


@dataclass
class Rig:
    """`run` names this run of the suite, `worker` this process of it; `folder` is for files."""

    name: str
    run: str
    worker: str
    folder: Path
    product: Product
    models: Mapping[str, type[Any]]

    @cached_property
    def database(self) -> Database:
        """With the product's tables."""
        made = sqlite(self.folder) if self.name == "sqlite" else postgres(self.run, f"ucc_{self.worker}")
        made.create_tables(self.models)
        return made

    @cached_property
    def bare_app(self) -> Flask:
        return bare(self.database.url, self.product, self.models)

    @cached_property
    def unbound_app(self) -> Flask:
        """Its connections are held by no policy of the database."""
        return bare(self.database.superuser_url or self.database.url, self.product, self.models)

    @cached_property
    def owner_app(self) -> Flask:
        return bare(self.database.owner_url, self.product, self.models)

    @contextmanager
    def as_owner(self) -> Iterator[Flask]:
        with self.owner_app.app_context():
            yield self.owner_app

    @cached_property
    def app(self) -> Flask:
        """The whole application, with the permission rows that `ucc schema migrate` writes."""
        with self.as_owner():
            sync(self.product)
        return create_app(
            {
                "TESTING": True,
                "INSTANCE": str(self.folder),
                "DATABASE_URL": self.database.url,
                "OWNER_DATABASE_URL": self.database.owner_url,
                "SCHEMA": SCHEMA,
            }
        )
