"""Assigning in a dialog, claiming by a button, and the digit keys under the hands of an agent (C1, B4)."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.site import Site
from tests.browser.test_every_page import check


def test_a_digit_sets_the_type_of_the_row_one_is_in_and_can_be_undone(
    person: Callable[..., Person], site: Site
) -> None:
    """C1: never while one types, or in a dialog; the arrow keys go from row to row."""
    admin = person()
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/customer/")
    expect(page.locator("[data-digits] button").first).to_be_visible()
    key = page.locator("[data-digits] button").nth(1)
    wanted, digit = key.locator("[data-name]").inner_text(), key.get_attribute("data-key") or ""
    column = page.locator("thead th").evaluate_all("heads => heads.findIndex(head => head.querySelector('#sort-type'))")

    def shown(row: int) -> str:
        return page.locator("tbody tr").nth(row).locator("td").nth(column).inner_text()

    page.keyboard.press(digit)
    expect(page.locator("[data-notice]")).to_contain_text("请先选择一行")
    page.locator("#filters input[name=q]").focus()
    page.keyboard.press(digit)
    expect(page.locator("#filters input[name=q]")).to_have_value(digit)
    page.locator("#filters input[name=q]").fill("")

    page.locator("tbody tr .pick input").first.focus()
    page.keyboard.press("ArrowDown")
    before, other = shown(1), shown(0)
    page.keyboard.press(digit)
    expect(page.locator("[data-notice].tone-success")).to_contain_text(wanted)
    assert (shown(0), shown(1)) == (other, wanted)
    admin.shoot("customer-digits-zh")
    page.locator("[data-notice] button", has_text="撤销").dblclick()
    expect(page.locator("[data-notice]", has_text="已撤销")).to_be_visible()
    admin.settle()
    expect(page.locator("[data-notice].tone-danger")).to_have_count(0)  # once, however often it is pressed
    assert shown(1) == before
    assert check(page, "/customer/", "zh") == []

    for row in (0, 1):  # of one alone the dialog shows whose it is now
        page.locator("tbody tr .pick input").nth(row).check()
    page.locator("[data-bulk] button", has_text="分配").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("#asking")).to_be_visible()
    page.keyboard.press(digit)
    assert shown(0) == other, "not in a dialog"
    admin.shoot("customer-assign-zh")
    with admin.expecting(422):
        dialog.locator(".btn-primary").click()
        expect(dialog.locator(".error")).to_contain_text("请选择班组或坐席")
        dialog.locator("[data-cancel]").click()

    page = admin.go(page.locator("tbody tr a").first.get_attribute("href") or "")
    page.keyboard.press(digit)
    expect(page.locator("[data-notice].tone-success")).to_contain_text(wanted)
    expect(page.locator(".record")).to_contain_text(wanted)
