"""Whose turn it is: companies take turns, however many jobs one of them has waiting, and none holds all workers."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased

from app.models.base import db, utcnow
from app.models.job import JobTicket

LOCK: Final = 0x756363_6A6F62  # the number of the lock on PostgreSQL


def free(served: int, most: int) -> Select[Any]:
    """The ticket whose turn it is after the company `served`: the oldest of the next company that has one, those left
    out of whose jobs `most` run already. The time is that of the call."""
    now = utcnow()
    held = aliased(JobTicket)
    busy = (
        select(held.company_id)
        .where(held.holder != "", held.free_at > now)
        .group_by(held.company_id)
        .having(func.count() >= most)
    )
    round_robin = case((JobTicket.company_id > served, 0), else_=1)
    return (
        select(JobTicket)
        .where(JobTicket.free_at <= now, JobTicket.company_id.not_in(busy))
        .order_by(round_robin, JobTicket.company_id, JobTicket.free_at, JobTicket.id)
        .limit(1)
    )


def one_at_a_time() -> None:
    """Until the transaction ends no other worker takes a ticket: two that count at once would both find room for one.

    On SQLite the transaction itself is the lock.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(LOCK)))
