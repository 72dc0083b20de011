"""What somebody has decided about a file that they are about to import; offered again for the same heads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.fields.types import UtcDateTime
from app.models.base import Base, TenantRow, utcnow


class ImportPlan(TenantRow, Base):
    """`plan` is `app.records.importing.plan.Plan` as JSON, `report` what trying it has shown, `heads` a digest of the
    file's heads. The file is gone once it has been imported, or after some days."""

    __tablename__ = "import_plan"
    __table_args__ = (Index(None, "tenant_id", "owner_id", "resource", "heads"),)

    owner_id: Mapped[int | None] = mapped_column(BigInteger)  # no foreign key, as a job's
    resource: Mapped[str] = mapped_column(String(64), nullable=False)
    heads: Mapped[str] = mapped_column(String(64), nullable=False)
    file_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    check_id: Mapped[int | None] = mapped_column(BigInteger)  # the job that tries it
    plan: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, nullable=False)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    rows: Mapped[int] = mapped_column(Integer, default=0, nullable=False)  # of the file, once counted
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
