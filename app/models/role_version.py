"""What a role was granted, from one save to the next: written by `app.accounts.role_history`, never changed (R5)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.fields.types import UtcDateTime
from app.models.base import Base, TenantRow, utcnow


class RoleVersion(TenantRow, Base):
    """Nothing is referred to: the history outlives the role and whoever changed it.

    `number` counts from 1, which is what the role started with; the last one is in force. `grants` are texts
    "page.kind", sorted. `action` says how the version came about, and `source` which version a rollback went back to.
    """

    __tablename__ = "role_version"
    __table_args__ = (UniqueConstraint("tenant_id", "role_id", "number"),)

    role_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    number: Mapped[int] = mapped_column(Integer, nullable=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(String(128), default="", nullable=False)
    action: Mapped[str] = mapped_column(String(16), nullable=False)
    source: Mapped[int | None] = mapped_column(Integer)
    grants: Mapped[list[str]] = mapped_column(JSON, nullable=False)
