"""A file of a person's: made by a job, or uploaded for one. The bytes lie in a folder (app.jobs.files)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.fields.types import UtcDateTime
from app.models.base import Base, TenantRow, utcnow


class JobFile(TenantRow, Base):
    """`name` is what the person calls it, `token` what the folder does. Who fetches it must be `owner_id` and still
    hold `permission` on `resource`; and, where it holds whole numbers (`full`), still see those."""

    __tablename__ = "job_file"
    __table_args__ = (
        Index(None, "tenant_id", "owner_id", "id"),
        Index(None, "tenant_id", "job_id"),
        Index(None, "tenant_id", "expires_at"),
    )

    owner_id: Mapped[int | None] = mapped_column(BigInteger)  # no foreign key, as a job's; None: the system's
    job_id: Mapped[int | None] = mapped_column(BigInteger)  # None: not of a job, or not yet
    resource: Mapped[str] = mapped_column(String(64), default="", nullable=False)
    permission: Mapped[str] = mapped_column(String(16), default="", nullable=False)
    full: Mapped[bool] = mapped_column(Boolean, default=False, nullable=False)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    token: Mapped[str] = mapped_column(String(32), nullable=False)
    size: Mapped[int] = mapped_column(BigInteger, nullable=False)
    sha256: Mapped[str] = mapped_column(String(64), nullable=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
