"""The pages and the API of the recycle bin (C1)."""

from __future__ import annotations

import re

import pytest

from app.errors import Invalid
from tests.contract.company import Company
from tests.web.site import notices, rows

ANNA = {"name": "安娜", "phone": "13800138000"}


@pytest.fixture
def customers(desk):
    return [desk.add("customer", **{**ANNA, "name": f"安娜{n}"}).id for n in range(3)]


def entries(site) -> list[str]:
    return re.findall(r'name="ids" value="(\d+)"\s+aria-label', site.get("/customer/bin/").text)


def test_deleting_says_that_it_can_be_restored_and_the_bin_brings_it_back(site, customers):
    """C1: question, list, one record's values, the way back."""
    ask = site.get(f"/customer/delete?ids={customers[0]}&ids={customers[1]}")
    assert "30" in ask.text
    assert "回收站" in ask.text
    site.post("/customer/delete", {"ids": [str(id_) for id_ in customers[:2]]})
    assert rows(site.get("/customer/bin/")) == ["安娜1", "安娜0"]
    assert rows(site.get("/customer/bin/?q=娜0")) == ["安娜0"]
    assert rows(site.get("/customer/bin/?q=%00")) == []  # which PostgreSQL takes for no text
    newest, oldest = entries(site)
    shown = site.get(f"/customer/bin/{newest}").text
    assert "未分类" in shown
    assert "13800138000" in shown
    site.post("/customer/bin/restore", {"ids": [newest, oldest]})
    assert rows(site.get("/customer/bin/")) == []
    assert site.get(f"/customer/{customers[0]}").status_code == 200
    assert 'href="/customer/bin/"' in site.get("/customer/").text


def test_deleting_for_good_asks_first_whoever_asks(site, customers):
    """C1: without scripts no dialog has come before."""
    site.post("/customer/delete", {"ids": str(customers[0])})
    (entry,) = entries(site)
    for ask in (site.get(f"/customer/bin/purge?ids={entry}"), site.post("/customer/bin/purge", {"ids": entry})):
        assert "安娜0" in ask.text
        assert 'name="asked"' in ask.text
    assert entries(site) == [entry]
    site.post("/customer/bin/purge", {"ids": entry, "asked": "1"})
    assert entries(site) == []
    assert site.get(f"/customer/bin/{entry}").status_code == 404


def test_what_could_not_come_back_is_told(site, desk):
    """C1"""
    team = desk.add("team", name="一组").id
    id_ = desk.add("customer", **ANNA, team=team).id
    site.post("/customer/delete", {"ids": str(id_)})
    desk.delete("team", team)
    (entry,) = entries(site)
    answer = site.post("/customer/bin/restore", {"ids": entry}, follow_redirects=True)
    tones = dict(notices(answer))
    assert "安娜" in tones["success"]
    assert "一组" in tones["warning"]


def test_what_many_have_lost_is_one_message(site, desk):
    """C1: it stays until it is closed, so it does not fill the screen."""
    team = desk.add("team", name="一组").id
    ids = [desk.add("customer", **ANNA, team=team).id for _ in range(8)]
    site.post("/customer/delete", {"ids": [str(id_) for id_ in ids]})
    desk.delete("team", team)
    answer = site.post("/customer/bin/restore", {"ids": entries(site)}, follow_redirects=True)
    (said,) = [text for tone, text in notices(answer) if tone == "warning"]
    assert len(said.splitlines()) == 6
    assert said.endswith("另有 3 条类似情况")


def test_from_the_page_of_a_deleted_record_one_goes_on_to_the_record(site, customers):
    """C1"""
    site.post("/customer/delete", {"ids": str(customers[0])})
    (entry,) = entries(site)
    here = {"headers": {"Referer": f"http://localhost/customer/bin/{entry}"}}
    assert site.post("/customer/bin/restore", {"ids": entry}, **here).location == f"/customer/{customers[0]}"


