"""Values of a company's own fields that no record holds any more, and that can come back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.fields.slots import LENGTH
from app.fields.types import UtcDateTime, short_text
from app.models.base import Base, TenantRow, utcnow


class FieldValue(TenantRow, Base):
    """What record `record_id` had in an archived field, or where `aside`, what a change of type could not convert.

    `value` is kept as a slot keeps it (app.fields.slots) under `kind`.
    """

    __tablename__ = "field_value"
    __table_args__ = (
        Index(None, "tenant_id", "field_id", "aside", "record_id"),
        Index("ix_field_value_tenant_id_record_id", "tenant_id", "record_id"),
    )

    field_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    record_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    aside: Mapped[bool] = mapped_column(Boolean, default=False, nullable=False)
    kind: Mapped[str] = mapped_column(String(16), nullable=False)
    value: Mapped[str] = mapped_column(short_text(LENGTH), nullable=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
