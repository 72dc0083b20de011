"""All that a filter finds, by keys alone; the message when a job ends; from record to record (C1)."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.person import Person
from tests.browser.site import Site


def test_all_that_the_filter_finds_is_chosen_and_confirmed_with_its_number(
    person: Callable[..., Person], site: Site
) -> None:
    """C1: without a mouse; the question names number and conditions."""
    me = person()
    me.log_in("demo", "admin", site.password)
    page = me.go("/customer/?size=10&gender=female&order=name")
    page.locator("[data-all]").focus()
    page.keyboard.press("Space")
    offer = page.locator("[data-every-offer]")
    offer.wait_for(state="visible")
    number = "".join(filter(str.isdigit, offer.inner_text()))
    offer.focus()
    page.keyboard.press("Enter")
    assert number in page.locator("[data-chosen]").inner_text()
    page.locator("[data-bulk] button", has_text="设置类型").focus()
    page.keyboard.press("Enter")
    asking = page.locator("dialog[open] #asking")
    asking.wait_for()
    assert number in asking.locator("h2").inner_text() and "女" in asking.inner_text()
    page.eval_on_selector(
        "dialog[open] select[name=type]",
        "one => { const { value } = one.options[1]; one.tomselect?.setValue(value); one.value = value; }",
    )
    asking.locator(".btn-primary").click()
    me.settle()
    page.locator(".notice.tone-success", has_text=number).wait_for()

    page.locator("#list tbody tr").nth(1).locator("a").first.click()
    me.settle()
    came_to = page.locator("h1").inner_text()
    page.keyboard.press("j")
    page.wait_for_url("**in=**")
    me.settle()
    page.keyboard.press("k")
    page.locator("h1", has_text=came_to).wait_for()


def test_a_message_says_on_any_page_that_a_job_has_ended(person: Callable[..., Person], site: Site) -> None:
    """C1: with a link to what came of it; nothing is asked before there is a job, nor after it was told."""
    me = person()
    me.log_in("demo", "admin", site.password)
    page, asked = me.page, []
    page.on("request", lambda request: asked.append(request.url) if "/jobs/news/" in request.url else None)
    me.go("/user/import/")
    page.wait_for_timeout(1500)
    assert asked == []
    rows = "登录名,角色,姓名\nsomeone.new,普通坐席,新人\n"
    page.set_input_files(
        "input[type=file]", {"name": "人员.csv", "mimeType": "text/csv", "buffer": rows.encode("utf-8-sig")}
    )
    page.locator("main form button.btn-primary").first.click()
    for _ in range(2):
        me.settle()
        page.locator("main form button.btn-primary").first.click()
    page.wait_for_url("**/import/job/**")
    me.go("/announcement/")
    message = page.locator(".notice", has_text="导入")
    message.wait_for()
    message.locator("a.btn").click()
    page.wait_for_url("**/user/import/job/**")
    me.settle()
    assert "ucc_jobs" not in page.evaluate("document.cookie")
    told = len(asked)
    me.go("/announcement/")
    page.wait_for_timeout(1500)
    assert len(asked) == told > 0
