"""What all tests share. Each test works in fresh companies; nothing is truncated between tests.

`pytest --database=sqlite` runs on one database only, for speed while developing.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.accounts.permissions import sync
from app.engine import Engine
from app.models.base import db
from app.models.build import build_models
from app.spec.load import load_product
from app.spec.model import Product
from app.tenancy import guard
from tests.databases import Database, postgres, sqlite, statements
from tests.kit import TenantKit, log_in, make_tenant

ROOT = Path(__file__).resolve().parent.parent
# EXTRA_SCHEMA names one more folder, for a test that runs the contract suite on a page of its own.
SCHEMA = (
    str(ROOT / "schema"),
    str(ROOT / "tests" / "fake_schema"),
    *filter(None, [os.environ.get("EXTRA_SCHEMA")]),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgres", "all"), default="all")


def pytest_configure(config: pytest.Config) -> None:
    ours = ("error:::app", "error:::schema", "error::sqlalchemy.exc.SAWarning", "ignore:XDG_RUNTIME_DIR")
    for line in ours:
        config.addinivalue_line("filterwarnings", line)
    config.addinivalue_line("markers", "only_on(database): what is tested exists on this database alone")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        names = ("sqlite", "postgres") if chosen == "all" else (chosen,)
        only = metafunc.definition.get_closest_marker("only_on")
        if only is not None:
            names = tuple(name for name in names if name == only.args[0])
        metafunc.parametrize("database", names, indirect=True, scope="session")


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Only this machine is reached from a test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not _is_loopback(address[0]):
            raise AssertionError(f"a test reached for the network: {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


@pytest.fixture(scope="session")
def product() -> Product:
    """The product under test: schema/ and the sample product."""
    return load_product(*map(Path, SCHEMA))


@pytest.fixture(scope="session")
def models(product: Product) -> dict[str, type[Any]]:
    return build_models(product)


@pytest.fixture(scope="session")
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, models: dict[str, type[Any]]
) -> Database:
    """SQLite, then PostgreSQL, with the product's tables. Each worker process has its own of each."""
    if request.param == "sqlite":
        made = sqlite(tmp_path_factory.mktemp("sqlite"))
    else:
        workers = getattr(request.config, "workerinput", {"testrunuid": uuid4().hex, "workerid": "main"})
        made = postgres(workers["testrunuid"], f"ucc_{workers['workerid']}")
    made.create_tables(models)
    return made


def bare(url: str, product: Product, models: dict[str, type[Any]]) -> Flask:
    made = Flask("bare")
    made.config.update(SQLALCHEMY_DATABASE_URI=url, TESTING=True)
    made.extensions["ucc"] = Engine(product, models)
    db.init_app(made)
    guard.install(db.session)
    return made


@pytest.fixture(scope="session")
def bare_app(database: Database, product: Product, models: dict[str, type[Any]]) -> Flask:
    """Models and guard without pages: what tests of models and tenancy need."""
    return bare(database.url, product, models)


@pytest.fixture(scope="session")
def as_owner(
    database: Database, product: Product, models: dict[str, type[Any]]
) -> Callable[[], AbstractContextManager[Flask]]:
    """`with as_owner():` is an app context of the role that owns the tables: it may write what tenants share."""
    made = bare(database.owner_url, product, models)

    @contextmanager
    def enter() -> Iterator[Flask]:
        with made.app_context():
            yield made

    return enter


@pytest.fixture(scope="session")
def permissions(as_owner: Callable[[], AbstractContextManager[Flask]], product: Product) -> None:
    """The permission rows, as `ucc schema migrate` writes them."""
    with as_owner():
        sync(product)


@pytest.fixture(scope="session")
def app(database: Database, permissions: None, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The whole application."""
    return create_app(
        {
            "TESTING": True,
            "INSTANCE": str(tmp_path_factory.mktemp("instance")),
            "DATABASE_URL": database.url,
            "OWNER_DATABASE_URL": database.owner_url,
            "SCHEMA": SCHEMA,
        }
    )


@pytest.fixture
def new_tenant(app: Flask, as_owner: Callable[[], AbstractContextManager[Flask]]) -> Callable[[], TenantKit]:
    return lambda: make_tenant(app, as_owner)


@pytest.fixture
def tenant(new_tenant: Callable[[], TenantKit]) -> TenantKit:
    return new_tenant()


@pytest.fixture
def other_tenant(new_tenant: Callable[[], TenantKit]) -> TenantKit:
    return new_tenant()


@pytest.fixture
def client_as() -> Callable[[TenantKit, str], FlaskClient]:
    """`client_as(kit, "manager")` is a browser in which that user has logged in."""
    return log_in


@pytest.fixture
def queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with queries() as sent:` — `sent` are the SQL statements of the block; what only frames a transaction apart."""
    with app.app_context():
        engine = db.engine
    return lambda: statements(engine)
