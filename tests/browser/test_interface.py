"""How the pages behave under hand and keyboard: drawer, row menu, shortcuts, selection, small screens, no script."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.person import Person
from tests.browser.site import Site


def at_the_users(person: Callable[..., Person], site: Site, **how: int) -> Person:
    """An admin on the list of users, in Chinese."""
    admin = person(**how)
    admin.log_in("demo", "admin", site.password)
    admin.go("/user/")
    return admin


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.name"))


def test_what_was_typed_is_not_lost_by_a_slip(site: Site, person: Callable[..., Person]) -> None:
    page = at_the_users(person, site).page
    page.keyboard.press("n")
    page.locator("#drawer input[name=username]").fill("half.typed")
    page.keyboard.press("Escape")
    asked = page.locator("#confirm-dialog[open]")
    expect(asked).to_contain_text("放弃")
    asked.locator("button[value=cancel]").click()
    expect(page.locator("#drawer input[name=username]")).to_have_value("half.typed")
    page.keyboard.press("Escape")
    asked.locator("button[value=ok]").click()
    expect(page.locator("#drawer")).not_to_be_visible()
    assert page.evaluate("document.activeElement.matches('a[href$=\"/user/add\"]')")


def test_escape_closes_a_calendar_before_the_drawer(site: Site, person: Callable[..., Person]) -> None:
    admin = person()
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/announcement/")
    page.keyboard.press("n")
    page.locator("#drawer input[name=expires_at]").click()
    expect(page.locator("#drawer .flatpickr-calendar.open")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#drawer .flatpickr-calendar.open")).to_have_count(0)
    expect(page.locator("#drawer")).to_be_visible()


def test_saving_keeps_the_search_one_was_in(site: Site, person: Callable[..., Person]) -> None:
    admin = person()
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/user/?username.contains=finance&order=username")
    admin.row("finance02").locator("a[data-drawer]").click()
    page.locator("#drawer input[name=name]").fill("改了名")
    page.locator("#drawer [data-submit]").click()
    expect(admin.row("finance02")).to_contain_text("改了名")
    expect(page.locator("#drawer")).not_to_be_visible()
    assert page.url.endswith("?username.contains=finance&order=username")
    expect(page.locator("#list tbody tr")).to_have_count(3)


def test_a_record_saved_from_its_page_is_shown_anew_and_said_so(site: Site, person: Callable[..., Person]) -> None:
    admin = person()
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/user/?username.contains=finance03")
    page.locator("#list tbody a").first.click()
    page.locator(".page-head a[data-drawer]").click()
    page.locator("#drawer input[name=name]").fill("新名字")
    page.locator("#drawer [data-submit]").click()
    expect(page.locator("h1")).to_have_text("新名字")
    expect(page.locator("[data-notice]")).to_contain_text("新名字")
    expect(page.locator(".history li").first).to_contain_text("新名字")


def test_a_refused_action_leaves_the_rows_ticked(site: Site, person: Callable[..., Person]) -> None:
    """U3: nobody deletes themselves."""
    admin = person()
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/user/?username.contains=admin")
    page.locator("[data-all]").check()
    page.locator("[data-many][data-danger]").click()
    page.locator("#removal .btn-danger").click()
    expect(page.locator("[data-notice].tone-danger")).to_be_visible()
    expect(page.locator("[data-chosen]")).to_contain_text("已选 2 项")


def test_sorting_and_turning_pages_replace_the_list_alone(site: Site, person: Callable[..., Person]) -> None:
    admin = at_the_users(person, site)
    page = admin.page
    page.evaluate("window.untouched = true")
    page.locator("#sort-username").click()
    expect(page.locator("th:has(#sort-username)")).to_have_attribute("aria-sort", "ascending")
    assert focused(page) == "sort-username"
    first = page.locator("#list tbody tr").first.inner_text()
    page.locator("#page-next").click()
    expect(page.locator("#list tbody tr").first).not_to_have_text(first)
    expect(page.locator("#count")).to_contain_text("条")
    assert page.evaluate("window.untouched") is True
    page.go_back()
    expect(page.locator("#list tbody tr").first).to_contain_text(first.split("\t")[0].strip())


def test_a_search_leaves_empty_conditions_out_of_the_address(site: Site, person: Callable[..., Person]) -> None:
    admin = at_the_users(person, site)
    page = admin.page
    page.keyboard.press("/")
    assert focused(page) == "q"
    page.keyboard.type("finance01")
    page.keyboard.press("Enter")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    assert page.url.endswith("/user/?q=finance01")


def test_the_menu_of_a_row_works_by_keyboard(site: Site, person: Callable[..., Person]) -> None:
    page = at_the_users(person, site).page
    more = page.locator("[data-row]").nth(2)
    more.focus()
    page.keyboard.press("Enter")
    menu = page.locator("#row-menu")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(menu.get_by_role("menuitem").last).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).not_to_be_visible()
    expect(more).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "false")


def test_ticked_rows_are_counted_and_buttons_wait_for_them(site: Site, person: Callable[..., Person]) -> None:
    page = at_the_users(person, site).page
    remove = page.locator("[data-many][data-danger]")
    expect(remove).to_be_disabled()
    page.locator("[data-all]").check()
    expect(page.locator("[data-chosen]")).to_contain_text("已选 25 项")
    expect(remove).to_be_enabled()
    remove.click()
    expect(page.locator("#removal .ask-names li")).to_have_count(13)  # twelve names, and how many more
    expect(page.locator("#removal")).to_contain_text("等 13 条")
    page.locator("#removal [data-cancel]").click()
    page.locator("[data-clear]").click()
    expect(page.locator("[data-chosen]")).not_to_be_visible()
    expect(page.locator("#list tbody tr")).to_have_count(25)


def test_shortcuts_can_be_switched_off_and_stay_off(site: Site, person: Callable[..., Person]) -> None:
    """WCAG 2.1.4."""
    admin = at_the_users(person, site)
    page = admin.page
    page.locator("details.profile summary").click()
    page.locator("[data-keys]").click()
    expect(page.locator("[data-keys]")).to_have_attribute("aria-pressed", "false")
    admin.go("/user/")
    page.keyboard.press("n")
    page.keyboard.press("/")
    expect(page.locator("#drawer")).not_to_be_visible()
    assert focused(page) != "q"


def test_opening_an_announcement_marks_it_read(site: Site, person: Callable[..., Person]) -> None:
    """A1: unread ones are marked until opened."""
    reader = person()
    reader.log_in("demo", "agent02", site.password)
    page = reader.go("/workbench")
    unread = page.locator("details.unread")
    before = unread.count()
    assert before > 1
    with page.expect_response("**/workbench/read/*"):
        unread.first.locator("summary").click()
    expect(unread).to_have_count(before - 1)
    reader.go("/workbench")
    expect(unread).to_have_count(before - 1)
    with page.expect_response("**/workbench/read/*"):
        page.locator("[data-read-all] button").click()
    expect(unread).to_have_count(0)
    reader.go("/workbench")
    expect(unread).to_have_count(0)


def test_on_a_phone_the_menu_slides_in_and_filters_unfold(site: Site, person: Callable[..., Person]) -> None:
    page = at_the_users(person, site, width=390).page
    menu = page.locator("#menu")
    expect(menu).not_to_be_visible()
    page.locator("[data-menu-open]").click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).not_to_be_visible()
    condition = page.locator("#filter-username")
    expect(condition).not_to_be_visible()
    page.locator("[data-filter-toggle]").click()
    expect(condition).to_be_visible()
    page.locator("#list .scroll").evaluate("box => box.scrollTo(9999, 0)")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_everything_is_still_there(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site.url}/login?tenant=demo")
    page.fill("input[name=username]", "operator02")
    page.fill("input[name=password]", site.password)
    page.locator(".door-form button.btn-primary").click()
    expect(page).to_have_url(re.compile("/workbench$"))
    page.goto(f"{site.url}/announcement/")
    page.fill("#q", "停电通知")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.locator("#list a[href$='/edit']").first.click()
    page.locator("textarea[name=content]").fill("【停电通知】改到后天。")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("[data-notice]").first).to_contain_text("停电通知")
    page.set_viewport_size({"width": 390, "height": 800})
    page.locator("[data-menu-open]").click()
    expect(page.locator("#menu")).to_be_visible()
    context.close()
