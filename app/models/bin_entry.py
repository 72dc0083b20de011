"""Deleted records that can still be restored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.fields.types import UtcDateTime
from app.models.base import Base, TenantRow, utcnow


class BinEntry(TenantRow, Base):
    """A record of `resource` as it was when it was deleted. Ids are made in the order of time, so the newest deletion
    has the greatest.

    `values` are in JSON by field, `titles` what the references among them were called. Values of a company's own
    fields are in `own`, each with the definition it belonged to, for its slot may mean another field by the time it
    comes back. Who deleted it is kept by name, too: people go.
    """

    __tablename__ = "bin_entry"
    __table_args__ = (
        UniqueConstraint("tenant_id", "resource", "record_id"),
        Index(None, "tenant_id", "resource", "id"),
        Index(None, "tenant_id", "resource", "deleted_by", "id"),
        Index(None, "tenant_id", "resource", "deleted_at"),
    )

    resource: Mapped[str] = mapped_column(String(64), nullable=False)
    record_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    title: Mapped[str] = mapped_column(String(256), nullable=False)
    record_version: Mapped[int] = mapped_column(Integer, nullable=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    values: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)
    titles: Mapped[dict[str, str]] = mapped_column(JSON, nullable=False)
    own: Mapped[list[dict[str, Any]]] = mapped_column(JSON, nullable=False)
    deleted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
    deleted_by: Mapped[int | None] = mapped_column(BigInteger)
    deleted_name: Mapped[str] = mapped_column(String(128), default="", nullable=False)
