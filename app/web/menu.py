"""The left menu, from the product's groups and the reader's grants: no query, whatever its length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_appbuilder.menu import Menu

from app.access import Actor, may
from app.spec.model import GroupSpec, Product, ResourceSpec


@dataclass(frozen=True, slots=True)
class MenuGroup:
    group: GroupSpec
    resources: tuple[ResourceSpec, ...]


class ProductMenu(Menu):
    """FAB's menu, without its permission rows: a page is in it when the reader may view the page."""

    def __init__(self, product: Product) -> None:
        super().__init__()
        self.groups = tuple(_groups(product))

    def entries(self, actor: Actor, root: str, path: str) -> list[dict[str, Any]]:
        """The groups and pages `actor` may see. `root` is the application's root; the page at `path` is active."""
        return [entry for group in self.groups if (entry := _entry(group, actor, root, path))]


def _groups(product: Product) -> Iterator[MenuGroup]:
    for group in sorted(product.groups.values(), key=lambda group: (group.order, group.name)):
        inside = [resource for resource in product.resources.values() if resource.page and resource.group == group.name]
        yield MenuGroup(group, tuple(sorted(inside, key=lambda resource: (resource.menu_order, resource.name))))


def _entry(menu_group: MenuGroup, actor: Actor, root: str, path: str) -> dict[str, Any] | None:
    items = [
        {
            "label": resource.many.text(actor.locale),
            "url": f"{root}/{resource.name}/",
            "icon": resource.icon,
            "active": path.startswith(f"/{resource.name}/"),
        }
        for resource in menu_group.resources
        if may(actor, resource, "view")
    ]
    if not items:
        return None
    return {
        "label": menu_group.group.label.text(actor.locale),
        "icon": menu_group.group.icon,
        "open": any(item["active"] for item in items),
        "items": items,
    }
