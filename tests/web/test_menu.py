"""The left menu: groups and pages of the product, filtered by what the reader may view."""

from __future__ import annotations

from dataclasses import replace

from app.access import Actor
from app.spec.model import Product
from app.web.menu import ProductMenu

NOBODY = Actor(tenant_id=1, user_id=2, role_key="agent")


def shown(product: Product, actor: Actor, path: str = "/") -> dict[str, list[str]]:
    return {
        group["label"]: [item["url"] for item in group["items"]]
        for group in ProductMenu(product).entries(actor, "", path)
    }


def test_groups_and_pages_in_their_order(product: Product) -> None:
    menu = shown(product, replace(NOBODY, role_key="admin"))
    assert list(menu) == ["客户", "呼叫中心", "设置", "样品"]
    assert menu["呼叫中心"] == ["/agent/", "/team/"]
    assert menu["设置"][:2] == ["/user/", "/role/"]


def test_a_page_without_the_permission_and_a_group_without_pages_are_not_there(product: Product) -> None:
    assert shown(product, NOBODY) == {}
    assert shown(product, replace(NOBODY, grants=frozenset({("announcement", "view")}))) == {"设置": ["/announcement/"]}
    assert shown(product, replace(NOBODY, grants=frozenset({("announcement", "edit")}))) == {}


def test_the_page_one_is_on_is_marked_and_its_group_open(product: Product) -> None:
    groups = ProductMenu(product).entries(replace(NOBODY, role_key="admin", locale="en"), "/base", "/user/5/edit")
    active = [(group["label"], item["url"]) for group in groups for item in group["items"] if item["active"]]
    assert active == [("Settings", "/base/user/")]
    assert [group["label"] for group in groups if group["open"]] == ["Settings"]
