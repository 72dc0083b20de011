"""The left menu, from the product's groups and the reader's grants: no query, whatever its length.

It is the same for everyone who may view the same pages, so it is made and drawn once for each page one may be on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from flask import current_app, render_template
from flask_appbuilder.menu import Menu
from flask_babel import gettext as _
from markupsafe import Markup

from app.access import Actor, may
from app.accounts.addresses import HOME
from app.accounts.platform import CODE as PLATFORM
from app.accounts.platform import operates
from app.labels import Label
from app.spec.model import GroupSpec, Product, ResourceSpec
from app.web.assets import static_root

REMEMBERED: Final = 1024  # menus, of some 10 kB each
WORKBENCH: Final = HOME.strip("/")
COMPANIES: Final = Label("企业", "Companies")


@dataclass(frozen=True, slots=True)
class MenuGroup:
    group: GroupSpec
    resources: tuple[ResourceSpec, ...]


class ProductMenu(Menu):
    """FAB's menu, without its permission rows: a page is in it when the reader may view the page."""

    def __init__(self, product: Product) -> None:
        super().__init__()
        self.groups = tuple(_groups(product))
        self.places = {WORKBENCH, PLATFORM, *(resource.name for group in self.groups for resource in group.resources)}

    def entries(self, actor: Actor, root: str, path: str) -> list[dict[str, Any]]:
        """The groups and pages `actor` may see. `root` is the application's root; the page at `path` is active."""
        seen = self._seen(actor)
        return _entries(self, seen, actor.locale, root, path)

    def drawn(self, actor: Actor, root: str, path: str) -> Markup:
        """The same as HTML, with what stands above it. The request is in the actor's language."""
        place = path.split("/", 2)[1]  # all pages of one resource have the same menu
        return _drawn(self, self._seen(actor), actor.locale, root, place if place in self.places else "")

    def pages(self, actor: Actor) -> Iterator[tuple[Label, str, str]]:
        """Name in both languages, address below the root and icon of each page the actor may see, in menu order."""
        seen = self._seen(actor)
        if PLATFORM in seen:
            yield COMPANIES, f"/{PLATFORM}/", "building"
        for group in self.groups:
            for resource in group.resources:
                if resource.name in seen:
                    yield resource.many, f"/{resource.name}/", resource.icon

    def _seen(self, actor: Actor) -> frozenset[str]:
        seen = {resource.name for group in self.groups for resource in group.resources if may(actor, resource, "view")}
        return frozenset(seen | {PLATFORM} if operates(actor) else seen)


def _groups(product: Product) -> Iterator[MenuGroup]:
    for group in sorted(product.groups.values(), key=lambda group: (group.order, group.name)):
        inside = [resource for resource in product.resources.values() if resource.page and resource.group == group.name]
        yield MenuGroup(group, tuple(sorted(inside, key=lambda resource: (resource.menu_order, resource.name))))


@lru_cache(REMEMBERED)
def _drawn(menu: ProductMenu, seen: frozenset[str], locale: str, root: str, place: str) -> Markup:
    entries = _entries(menu, seen, locale, root, f"/{place}/")
    context = {
        "menu": entries,
        "workbench_url": root + HOME,
        "on_workbench": place == WORKBENCH,
        "product_name": current_app.config["APP_NAME"],
        "static": static_root(),
    }
    return Markup(render_template("_menu.html", **context))  # noqa: S704 - Jinja has escaped it


def _entries(menu: ProductMenu, seen: frozenset[str], locale: str, root: str, path: str) -> list[dict[str, Any]]:
    entries = [entry for group in menu.groups if (entry := _entry(group, seen, locale, root, path))]
    return [_platform(root, path), *entries] if PLATFORM in seen else entries


def _platform(root: str, path: str) -> dict[str, Any]:
    """The pages of those who run the product for all companies."""
    active = path.startswith(f"/{PLATFORM}/")
    item = {"label": str(_("Companies")), "url": f"{root}/{PLATFORM}/", "icon": "building", "active": active}
    return {"label": str(_("Platform")), "icon": "building", "open": True, "items": [item]}


def _entry(menu_group: MenuGroup, seen: frozenset[str], locale: str, root: str, path: str) -> dict[str, Any] | None:
    items = [
        {
            "label": resource.many.text(locale),
            "url": f"{root}/{resource.name}/",
            "icon": resource.icon,
            "active": path.startswith(f"/{resource.name}/"),
        }
        for resource in menu_group.resources
        if resource.name in seen
    ]
    if not items:
        return None
    return {
        "label": menu_group.group.label.text(locale),
        "icon": menu_group.group.icon,
        "open": any(item["active"] for item in items),
        "items": items,
    }
