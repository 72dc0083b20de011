"""When a company's daily jobs are due next. Shared by all companies, as the tickets of jobs are: workers serve all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.fields.types import UtcDateTime
from app.models.base import Base


class JobSchedule(Base):
    """A row per company and kind of job. Whoever holds its lock puts the job in and moves `due_at` on: so once a day,
    however many workers look."""

    __tablename__ = "job_schedule"
    __table_args__ = (Index(None, "due_at"),)

    company_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
