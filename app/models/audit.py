"""Who did what to which record: written by `app.records.audit`, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, synonym

from app.fields.types import UtcDateTime
from app.models.base import Base, utcnow
from app.models.chain import Chained


class AuditEntry(Chained, Base):
    """Names and titles are copied, and nothing is referred to: the entry outlives the actor and the record."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("tenant_id", "seq"),
        Index(None, "tenant_id", "resource", "record_id", "id"),
        Index(None, "tenant_id", "at", "id"),
    )
    CHAIN = "audit"

    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(String(128), default="", nullable=False)
    address: Mapped[str] = mapped_column(String(64), default="", nullable=False)
    resource: Mapped[str] = mapped_column(String(64), nullable=False)
    record_id: Mapped[int | None] = mapped_column(BigInteger)
    record_title: Mapped[str] = mapped_column(String(256), default="", nullable=False)
    action: Mapped[str] = mapped_column(String(64), nullable=False)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    # What every record has, for pages and API: an entry is made once, and that is all that ever happens to it.
    created_at = synonym("at")
    created_by = synonym("actor_id")
    changed_at = synonym("at")
    changed_by = synonym("actor_id")
