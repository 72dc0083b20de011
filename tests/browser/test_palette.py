"""Ctrl+K at a real browser: keys only, and what a screen reader is told."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.site import Site


def test_anything_is_reached_by_keys_alone(site: Site, person: Callable[..., Person]) -> None:
    """C1: opened, searched, chosen and left by keys; what was visited last comes back; narrow screens have it too."""
    admin = person(width=390)
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/role/")
    page.keyboard.press("Control+k")
    box = page.locator("#palette-input")
    expect(box).to_be_focused()
    page.keyboard.type("y")
    expect(page.locator("#palette [role=option]", has_text="业务参数")).to_be_visible()
    first = box.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    second = box.get_attribute("aria-activedescendant")
    assert first != second
    expect(page.locator(f"#{second}")).to_have_attribute("aria-selected", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.type("h")
    expect(page.locator("#palette [role=option]", has_text="业务参数")).to_have_count(0)
    expect(page.locator("#palette [role=option]").first).to_contain_text("用户")
    page.keyboard.press("Enter")
    page.wait_for_url("**/user/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=option]").first).to_contain_text("角色权限")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
