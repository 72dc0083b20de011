"""The product walked through as its users do (U1–U5, A1, P1): what is judged, clicked in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import PASSWORD, Person
from tests.browser.site import Site

FIRST = "Morning-tram-41"


def add_user(admin: Person, username: str, name: str, role: str, phone: str) -> None:
    """Adds a user from the list, in the drawer (U1)."""
    page = admin.go("/user/")
    page.locator("a[href$='/user/add']").first.click()
    form = page.locator("form:has(input[name=username])").last
    form.locator("input[name=username]").fill(username)
    form.locator("input[name=password]").fill(FIRST)
    form.locator("input[name=password_confirm]").fill(FIRST)
    form.locator("select[name=role]").select_option(label=role)
    form.locator("input[name=name]").fill(name)
    form.locator("input[name=phone]").fill(phone)
    form.locator("button.btn-primary").click()
    admin.settle()


def test_admin_adds_a_user_who_logs_in_and_sees_the_new_announcement(site: Site, person: Callable[..., Person]) -> None:
    admin = person()
    admin.log_in("demo", "admin", site.password)
    expect(admin.page).to_have_url(re.compile("/workbench$"))
    add_user(admin, "wang.xiaomei", "王小美", "操作员", "139 0000 0001")
    expect(admin.row("wang.xiaomei")).to_contain_text("13900000001")
    expect(admin.page.locator("[data-notice]:visible", has_text="王小美").first).to_be_visible()

    page = admin.go("/announcement/")
    page.locator("a[href$='/announcement/add']").first.click()
    form = page.locator("form:has(textarea[name=content])").last
    form.locator("[role=textbox]").fill("【通知】今晚 19:00 全员会议，请准时参加。")
    moment = form.locator("input[name=expires_at]")
    moment.evaluate("field => field._flatpickr ? field._flatpickr.setDate('2031-05-01 18:00', true) : null")
    if not moment.input_value():
        moment.fill("2031-05-01 18:00")
    form.locator("button[data-submit]").click()
    admin.settle()
    expect(admin.row("全员会议")).to_contain_text("2031-05-01 18:00")

    newcomer = person()
    newcomer.log_in("demo", "wang.xiaomei", FIRST)
    expect(newcomer.page).to_have_url(re.compile("/password"))
    newcomer.change_password(FIRST)
    page = newcomer.go("/workbench")
    expect(page.get_by_text("全员会议").first).to_be_visible()
    newcomer.shoot("workbench-newcomer")


def test_users_are_found_by_login_name_role_and_phone_together(site: Site, person: Callable[..., Person]) -> None:
    """U5: any combination."""
    admin = person()
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/user/")
    everything = int(page.locator("[data-count], .count").first.inner_text().split()[1].replace(",", ""))
    phone = page.locator("tbody tr", has_text="finance01").inner_text()
    number = re.search(r"1[3-9]\d{9}", phone)
    assert number
    page.locator("input[name^='username']").first.fill("finance")
    page.locator("select[name^='role'] + .ts-wrapper .ts-control").first.click()
    page.get_by_role("option", name="财务").click()
    page.keyboard.press("Escape")
    page.locator("input[name^='phone']").first.fill(number[0][:4])
    with page.expect_response(lambda answer: "username" in answer.url):
        page.get_by_role("button", name="查询").click()
    admin.settle()
    rows = page.locator("tbody tr")
    assert 1 <= rows.count() < everything
    for text in rows.all_inner_texts():
        assert "finance" in text
        assert "财务" in text
        assert number[0][:4] in text
    admin.shoot("users-searched")
    page.get_by_role("link", name="重置").or_(page.get_by_role("button", name="重置")).first.click()
    admin.settle()
    assert page.locator("tbody tr").count() == 25


def test_three_users_are_deleted_at_once_and_the_dialog_names_them(site: Site, person: Callable[..., Person]) -> None:
    """U3."""
    admin = person()
    admin.log_in("demo", "admin", site.password)
    names = ["赵一一", "钱二二", "孙三三"]
    for number, name in enumerate(names):
        add_user(admin, f"leaver{number}", name, "普通坐席", f"1390000010{number}")
    page = admin.go("/user/?username.contains=leaver")
    for name in names:
        admin.row(name).locator("input[type=checkbox]").check()
    page.get_by_role("button", name="删除").first.click()
    page.locator("dialog[open]").wait_for()
    admin.shoot("users-delete-confirm")
    said = admin.confirm()
    assert "3" in said
    assert all(name in said for name in names)
    expect(page.locator("tbody tr", has_text="leaver")).to_have_count(0)
    admin.go("/user/?username.contains=leaver")
    expect(admin.page.locator("tbody tr", has_text="leaver")).to_have_count(0)


def test_a_refused_form_keeps_what_was_typed(site: Site, person: Callable[..., Person]) -> None:
    admin = person()
    admin.log_in("demo", "admin", site.password)
    with admin.expecting(422):
        add_user(admin, "Bad Name", "李未央", "操作员", "12345")
    form = admin.page.locator("form:has(input[name=username])").last
    expect(form.locator("input[name=name]")).to_have_value("李未央")
    expect(form.locator("input[name=phone]")).to_have_value("12345")
    expect(form.locator("input[name=username]")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_text("12345")).to_be_visible()
    admin.shoot("user-add-refused")


def test_a_one_time_password_is_shown_once(site: Site, person: Callable[..., Person]) -> None:
    """P3: the admin resets; the password is shown in that answer and nowhere after."""
    admin = person()
    admin.log_in("demo", "admin", site.password)
    add_user(admin, "forgetful", "周忘忘", "普通坐席", "13900000200")
    page = admin.go("/user/?username.contains=forgetful")
    page.locator("tbody tr a", has_text="forgetful").first.click()
    admin.settle()
    page.get_by_role("button", name="重置密码").click()
    admin.confirm()
    secret = page.locator(".notice .secret code")
    expect(secret).to_be_visible()
    once = secret.inner_text().strip()
    admin.shoot("user-one-time-password")
    assert once not in admin.go("/user/").content()

    forgetful = person()
    forgetful.log_in("demo", "forgetful", once)
    expect(forgetful.page).to_have_url(re.compile("/password"))
    forgetful.change_password(once)
    forgetful.go("/workbench")
    expect(forgetful.page.get_by_role("heading", name="工作台").first).to_be_visible()


def test_the_language_is_switched_and_stays(site: Site, person: Callable[..., Person]) -> None:
    """K4: per person, beyond the login."""
    someone = person()
    someone.log_in("demo", "finance02", site.password)
    page = someone.page
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.locator("details.profile summary").click()
    page.locator("details.profile button[value=en]").click()
    someone.settle()
    assert page.locator("html").get_attribute("lang") == "en"
    again = person()
    again.log_in("demo", "finance02", site.password, keep_language=True)
    assert again.page.locator("html").get_attribute("lang") == "en"
    expect(again.page.get_by_role("heading", name="Workbench").first).to_be_visible()


def test_two_companies_see_nothing_of_each_other(site: Site, person: Callable[..., Person]) -> None:
    once = site.create_company("acme", "极光电销")
    acme = person()
    acme.log_in("acme", "admin", once)
    acme.change_password(once)
    page = acme.go("/user/")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "晨星云" not in page.content()

    demo = person()
    demo.log_in("demo", "admin", site.password)
    listed = demo.go("/user/?size=200").content()
    foreign = re.findall(r'href="(/user/\d+)"', listed)[0]
    with acme.expecting(404):
        for path in (foreign, f"{foreign}/edit"):
            acme.page.goto(acme.url + path)
            assert "晨星云" not in acme.page.content()
            expect(acme.page.get_by_text("404").first).to_be_visible()
    acme.go("/user/?q=13800138000")
    expect(acme.page.locator("tbody tr", has_text="13800138000")).to_have_count(0)
    stranger = person()
    with stranger.expecting(401):
        stranger.log_in("acme", "finance01", PASSWORD)
        expect(stranger.page).to_have_url(re.compile("/login"))
