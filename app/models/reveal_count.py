"""How often a person has looked at, or guessed at, whole numbers in a day (C1, R2)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Date, ForeignKey, ForeignKeyConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base
from app.tenancy.guard import Guarded


class RevealCount(Guarded, Base):
    """The day is one of the company's time zone. What was looked at is in the audit log; this only counts."""

    __tablename__ = "reveal_count"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "user_id"], ["ab_user.tenant_id", "ab_user.id"], ondelete="CASCADE"),
    )

    tenant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, nullable=False)
    last: Mapped[str | None] = mapped_column(String(32))  # a mark of the number that was searched for last
