"""Two companies with a row in every table, made past every layer under test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Connection, Date, DateTime, Integer, Table, select, text

from app.models.adopted import Grant, Permission, PermissionView, Role, User, ViewMenu
from app.models.api_key import ApiKey
from app.models.audit import AuditEntry
from app.models.base import new_id
from app.models.build import links_of, tables_of
from app.models.chain import ChainHead
from app.models.job import Job
from app.models.job_file import JobFile
from app.models.login import LoginEntry
from app.models.read_mark import ReadMark
from app.models.session import LoginSession
from app.models.tenant import Tenant
from tests.databases import Database, connected

THEN = datetime(2026, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Company:
    """Ids of one row each."""

    id: int
    role: int
    user: int
    shelf: int
    gadget: int
    rows: dict[str, int]  # table → id


def two_companies(database: Database, models: dict[str, type[Any]]) -> tuple[Company, Company]:
    with connected(database.superuser_url or database.url) as connection:
        view = _permission_view(connection)
        return _company(connection, models, view), _company(connection, models, view)


def _permission_view(connection: Connection) -> int:
    found = connection.scalar(select(PermissionView.__table__.c.id))
    if found is not None:
        return int(found)
    keys = [
        connection.execute(model.__table__.insert(), {"name": "can_test"}).inserted_primary_key[0]
        for model in (Permission, ViewMenu)
    ]
    row = {"permission_id": keys[0], "view_menu_id": keys[1]}
    return int(connection.execute(PermissionView.__table__.insert(), row).inserted_primary_key[0])


def _company(connection: Connection, models: dict[str, type[Any]], view: int) -> Company:
    made = Company(*(new_id() for _ in range(5)), rows={})
    tenant_id = made.id
    connection.execute(Tenant.__table__.insert(), {"id": tenant_id, "code": f"c{tenant_id}", "name": "公司"})

    def add(model: type[Any], **values: Any) -> None:
        versioned = {"version": 1} if "version" in model.__table__.c else {}
        connection.execute(model.__table__.insert(), {"tenant_id": tenant_id, **versioned, **values})

    gadget, shelf = models["gadget"], models["shelf"]
    add(Role, id=made.role, name="管理员", key="admin")
    add(User, id=made.user, username="admin", first_name="甲", role_id=made.role)
    add(Grant, role_id=made.role, permission_view_id=view)
    add(shelf, id=made.shelf, name="A")
    add(gadget, id=made.gadget, code="g1", name="螺丝刀", state="new", serial="1", active=True, shelf_id=made.shelf)
    add(links_of(gadget, "spares"), gadget_id=made.gadget, shelf_id=made.shelf)
    add(models["badge"], id=new_id(), name="徽章")
    add(models["announcement"], id=new_id(), content="公告", expires_at=THEN)
    add(LoginSession, user_id=made.user, token_hash="t", epoch=0, expires_at=THEN)
    add(ApiKey, user_id=made.user, name="k", prefix="p", hash="h")
    add(AuditEntry, resource="gadget", action="add")
    add(LoginEntry, event="login")
    add(ChainHead, chain="audit", seq=0, hash="", base_seq=0, base_hash="")
    add(Job, id=new_id(), kind="test", arguments={}, kept={})
    add(ReadMark, user_id=made.user, resource="announcement", record_id=1)
    made.rows.update({"ab_role": made.role, "ab_user": made.user, "shelf": made.shelf, "gadget": made.gadget})
    for table in tables_of(models):
        if "tenant_id" in table.c:
            _fill(connection, table, made)
    return made


def _fill(connection: Connection, table: Table, company: Company) -> None:
    """A row of the company in a table that has none, with nothing but references in it that need not be; and its id."""
    if table.name in company.rows:
        return
    mine = select(table).where(table.c.tenant_id == company.id).limit(1)
    if connection.execute(mine).first() is None:
        connection.execute(table.insert(), _least(table, company))
    if "id" in table.c:
        company.rows[table.name] = connection.execute(mine).mappings().one()["id"]


def _least(table: Table, company: Company) -> dict[str, Any]:
    """Values for the columns that must have one, and for those that refer to another row."""
    row: dict[str, Any] = {"tenant_id": company.id}
    for key in table.foreign_key_constraints:
        if key.referred_table.name in company.rows:
            row[key.column_keys[-1]] = company.rows[key.referred_table.name]
    for column in table.c:
        if column.name not in row and not column.nullable and column.default is None:
            row[column.name] = _plain(column.type)
    if table is JobFile.__table__:
        row["token"] = f"{new_id():032x}"  # the worker sweeps the files of every company
    return row


def _plain(kind: Any) -> Any:
    """Some value of that type; a number that no other row has where there is room for one."""
    inner = getattr(kind, "impl_instance", kind)
    for known, value in (
        (BigInteger, new_id()),
        (Integer, 1),
        (Boolean, False),
        (DateTime, THEN),
        (Date, THEN.date()),
        (JSON, {}),
    ):
        if isinstance(inner, known):
            return value
    return str(new_id())[-min(10, getattr(inner, "length", None) or 10) :]


def tenants_in(connection: Connection, table: str, companies: tuple[Company, ...]) -> set[int]:
    """Whose rows of `table` this connection sees, of these companies."""
    ids = {company.id for company in companies}
    return ids & set(connection.scalars(text(f'SELECT tenant_id FROM "{table}"')))


def new_shelf(models: dict[str, type[Any]], **values: Any) -> Any:
    """Not added to any session."""
    return models["shelf"](name=f"架{new_id()}", **values)
