"""The workbench of whoever looks after customers: what is due, figures as bars, their jobs."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy import update

from app.engine import engine
from app.models.base import db, transaction, utcnow
from app.records import settings
from tests.desk import Desk
from tests.kit import TenantKit
from tests.web.site import Site

DESK = "/workbench/desk/customer"
BAR = re.compile(r'<li><a href="([^"]*)">([^<]*)</a>.*?class="bar-number">([^<]*)<', re.DOTALL)


def given(desk: Desk, agent: int | None, name: str, days: int) -> int:
    """A customer of this agent with whom nobody has spoken for so many days."""
    id_ = desk.add("customer", name=name, phone="13812345678", **({"agent": agent} if agent else {})).id
    then = utcnow() - timedelta(days=days)
    with desk.at_work(), transaction():
        model = engine().models["customer"]
        changed = update(model).where(model.id == id_).values(last_contact_at=then, assigned_at=then)
        db.session.execute(changed, execution_options={"synchronize_session": False})
    return id_


def names(site: Site) -> list[str]:
    return re.findall(r'class="desk-name">([^<]*)<', site.get(DESK).text)


def test_the_workbench_asks_for_the_pieces_once_it_is_shown(tenant: TenantKit) -> None:
    """C7: own customers and own jobs; announcements do not wait for them."""
    text = Site(tenant, "agent").get("/workbench").text
    assert f'hx-get="{DESK}"' in text and 'hx-get="/workbench/jobs"' in text
    assert f'hx-get="{DESK}"' not in Site(tenant, "finance").get("/workbench").text


def test_own_customers_are_due_the_longest_silent_first(tenant: TenantKit, desk: Desk) -> None:
    """C7: nobody else's, and none that was spoken with lately."""
    agent, other = tenant.person("agent")[0], tenant.user("agent")[0]
    given(desk, agent, "二十天", 20)
    given(desk, agent, "四十天", 40)
    given(desk, agent, "昨天", 1)
    given(desk, other, "别人的", 90)
    site = Site(tenant, "agent")
    assert names(site) == ["四十天", "二十天"]
    link = re.search(r'class="all" href="([^"]+)"', site.get(DESK).text)
    assert link is not None
    listed = site.get(link[1].replace("&amp;", "&")).text
    assert "四十天" in listed and "二十天" in listed and "昨天" not in listed


def test_where_customers_go_back_to_the_pool_the_row_says_when(tenant: TenantKit, desk: Desk) -> None:
    """B4: due is what goes back within the days of the warning."""
    with desk.at_work(), transaction():
        settings.save(desk.actor, desk.resource("business"), {"return_after_days": 30, "return_warning_days": 5})
    agent = tenant.person("agent")[0]
    given(desk, agent, "还有三天", 27)
    given(desk, agent, "还早", 20)
    text = Site(tenant, "agent").get(DESK).text
    assert "还有三天" in text and "还早" not in text
    assert "3 " in text[text.index("还有三天") :]


def test_where_the_warning_begins_at_once_nothing_is_said_of_no_days(tenant: TenantKit, desk: Desk) -> None:
    """B4: a warning of 5 days and a return after 3."""
    with desk.at_work(), transaction():
        settings.save(desk.actor, desk.resource("business"), {"return_after_days": 3, "return_warning_days": 5})
    given(desk, tenant.person("agent")[0], "还有两天", 1)
    text = Site(tenant, "agent").get(DESK).text
    assert "超过 3 天未联系将退回公海" in text and "0 天" not in text


def test_figures_are_of_what_is_ones_own_the_teams_or_all(tenant: TenantKit, desk: Desk) -> None:
    """C7, C1: an agent's bars count their own, an admin's all they see; each leads to the list it counts."""
    agent, other = tenant.person("agent")[0], tenant.user("agent")[0]
    for owner, number in ((agent, 2), (other, 3), (None, 4)):
        for one in range(number):
            given(desk, owner, f"客户{owner}{one}", 1)
    for role, count in (("agent", 2), ("admin", 9)):
        site = Site(tenant, role)
        bars = BAR.findall(site.get(DESK).text)
        assert [number for _url, _label, number in bars] == [str(count)]
        counted = site.get(bars[0][0].replace("&amp;", "&").replace("/customer/?", "/customer/count?")).text
        assert str(count) in counted


def test_figures_of_everything_are_counted_once_a_minute(
    tenant: TenantKit, desk: Desk, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """C1: a million rows are not counted at every look; login, due, count, names otherwise."""
    given(desk, None, "甲", 1)
    site = Site(tenant, "admin")
    site.get(DESK)
    with queries() as sent:
        site.get(DESK)
    assert not [statement for statement in sent if "GROUP BY" in statement]
    assert len(sent) <= 4


def test_jobs_of_ones_own_stand_on_the_workbench(tenant: TenantKit) -> None:
    """C7: an empty state says what will be there."""
    assert 'class="nothing"' in Site(tenant, "agent").get("/workbench/jobs").text


def test_a_resource_without_a_desk_has_no_piece(site: Site, tenant: TenantKit) -> None:
    assert site.get("/workbench/desk/user").status_code == 404
    assert Site(tenant, "finance").get(DESK).status_code == 404
