"""A login that is in force: the row behind a cookie or a token. Deleting it logs the person out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.fields.types import UtcDateTime
from app.models.base import Base, TenantRow, utcnow


class LoginSession(TenantRow, Base):
    """`epoch` is the user's `session_epoch` at login: when that moves on, every session from before is over.

    Only the hash of the token is kept, so a copy of the table logs nobody in. `kind` is "web" or "api".
    """

    __tablename__ = "login_session"
    __table_args__ = (
        UniqueConstraint("tenant_id", "token_hash"),
        ForeignKeyConstraint(["tenant_id", "user_id"], ["ab_user.tenant_id", "ab_user.id"], ondelete="CASCADE"),
        Index(None, "tenant_id", "user_id"),
        Index(None, "tenant_id", "expires_at"),
    )

    user_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    token_hash: Mapped[str] = mapped_column(String(128), nullable=False)
    epoch: Mapped[int] = mapped_column(Integer, nullable=False)
    kind: Mapped[str] = mapped_column(String(8), default="web", nullable=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    address: Mapped[str] = mapped_column(String(64), default="", nullable=False)
    agent: Mapped[str] = mapped_column(String(256), default="", nullable=False)
