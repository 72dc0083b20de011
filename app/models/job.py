"""Work that a request leaves to a worker: the company's `job`, and the `job_ticket` by which workers find it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.fields.types import UtcDateTime
from app.models.base import Base, TenantRow, utcnow

WAITING: Final = "waiting"  # for a second person to approve it: no worker sees it
QUEUED: Final = "queued"
RUNNING: Final = "running"
DONE: Final = "done"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"
REFUSED: Final = "refused"
EXPIRED: Final = "expired"  # nobody approved it in time
LIVE: Final = (QUEUED, RUNNING)


class Job(TenantRow, Base):
    """`arguments` is what to do, `kept` how far it has come (for a worker that goes on after another died), `result`
    what came of it, `message` what a person is told meanwhile or at the end, `fault` the number in the log.

    `asks` names the resource whose approvers (permission `audit`) must let the job run, "" where nobody is asked;
    `approval` is what they said: `{"yes": true, "by": id, "name": …, "at": …, "reason": …}`.
    """

    __tablename__ = "job"
    __table_args__ = (Index(None, "tenant_id", "actor_id", "id"), Index(None, "tenant_id", "state", "id"))

    kind: Mapped[str] = mapped_column(String(64), nullable=False)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)  # no foreign key: what a person did outlives them
    address: Mapped[str] = mapped_column(String(64), default="", nullable=False)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, nullable=False)
    state: Mapped[str] = mapped_column(String(16), default=QUEUED, nullable=False)
    cancel: Mapped[bool] = mapped_column(Boolean, default=False, nullable=False)  # asked for while it runs
    asks: Mapped[str] = mapped_column(String(64), default="", nullable=False)
    approval: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    attempts: Mapped[int] = mapped_column(Integer, default=0, nullable=False)
    done: Mapped[int] = mapped_column(Integer, default=0, nullable=False)
    total: Mapped[int] = mapped_column(Integer, default=0, nullable=False)
    message: Mapped[str] = mapped_column(Text, default="", nullable=False)
    kept: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, nullable=False)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    fault: Mapped[str] = mapped_column(String(16), default="", nullable=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, nullable=False)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JobTicket(Base):
    """One per job that is not over. Shared by all companies, because a worker serves them all and row-level security
    would show it one at a time; so it holds nothing but two ids and whose turn it is.

    A worker may take it from `free_at` on; one that works on it puts `free_at` off again and again (its heartbeat), and
    writes only while `holder` is itself.
    """

    __tablename__ = "job_ticket"
    __table_args__ = (Index(None, "free_at", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("tenant.id", ondelete="RESTRICT"), nullable=False)
    free_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    holder: Mapped[str] = mapped_column(String(32), default="", nullable=False)
