"""The keypad of customer types under mouse, keyboard and thumb, and the question before one is deleted."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.browser.site import Site
from tests.browser.test_every_page import check


def at_the_types(person: Callable[..., Person], site: Site, language: str = "zh", width: int = 1440) -> Person:
    admin = person(language, width)
    admin.log_in("demo", "admin", site.password)
    admin.go("/customer_type/")
    return admin


def on(page: Page, key: int) -> str:
    """Which type the key shows, "" for none."""
    name = page.locator(f'#keypad [data-key="{key}"] .chip-name')
    return name.inner_text() if name.count() else ""


def drag(page: Page, name: str, key: int) -> None:
    chip = page.locator("#keypad [data-chip]", has_text=name).first.locator(".chip-name").bounding_box()
    cell = page.locator(f'#keypad [data-key="{key}"]').bounding_box()
    assert chip is not None and cell is not None
    page.mouse.move(chip["x"] + 10, chip["y"] + 8)
    page.mouse.down()
    page.mouse.move(cell["x"] + 30, cell["y"] + 20, steps=8)
    page.mouse.move(cell["x"] + 40, cell["y"] + 40)
    page.mouse.up()


def test_dragging_a_type_to_another_key_swaps_and_one_save_keeps_it(person: Callable[..., Person], site: Site) -> None:
    """T3: nothing is saved before, and cancelling brings everything back."""
    admin = at_the_types(person, site)
    page = admin.page
    first, second = on(page, 1), on(page, 2)
    assert first and second
    drag(page, first, 2)
    assert (on(page, 1), on(page, 2)) == (second, first)
    foot = page.locator("#keypad [data-foot]")
    expect(foot).to_be_visible()
    admin.shoot("customer-type-unsaved-zh")
    foot.locator("[data-undo]").click()
    assert (on(page, 1), on(page, 2)) == (first, second)
    expect(foot).to_be_hidden()

    drag(page, first, 2)
    drag(page, second, 9)
    foot.locator(".btn-primary").click()
    expect(page.locator("[data-notice]")).to_contain_text("已保存")
    expect(foot).to_be_hidden()
    admin.go("/customer_type/")
    assert (on(page, 1), on(page, 2), on(page, 9)) == ("", first, second)


def test_by_keyboard_a_key_is_chosen_from_the_list(person: Callable[..., Person], site: Site) -> None:
    """T3: without a mouse, and what happened is said to a screen reader."""
    admin = at_the_types(person, site)
    page = admin.page
    name = on(page, 3)
    chooser = page.locator("#keypad [data-chip]", has_text=name).locator("select")
    chooser.focus()
    page.keyboard.press("8")
    assert on(page, 8) == name
    assert page.evaluate("document.activeElement.matches('#keypad select')")
    expect(page.locator("#keypad [data-said]")).to_have_text(re.compile(name))
    page.locator("#keypad [data-undo]").click()
    assert on(page, 3) == name


def test_a_free_key_adds_a_type_there(person: Callable[..., Person], site: Site) -> None:
    """T2."""
    admin = at_the_types(person, site)
    page = admin.page
    page.locator('#keypad [data-key="7"] a.free').click()
    expect(page.locator("#drawer input[name=key]")).to_have_value("7")
    page.locator("#drawer input[name=name]").fill("老客户")
    page.locator("#drawer [data-submit]").click()
    expect(page.locator('#keypad [data-key="7"] .chip-name')).to_have_text("老客户")


def test_deleting_a_type_in_use_asks_for_its_replacement(person: Callable[..., Person], site: Site) -> None:
    """T2, T4: the dialog names it, counts its customers, and moves them."""
    admin = at_the_types(person, site)
    page = admin.page
    admin.go("/customer_type/add?key=6")
    page.fill("#form input[name=name]", "待删除")
    page.locator("#form [data-submit]").click()
    admin.settle()
    admin.go("/customer/add")
    page.fill("#form input[name=name]", "张三")
    page.fill("#form input[name=phone]", "13800138000")
    page.select_option("#form select[name=type]", label="待删除")
    page.locator("#form [data-submit]").click()
    admin.settle()
    admin.go("/customer_type/")
    admin.row("待删除").locator("button.danger").click()
    dialog = page.locator("dialog[open] #removal")
    expect(dialog).to_contain_text("待删除")
    expect(dialog).to_contain_text("客户资料：1 条")
    admin.shoot("customer-type-delete-zh")
    dialog.locator(".btn-danger").click()
    expect(dialog).to_be_visible()  # the browser asks for a choice first
    dialog.locator("select[name=heir]").select_option(label="未分类")
    dialog.locator(".btn-danger").click()
    expect(page.locator("[data-notice]")).to_contain_text("待删除")
    expect(admin.row("待删除")).to_have_count(0)
    assert on(page, 6) == ""
    expect(page.locator("dialog")).not_to_have_count(0)
    expect(page.locator("dialog:has(#removal)")).to_have_count(0)


def test_deleting_from_the_record_s_own_page(person: Callable[..., Person], site: Site) -> None:
    admin = at_the_types(person, site)
    page = admin.page
    admin.go("/customer_type/add?key=5")
    page.fill("#form input[name=name]", "单独删除")
    page.fill("#form input[name=key]", "")
    page.locator("#form [data-submit]").click()
    admin.settle()
    admin.row("单独删除").locator("td a").first.click()
    admin.settle()
    page.locator("main button.danger").click()
    page.locator("dialog[open] #removal .btn-danger").click()
    page.wait_for_url("**/customer_type/")
    expect(page.locator("[data-notice]")).to_contain_text("单独删除")


def test_it_is_all_there_on_a_phone_and_in_english(person: Callable[..., Person], site: Site) -> None:
    """T3: 390 px wide, nothing to scroll sideways for."""
    for language, width in (("zh", 390), ("en", 1440), ("zh", 1440), ("en", 390)):
        admin = at_the_types(person, site, language, width)
        page = admin.page
        admin.choose(language)
        assert not check(page, "/customer_type/", language)
        assert page.locator("#keypad .key").count() == 10
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        admin.shoot(f"customer-type-{width}-{language}")
