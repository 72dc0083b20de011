"""C1: customers nobody has been in contact with go back to the pool (公海), and their agents are told before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from app.access import system_actor
from app.jobs import daily
from app.jobs.worker import Worker
from app.models.base import db, transaction, utcnow
from app.models.job import Job, JobTicket
from app.models.job_schedule import JobSchedule
from app.models.tenant import Tenant
from app.records import returning
from tests.claiming.conftest import Floor
from tests.desk import at_once
from tests.kit import log_in


def days_ago(number: float) -> datetime:
    return utcnow() - timedelta(days=number)


def give_back(floor: Floor, most: int = returning.BATCH) -> int:
    with floor.at_work(), transaction():
        return returning.give_back(system_actor(floor.kit.id, "系统"), floor.resource("customer"), most)


def test_what_was_neither_given_nor_contacted_for_so_long_goes_back(floor: Floor) -> None:
    """C1: the later of both counts; what nobody has stays where it is."""
    floor.allow(return_after_days=10)
    agent, team = floor.person().id, floor.team("甲组")
    stays = [
        *floor.pool(1, agent=agent, assigned_at=days_ago(9)),
        *floor.pool(1, agent=agent, assigned_at=days_ago(30), last_contact_at=days_ago(2)),
        *floor.pool(1, agent=agent, assigned_at=days_ago(1), last_contact_at=days_ago(40)),
    ]
    in_pool = floor.pool(1, team=team, assigned_at=days_ago(99))[0]
    goes = [
        *floor.pool(1, agent=agent, team=team, assigned_at=days_ago(11)),
        *floor.pool(1, agent=agent, assigned_at=days_ago(30), last_contact_at=days_ago(12)),
        *floor.pool(1, agent=agent, created_at=days_ago(12)),
    ]
    assert give_back(floor) == 3
    owners = floor.owners()
    assert [owners[id_] for id_ in (*stays, *goes)] == [agent] * 3 + [None] * 3
    assert floor.get("customer", in_pool).values["team"] == team
    values = floor.get("customer", goes[0]).values
    assert values["team"] is None and values["assigned_at"] > days_ago(0.1)
    entry = floor.history("customer", goes[0])[0]
    assert (entry.action, entry.who) == ("return_to_pool", "系统")
    assert give_back(floor) == 0


def test_nothing_goes_back_where_the_company_has_not_said_so(floor: Floor) -> None:
    """C1"""
    floor.pool(1, agent=floor.person().id, assigned_at=days_ago(900))
    assert give_back(floor) == 0


def test_agents_are_told_before_and_shown_which(floor: Floor) -> None:
    """C1: within the days of the warning, and the link shows those very customers."""
    floor.allow(return_after_days=10, return_warning_days=3)
    client = log_in(floor.kit, "agent")
    agent = floor.kit.person("agent")[0]
    floor.pool(2, agent=agent, assigned_at=days_ago(8), name="快了")
    floor.pool(1, agent=agent, assigned_at=days_ago(6), name="还早")
    floor.pool(1, agent=floor.person().id, assigned_at=days_ago(8), name="别人的")
    part = client.get("/customer/due").text
    assert "2" in part and "3" in part
    shown = client.get(part.split('<a href="')[1].split('"')[0].replace("&amp;", "&")).text
    assert shown.count('data-title="快了"') == 2 and "还早" not in shown and "别人的" not in shown
    assert "<a " not in log_in(floor.kit, "manager").get("/customer/due").text


@pytest.mark.parametrize(
    ("now", "zone", "then"),
    [
        ("2026-11-22T18:59", "Asia/Shanghai", "2026-11-22T19:00"),
        ("2026-11-22T19:00", "Asia/Shanghai", "2026-11-23T19:00"),
        ("2026-03-08T05:00", "America/New_York", "2026-03-08T07:00"),  # the night in which an hour is skipped
    ],
)
def test_three_in_the_morning_is_where_the_company_is(now: str, zone: str, then: str) -> None:
    """C1"""
    assert daily.next_time(datetime.fromisoformat(now).replace(tzinfo=UTC), zone) == datetime.fromisoformat(
        then
    ).replace(tzinfo=UTC)


def jobs_of(floor: Floor) -> list[Any]:
    with floor.at_work():
        return list(db.session.scalars(select(Job).where(Job.kind == returning.JOB)))


@pytest.fixture
def quiet(floor: Floor) -> None:
    """No other company's jobs are due."""
    with floor.kit.app.app_context(), transaction():
        db.session.execute(delete(JobTicket))
        db.session.execute(delete(JobSchedule))
        others = select(Tenant.id).where(Tenant.id != floor.kit.id)
        never = {"kind": returning.JOB, "due_at": utcnow() + timedelta(days=999)}
        rows = [{"company_id": id_, **never} for id_ in db.session.scalars(others)]
        db.session.execute(insert(JobSchedule), rows)


@pytest.mark.usefixtures("quiet")
def test_a_company_that_wants_it_has_one_job_a_day_however_many_workers_look(floor: Floor) -> None:
    """C1"""
    floor.allow(return_after_days=5)
    floor.pool(3, agent=floor.person().id, assigned_at=days_ago(6))
    workers = [Worker(floor.kit.app) for _ in range(4)]
    now = utcnow()

    def look(moment: datetime) -> list[int]:
        def one() -> int:
            with floor.kit.app.app_context():
                return daily.put_in(moment)

        return at_once(*[one] * 4)

    assert sum(look(now)) == 0, "the first time it is tomorrow's"
    tomorrow = now + timedelta(days=1)
    assert sorted(look(tomorrow)) == [0, 0, 0, 1]
    assert sum(look(tomorrow)) == 0
    assert len(jobs_of(floor)) == 1
    assert workers[0].run_one()
    job = jobs_of(floor)[0]
    assert (job.state, job.result) == ("done", {"returned": 3})
    assert set(floor.owners().values()) == {None}


@pytest.mark.usefixtures("quiet")
def test_a_company_that_does_not_want_it_has_no_job(floor: Floor) -> None:
    """C1"""
    with floor.kit.app.app_context():
        daily.put_in(utcnow())
        assert daily.put_in(utcnow() + timedelta(days=1)) == 0
    assert jobs_of(floor) == []
