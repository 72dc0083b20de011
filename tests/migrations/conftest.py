"""Empty databases, and products that change while a database stays.

What a process has mapped stays mapped, so each product is built in a process of its own (`apart`).
"""

from __future__ import annotations

import itertools
import multiprocessing
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

import config
from app.engine import Engine as Product
from app.models import migrate
from app.models.base import db
from app.models.build import build_models
from app.spec.load import load_product
from tests.databases import postgres, sqlite

SCHEMA = Path(config.ROOT) / "schema"
_numbers = itertools.count()
_RUN = uuid4().hex


@dataclass
class Place:
    """A database, the folder its revisions go to, and the YAML of its product beside schema/."""

    owner_url: str
    app_url: str
    folder: Path
    schema: list[Path] = field(default_factory=lambda: [SCHEMA])

    @property
    def revisions(self) -> Path:
        return self.folder / "revisions"

    def write(self, name: str, text: str) -> None:
        """The YAML `settings/<name>.yaml` of this product."""
        folder = self.folder / "schema"
        (folder / "settings").mkdir(parents=True, exist_ok=True)
        (folder / "settings" / f"{name}.yaml").write_text(text, encoding="utf-8")
        self.schema = [SCHEMA, folder]

    def app(self) -> Flask:
        app = Flask("migrations")
        app.config.update(config.load({}), SQLALCHEMY_DATABASE_URI=self.app_url, OWNER_DATABASE_URL=self.owner_url)
        app.config["MIGRATIONS"] = str(self.revisions)
        product = load_product(*self.schema)
        app.extensions["ucc"] = Product(product, build_models(product))
        db.init_app(app)
        return app

    def engine(self) -> Engine:
        """As the owner, with foreign keys in force."""
        engine = create_engine(self.owner_url, poolclass=NullPool)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=ON"))
        return engine

    def ask(self, *statements: str, tenant: int = 1) -> list[Any]:
        """The rows of the last statement, all run for one tenant."""
        with self.engine().begin() as connection:
            see(connection, tenant)
            for statement in statements:
                result = connection.exec_driver_sql(statement)
            return [tuple(row) for row in result] if result.returns_rows else []

    # Each in a process of its own; steps come back as the lines a person reads.
    def diff(self) -> list[str]:
        return apart(lambda: [str(step) for step in migrate.diff(self.app())])

    def migrate(self, allow_loss: bool = False) -> list[str]:
        """The steps taken."""
        return apart(lambda: [str(step) for step in migrate.migrate(self.app(), allow_loss=allow_loss) if step.taken])

    def upgrade(self) -> None:
        apart(lambda: migrate.upgrade(self.app()))

    def pending(self) -> bool:
        return apart(lambda: migrate.pending(self.app()))


def see(connection: Connection, tenant: int) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL app.tenant_id = '{tenant}'")


def start(work: Callable[[], Any]) -> tuple[Any, Any]:
    """Runs `work` in a process of its own; gives the process and where its answer comes from."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)

    def run() -> None:
        try:
            theirs.send((work(), None))
        except BaseException as fault:
            theirs.send((None, (type(fault), str(fault), traceback.format_exc())))

    process = context.Process(target=run)
    process.start()
    theirs.close()
    return process, ours


def finish(process: Any, answer: Any) -> Any:
    """What `work` gave. Raises what it raised, and EOFError if it was killed."""
    try:
        value, fault = answer.recv()
    finally:
        process.join()
    if fault is not None:
        kind, message, trace = fault
        print(trace)  # noqa: T201 - pytest shows it with the failure
        raise kind(message)
    return value


def apart(work: Callable[[], Any]) -> Any:
    return finish(*start(work))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "place" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        only = metafunc.definition.get_closest_marker("only_on")
        kinds = [kind for kind in (only.args if only else ("sqlite", "postgres")) if chosen in (kind, "all")]
        metafunc.parametrize("place", kinds, indirect=True)


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty database."""
    return new_place(request, request.param, tmp_path)


@pytest.fixture
def other_place(place: Place, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Another empty database of the same kind."""
    (tmp_path / "other").mkdir()
    return new_place(request, make_url(place.owner_url).get_backend_name(), tmp_path / "other")


def new_place(request: pytest.FixtureRequest, kind: str, folder: Path) -> Place:
    if kind == "sqlite":
        made = sqlite(folder)
    else:
        worker = getattr(request.config, "workerinput", {"testrunuid": _RUN, "workerid": "main"})
        made = postgres(worker["testrunuid"], f"migrations_{worker['workerid']}_{next(_numbers)}")
    return Place(made.owner_url, made.url, folder)
