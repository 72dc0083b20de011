"""Announcements at a real browser: written with bold and lists, shown and gone at their moment, acknowledged."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.browser.site import Site
from tests.browser.test_every_page import check

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXT = "[role=textbox]"


def at(page: Page, path: str, json: Any = None) -> Any:
    """The API, as a script on our own page."""
    return page.evaluate(
        """async ([path, json]) => {
        const token = document.querySelector('meta[name="csrf-token"]').content;
        const answer = await fetch(path, { method: json ? "POST" : "GET", body: json ? JSON.stringify(json) : undefined,
          headers: { "Content-Type": "application/json", "X-CSRFToken": token } });
        return answer.status === 204 ? null : await answer.json();
        }""",
        [path, json],
    )


def announce(page: Page, content: str, **more: Any) -> str:
    values = {"content": content, "expires_at": "2031-01-01T00:00:00Z", **more}
    return str(at(page, "/api/v1/announcement/", values)["data"]["id"])


@pytest.fixture
def admin(site: Site, person: Callable[..., Person]) -> Person:
    someone = person()
    someone.log_in("demo", "admin", site.password)
    return someone


def test_it_is_written_with_bold_lists_and_links_by_keyboard_too(site: Site, admin: Person) -> None:
    """A1: what one sees while writing is what everyone sees."""
    page = admin.go("/announcement/add")
    text = page.locator(TEXT)
    expect(page.locator("[data-do=undo]")).to_be_disabled()
    page.locator("label", has_text="公告内容").click()
    expect(text).to_be_focused()
    page.keyboard.press("Control+b")
    page.keyboard.type("粗体")
    expect(page.locator("[data-do=bold]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Control+b")
    page.keyboard.type(" 平常")
    page.keyboard.press("Enter")
    page.locator("[data-do=bullets]").click()
    page.keyboard.type("第一点")
    page.keyboard.press("Enter")
    page.keyboard.type("第二点")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("见")
    page.locator("[data-do=link]").click()
    page.keyboard.type("javascript:alert(1)")
    page.keyboard.press("Enter")
    expect(page.locator(".editor-link .error")).to_be_visible()
    page.locator(".editor-link input").fill("help.example.com")
    page.keyboard.press("Enter")
    expect(text.locator("a")).to_have_attribute("href", "https://help.example.com")
    page.locator("[data-do=undo]").click()
    expect(text.locator("a")).to_have_count(0)
    page.locator("[data-do=redo]").click()
    page.locator("input[name=expires_at]").fill("2031-05-01 18:00")
    page.locator("input[name=expires_at]").press("Escape")
    page.locator("button[data-submit]").click()
    admin.settle()
    page.goto(f"{site.url}/workbench")
    row = page.locator(".news li", has_text="第一点").first
    row.locator("summary").click()
    shown = row.locator(".rich")
    expect(shown.locator("strong")).to_have_text("粗体")
    expect(shown.locator("ul > li")).to_have_text(["第一点", "第二点"])
    expect(shown.locator("a")).to_have_attribute("rel", "noopener noreferrer")


def test_what_is_pasted_is_cleaned(admin: Person) -> None:
    """A1"""
    page = admin.go("/announcement/add")
    page.locator(TEXT).click()
    page.locator(TEXT).evaluate(
        """(box, html) => { const data = new DataTransfer(); data.setData("text/html", html);
        box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }""",
        "<h1 style='color:red' onclick=alert(1)>标题</h1><img src=x onerror=alert(1)><script>alert(2)</script>"
        "<table><tr><td><b class=x>粗</b></td></tr></table><a href='javascript:alert(3)'>链接</a>",
    )
    kept = page.locator("textarea[name=content]").input_value()
    assert "标题" in kept
    assert "粗" in kept
    assert not re.search(r"style|onclick|img|script|table|class|href", kept), kept


def test_an_open_drawer_that_was_not_touched_closes_without_a_question(admin: Person) -> None:
    page = admin.go("/announcement/")
    page.locator("#list a[data-drawer][href$='/edit']").first.click()
    expect(page.locator(f"#drawer {TEXT}")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).not_to_be_visible()
    expect(page.locator("#confirm-dialog")).not_to_be_visible()


def test_it_comes_and_goes_at_its_moment_in_a_page_that_stays_open(
    site: Site, admin: Person, person: Callable[..., Person]
) -> None:
    """A1: to the second, in the company's zone, without loading the page again."""
    now = datetime.now(UTC)
    start, end = now + timedelta(seconds=16), now + timedelta(seconds=21)
    local = {
        "starts_at": start.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
        "expires_at": end.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
    }
    announce(admin.page, "三秒钟的公告", **local)
    reader = person()
    reader.log_in("demo", "finance01", site.password)
    page = reader.page
    page.evaluate("window.sameP = true")
    row = page.locator(".news li", has_text="三秒钟的公告")
    expect(row).to_have_count(0)
    expect(row).to_have_count(1, timeout=20_000)
    came = datetime.now(UTC)
    expect(row).to_have_count(0, timeout=9_000)
    left = datetime.now(UTC)
    assert page.evaluate("window.sameP") is True, "the page was not loaded anew"
    assert timedelta(seconds=-1) <= came - start.replace(microsecond=0) < timedelta(seconds=2)
    assert timedelta(seconds=-1) <= left - end.replace(microsecond=0) < timedelta(seconds=2)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_must_be_acknowledged_holds_up_the_workbench(
    site: Site, admin: Person, person: Callable[..., Person], language: str
) -> None:
    """A1: in full, with a banner on other pages; who has said so is seen and counted."""
    notice = "财务须知" if language == "zh" else "Must read"
    roles = at(admin.page, "/api/v1/announcement/choices/roles")["data"]
    finance = next(role["id"] for role in roles if role["title"] == "财务")
    id_ = announce(admin.page, f"<p>{notice}</p>", must_acknowledge=True, roles=[finance])
    reader = person(language)
    reader.log_in("demo", "finance03" if language == "zh" else "finance02", site.password)
    page = reader.go("/announcement/")
    expect(page.locator("[data-pulse]")).to_be_visible()
    page = reader.go("/workbench")
    expect(page.locator(".must")).to_contain_text(notice)
    expect(page.locator(".news")).to_have_count(0)
    faults = check(page, "acknowledge", language)
    reader.shoot(f"acknowledge-{language}")
    while page.locator(".must").count():
        page.locator(".must button").first.click()
        reader.settle()
    expect(page.locator(".news").first).to_be_visible()
    reader.go("/announcement/")
    expect(page.locator("[data-pulse]")).not_to_be_visible()

    admin.choose(language)
    page = admin.go(f"/announcement/{id_}/readers")
    expect(page.locator("tbody .badge.tone-green")).to_have_count(1)
    faults += check(page, "readers", language)
    admin.shoot(f"readers-{language}")
    page = admin.go("/announcement/add")
    faults += check(page, "editor", language)
    admin.choose("zh")
    with page.expect_download() as file:
        page.goto(f"{site.url}/announcement/{id_}/readers")
        page.get_by_role("link", name="导出").click()
    assert file.value.suggested_filename.endswith(".csv")
    at(page, "/api/v1/announcement/delete", {"ids": [id_]})
    assert not faults, "\n".join(faults)
