"""What has to be done once in a while, company by company: at start, and daily by `ucc maintain`."""

from __future__ import annotations

from sqlalchemy import select

from app.access import system_actor
from app.models.base import db, transaction
from app.models.tenant import Tenant
from app.records import definitions
from app.tenancy.scope import tenant_scope


def maintain() -> int:
    """Delete for good the archived fields that can no longer be restored, with their values (F2); gives how many."""
    deleted = 0
    for tenant_id in db.session.scalars(select(Tenant.id).order_by(Tenant.id)).all():
        with tenant_scope(tenant_id), transaction():
            deleted += definitions.purge(system_actor(tenant_id, "ucc maintain"))
    return deleted
