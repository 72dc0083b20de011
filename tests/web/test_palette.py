"""Ctrl+K and `/api/v1/search`: what somebody finds, and that nobody finds what is not theirs to see."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import quote

import pytest

from tests.desk import Desk
from tests.kit import TenantKit
from tests.web.site import Site

ENTRY = re.compile(r'<a role="option"[^>]*href="([^"]+)".*?class="palette-name">(.*?)</span>', re.DOTALL)


def found(site: Site, text: str) -> dict[str, str]:
    """Address → title of what the box offers."""
    return dict(ENTRY.findall(site.get(f"/palette?q={quote(text)}").text))


@pytest.mark.parametrize("text", ["角色权限", "色权", "jsqx", "juese", "Roles", "role"])
def test_a_page_is_found_by_its_names_pinyin_and_initials(site: Site, text: str) -> None:
    """C1: in either language, whatever the reader's."""
    assert found(site, text)["/role/"] == "角色权限"


def test_pages_that_one_may_not_view_are_not_found(tenant: TenantKit) -> None:
    """R4: the palette is the menu with a box above."""
    agent = Site(tenant, "agent")
    assert "/role/" not in found(agent, "角色")
    assert "/customer/" in found(agent, "客户")
    assert found(agent, "工作台") == {"/workbench": "工作台"}


def test_people_and_customers_are_found_together_in_few_statements(
    site: Site, desk: Desk, tenant: TenantKit, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """C1: one request; login and one statement for each resource."""
    person = tenant.user("agent", name="欧阳春晓")[0]
    customer = desk.add("customer", name="欧阳春晓商贸", phone="13812345678").id
    assert {f"/user/{person}", f"/customer/{customer}"} <= set(found(site, "欧阳春晓"))
    with queries() as sent:
        found(site, "欧阳春晓")
    assert len(sent) <= 1 + 2


def test_a_group_has_five_and_leads_to_all(site: Site, desk: Desk) -> None:
    """C1: the rest is on the list, asked for the same."""
    for number in range(7):
        desk.add("customer", name=f"司徒{number}", phone=f"1381234567{number}")
    offered = found(site, "司徒")
    assert len([url for url in offered if re.fullmatch(r"/customer/\d+", url)]) == 5
    assert f"/customer/?q={quote('司徒')}" in offered


def test_nothing_out_of_sight_is_found(tenant: TenantKit, other_tenant: TenantKit, desk: Desk) -> None:
    """C1: neither a colleague's customer nor another company's, on page and API; what is hidden is not counted."""
    agent = Site(tenant, "agent")
    own = desk.add("customer", name="端木一", phone="13812340001", agent=tenant.person("agent")[0])
    desk.add("customer", name="端木二", phone="13812340002", agent=tenant.user("agent")[0])
    for stranger in (agent, Site(other_tenant, "admin")):
        offered = [url for url in found(stranger, "端木") if url.startswith("/customer/")]
        told = [
            row["id"] for group in stranger.api("GET", "/api/v1/search?q=端木").json["data"] for row in group["rows"]
        ]
        mine = stranger is agent
        assert offered == ([f"/customer/{own.id}"] if mine else [])
        assert told == ([str(own.id)] if mine else [])


def test_an_empty_box_asks_for_nothing_and_a_strange_text_finds_nothing(site: Site) -> None:
    """K6: no error, whatever is typed."""
    assert found(site, " ") == {}
    for text in ("\x00", "%", "'", "x" * 500, "👩‍💻"):
        assert site.get(f"/palette?q={quote(text)}").status_code == 200
        assert site.api("GET", f"/api/v1/search?q={quote(text)}").status_code == 200
    assert "palette-none" in site.get("/palette?q=zzqqxx").text
