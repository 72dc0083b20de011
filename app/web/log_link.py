"""From a record to all that the audit log says about it."""

from __future__ import annotations

from app.access import Actor, may
from app.engine import engine
from app.models.audit import AuditEntry
from app.spec.model import ResourceSpec


def log_url(resource: ResourceSpec, id_: int, actor: Actor, root: str) -> str | None:
    """The page of the audit log with all entries about one record; None for who may not view that page."""
    log = next((spec for spec in engine().product.resources.values() if spec.model == AuditEntry.CHAIN), None)
    if log is None or not log.page or not may(actor, log, "view"):
        return None
    return f"{root}/{log.name}/?resource={resource.name}&record_id={id_}"
