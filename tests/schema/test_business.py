"""Business parameters (B1–B4): who sets them, what they may be, and what the impact line counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.errors import Invalid
from app.models.adopted import Role, User
from app.models.base import db, new_id, transaction, utcnow
from app.records import settings
from app.records.returning import give_back
from app.records.tables import model_of
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

    def idle(self, customer: int, days: int) -> None:
        """As if it had been given that long ago."""
        with self.desk.at_work(), transaction() as session:
            model = model_of(self.desk.resource("customer"))
            session.get_one(model, (self.kit.id, customer)).assigned_at = utcnow() - timedelta(days=days)

    def given_back(self) -> int:
        actor = self.kit.actor("admin")  # the settings as they are by now
        with self.desk.at_work(), transaction():
            return give_back(actor, self.desk.resource("customer"))

    def active(self, *roles: str) -> int:
        """How many active people have one of these built-in roles."""
        with self.desk.at_work():
            having = select(func.count(User.id)).join(Role, Role.id == User.role_id)
            return int(db.session.scalar(having.where(User.active, Role.key.in_(roles))) or 0)

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


def test_the_cap_is_told_in_those_who_have_reached_it(business: Business) -> None:
    """B4, C1."""
    holder = business.kit.user("agent")[0]
    business.customer(agent=str(holder))
    business.customer(agent=str(holder))
    business.customer()
    assert business.impact(owner_cap=2) == ["1 个坐席已持有 2 个或更多客户，不能再获得客户。"]
    assert business.impact(owner_cap=3) == ["目前没有坐席持有的客户达到 3 个。"]
    business.save(owner_cap=3)
    assert business.impact(owner_cap=0) == ["坐席持有的客户数量不限。"]


def test_what_goes_back_to_the_pool_is_counted_as_it_goes(business: Business) -> None:
    """C1: by what the job itself takes."""
    holder = business.kit.user("agent")[0]
    old, warned = (business.customer(agent=str(holder)) for _ in range(2))
    business.customer(agent=str(holder))
    business.customer()
    business.idle(old, days=40)
    business.idle(warned, days=28)
    assert business.impact(return_warning_days=5) == ["客户不会自动退回公海，提醒暂不起作用。"]
    assert business.impact(return_after_days=30) == ["1 个客户将在下一个 03:00 退回公海。"]
    assert business.impact(return_after_days=60) == ["目前没有客户达到未联系的天数。"]
    business.save(return_after_days=30)
    assert business.impact(return_warning_days=5) == ["2 个客户即将退回公海，坐席会收到提醒。"]
    assert business.impact(return_warning_days=0) == ["退回公海前不再提醒坐席。"]
    assert business.impact(return_after_days=0) == ["客户将不再自动退回公海。"]
    assert business.given_back() == 1


def test_who_asks_for_each_number_is_counted(business: Business) -> None:
    """R2, C1: those with the right to see numbers, agents or everyone; finance has none."""
    for role in ("agent", "team_leader", "manager", "finance"):
        business.kit.user(role)
    business.kit.user("agent", active=False)
    more = business.impact(reveal_one_by_one="all")[0]
    assert more == f"将另有 {business.active('admin', 'manager', 'operator')} 人须逐条查看完整号码。"
    assert business.impact(reveal_one_by_one="nobody") == ["2 人将可直接看到完整号码。"]
    assert business.impact(reveal_limit=5) == ["2 人每天最多可查看 5 个完整号码。"]
    assert business.impact(reveal_limit=0) == ["2 人查看完整号码的次数不限。"]
    business.save(reveal_one_by_one="nobody")
    assert business.impact(reveal_limit=5) == ["目前无人须逐条查看完整号码，次数限制暂不起作用。"]


def test_what_waits_for_approval_is_told(business: Business) -> None:
    """C1: by all the company's customers."""
    for _ in range(2):
        business.customer()
    assert business.impact(export_approval_rows=1) == ["导出全部 2 个客户时须审核。"]
    assert business.impact(export_approval_rows=2) == ["目前共 2 个客户，导出均无须审核。"]
    assert business.impact(export_approval_rows=0) == ["导出客户资料将无须审核。"]


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
