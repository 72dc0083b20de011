"""Who logged in, or tried to, from where: written by `app.records.login_log`, never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, synonym

from app.fields.types import UtcDateTime
from app.models.base import Base, utcnow
from app.models.chain import Chained


class LoginEntry(Chained, Base):
    """`username` is what was typed, whoever it names; `user_id` is the user it named then."""

    __tablename__ = "login_entry"
    __table_args__ = (
        UniqueConstraint("tenant_id", "seq"),
        Index(None, "tenant_id", "at", "id"),
        Index(None, "tenant_id", "user_id", "id"),
    )
    CHAIN = "login"

    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
    event: Mapped[str] = mapped_column(String(32), nullable=False)
    username: Mapped[str] = mapped_column(String(128), default="", nullable=False)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    address: Mapped[str] = mapped_column(String(64), default="", nullable=False)
    agent: Mapped[str] = mapped_column(String(256), default="", nullable=False)
    reason: Mapped[str] = mapped_column(String(64), default="", nullable=False)

    # What every record has, for pages and API: an entry is made once, and that is all that ever happens to it.
    created_at = synonym("at")
    created_by = synonym("user_id")
    changed_at = synonym("at")
    changed_by = synonym("user_id")
