"""C1: from a record to the one before and after it in the list one came from."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape

import pytest

from tests.web.site import Site
from tests.whole.conftest import Crowd

Queries = Callable[[], AbstractContextManager[list[str]]]


def beside(text: str) -> dict[str, str]:
    """Where the keys lead: the id of the record."""
    return {key: id_ for id_, key in re.findall(r'href="/customer/(\d+)\?[^"]*" data-key="([jk])"', text)}


def come(site: Site, id_: int, query: str) -> str:
    return site.get(f"/customer/{id_}", headers={"Referer": f"http://localhost/customer/{query}"}).text


def walk(site: Site, text: str, key: str) -> list[str]:
    """The ids one comes to by pressing the key again and again."""
    found = []
    while (link := re.search(rf'href="([^"]+)" data-key="{key}"', text)) and len(found) < 9:
        found.append(link[1].split("?")[0].rpartition("/")[2])
        text = site.get(unescape(link[1])).text
    return found


@pytest.mark.parametrize("order", ["", "name", "-phone", "type", "agent", "-last_contact_at", "gender"])
def test_one_walks_the_list_in_its_order_and_by_its_filter(crowd: Crowd, order: str) -> None:
    """C1: values that are equal, and none at all, included."""
    agent, kinds = crowd.person(), crowd.page("customer_type").rows
    crowd.pool(1, gender="female")
    ids = [*crowd.pool(2, gender="male", agent=agent.id), *crowd.pool(2, gender="male", type=kinds[0].id)]
    query = {"gender": "male"} | ({"order": order} if order else {})
    listed = [str(row.id) for row in crowd.page("customer", **query).rows]
    assert sorted(listed) == sorted(map(str, ids))
    site = Site(crowd.kit, "admin")
    text = come(site, int(listed[0]), "?" + "&".join(f"{name}={value}" for name, value in query.items()) + "&size=2")
    assert set(beside(text)) == {"j"}
    assert walk(site, text, "j") == listed[1:]
    last = come(site, int(listed[-1]), "?" + "&".join(f"{name}={value}" for name, value in query.items()))
    assert walk(site, last, "k") == listed[-2::-1]
    assert 'href="/customer/?gender=male' in unescape(text)


def test_nothing_out_of_sight_is_beside_anything(crowd: Crowd) -> None:
    """C1, B1"""
    mine = crowd.pool(1, agent=crowd.kit.person("agent")[0])
    crowd.pool(2)
    more = crowd.pool(1, agent=crowd.kit.person("agent")[0])
    text = come(Site(crowd.kit, "agent"), mine[0], "?order=created_at")
    assert beside(text) == {"j": str(more[0])}


@pytest.mark.parametrize("asked", ["?nonsense=1", "?order=nonsense", "?type.in=x"])
def test_what_is_no_list_any_more_leads_nowhere(crowd: Crowd, asked: str) -> None:
    """C1: and neither does coming from elsewhere."""
    ids, site = crowd.pool(2), Site(crowd.kit, "admin")
    assert beside(come(site, ids[0], asked)) == {}
    answer = site.get(f"/customer/{ids[0]}", query_string={"in": asked[1:]})
    assert answer.status_code == 200 and beside(answer.text) == {}
    assert beside(site.get(f"/customer/{ids[0]}").text) == {}
    assert beside(site.get(f"/customer/{ids[0]}", headers={"Referer": "http://localhost/workbench"}).text) == {}


def test_it_costs_two_statements_more(crowd: Crowd, queries: Queries) -> None:
    """C1"""
    ids, site = crowd.pool(3), Site(crowd.kit, "admin")
    come(site, ids[1], "?gender=")
    site.get(f"/customer/{ids[1]}")
    with queries() as alone:
        site.get(f"/customer/{ids[1]}")
    with queries() as among:
        come(site, ids[1], "?order=name")
    assert len(among) == len(alone) + 2
