"""Trap of FAB: what one request filters by must not be on the page of another (FAB-NOTES, Views)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from typing import Any

import pytest
from flask import Flask

from tests.desk import Desk
from tests.kit import TenantKit
from tests.web.site import Site, rows

THREADS, PAGES_EACH = 8, 12


@pytest.mark.parametrize("kind", ["page", "api"])
def test_filters_of_eight_threads_do_not_mix(tenant: TenantKit, desk: Desk, kind: str) -> None:
    names = [f"器件{number}" for number in range(THREADS)]
    for number, name in enumerate(names):
        desk.add("gadget", code=f"AA-{number}", name=name, state="new", weight=number)
    sites = [Site(tenant, "admin") for _ in names]

    def hammer(number: int) -> list[Any]:
        order = "-weight" if number % 2 else "name"
        query = f"?name.contains={names[number]}&weight.from={number}&order={order}"
        if kind == "page":
            pages = [sites[number].get(f"/gadget/{query}") for _ in range(PAGES_EACH)]
            return [
                (rows(page), f'value="{names[number]}"' in page.text, f"order={order}" in page.text) for page in pages
            ]
        answers = [sites[number].api("GET", f"/api/v1/gadget/{query}").json for _ in range(PAGES_EACH)]
        return [[row["name"] for row in answer["data"]] for answer in answers]

    with ThreadPoolExecutor(THREADS) as pool:
        shown = list(pool.map(hammer, range(THREADS)))
    for number, pages in enumerate(shown):
        right: Any = ([names[number]], True, True) if kind == "page" else [names[number]]
        assert pages == [right] * PAGES_EACH


def test_companies_and_languages_do_not_mix(tenant: TenantKit, other_tenant: TenantKit) -> None:
    sites = [Site(kit, "admin") for kit in islice(cycle((tenant, other_tenant)), THREADS)]
    for number, site in enumerate(sites):
        Desk(site.kit, site.kit.actor("admin")).add("shelf", name=f"{site.kit.code}-{number}")

    def hammer(site: Site) -> list[bool]:
        pages = [site.get("/shelf/") for _ in range(PAGES_EACH)]
        return [bool(rows(page)) and all(name.startswith(site.kit.code) for name in rows(page)) for page in pages]

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(all(fine) for fine in pool.map(hammer, sites))


def test_views_keep_nothing_of_a_request(app: Flask, tenant: TenantKit) -> None:
    views = app.extensions["appbuilder"].baseviews
    before = [dict(vars(view)) for view in views]
    site = Site(tenant, "admin")
    for path in ("/gadget/?name.contains=x&order=name&size=50", "/gadget/add", "/user/", "/api/v1/gadget/?q=x"):
        site.get(path)
    site.post("/gadget/add", {"name": "x"})
    assert [dict(vars(view)) for view in views] == before
    view = next(view for view in views if type(view).__name__ == "GadgetView")
    with app.test_request_context("/"):
        first = view._filters
        assert first is view._filters
    with app.test_request_context("/"):
        assert view._filters is not first
