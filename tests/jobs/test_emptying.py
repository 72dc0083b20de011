"""The daily job that empties the recycle bin (C1)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.jobs import daily
from app.models.base import db, transaction, utcnow
from app.models.bin_entry import BinEntry
from app.records import recycle_bin
from tests.desk import Desk
from tests.jobs.conftest import Queue


def test_what_is_over_is_deleted_for_good_and_nothing_else(jobs: Queue) -> None:
    """C1: in the name of the company, whose audit log says how many."""
    desk = Desk(jobs.kit, jobs.kit.actor("admin"))
    ids = [desk.add("customer", name=f"客户{number}", phone="13800138000").id for number in range(3)]
    desk.delete("customer", *ids)
    with jobs.at_work():
        assert not recycle_bin.wanted()
    with jobs.at_work(), transaction():
        for entry in db.session.scalars(select(BinEntry).where(BinEntry.record_id.in_(ids[:2]))):
            entry.deleted_at = utcnow() - timedelta(days=31)
    with jobs.at_work():
        assert recycle_bin.wanted()
    done = jobs.put(recycle_bin.JOB)
    assert jobs.worker().run_one()
    assert jobs.get(done).result == {"deleted": 2}
    with jobs.at_work():
        assert list(db.session.scalars(select(BinEntry.record_id))) == [ids[2]]
    assert daily.DAILY[recycle_bin.JOB] is recycle_bin.wanted
