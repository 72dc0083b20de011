"""Lists by what most customers have nothing in: who has them, whose team's they are, when they were called last."""

from __future__ import annotations

import pytest

from app.engine import engine
from tests.claiming.conftest import Floor


@pytest.mark.parametrize("order", ["agent", "-agent", "team", "-team"])
def test_every_customer_is_there_once_from_either_end(floor: Floor, order: str) -> None:
    """C1: those with a value first, by id among themselves, as the index of the others knows them."""
    team, agent = floor.team("甲组"), floor.person().id
    pool, teams = floor.pool(4), floor.pool(3, team=team)
    mine = floor.pool(3, agent=agent, team=team)
    with_value, without = (mine, pool + teams) if "agent" in order else (teams + mine, pool)
    falling = order.startswith("-")
    wanted = [*sorted(with_value, reverse=falling), *sorted(without, reverse=falling)]
    forth, back = walk(floor, order), walk(floor, order, back=True)
    assert [id_ for page in forth for id_ in page] == wanted
    assert [id_ for page in reversed(back) for id_ in page] == wanted


def walk(floor: Floor, order: str, *, back: bool = False) -> list[list[int]]:
    cursor: str | None = "last" if back else ""
    pages = []
    while cursor is not None:
        page = floor.page("customer", order=order, size="3", cursor=cursor)
        pages.append([row.id for row in page.rows])
        cursor = page.previous if back else page.next
    return pages


def test_what_is_empty_takes_no_room_in_an_index(floor: Floor) -> None:
    """F4: an import makes no entries that say "nothing"."""
    with floor.at_work():
        table = engine().models["customer"].__table__
    given = {index.name: index.dialect_options["postgresql"]["where"] for index in table.indexes}
    for column in ("agent_id", "team_id", "last_contact_at"):
        assert given[f"ix_customer_{column}_given"] is not None
