"""What is sent from an open page: it outlives the end of the login and of the network, and is done once."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.browser.person import Person
from tests.browser.site import Site


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
