"""Business parameters (B1–B4): who sets them, what they may be, and what the impact line counts."""

from __future__ import annotations

from typing import Any

import pytest

from app.errors import Invalid
from app.models.adopted import Role, User
from app.models.base import new_id, transaction
from app.records import settings
from tests.desk import Desk
from tests.kit import TenantKit
from tests.web.site import Site, control_value, field_errors


class Business:
    """The admin at the parameters of a company with customers."""

    def __init__(self, kit: TenantKit) -> None:
        self.kit, self.desk = kit, Desk(kit, kit.actor("admin"))

    def impact(self, **values: Any) -> list[str]:
        with self.desk.at_work():
            return settings.impact(self.desk.actor, self.desk.resource("business"), values)

    def save(self, **values: Any) -> None:
        with self.desk.at_work(), transaction():
            settings.save(self.desk.actor, self.desk.resource("business"), values)

    def value(self, field: str) -> Any:
        actor = self.kit.actor("admin")
        with self.desk.at_work():
            return settings.value(actor, "business", field)

    def customer(self, **values: Any) -> int:
        return self.desk.add("customer", **{"name": "王伟", "phone": "13800138000", **values}).id

    def in_team(self, user: int, team: int) -> None:
        with self.desk.at_work(), transaction() as session:
            session.get_one(User, user).team_id = team

    def sees(self, role: str) -> int:
        """How many customers the one person of that role sees now: what enforcement says."""
        return Desk(self.kit, self.kit.actor(role)).count("customer").number


@pytest.fixture
def business(tenant: TenantKit) -> Business:
    return Business(tenant)


def test_all_are_off_until_somebody_says_otherwise(business: Business) -> None:
    """B1–B4."""
    names = ("leader_sees_team", "agent_sees_unsorted", "agent_may_claim", "claim_size")
    assert [business.value(name) for name in names] == [False, False, False, 10]


@pytest.mark.parametrize("size", [1, 500])
def test_one_claim_gives_1_to_500(business: Business, size: int) -> None:
    """B4."""
    business.save(claim_size=size)
    assert business.value("claim_size") == size


@pytest.mark.parametrize("size", [0, 501, -1, "", "many", None])
def test_and_nothing_else(business: Business, size: Any) -> None:
    """B4."""
    with pytest.raises(Invalid) as fault:
        business.save(claim_size=size)
    assert list(fault.value.errors) == ["claim_size"]


def unchanged(tenant: TenantKit) -> dict[str, str]:
    """The form as a new company's browser would send it back."""
    fields = tenant.app.extensions["ucc"].product.resource("business").fields.values()
    return {field.name: str(field.default) for field in fields if field.kind != "boolean"}


def test_a_wrong_number_is_said_on_the_page(tenant: TenantKit) -> None:
    """B4: beside the field, with what was typed."""
    site = Site(tenant, "manager")
    page = site.post("/business/", {**unchanged(tenant), "agent_may_claim": "true", "claim_size": "501"})
    assert page.status_code == 422
    assert set(field_errors(page)) == {"claim_size"}
    assert control_value(page, "claim_size") == "501"
    assert 'name="agent_may_claim" value="true" checked' in page.text


def test_leaders_see_more_and_the_line_says_how_many(business: Business) -> None:
    """B1: the customers of teams with a leader who does not have them already: exactly what they then see more."""
    leader = business.kit.person("team_leader")[0]
    led, other = (business.desk.add("team", name=name).id for name in ("一组", "二组"))
    business.in_team(leader, led)
    for _ in range(3):
        business.customer(team=str(led))
    business.customer(team=str(led), agent=str(leader))
    business.customer(team=str(other))
    business.customer()
    before = business.sees("team_leader")
    assert business.impact(leader_sees_team=True) == ["1 个班长将多看到 3 个客户。"]
    business.save(leader_sees_team=True)
    assert business.sees("team_leader") - before == 3
    assert business.impact(leader_sees_team=False) == ["1 个班长将不再看到 3 个客户。"]


def test_agents_see_the_uncategorised_and_the_line_says_how_many(business: Business) -> None:
    """B2: customers of the type 未分类."""
    business.kit.person("agent")
    business.kit.user("agent")
    business.kit.user("agent", active=False)
    for _ in range(4):
        business.customer()  # nobody has given them a type: 未分类
    other = next(row.id for row in business.desk.page("customer_type").rows if row.values["key"] == 1)
    business.customer(type=str(other))
    before = business.sees("agent")
    assert business.impact(agent_sees_unsorted=True) == ["2 个坐席将多看到 4 个客户。"]
    business.save(agent_sees_unsorted=True)
    assert business.sees("agent") - before == 4
    assert business.impact(agent_sees_unsorted=False) == ["2 个坐席将不再看到 4 个客户。"]


def test_where_no_customer_fits_it_says_so(business: Business) -> None:
    """B1, B2."""
    assert business.impact(leader_sees_team=True) == ["目前没有符合条件的客户，暂无人受影响。"]


def test_claiming_is_told_in_people_and_numbers(business: Business) -> None:
    """B3, B4: and a number that does not matter yet is said to be so."""
    business.kit.user("agent")
    assert business.impact(agent_may_claim=True, claim_size=20) == ["1 个坐席每次最多可申请 20 个客户。"]
    assert business.impact(claim_size=20) == ["坐席自助申请未开启，单次数量暂不起作用。"]
    business.save(agent_may_claim=True)
    assert business.impact(agent_may_claim=False) == ["1 个坐席将不能再自助申请客户资料。"]
    assert business.impact(agent_may_claim=True) == []


def test_a_copied_role_counts_as_the_one_it_came_from(business: Business) -> None:
    """B3, R4."""
    with business.desk.at_work(), transaction() as session:
        role = Role(id=new_id(), key="", base="agent", name="夜班坐席", seat=True)
        session.add(role)
    business.kit.roles["night"] = role.id
    business.kit.user("night")
    assert business.impact(agent_may_claim=True) == ["1 个坐席每次最多可申请 10 个客户。"]


def test_the_neighbours_are_not_counted(business: Business, other_tenant: TenantKit) -> None:
    """B2, G1."""
    Business(other_tenant).customer()
    assert business.impact(agent_sees_unsorted=True) == ["目前没有符合条件的客户，暂无人受影响。"]
