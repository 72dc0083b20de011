"""What all tests share. Each test works in fresh companies; nothing is truncated between tests.

`pytest --database=sqlite` runs on one database only, for speed while developing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from app.fields import password
from app.models.base import db
from app.models.build import build_models
from app.spec.load import load_product
from app.spec.model import Product
from tests.databases import Database, statements
from tests.kit import TenantKit, log_in, make_tenant
from tests.rig import SCHEMA, Rig


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgres", "all"), default="all")


def pytest_configure(config: pytest.Config) -> None:
    ours = ("error:::app", "error:::schema", "error::sqlalchemy.exc.SAWarning", "ignore:XDG_RUNTIME_DIR")
    for line in ours:
        config.addinivalue_line("filterwarnings", line)
    config.addinivalue_line("markers", "only_on(database): what is tested exists on this database alone")
    config.addinivalue_line(
        "markers", "needs(kind): of the contract suite, for pages that have this kind of permission"
    )


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


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> Iterator[None]:
    """Thousands of people are made and log in here; what a password costs in earnest: tests/fields/test_password.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(password, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
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
def rigs(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    product: Product,
    models: dict[str, type[Any]],
) -> dict[str, Rig]:
    """By the database's name. Kept apart from `database`, because pytest forgets a fixture when its parameter changes,
    and with several workers that is at every file."""
    worker = getattr(request.config, "workerinput", {"testrunuid": uuid4().hex, "workerid": "main"})
    return {
        name: Rig(name, worker["testrunuid"], worker["workerid"], tmp_path_factory.mktemp(name), product, models)
        for name in ("sqlite", "postgres")
    }


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, rigs: dict[str, Rig]) -> Database:
    """SQLite, then PostgreSQL, with the product's tables. Each worker process has its own of each."""
    return rigs[request.param].database


@pytest.fixture(scope="session")
def bare_app(database: Database, rigs: dict[str, Rig]) -> Flask:
    """Models and guard without pages: what tests of models and tenancy need."""
    return rigs[database.name].bare_app


@pytest.fixture(scope="session")
def as_owner(database: Database, rigs: dict[str, Rig]) -> Callable[[], AbstractContextManager[Flask]]:
    """`with as_owner():` is an app context of the role that owns the tables: it may write what tenants share."""
    return rigs[database.name].as_owner


@pytest.fixture(scope="session")
def app(database: Database, rigs: dict[str, Rig]) -> Flask:
    """The whole application."""
    return rigs[database.name].app


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
