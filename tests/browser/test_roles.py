"""The matrix of a role at a real browser: few clicks, nothing lost, two admins, phone and keyboard (R1–R5)."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.person import Person
from tests.browser.site import Site
from tests.browser.test_every_page import check

MOST_CLICKS = 6


class Clicks:
    """Clicks, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.number = page, 0

    def __call__(self, aim: Locator) -> None:
        aim.click()
        self.number += 1


def arrive(person: Callable[..., Person], site: Site, language: str = "zh", width: int = 1440) -> Person:
    admin = person(language, width)
    admin.log_in("demo", "admin", site.password)
    if language == "en":
        admin.page.locator("details.profile summary").click()
        admin.page.locator("button[name=locale][value=en]").click()
        admin.settle()
    return admin


def cell(page: Page, name: str) -> Locator:
    return page.locator(f"input[name=grant][value='{name}']")


def turn(admin: Person, role: str, kind: str) -> int:
    """From the workbench to a saved change of one cell; how many clicks it took."""
    page = admin.go("/workbench")
    click = Clicks(page)
    click(page.locator("#menu a[href='/role/']"))
    click(page.locator("#list tbody a", has_text=role).first)
    click(cell(page, kind))
    click(page.locator("[data-save]"))
    expect(page.locator("[data-notice].tone-success")).to_contain_text("已保存")
    return click.number


def test_a_permission_is_taken_and_one_given_in_six_clicks_each(site: Site, person: Callable[..., Person]) -> None:
    """R3, R4: by somebody who has never seen the page."""
    admin = arrive(person, site)
    assert turn(admin, "财务", "announcement.view") <= MOST_CLICKS
    assert not cell(admin.page, "announcement.view").is_checked()
    assert turn(admin, "班长坐席", "announcement.add") <= MOST_CLICKS
    assert cell(admin.page, "announcement.add").is_checked()
    finance = person()
    finance.log_in("demo", "finance01", site.password)
    expect(finance.page.locator("#menu a[href='/announcement/']")).to_have_count(0)
    assert turn(admin, "财务", "announcement.view") <= MOST_CLICKS
    finance.go("/workbench")
    expect(finance.page.locator("#menu a[href='/announcement/']")).to_have_count(1)


def test_rows_columns_and_groups_are_ticked_whole_and_changes_counted(
    site: Site, person: Callable[..., Person]
) -> None:
    """R3."""
    page = arrive(person, site).go("/role/")
    page.locator("#list tbody a", has_text="操作员").click()
    state, save = page.locator("[data-state]"), page.locator("[data-save]")
    expect(save).to_be_disabled()
    expect(state).to_contain_text("个用户")
    row = page.locator("tr", has=cell(page, "user.view"))
    row.locator("[data-row]").click()
    expect(row.locator("input[name=grant]:not(:checked)")).to_have_count(0)
    expect(state).to_contain_text("授予")
    expect(row.locator("td.changed")).not_to_have_count(0)
    row.locator("[data-restore]").click()
    expect(save).to_be_disabled()
    page.locator("[data-column='3']").click()
    expect(page.locator("input[name=grant][value$='.delete']:not(:checked)")).to_have_count(0)
    page.locator("[data-whole-group]").first.click()
    expect(state).to_contain_text("授予")
    page.locator("[data-discard]").click()
    page.locator("dialog[open] button[value=ok]").click()
    expect(save).to_be_disabled()


def test_the_filter_shows_pages_by_name_and_those_that_differ(site: Site, person: Callable[..., Person]) -> None:
    """R3, R5."""
    page = arrive(person, site).go("/role/")
    page.locator("#list tbody a", has_text="操作员").click()
    page.locator("[data-filter] input").fill("公告")
    expect(page.locator("tr[data-page]:visible")).to_have_count(1)
    page.locator("[data-filter] input").fill("没有这个页面")
    expect(page.locator("[data-nothing-found]")).to_be_visible()
    page.locator("[data-filter] input").fill("")
    cell(page, "user.add").check()
    page.locator("[data-only] input").check()
    expect(page.locator("tr[data-page]:visible")).to_have_count(1)
    expect(page.locator("td.differs")).to_have_count(1)
    cell(page, "user.add").uncheck()
    expect(page.locator("td.differs")).to_have_count(0)


def test_leaving_with_unsaved_ticks_warns(site: Site, person: Callable[..., Person]) -> None:
    """R3."""
    page = arrive(person, site).go("/role/")
    page.locator("#list tbody a", has_text="操作员").click()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    cell(page, "user.add").check()
    page.locator(".role-tabs a", has_text="财务").click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(page.locator("h1")).to_have_text("操作员")
    cell(page, "user.add").uncheck()
    page.locator(".role-tabs a", has_text="财务").click()
    expect(page.locator("h1")).to_have_text("财务")


def test_the_second_admin_merges_what_the_first_saved(site: Site, person: Callable[..., Person]) -> None:
    """R4."""
    first, second = arrive(person, site), arrive(person, site)
    for admin in (first, second):
        admin.go("/role/").locator("#list tbody a", has_text="普通坐席").click()
        admin.settle()
    cell(first.page, "announcement.view").check()
    first.page.locator("[data-save]").click()
    first.settle()
    cell(second.page, "user.view").check()
    with second.expecting(409):
        second.page.locator("[data-save]").click()
        second.settle()
    page = second.page
    expect(page.locator("[role=alert]")).to_contain_text("公告")
    expect(page.locator("td.theirs input")).to_have_attribute("value", "announcement.view")
    expect(page.locator("td.changed input")).to_have_attribute("value", "user.view")
    second.shoot("role-conflict-zh")
    assert check(page, "conflict", "zh") == []
    page.locator("[data-save]").click()
    expect(page.locator("[data-notice].tone-success")).to_be_visible()
    for name in ("announcement.view", "user.view"):
        expect(cell(page, name)).to_be_checked()
    second.shoot("role-matrix-zh")
    page.locator(".tools a[href$='/versions']").click()
    second.settle()
    second.shoot("role-versions-zh")
    assert check(page, "versions", "zh") == []
    page.locator("li[data-title='第 1 版'] [data-act]").click()
    second.confirm()
    expect(page.locator("[data-notice].tone-success")).to_be_visible()
    expect(page.locator(".versions li")).to_have_count(4)


def test_on_a_phone_the_first_column_stays_and_all_can_be_reached(site: Site, person: Callable[..., Person]) -> None:
    """R3."""
    admin = arrive(person, site, "en", 390)
    page = admin.go("/role/")
    page.locator("#list tbody a", has_text="Finance").click()
    admin.settle()
    admin.shoot("role-matrix-en-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator(".matrix-form .scroll")
    name = page.locator("tr[data-page] th.name").first
    before = name.bounding_box()
    box.evaluate("box => box.scrollTo(9999, 0)")
    after = name.bounding_box()
    assert before and after
    assert before["x"] == after["x"]
    faults = [fault for fault in check(page, "matrix", "en") if "saved by" not in fault]  # names are data
    cell(page, "announcement.add").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-save]")).to_be_enabled()
    expect(page.locator("[data-save]")).to_be_in_viewport()
    page.keyboard.press("Space")
    page.set_viewport_size({"width": 1440, "height": 900})
    for name, path in (("list", "/role/"), ("compare", "/role/compare")):
        admin.go(path)
        admin.shoot(f"role-{name}-en")
        faults += check(page, path, "en")
    assert not faults, "\n".join(faults)
    admin.page.locator("details.profile summary").click()
    admin.page.locator("button[name=locale][value=zh]").click()
    admin.settle()
