"""How the pages behave under hand and keyboard: drawer, row menu, shortcuts, selection, small screens, no script."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Browser, Page, Route, expect

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


def test_a_form_outlives_the_login(site: Site, person: Callable[..., Person]) -> None:
    """The login ends while a form is open: it stays, and is saved after a login in another window."""
    admin = person(width=390)
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/team/")
    page.locator("a[href$='/team/add']").click()
    page.locator("#drawer input[name=name]").fill("夜班组")
    admin.context.clear_cookies()
    with admin.expecting(400):
        page.locator("#drawer [data-submit]").click()
        with admin.context.expect_page() as opened:
            page.locator("#drawer [data-notice] a").click()
        other = opened.value
        for name, text in (("tenant", "demo"), ("username", "admin"), ("password", site.password)):
            other.locator(f"input[name={name}]").fill(text)
        other.locator("input[name=password]").press("Enter")
        other.wait_for_url("**/workbench")
        page.locator("#drawer [data-submit]").click()
        expect(page.locator("#drawer .alert-box")).to_contain_text("尚未保存")
        page.locator("#drawer [data-submit]").click()
        expect(admin.row("夜班组")).to_be_visible()


def test_a_form_on_its_own_page_outlives_the_login(site: Site, person: Callable[..., Person]) -> None:
    """As the one in the drawer: nothing is sent that would end on the login page, and what was typed stays."""
    admin = person()
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/team/add")
    page.locator("main input[name=name]").fill("早班组")
    cookies = admin.context.cookies()
    admin.context.clear_cookies()
    with admin.expecting(401):
        page.locator("main [data-submit]").click()
        expect(page.locator("[data-notice] a")).to_have_attribute("href", re.compile("/login$"))
    expect(page).to_have_url(re.compile("/team/add$"))
    expect(page.locator("main input[name=name]")).to_have_value("早班组")
    admin.context.add_cookies(cookies)  # type: ignore[arg-type] # what the browser gave
    page.locator("main [data-submit]").click()
    expect(admin.row("早班组")).to_be_visible()


def test_the_dialog_of_an_action_outlives_the_login(site: Site, person: Callable[..., Person]) -> None:
    """C1: as the forms do: what was chosen stays, and is done after a login in another window, though not at once."""
    admin = person()
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/customer/")
    page.locator("[data-all]").check()
    page.locator("[data-bulk] [data-ask$='/ask/set_type']").click()
    dialog = page.locator("dialog.ask[open]")
    kind = dialog.locator("select[name=type]")
    kind.select_option(index=2)
    chosen = kind.locator("option:checked").inner_text()
    admin.context.clear_cookies()
    with admin.expecting(400):
        dialog.locator(".btn-primary").click()
        with admin.context.expect_page() as opened:
            dialog.locator("[data-notice] a").click()
        other = opened.value
        for name, text in (("tenant", "demo"), ("username", "admin"), ("password", site.password)):
            other.locator(f"input[name={name}]").fill(text)
        other.locator("input[name=password]").press("Enter")
        other.wait_for_url("**/workbench")
        dialog.locator(".btn-primary").click()
        expect(dialog.locator("[data-notice]")).to_contain_text("未做任何操作")
        dialog.locator(".btn-primary").dblclick()
    expect(dialog).to_have_count(0)
    expect(page.locator("#notices [data-notice]")).to_have_count(1)
    expect(page.locator("#list tbody tr td", has_text=chosen)).to_have_count(25)


def test_the_question_before_deleting_outlives_the_login(site: Site, person: Callable[..., Person]) -> None:
    admin = person()
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/customer/?size=10")
    page.locator("#list tbody td a").first.click()
    cookies = admin.context.cookies()
    page.locator(".page-head [data-remove]").click()
    admin.context.clear_cookies()
    with admin.expecting(401):
        page.locator("#removal .btn-danger").click()
        expect(page.locator("dialog.ask[open] [data-notice] a")).to_have_attribute("href", re.compile("/login$"))
    admin.context.add_cookies(cookies)  # type: ignore[arg-type] # what the browser gave
    page.locator("#removal .btn-danger").click()
    expect(page).to_have_url(re.compile(r"/customer/(\?.*)?$"))
    expect(page.locator("#notices [data-notice]")).to_contain_text("已删除")


def test_a_form_on_its_own_page_outlives_the_network(site: Site, person: Callable[..., Person]) -> None:
    admin = person()
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/team/add")
    page.locator("main input[name=name]").fill("午班组")
    admin.context.set_offline(True)
    page.locator("main [data-submit]").click()
    expect(page.locator("[data-notice].tone-danger")).to_be_visible()
    admin.context.set_offline(False)
    page.locator("main [data-submit]").click()
    expect(admin.row("午班组")).to_be_visible()
    assert [one for one in admin.complaints if "ERR_INTERNET_DISCONNECTED" not in one] == []
    admin.complaints.clear()


def test_a_file_is_asked_for_once_however_often_its_button_is_pressed(
    site: Site, person: Callable[..., Person]
) -> None:
    """C1: each export is counted and audited, and a large one is a job."""
    admin = person()
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/customer/?gender.in=male")
    page.locator("details.pop summary", has_text="导出").click()
    page.locator("details.pop[open] form button.btn-primary").focus()
    sent: list[Route] = []

    def hold(route: Route) -> None:
        sent.append(route)

    page.route("**/customer/export", hold)
    with page.expect_request(lambda request: request.method == "POST"):
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)  # a second sending would begin
    assert len(sent) == 1
    with page.expect_download():
        sent[0].continue_()


def test_rows_that_are_gone_meanwhile_leave_the_list(site: Site, person: Callable[..., Person]) -> None:
    """C1: deleted in another window, they are named as what they are when somebody acts on them here."""
    admin = person()
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/customer/?size=10&order=-name")
    title = page.locator("#list tbody tr").first.get_attribute("data-title") or ""
    page.locator("[data-all]").check()
    other = admin.context.new_page()
    other.goto(f"{site.url}/customer/?size=10&order=-name")
    other.locator("#list tbody .pick input").first.check()
    other.locator("[data-bulk] [data-remove]").click()
    other.locator("#removal .btn-danger").click()
    expect(other.locator("#notices [data-notice]")).to_contain_text(title[:10])
    before = page.locator("#list tbody tr").first.locator(".pick input").get_attribute("value")
    with admin.expecting(404):
        page.locator("[data-bulk] [data-ask$='/ask/set_type']").click()
        expect(page.locator("#notices [data-notice]")).to_contain_text("已不存在")
        expect(page.locator(f"#list tbody .pick input[value='{before}']")).to_have_count(0)
    other.close()


def test_an_action_is_done_once_however_often_its_button_is_pressed(site: Site, person: Callable[..., Person]) -> None:
    """C1: a second restoring would be told that there is nothing, a second question lie above the first."""
    admin = person()
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/customer/?size=10&order=name")
    page.locator("[data-row]").first.click()
    page.locator("#row-menu [data-ask$='/ask/set_type']").dblclick()
    expect(page.locator("dialog[open]")).to_have_count(1)
    page.locator("dialog[open] [data-cancel]").click()
    page.locator("[data-row]").first.click()
    page.locator("#row-menu [data-remove]").click()
    page.locator("#removal .btn-danger").dblclick()
    admin.settle()
    page = admin.go("/customer/bin/")
    page.locator("#list tbody button[formaction$=restore]").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    admin.settle()
    expect(page.locator("#notices [data-notice]")).to_have_count(1)


def test_a_form_on_its_own_page_is_sent_once(site: Site, person: Callable[..., Person]) -> None:
    """However often somebody presses until the answer is there: a second sending would be told the name is taken."""
    admin = person()
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/team/add")
    sent: list[Route] = []
    page.route("**/team/add", lambda route: sent.append(route) if route.request.method == "POST" else route.continue_())
    page.locator("main input[name=name]").fill("晚班组")
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator("main [data-submit]").dblclick()
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)  # a second sending would ask for its login and begin
    assert len(sent) == 1
    sent[0].continue_()
    expect(admin.row("晚班组")).to_be_visible()