def test_what_cannot_be_restored_leaves_the_person_where_they_are(site, customers, monkeypatch):
    """C1: with the reason, and not on another list."""
    site.post("/customer/delete", {"ids": str(customers[0])})
    (entry,) = entries(site)

    def refuse(*_args):
        raise Invalid({"": ["已被占用"]})

    monkeypatch.setattr("app.web.recycle_bin.restore", refuse)
    for page in ("/customer/bin/", f"/customer/bin/{entry}"):
        here = {"headers": {"Referer": f"http://localhost{page}"}}
        assert site.post("/customer/bin/restore", {"ids": entry}, **here).location == page
        assert notices(site.get(page)) == [("danger", "已被占用")]


def test_moments_of_a_deleted_record_read_as_on_its_page(site, desk, tenant):
    """C1, K4"""
    agent = tenant.user("agent")[0]
    id_ = desk.add("customer", **ANNA, agent=str(agent)).id
    shown = re.search(r'分配时间</dt><dd>(<time class="tabular-nums".*?</time>)', site.get(f"/customer/{id_}").text)
    site.post("/customer/delete", {"ids": str(id_)})
    (entry,) = entries(site)
    assert shown and re.sub(r" datetime=.*?>", "", shown[1]) in re.sub(
        r" datetime=.*?>", "", site.get(f"/customer/bin/{entry}").text
    )


def test_none_ticked_is_a_message_and_a_strange_id_is_not_found(site):
    """C1"""
    answer = site.post("/customer/bin/restore", {}, follow_redirects=True)
    assert [tone for tone, _text in notices(answer)] == ["danger"]
    assert site.get("/customer/bin/12345").status_code == 404
    assert site.get("/customer/bin/purge?ids=12345").status_code == 404
    assert site.get("/team/bin/").status_code == 404


def test_it_takes_the_right_to_delete(site_of, tenant, customers):
    """R2: page and API."""
    agent = site_of(tenant, "agent")
    assert agent.get("/customer/bin/").status_code == 403
    assert agent.post("/customer/bin/restore", {"ids": "1"}).status_code == 403
    assert agent.api("GET", "/api/v1/customer/bin/").status_code == 403
    assert "/customer/bin/" not in agent.get("/customer/").text


def test_the_api_lists_shows_restores_and_deletes_for_good(site, customers):
    """C1"""
    api = "/api/v1/customer/bin/"
    for id_ in customers:
        site.api("DELETE", f"/api/v1/customer/{id_}")
    found = site.api("GET", api).json["data"]
    assert [entry["record_id"] for entry in found] == [str(id_) for id_ in reversed(customers)]
    assert found[0]["days_left"] == 30
    values = site.api("GET", f"{api}{found[0]['id']}").json["data"]["values"]
    assert {"field": "phone", "label": "客户号码", "text": "13800138000"} in values
    assert site.api("POST", f"{api}restore", {"ids": [found[0]["id"]]}).json["data"] == {"restored": 1, "notes": []}
    assert site.api("POST", f"{api}purge", {"ids": [found[1]["id"]]}).json["data"] == {"deleted": 1}
    assert len(site.api("GET", api).json["data"]) == 1
    assert site.api("POST", f"{api}restore", {"ids": [found[0]["id"]]}).status_code == 404


def test_numbers_are_masked_for_whom_they_are_masked_elsewhere(site, tenant, customers):
    """C1: the bin is no way around masking."""
    site.post("/customer/delete", {"ids": str(customers[0])})
    (entry,) = entries(site)
    company = Company(tenant, tenant.app.extensions["ucc"].product.resource("customer"))
    for text in (
        company.browser("view", "delete").get(f"/customer/bin/{entry}").text,
        company.program("view", "delete")("GET", f"/customer/bin/{entry}").text,
    ):
        assert "13800138000" not in text
        assert "138****8000" in text
    assert "13800138000" in company.browser("view", "delete", "preview").get(f"/customer/bin/{entry}").text
