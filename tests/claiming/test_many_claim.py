"""B4: 50 agents claim 20 each from 500 at once, whatever the database believes of the table."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy.dialects import postgresql

from app.models.audit import AuditEntry
from app.models.base import db
from app.records import claiming
from app.records.chain import verify
from tests.claiming.conftest import Floor
from tests.databases import Database, connected
from tests.desk import Desk, at_once

AGENTS, SIZE, POOL = 50, 20, 500


def analyse(database: Database) -> None:
    """What the planner knows of the table from now on."""
    with connected(database.owner_url) as connection:
        connection.exec_driver_sql("ANALYZE customer" if database.is_postgres else "ANALYZE")


@pytest.mark.parametrize("statistics", ["fresh", "stale"])
def test_each_customer_goes_to_one_agent_and_nobody_gets_more(
    floor: Floor, database: Database, statistics: str
) -> None:
    """B4: exactly 500 assigned, nobody twice, nobody over."""
    floor.allow(agent_may_claim=True, claim_size=SIZE)
    people = [floor.person() for _ in range(AGENTS)]
    if statistics == "stale":  # of a table in which everything is somebody's
        floor.pool(200, agent=people[0].id)
        analyse(database)
        floor.delete("customer", *list(floor.owners()))
    pool = floor.pool(POOL)
    if statistics == "fresh":
        analyse(database)
    results = at_once(*[person.claim for person in people])
    assert [result for result in results if isinstance(result, Exception)] == []
    got = [id_ for result in results for id_ in result.ids]
    assert sorted(got) == sorted(pool), "all of the pool, none twice"
    assert Counter(len(result.ids) for result in results) == {SIZE: POOL // SIZE, 0: AGENTS - POOL // SIZE}
    owners = Counter(floor.owners().values())
    assert owners == {person.id: SIZE for person, result in zip(people, results, strict=True) if result.ids}
    with floor.at_work():
        assert verify(AuditEntry).fault == ""


@pytest.mark.only_on("postgres")
@pytest.mark.parametrize("statistics", ["fresh", "stale"])
def test_the_pool_is_read_in_the_order_of_its_index(floor: Floor, database: Database, statistics: str) -> None:
    """B4: never sorted, however large it is and whatever the statistics say."""
    team = floor.team("甲组")
    agent = floor.person(team_id=team)
    floor.pool(300, agent=agent.id)
    if statistics == "stale":
        analyse(database)
    floor.pool(2000)
    floor.pool(2000, team=team)
    if statistics == "fresh":
        analyse(database)
    desk = Desk(floor.kit, agent.actor)
    with desk.at_work():
        resource = desk.resource("customer")
        plans = []
        for pool in claiming.pools(desk.actor, resource):
            sql = claiming.oldest(resource, pool, 20).compile(
                dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}
            )
            found = db.session.connection().exec_driver_sql(f"EXPLAIN {sql}")
            plans.append("\n".join(row[0] for row in found))
        db.session.rollback()
    assert [("ix_customer_team_pool" in plans[0], "ix_customer_pool" in plans[1])] == [(True, True)], plans
    assert not any("Sort" in plan or "Seq Scan" in plan for plan in plans), plans
