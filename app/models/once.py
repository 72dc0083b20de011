"""What a request that carries a key has done: the same key again does nothing more and is answered the same (B4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.fields.types import UtcDateTime
from app.models.base import Base, TenantRow, utcnow


class Once(TenantRow, Base):
    """`done` is the answer; it is remembered for a day. No foreign key: what a person did outlives them."""

    __tablename__ = "once"
    __table_args__ = (UniqueConstraint("tenant_id", "user_id", "key"),)

    user_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    key: Mapped[str] = mapped_column(String(128), nullable=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
    done: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)
