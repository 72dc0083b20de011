"""How many SQL statements a page costs: the same for one row and fifty, whatever the menu holds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.desk import Desk
from tests.web.site import Site

Queries = Callable[[], AbstractContextManager[list[str]]]

# Login and rows; and two chosen entries looked up.
LISTS = {
    "/gadget/": 2,
    "/gadget/?q=样&state=new&order=name": 2,
    "/gadget/?shelf.in={shelf}&spares.any={shelf}": 4,
    "/user/": 2,
    "/announcement/": 2,
    "/gadget/count": 2,
}


def fill(desk: Desk, number: int) -> int:
    shelf = desk.add("shelf", name=f"架{number}").id
    for one in range(number):
        desk.add("gadget", code=f"AA-{number}{one:03}", name=f"样品{one}", state="new", shelf=shelf, spares=[shelf])
        desk.add("announcement", content=f"公告{one}", expires_at="2099-01-01 00:00")
    return shelf


@pytest.mark.parametrize(("path", "most"), LISTS.items())
def test_a_list_costs_the_same_whatever_its_length(
    site: Site, desk: Desk, queries: Queries, path: str, most: int
) -> None:
    counts = []
    for number in (1, 40):
        where = path.format(shelf=fill(desk, number))
        site.get(where)
        with queries() as sent:
            assert site.get(where).status_code == 200
        counts.append(len(sent))
    assert counts == [most, most]
    assert most <= 4


def test_however_many_references_are_searched_by_there_are_at_most_four(
    site: Site, desk: Desk, queries: Queries
) -> None:
    shelf = fill(desk, 2)
    with queries() as sent:
        assert site.get(f"/gadget/?shelf.in={shelf}&spares.any={shelf}&created_at.from=2020-01-01").status_code == 200
    assert len(sent) <= 4


def test_other_pages(site: Site, desk: Desk, queries: Queries) -> None:
    shelf = fill(desk, 3)
    id_ = desk.page("gadget").rows[0].id
    most = {f"/gadget/{id_}": 3, "/gadget/add": 1, f"/gadget/{id_}/edit": 4, "/workbench": 3,
            f"/gadget/choices/shelf?id={shelf}": 2, "/api/v1/gadget/": 2, "/nothing": 1}  # fmt: skip
    counts: dict[str, Any] = {}
    for path in most:
        with queries() as sent:
            site.get(path)
        counts[path] = len(sent)
    assert counts == most
