"""The hashes of passwords a person had before (P2): as many as the company's policy remembers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.fields.types import UtcDateTime
from app.models.base import Base, TenantRow, utcnow


class OldPassword(TenantRow, Base):
    """Written when a password is replaced; ids are in the order of time."""

    __tablename__ = "old_password"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "user_id"], ["ab_user.tenant_id", "ab_user.id"], ondelete="CASCADE"),
        Index(None, "tenant_id", "user_id", "id"),
    )

    user_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    hash: Mapped[str] = mapped_column(String(256), nullable=False)
    replaced_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
