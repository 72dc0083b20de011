"""工作台: the landing page of everyone (A1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.desk import Desk
from tests.kit import TenantKit
from tests.web.site import Site

LATER = (datetime.now(UTC) + timedelta(days=3)).isoformat()


def test_the_front_door_and_the_login_lead_there(site: Site) -> None:
    assert site.get("/").location == "/workbench"
    assert site.get("/workbench").status_code == 200


def test_live_announcements_newest_first_for_every_role(tenant: TenantKit, desk: Desk) -> None:
    for text in ("第一条", "第二条"):
        desk.add("announcement", content=text, expires_at=LATER)
    for role in ("admin", "agent"):
        page = Site(tenant, role).get("/workbench").text
        assert page.index("第二条") < page.index("第一条")


def test_only_who_may_view_the_page_is_led_to_it(tenant: TenantKit, desk: Desk) -> None:
    assert 'class="all" href="/announcement/"' in Site(tenant, "admin").get("/workbench").text
    assert 'href="/announcement/"' not in Site(tenant, "agent").get("/workbench").text


def test_unread_until_read_each_for_themself(tenant: TenantKit, desk: Desk) -> None:
    id_ = desk.add("announcement", content="停电通知", expires_at=LATER).id
    agent, admin = Site(tenant, "agent"), Site(tenant, "admin")
    assert f'data-id="{id_}"' in agent.get("/workbench").text
    assert agent.post("/workbench/read/announcement", {"ids": [id_]}).status_code == 303
    assert f'data-id="{id_}"' not in agent.get("/workbench").text
    assert f'data-id="{id_}"' in admin.get("/workbench").text


def test_another_companys_announcements_are_neither_shown_nor_marked(site: Site, foreign: Desk) -> None:
    theirs = foreign.add("announcement", content="别家通知", expires_at=LATER).id
    assert "别家通知" not in site.get("/workbench").text
    assert site.post("/workbench/read/announcement", {"ids": [theirs, "x", ""]}).status_code == 303


@pytest.mark.parametrize("resource", ["user", "nothing"])
def test_what_has_no_panel_cannot_be_read(site: Site, resource: str) -> None:
    assert site.post(f"/workbench/read/{resource}", {"ids": ["1"]}).status_code == 404


def test_an_announcement_is_published_and_seen(tenant: TenantKit) -> None:
    operator = Site(tenant, "operator")
    sent = {"content": "系统升级通知", "expires_at": "2099-12-31 18:00"}
    assert operator.post("/announcement/add", sent).status_code == 303
    assert "系统升级通知" in Site(tenant, "agent").get("/workbench").text
