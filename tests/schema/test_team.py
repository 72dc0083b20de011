"""Teams and their leaders (C2)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app.errors import Invalid
from app.models.base import transaction
from app.records import handover, service
from tests.desk import Desk
from tests.kit import TenantKit, log_in


@pytest.fixture
def desk(tenant: TenantKit) -> Desk:
    return Desk(tenant, tenant.actor("admin"))


def team_of(desk: Desk, name: str = "一组") -> tuple[int, int]:
    """A team and somebody in it."""
    team = desk.add("team", name=name).id
    return team, desk.kit.user("agent", team_id=team)[0]


def test_a_leader_is_one_of_the_team(desk: Desk):
    """C2: nobody leads a team they are not in, a new one neither."""
    team, member = team_of(desk)
    other = desk.kit.user("agent")[0]
    for change in (
        lambda: desk.edit("team", team, leader=str(other)),
        lambda: desk.add("team", name="二组", leader=str(member)),
    ):
        with pytest.raises(Invalid) as refused:
            change()
        assert set(refused.value.errors) == {"leader"}
    assert desk.edit("team", team, leader=str(member)).values["leader"] == member


def test_the_form_offers_nobody_in_vain(desk: Desk):
    """C2: the people of this team and no others; a new team has none yet, so it is not asked who leads it."""
    team, member = team_of(desk)
    other = desk.kit.user("agent")[0]
    manager = log_in(desk.kit, "manager")
    form = manager.get(f"/team/{team}/edit").text
    assert re.findall(r'<option value="(\d+)"', form) == [str(member)]
    assert 'name="leader"' not in manager.get("/team/add").text
    sent = {"csrf_token": manager.csrf, "name": "一组", "leader": str(other)}
    refused = manager.post(f"/team/{team}/edit", data=sent)
    assert refused.status_code == 422 and "班长须是本班组的坐席" in refused.text
    assert manager.post("/team/add", data={"csrf_token": manager.csrf, "name": "二组"}).status_code == 303
    found = manager.get("/team/choices/leader").json  # of the filter above the list: everybody
    assert {str(member), str(other)} <= {one["value"] for one in found}


@pytest.mark.parametrize("change", [{"team": None}, {"role": "operator"}])
def test_a_leader_stays_until_somebody_else_leads(desk: Desk, change: dict[str, Any]):
    """C2: neither into another team nor out of the agents; once another leads, they may go."""
    team, leader = team_of(desk)
    second = desk.kit.user("agent", team_id=team)[0]
    desk.edit("team", team, leader=str(leader))
    values = {"role": str(desk.kit.roles[change["role"]])} if "role" in change else change
    with pytest.raises(Invalid) as refused:
        desk.edit("user", leader, **values)
    assert set(refused.value.errors) == set(change)
    desk.edit("team", team, leader=str(second))
    desk.edit("user", leader, **values)


def test_a_team_with_a_leader_can_be_given_up(desk: Desk):
    """C2: its people go to another team, the leader with them."""
    team, leader = team_of(desk)
    heir, _ = team_of(desk, "二组")
    desk.edit("team", team, leader=str(leader))
    with desk.at_work(), transaction():
        service.delete(desk.actor, desk.resource("team"), [team], heir=heir)
    assert desk.get("user", leader).values["team"] == heir


def test_a_leader_who_is_deleted_leaves_the_team_without_one(desk: Desk):
    """C2, U3: where nobody takes over."""
    team, leader = team_of(desk)
    desk.edit("team", team, leader=str(leader))
    with desk.at_work(), transaction():
        service.delete(desk.actor, desk.resource("user"), [leader], heir=handover.NOBODY)
    assert desk.get("team", team).values["leader"] is None


def test_the_list_counts_members_and_the_page_names_them(desk: Desk, queries: Any):
    """C2: one statement for all rows, and a way to the agents of the team; people who are no agents do not count."""
    team, member = team_of(desk)
    desk.kit.user("agent", team_id=team)
    desk.kit.user("operator", team_id=team)
    client = log_in(desk.kit, "admin")
    with queries() as sent:
        page = client.get("/team/").get_data(as_text=True)
    assert f'<a href="/agent/?team={team}">2</a>' in page
    assert len(sent) <= 4, sent
    shown = client.get(f"/team/{team}").get_data(as_text=True)
    assert f'href="/agent/{member}"' in shown and f'href="/agent/?team={team}"' in shown


def test_members_move_between_teams_together(desk: Desk):
    """C2: on the agents' page, several at once, all or none."""
    team, member = team_of(desk)
    other, second = team_of(desk, "二组")
    desk.edit("team", team, leader=str(member))
    client, to = log_in(desk.kit, "manager"), desk.add("team", name="三组").id
    form = {"csrf_token": client.csrf, "ids": [str(member), str(second)], "team": str(to), "asked": "1"}
    client.post("/agent/do/move", data=form)
    assert {desk.get("user", id_).values["team"] for id_ in (member, second)} == {team, other}, "one of them leads"
    client.post("/agent/do/move", data={**form, "ids": [str(second)]})
    assert desk.get("user", second).values["team"] == to
