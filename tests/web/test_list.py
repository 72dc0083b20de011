"""The list page: search, filters, order, paging, page size (K6, U5, A4)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.desk import Desk
from tests.kit import TenantKit
from tests.web.site import Site, link, rows, selected


@pytest.fixture
def gadgets(desk: Desk) -> list[Any]:
    shelf = desk.add("shelf", name="东架")
    return [
        desk.add("gadget", code=f"AA-{number:03}", name=f"器件{number}", state="new", weight=number, shelf=shelf.id)
        for number in range(1, 8)
    ]


def test_newest_first_unless_asked_otherwise(site: Site, gadgets: list[Any]) -> None:
    assert rows(site.get("/gadget/")) == [f"器件{number}" for number in range(7, 0, -1)]
    assert rows(site.get("/gadget/?order=weight")) == [f"器件{number}" for number in range(1, 8)]


def test_conditions_on_several_fields_hold_together(site: Site, gadgets: list[Any]) -> None:
    shelf = gadgets[0].values["shelf"]
    found = site.get(f"/gadget/?code.contains=AA-00&weight.from=2&weight.to=3&shelf.in={shelf}&state=new")
    assert rows(found) == ["器件3", "器件2"]
    assert rows(site.get("/gadget/?code.contains=AA-00&state=retired")) == []


def test_the_search_box_looks_into_its_fields(site: Site, gadgets: list[Any]) -> None:
    assert rows(site.get("/gadget/?q=器件5")) == ["器件5"]
    assert rows(site.get("/gadget/?q=aa-005")) == ["器件5"]


def test_what_was_asked_for_stays_in_the_filter_bar(site: Site, gadgets: list[Any]) -> None:
    shelf = str(gadgets[0].values["shelf"])
    page = site.get(f"/gadget/?name.contains=器&state=new&state=used&shelf.in={shelf}&q=A")
    assert 'name="name.contains" value="器"' in page.text
    assert selected(page, "state.in") == ["new", "used"]
    assert selected(page, "shelf.in") == [shelf]
    assert "东架" in page.text


def test_records_that_refer_to_nothing_can_be_asked_for(site: Site, desk: Desk, gadgets: list[Any]) -> None:
    """C1: those that nobody looks after yet, alone and beside others; what is never empty offers none."""
    desk.add("gadget", code="BB-001", name="散件", state="new", weight=9)
    shelf = gadgets[0].values["shelf"]
    found = site.get("/gadget/?shelf.in=none")
    assert rows(found) == ["散件"]
    assert selected(found, "shelf.in") == ["none"]
    assert site.get("/api/v1/gadget/?shelf.in=none&count=true").json["count"] == 1
    assert rows(site.get(f"/gadget/?shelf.in=none&shelf.in={shelf}&weight.from=7")) == ["散件", "器件7"]
    assert "货架为无" in site.post("/gadget/whole/delete", {"ask": "1", "query": "shelf.in=none"}).text
    bar = site.get("/customer/").text
    offered = {
        name: '<option value="none"' in bar.partition(f'name="{name}.in"')[2].partition("</select>")[0]
        for name in ("agent", "team", "type")
    }
    assert offered == {"agent": True, "team": True, "type": False}


def test_turning_pages_forth_and_back_and_to_the_ends(site: Site, gadgets: list[Any]) -> None:
    first = site.get("/gadget/?order=weight&size=3")
    assert (link(first, "page-first"), link(first, "page-previous")) == (None, None)
    second = site.get(link(first, "page-next"))
    last = site.get(link(first, "page-last"))
    back = site.get(link(last, "page-previous"))
    shown = [[title[-1] for title in rows(page)] for page in (first, second, last, back)]
    assert shown == [["1", "2", "3"], ["4", "5", "6"], ["5", "6", "7"], ["2", "3", "4"]]
    assert link(last, "page-next") is None
    assert rows(site.get(link(second, "page-first"))) == rows(first)


def test_turning_pages_keeps_conditions_and_order(site: Site, gadgets: list[Any]) -> None:
    first = site.get("/gadget/?order=-weight&size=2&weight.to=5")
    assert rows(site.get(link(first, "page-next"))) == ["器件3", "器件2"]


def test_a_column_head_sorts_up_then_down_and_starts_from_the_first_page(site: Site, gadgets: list[Any]) -> None:
    page = site.get("/gadget/?size=2&order=name&cursor=last&code.contains=A")
    up = link(page, "sort-weight")
    assert up is not None
    assert "cursor" not in up
    assert "code.contains=A" in up
    assert 'aria-sort="ascending"' in site.get(up).text
    assert "order=-weight" in str(link(site.get(up), "sort-weight"))


def test_page_size_is_remembered_for_the_login_and_per_list(site: Site, gadgets: list[Any], tenant: TenantKit) -> None:
    assert len(rows(site.get("/gadget/?size=2"))) == 2
    assert len(rows(site.get("/gadget/"))) == 2
    assert "size=25" in site.get("/shelf/").text
    assert len(rows(Site(tenant, "admin").get("/gadget/"))) == 7


def empty_text(page: TestResponse) -> str:
    """What stands in the place of the rows."""
    found = re.search(r"#(?:search-off|inbox)\b.*?<p>(.*?)</p>", page.text, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "query",
    [
        "nonsense=1",
        "weight.from=heavy",
        "weight.like=1",
        "unlock_word=x",
        "order=unlock_word",
        "order=-nothing",
        "size=201",
        "size=0",
        "size=x",
        "cursor=forged",
        "made_on.from=2026-13-40",
        "shelf.in=x",
        "shelf.in=99999999999999999999999",
        "active=perhaps",
        "q=" + "x" * 300,
        "created_at.from=--",
    ],
)
def test_a_query_string_that_makes_no_sense_is_answered_on_the_page(site: Site, query: str) -> None:
    page = site.get(f"/gadget/?{query}")
    assert page.status_code == 400
    assert '<section id="list"' in page.text
    assert empty_text(page) != empty_text(site.get("/gadget/?q=没有"))
    assert site.get(f"/gadget/?{query}", htmx="list").status_code == 200
    assert site.get(f"/gadget/count?{query}").status_code in (200, 400)


def test_htmx_gets_the_list_alone(site: Site, gadgets: list[Any]) -> None:
    part = site.get("/gadget/?q=器件1", htmx="list")
    assert rows(part) == ["器件1"]
    assert part.text.lstrip().startswith("<section")
    assert "<html" in site.get("/gadget/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}).text


def test_the_total_is_asked_for_apart(site: Site, gadgets: list[Any]) -> None:
    assert "7" in site.get("/gadget/count").text
    assert "2" in site.get("/gadget/count?weight.to=2").text
    assert "/gadget/count?weight.to=2" in site.get("/gadget/?weight.to=2&order=name").text


def test_nothing_found_says_what_to_do(site: Site, desk: Desk) -> None:
    assert empty_text(site.get("/shelf/")) != empty_text(site.get("/shelf/?q=没有"))


def test_what_is_shown_is_escaped(site: Site, desk: Desk) -> None:
    desk.add("gadget", code="BB-001", name="<script>alert(1)</script>", state="new")
    page = site.get("/gadget/?q=<script>")
    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;" in page.text


def test_a_reference_is_shown_by_name_not_by_number(site: Site, gadgets: list[Any]) -> None:
    page = site.get("/gadget/?q=器件1")
    assert "东架" in page.text.split("<tbody>")[1]
    assert str(gadgets[0].values["shelf"]) not in page.text.split("<tbody>")[1]


def test_a_drop_down_of_the_filter_bar_is_filled_when_it_is_opened(site: Site) -> None:
    """U5: the page itself asks for no entries; opened, the drop-down has all there are, however many."""
    page = site.get("/user/").text
    select = re.search(r'<select[^>]*name="role\.in"[^>]*>(.*?)</select>', page, re.DOTALL)
    assert select is not None and "<option" not in select[1]
    address = re.search(r'data-url="([^"]+)" data-whole', select[0])
    assert address is not None
    roles = site.get(address[1]).json
    assert {"管理员", "经理", "财务"} <= {entry["text"] for entry in roles}
    one = roles[-1]
    asked = site.get(f"/user/?role.in={one['value']}").text
    assert f'<option value="{one["value"]}" selected>{one["text"]}</option>' in asked


def test_what_an_empty_audience_means_is_said(site: Site, desk: Desk) -> None:
    """A1: nothing chosen is everyone, in the list and on the record's page."""
    id_ = desk.add("announcement", content="全员", expires_at="2099-01-01 00:00").id
    for path in ("/announcement/", f"/announcement/{id_}"):
        text = site.get(path).text
        assert ">全部角色<" in text and ">全部班组<" in text
