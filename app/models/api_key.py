"""A key with which a program acts as one user. FAB's own table of keys knows no tenant and is not used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.fields.types import UtcDateTime
from app.models.base import Base, TenantRow, utcnow


class ApiKey(TenantRow, Base):
    """`prefix` is shown so that a person can tell keys apart; of the rest only the hash is kept."""

    __tablename__ = "api_key"
    __table_args__ = (
        UniqueConstraint("tenant_id", "hash"),
        ForeignKeyConstraint(["tenant_id", "user_id"], ["ab_user.tenant_id", "ab_user.id"], ondelete="CASCADE"),
        Index(None, "tenant_id", "user_id"),
        Index(None, "tenant_id", "prefix"),
    )

    user_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    name: Mapped[str] = mapped_column(String(64), nullable=False)
    prefix: Mapped[str] = mapped_column(String(16), nullable=False)
    hash: Mapped[str] = mapped_column(String(128), nullable=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
