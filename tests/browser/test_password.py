"""Passwords in the browser: the meter, the policy page, one's own logins and keys, the platform (P1–P3)."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.site import Site

GOOD = "correct horse battery"


def in_chinese(admin: Person) -> None:
    """Whatever language another test left them in."""
    token = admin.page.get_attribute("meta[name=csrf-token]", "content")
    admin.page.request.post(f"{admin.url}/language", form={"locale": "zh", "csrf_token": str(token)})


def test_the_meter_says_how_strong_and_why_while_one_types(site: Site, person: Callable[..., Person]) -> None:
    """P1, P2: reasons in words, demands ticked off, the mismatch beside its field."""
    admin = person()
    admin.log_in("demo", "admin", site.password)
    in_chinese(admin)
    page = admin.go("/password")
    expect(page.locator("[data-score]")).to_be_hidden()
    page.fill("input[name=new]", "woaini1314520")
    expect(page.locator(".meter-name")).to_contain_text("弱")
    expect(page.locator(".meter-reasons")).to_contain_text("拼音")
    expect(page.locator("[data-rule=length].ok")).to_have_count(1)
    expect(page.locator("[data-rule=common].bad")).to_have_count(1)
    admin.shoot("password-weak-zh")
    page.fill("input[name=new]", "chensiyuan drinks tea 7")
    expect(page.locator("[data-rule=name].bad")).to_have_count(1)
    page.fill("input[name=new]", GOOD)
    expect(page.locator("[data-score='4']")).to_be_visible()
    expect(page.locator(".policy .bad")).to_have_count(0)
    page.fill("input[name=confirm]", "other")
    page.keyboard.press("Tab")
    expect(page.locator(".match")).to_contain_text("不一致")
    page.locator("[data-reveal=new]").click()
    expect(page.locator("input[name=new]")).to_have_attribute("type", "text")
    with admin.expecting(400):
        page.fill("input[name=old]", "wrong")
        page.locator("main form button.btn-primary").click()
        admin.settle()
    expect(page.locator("#old-error")).to_be_visible()
    expect(page.locator("#confirm-error")).to_be_visible()
    admin.shoot("password-refused-zh")


def test_the_meter_knows_the_form_of_a_user(site: Site, person: Callable[..., Person]) -> None:
    """P2: the login name and name typed above count, in the drawer too."""
    admin = person("en")
    admin.log_in("demo", "admin02", site.password)
    page = admin.go("/user/")
    page.locator("a[data-drawer][href$='/user/add']").first.click()
    drawer = page.locator("#drawer")
    expect(drawer.locator("h2").first).to_have_text(re.compile("Add user|新增用户"))
    drawer.locator("input[name=username]").fill("liguangming")
    drawer.locator("input[name=password]").fill("LiGuangMing likes tea 7")
    expect(drawer.locator("[data-rule=name].bad")).to_have_count(1)
    admin.shoot("user-add-meter")
    drawer.locator("input[name=username]").fill("wangwu")
    drawer.locator("input[name=password]").press("Tab")
    expect(drawer.locator("[data-rule=name].ok")).to_have_count(1)


def test_a_ready_profile_shows_its_values_and_lets_nobody_change_them(
    site: Site, person: Callable[..., Person]
) -> None:
    """P2: choosing 等保三级 fills in the fields and locks them; custom opens them."""
    once = site.create_company("policy", "策略公司")
    admin = person()
    admin.log_in("policy", "admin", once)
    admin.change_password(once)
    page = admin.go("/password_policy/")
    length = page.locator("input[name=min_length]")
    expect(length).to_have_value("12")
    expect(length).not_to_be_editable()
    page.locator("select[name=profile]").select_option("mlps3")
    expect(length).to_have_value("8")
    expect(page.locator("input[name=expiry_days]")).to_have_value("90")
    admin.shoot("password-policy-zh")
    page.locator("select[name=profile]").select_option("custom")
    expect(length).to_be_editable()
    length.fill("20")
    page.locator("[data-submit]").click()
    admin.settle()
    expect(page.locator("input[name=min_length]")).to_have_value("20")
    expect(admin.go("/password").locator("[data-rule=length]")).to_contain_text("20")


def test_one_sees_and_ends_ones_logins(site: Site, person: Callable[..., Person]) -> None:
    """P1: 我的登录, by the menu at the top right."""
    here, there = person(), person()
    for someone in (here, there):
        someone.log_in("demo", "manager02", site.password)
    here.page.locator(".profile summary").click()
    here.page.get_by_role("link", name="我的登录").click()
    here.settle()
    expect(here.page.locator(".own li").first).to_contain_text("当前登录")
    here.shoot("logins-zh")
    here.page.get_by_role("button", name="结束此登录").first.click()
    here.confirm()
    there.go("/workbench")
    assert "/login" in there.page.url


def test_a_key_is_made_shown_once_and_revoked(site: Site, person: Callable[..., Person]) -> None:
    """P3: API keys."""
    someone = person("en")
    someone.log_in("demo", "manager01", site.password)
    page = someone.go("/my/keys")
    page.locator(".profile summary").click()
    page.get_by_role("button", name="English").click()
    someone.settle()
    page.fill("input[name=name]", "CRM")
    page.locator(".own-form button.btn-primary").click()
    someone.settle()
    expect(page.locator(".secret code")).to_have_text(re.compile("^ucc_"))
    someone.shoot("keys-en")
    page.locator(".own li button").click()
    someone.confirm()
    expect(page.locator(".own li")).to_have_count(0)


def test_an_operator_of_the_platform_resets_an_admin(site: Site, person: Callable[..., Person]) -> None:
    """P3: the list of companies, one's admins, a one-time password that opens once."""
    site.create_company("resetme", "需要帮助公司")
    said = site.ucc("platform", "create-operator", "ops.zhang")
    (first,) = re.findall(r"One-time password: (\S+)", said)
    operator = person()
    operator.log_in("platform", "ops.zhang", first)
    operator.change_password(first)
    operator.page.get_by_role("link", name="企业", exact=True).first.click()
    operator.settle()
    operator.shoot("platform-zh")
    operator.page.get_by_role("link", name="需要帮助公司").click()
    operator.settle()
    operator.page.get_by_role("button", name="重置密码").click()
    operator.confirm()
    secret = operator.page.locator(".secret code")
    expect(secret).to_be_visible()
    new = secret.inner_text()
    operator.shoot("platform-reset-zh")
    admin = person()
    admin.log_in("resetme", "admin", new)
    expect(admin.page).to_have_url(re.compile("/password"))
