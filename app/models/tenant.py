"""A company that uses the product. Shared, not guarded: it is looked up by code before any tenant is in scope."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.fields.types import UtcDateTime
from app.models.base import Base, new_id, utcnow


class Tenant(Base):
    """`platform` marks the one company that runs the product for the others (docs/decisions/platform.md).

    Two counters that come with every login check and are the keys of what each worker remembers.

    `permissions_version` is that of everybody's grants: who changes a grant counts it up (R4). `settings_version` is
    that of the company's settings (parameters, policies, own fields): who changes one counts it up (B4).
    """

    __tablename__ = "tenant"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    code: Mapped[str] = mapped_column(String(32), unique=True, nullable=False)
    name: Mapped[str] = mapped_column(String(128), nullable=False)
    timezone: Mapped[str] = mapped_column(String(64), default="Asia/Shanghai", nullable=False)
    locale: Mapped[str] = mapped_column(String(8), default="zh", nullable=False)
    platform: Mapped[bool] = mapped_column(Boolean, default=False, nullable=False)
    active: Mapped[bool] = mapped_column(Boolean, default=True, nullable=False)
    permissions_version: Mapped[int] = mapped_column(Integer, default=1, nullable=False)
    settings_version: Mapped[int] = mapped_column(Integer, default=1, nullable=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
