"""The walk of the user guide through a new company: its platform, its custom fields, its customer types, its API."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.guide import CODE, Guide, call, pick, slide_in
from tests.browser.person import Person

CUSTOMERS = (
    ("周建国", "Alice Brown", "13800138001"),
    ("林晓燕", "Ben Carter", "13900139002"),
    ("杭州云帆科技", "Cloudsail Ltd", "057188001234"),
    ("陈嘉诚", "Dora Evans", "15000150003"),
    ("吴思琪", "Erik Fisher", "18700187004"),
)


@pytest.fixture(scope="module")
def company(guide: Guide) -> Person:
    """The admin of a new company, whose password an operator of the platform has reset."""
    guide.create_company("telesales")
    (first,) = re.findall(r"One-time password: (\S+)", guide.site.ucc("platform", "create-operator", "ops.zhang"))
    operator = guide.welcome("platform", "ops.zhang", first)
    page = operator.page
    page.locator("#menu a[href*='/platform']").first.click()
    operator.settle()
    guide.shoot(page, "companies", 420)
    page.locator(f".own li:has(code:text-is('{CODE}')) strong a").click()
    operator.settle()
    page.locator("button[data-act]").first.click()
    operator.confirm()
    secret = page.locator(".secret code")
    expect(secret).to_be_visible()
    guide.shoot(page, "company-reset", 480)
    admin = guide.welcome(CODE, "admin", secret.inner_text())
    admin.expected.add(422)  # refusals are among what the guide shows
    return admin


def test_platform(company: Person) -> None:
    """P3: an operator of the platform resets the admin of a company, who sees it in the audit log."""
    page = company.go("/audit_log/")
    expect(page.locator("#list tbody tr", has_text=re.compile("重置密码|Reset password")).first).to_be_visible()


def test_implementers(guide: Guide, company: Person) -> None:
    """K1, K5, T1: a company in one command, with the types of its template; the API that every page has."""
    page = company.go("/customer_type/")
    expect(page.locator("#keypad .chip")).to_have_count(9)
    guide.shoot(page, "types", of="main")
    page = company.go("/api/v1/")
    page.locator(".opblock-tag").first.wait_for()
    guide.shoot(page, "api")


def test_customer_types(guide: Guide, company: Person) -> None:
    """T1, T2, T3, T4: keys swap in one save, one in use asks for its replacement, the eleventh is refused."""
    page = company.go("/customer_type/")
    first = page.locator("#keypad [data-key='1'] [data-chip] select")
    first.select_option("2")
    expect(page.locator("#keypad [data-foot]")).to_be_visible()
    guide.shoot(page, "types-swap", of="#keypad")
    page.locator("#keypad [data-foot] .btn-primary").click()
    expect(page.locator("[data-notice]")).to_be_visible()
    page.locator("[data-notice-close]").first.click()
    drawer = slide_in(page, page.locator("#keypad [data-key='8'] a.free"))
    drawer.locator("input[name=name]").fill(guide.text("老客户", "Returning"))
    drawer.locator("input[name=remark]").fill(guide.text("两年内成交过", "Bought within two years"))
    guide.shoot(page, "type-add", of="#drawer")
    drawer.locator("[data-submit]").click()
    expect(page.locator("#keypad .chip")).to_have_count(10)
    drawer = slide_in(page, page.locator("#list a[href$='/customer_type/add']"))
    drawer.locator("input[name=name]").fill(guide.text("第十一个", "The eleventh"))
    drawer.locator("[data-submit]").click()
    expect(drawer.locator(".alert-box, .error").first).to_be_visible()
    guide.shoot(page, "types-full", of="#drawer")
    types = call(page, "/api/v1/customer_type/")["data"]
    last = next(one for one in types if one["key"] == 8)
    for zh, en, phone in CUSTOMERS[:2]:
        call(page, "/api/v1/customer/", {"name": guide.text(zh, en), "phone": phone, "type": last["id"]})
    page = company.go("/customer_type/")
    company.row(last["name"]).locator("button.danger").click()
    dialog = page.locator("dialog[open] #removal")
    dialog.wait_for()
    guide.shoot(page, "type-delete", of="dialog[open]")
    dialog.locator("[data-cancel]").click()


def options(drawer: Locator, *labels: str) -> None:
    """Fills the rows of options, adding those that are not there yet."""
    rows = drawer.locator("ol [data-option]:visible")
    for number, label in enumerate(labels):
        if rows.count() <= number:
            drawer.locator("[data-option-add]").click()
        rows.nth(number).locator("input[name='options.label']").fill(label)


def define(page: Page, name: str, kind: str, **more: Any) -> dict[str, str]:
    """A custom field, by the API."""
    made: dict[str, str] = call(page, "/api/v1/customer_field/", {"name": name, "kind": kind, **more})["data"]
    return made


def test_custom_fields(guide: Guide, company: Person) -> None:
    """F1, F2, F3, F4, F5, F6: defined, required, shown with their default, converted, seven at most."""
    page = company.go("/customer/add")
    guide.shoot(page, "customer-add")
    page = company.go("/customer_field/")
    drawer = slide_in(page, page.locator("a[href$='/customer_field/add']").first)
    drawer.locator("input[name=name]").fill(guide.text("最高学历", "Education"))
    pick(drawer.locator("select[name=kind]"), guide.text("单选", "One of a list"))
    drawer.locator("[data-option-add]").wait_for()
    company.settle()
    options(drawer, *guide.text("高中,大专,本科,硕士及以上", "School,College,Bachelor,Master").split(","))
    drawer.locator("ol [data-option]:visible").nth(2).locator("input[type=checkbox]").check()
    guide.shoot(page, "field-add", of="#drawer")
    drawer.locator("[data-submit]").click()
    expect(page.locator("table.sheet tbody tr")).to_have_count(1)
    city = define(page, guide.text("所在城市", "City"), "text", required=True)
    age = define(page, guide.text("年龄", "Age"), "text")
    define(page, guide.text("身份证号", "ID card"), "digits")
    define(page, guide.text("生日", "Birthday"), "date")
    more = {city["slot"]: guide.text("杭州", "Bristol")}
    for (zh, en, phone), years in zip(CUSTOMERS[2:], ("35", "41", guide.text("四十左右", "about 40")), strict=True):
        given = {"name": guide.text(zh, en), "phone": phone, age["slot"]: years, **more}
        call(page, "/api/v1/customer/", given)
    guide.shoot(company.go("/customer_field/"), "fields", 560)
    refuse_without_city(guide, company)
    page = company.go("/customer/")
    expect(page.locator("#list tbody tr")).to_have_count(5)
    guide.shoot(page, "customers-default", 640, of="#list")
    preview_conversion(guide, company, age["id"])
    define(page, guide.text("血压", "Blood pressure"), "integer")
    define(page, guide.text("最早约谈", "Meeting"), "datetime")
    page = company.go("/customer_field/")
    expect(page.locator(".room.full")).to_be_visible()
    guide.shoot(page, "fields-full", 640)


def refuse_without_city(guide: Guide, company: Person) -> None:
    """F4: a customer without a required field is refused, beside the field."""
    page = company.go("/customer/add")
    page.fill("#form input[name=name]", guide.text("赵立军", "Fred Gray"))
    page.fill("#form input[name=phone]", "13600136005")
    page.locator("#form [data-submit]").click()
    expect(page.locator("#form .field.bad")).to_have_count(1)
    guide.shoot(page, "field-required")
    page.goto("about:blank")


def preview_conversion(guide: Guide, company: Person, field: str) -> None:
    """F3: another type shows first which values do not convert."""
    page = company.go(f"/customer_field/{field}/convert")
    page.locator("#kind").select_option("integer")
    page.locator(".conversion-kind button").click()
    expect(page.locator(".tally .bad")).to_be_visible()
    guide.shoot(page, "field-convert", 560)
