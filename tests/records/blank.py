"""A company whose audit log is empty: a new one's tells what it began with."""

from __future__ import annotations

from sqlalchemy import text

from tests.databases import Database, connected
from tests.desk import Desk
from tests.kit import TenantKit


def blank(kit: TenantKit, database: Database) -> Desk:
    """The admin's desk, after the log was emptied past every layer."""
    with connected(database.superuser_url or database.url) as connection:
        connection.execute(text("DELETE FROM audit_entry WHERE tenant_id = :t"), {"t": kit.id})
        connection.execute(text("UPDATE chain_head SET seq = 0, hash = base_hash WHERE tenant_id = :t"), {"t": kit.id})
    return Desk(kit, kit.actor("admin"))
