"""That a person has read a record on the workbench (A1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.fields.types import UtcDateTime
from app.models.base import Base, utcnow
from app.tenancy.guard import Guarded


class ReadMark(Guarded, Base):
    """The key is the whole fact: reading twice is one row.

    `at` is when it was last read, `acknowledged_at` when the person said so. Either counts for what the record says
    now only if it is not older than that (`workbench: renewed`).
    """

    __tablename__ = "read_mark"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "user_id"], ["ab_user.tenant_id", "ab_user.id"], ondelete="CASCADE"),
    )

    tenant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    resource: Mapped[str] = mapped_column(String(64), primary_key=True)
    record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
