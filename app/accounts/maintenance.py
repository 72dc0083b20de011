"""What has to be done once in a while, company by company: at start, and daily by `ucc maintain`."""

from __future__ import annotations

from sqlalchemy import select

from app.access import system_actor
from app.engine import engine
from app.models.base import db, transaction
from app.models.tenant import Tenant
from app.records import definitions, recycle_bin, reindex
from app.tenancy.scope import tenant_scope


def maintain() -> int:
    """Delete for good the archived fields that can no longer be restored, with their values (F2), and what has been in
    the recycle bin for its days (C1); gives how many fields. Records from before they could be found are made so."""
    deleted = 0
    for tenant_id in db.session.scalars(select(Tenant.id).order_by(Tenant.id)).all():
        with tenant_scope(tenant_id), transaction():
            actor = system_actor(tenant_id, "ucc maintain")
            deleted += definitions.purge(actor)
            while recycle_bin.purge_old(actor) == recycle_bin.AT_ONCE:
                continue
        with tenant_scope(tenant_id):
            for resource in filter(reindex.lacking, engine().product.resources.values()):
                sum(reindex.rebuild(resource))
    return deleted
