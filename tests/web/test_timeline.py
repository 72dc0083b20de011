"""What happened to a record, told in sentences on its page and by the API (C1)."""

from __future__ import annotations

import re
from html import unescape

import pytest

from app.models.base import transaction
from app.records import audit
from tests.contract.company import Company

ANNA = {"name": "安娜", "phone": "13800138000"}


def told(text: str) -> list[str]:
    """The sentences, the newest first."""
    found = re.findall(r'<p class="what">(.*?)</p>', text, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split()) for html in found]


@pytest.fixture
def lei(tenant):
    return tenant.user("agent", name="李雷")[0]


def test_an_assignment_is_told_with_names(site, desk, lei):
    """C1: who gave what to whom; the field that leads is the last of those that say something."""
    team = desk.add("team", name="一组").id
    id_ = desk.add("customer", **ANNA).id
    desk.edit("customer", id_, agent=lei, team=team)
    desk.edit("customer", id_, agent=None)
    sentences = told(site.get(f"/customer/{id_}").text)
    assert [one.partition(" ")[2] for one in sentences[:2]] == ["收回了 李雷 的客户", "将客户分配给 李雷（班组：一组）"]


def test_a_type_is_told_by_name_and_other_changes_field_by_field(site, desk):
    """C1, T1"""
    type_ = desk.add("customer_type", name="意向").id
    id_ = desk.add("customer", **ANNA).id
    desk.edit("customer", id_, type=type_, remark="明天再打")
    text = site.get(f"/customer/{id_}").text
    assert "将客户类型由“未分类”改为“意向”" in told(text)[0]
    assert "<ins>明天再打</ins>" in text
    assert "新增了此记录" in told(text)[-1]


def test_older_entries_are_fetched_and_no_day_is_headed_twice(site, desk):
    """C1: twenty at a time, at a cost that does not grow."""
    id_ = desk.add("customer", **ANNA).id
    for number in range(24):
        desk.edit("customer", id_, remark=f"第 {number} 次")
    text = site.get(f"/customer/{id_}").text
    assert len(told(text)) == 20
    (url,) = re.findall(r'hx-get="([^"]+/timeline[^"]+)"', text)
    older = site.get(unescape(url), htmx="x").text
    assert len(told(older)) == 5
    assert "<h3" not in older
    assert "</html>" in site.get(unescape(url)).text


def test_the_page_costs_the_same_however_much_has_happened(site, desk, queries):
    """C1"""
    id_, costs = desk.add("customer", **ANNA).id, []
    for number in (1, 12):
        for one in range(number):
            desk.edit("customer", id_, remark=f"{number}/{one}")
        site.get(f"/customer/{id_}")
        with queries() as sent:
            site.get(f"/customer/{id_}")
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 4


def test_a_record_without_an_entry_says_when_it_was_made_and_by_which_import(site, desk):
    """C1: who is imported has no entry of their own."""
    with desk.at_work(), transaction():
        from app.records import bulk

        ids = bulk.add_many(desk.actor, desk.resource("customer"), [dict(ANNA)], permission="add").ids
    assert "新增了此记录" in told(site.get(f"/customer/{ids[0]}").text)[-1]
    with desk.at_work(), transaction():
        audit.note(desk.actor, "import", desk.resource("customer"), {"rows": 1})
    assert "通过导入新增了此记录" in told(site.get(f"/customer/{ids[0]}").text)[-1]


def test_the_api_tells_the_same_and_hides_the_same(site, site_of, desk, tenant):
    """C1: no record out of sight, no number that is masked."""
    id_ = desk.add("customer", **ANNA).id
    desk.edit("customer", id_, phone="13912345678")
    path = f"/api/v1/customer/{id_}/timeline"
    answer = site.api("GET", path).json
    assert [one["action"] for one in answer["data"]] == ["edit", "add"]
    assert answer["data"][0]["changes"][0]["before"] == "13800138000"
    assert site_of(tenant, "agent").api("GET", path).status_code == 404
    assert site_of(tenant, "agent").get(f"/customer/{id_}/timeline").status_code == 404
    company = Company(tenant, tenant.app.extensions["ucc"].product.resource("customer"))
    program = company.program("view")
    assert "13800138000" not in program("GET", f"/customer/{id_}/timeline").text
    assert "138****8000" in program("GET", f"/customer/{id_}/timeline").text
    first = site.api("GET", f"{path}?size=1").json
    assert [one["action"] for one in site.api("GET", f"{path}?before={first['next']}").json["data"]] == ["add"]
