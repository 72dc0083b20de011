"""The walk of the user guide through the customers (C1): found, claimed, sorted, assigned, imported, exported."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.sheets.columns import Column
from app.sheets.writing import write_xlsx
from tests.browser.guide import Guide, call, pick
from tests.browser.person import Person

ROWS = (
    ("周建国", "Alice Brown", "19800138001"),
    ("林晓燕", "Ben Carter", "19900139002"),
    ("杭州云帆科技", "Cloudsail Ltd", "19500150003"),
    ("陈嘉诚", "Dora Evans", "19700187004"),
    ("", "", "19600136005"),
    ("吴思琪", "Erik Fisher", "1"),
)


@pytest.fixture(scope="module")
def agent(guide: Guide) -> Person:
    """An agent of the company, who may claim customers."""
    call(guide.admin.go("/workbench"), "/api/v1/business/", {"agent_may_claim": True, "claim_size": 8}, "PUT")
    return guide.arrive("demo", "agent01")


def notice(page: Page) -> None:
    """Waits until the page says that something is done."""
    expect(page.locator("[data-notice].tone-success").first).to_be_visible()


def test_finding(guide: Guide) -> None:
    """C1: a name by its pinyin initials; a view that a role begins with; Ctrl+K."""
    page = guide.admin.go("/customer/")
    page.fill("#filters input[name=q]", "ccm")
    page.keyboard.press("Enter")
    expect(guide.admin.row("陈春梅").first).to_be_visible()
    guide.admin.settle()
    guide.shoot(page, "customers-search", 500)
    page = guide.admin.go("/customer/?gender=female&order=-last_contact_at")
    page.locator(".list-tools > details > summary").first.click()
    page.fill("#view-name", guide.text("女客户，最近联系在前", "Women, latest contact first"))
    pick(page.locator("#view-role"), guide.text("角色“普通坐席”的所有人", "Everyone of the role Agent"))
    page.locator(".keep-view .btn-primary").click()
    page.locator("#views ul:last-of-type .view-more summary").last.click()
    expect(page.locator("#views .view-acts:visible")).to_be_visible()
    guide.shoot(page, "customers-views", 700, of="#list")
    page.keyboard.press("Escape")
    page = guide.admin.go("/workbench")
    page.keyboard.press("Control+k")
    page.keyboard.type("陈")
    expect(page.locator("#palette [role=group]").nth(1)).to_be_visible()
    guide.shoot(page, "palette", 640)
    page.keyboard.press("Escape")


def test_an_agent(guide: Guide, agent: Person) -> None:
    """C1, B3, B4: claims, looks at a number, sorts with a digit; what the workbench tells."""
    page = agent.go("/customer/")
    page.locator(".list-act button").first.click()
    notice(page)
    agent.settle()
    guide.shoot(page, "customer-claim", 520)
    page.locator("[data-notice-close]").first.click()
    page.locator("tbody tr .pick input").first.focus()
    page.keyboard.press("ArrowDown")
    digit = page.locator("[data-digits] button").nth(2)
    page.keyboard.press(digit.get_attribute("data-key") or "")
    expect(page.locator("[data-notice].tone-success").last).to_contain_text(digit.locator("[data-name]").inner_text())
    guide.shoot(page, "customer-keys", 520)
    page.locator("[data-notice-close]").first.click()
    page.locator("#list tbody td a").first.click()
    agent.settle()
    guide.shoot(page, "customer-masked", 440)
    page.locator("form.reveal button").click()
    expect(page.locator(".facts dd [role=status]")).to_be_visible()
    guide.shoot(page, "customer-revealed", of=".facts section:first-of-type")
    page = agent.go("/workbench")
    expect(page.locator(".bars").first).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 1200})
    guide.shoot(page, "workbench-desk", of=".piece .panel")


def test_assigning(guide: Guide) -> None:
    """C1, C2: to a team or an agent, what happened to a customer, and the way back after a deletion."""
    page = guide.admin.go("/customer/?name.contains=陈")
    page.locator("tbody tr .pick input").first.check()
    page.locator("[data-bulk] button[data-ask]").first.click()
    page.locator("dialog[open] #asking").wait_for()
    guide.shoot(page, "customer-assign", 600)
    page.locator("dialog[open] [data-cancel]").click()
    one = call(page, "/api/v1/customer/?name.contains=陈春梅")["data"][0]
    who = call(page, "/api/v1/agent/?username.contains=agent01")["data"][0]
    type_ = call(page, "/api/v1/customer_type/")["data"][1]
    call(page, "/api/v1/customer/do/assign", {"ids": [one["id"]], "values": {"agent": who["id"]}})
    page = guide.admin.go(f"/customer/{one['id']}")
    page.keyboard.press(str(type_["key"]))
    notice(page)
    page = guide.admin.go(f"/customer/{one['id']}")
    guide.shoot(page, "customer-timeline", 520)

    page = guide.admin.go("/customer/?name.contains=马")
    for box in page.locator("#list tbody input[type=checkbox]").all()[:3]:
        box.check()
    page.locator("[data-bulk] [data-remove]").click()
    guide.admin.confirm()
    notice(page)
    guide.shoot(guide.admin.go("/customer/bin/"), "customer-bin", 420)
    page = guide.admin.go("/team/")
    page.locator("#list tbody td a").first.click()
    guide.admin.settle()
    guide.shoot(page, "team", 620)


def test_importing(guide: Guide, tmp_path: Path) -> None:
    """C1: a file, its columns, a trial, the result, and the rows that failed."""
    file = tmp_path / f"{guide.text('展会名单', 'Trade fair')}.xlsx"
    heads = guide.text("姓名,客户号码,备注", "Full name,Phone,Remark").split(",")
    note = guide.text("展会现场留的电话", "Gave the number at the fair")
    rows = [[guide.text(zh, en), phone, note] for zh, en, phone in ROWS]
    write_xlsx(file, [Column(head) for head in heads], rows)
    page = guide.admin.go("/customer/import/")
    guide.shoot(page, "import-file", 440)
    page.set_input_files("input[type=file]", file)
    page.locator(".import [data-submit]").click()
    page.locator("select[name=column-0]").wait_for()
    page.locator("select[name=column-0]").select_option("name")
    guide.admin.settle()
    page.set_viewport_size({"width": 1280, "height": 1130})
    guide.shoot(page, "import-columns", of="main")
    page.locator(".import [data-submit]").click()
    expect(page.locator(".import-tile").first).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    guide.shoot(page, "import-trial", 560)
    page.locator(".form-foot [data-submit]").click()
    expect(page.locator("#import-step .import-next a")).to_be_visible(timeout=60_000)
    guide.shoot(page, "import-result", 480)


def test_exporting(guide: Guide) -> None:
    """C1: what to export, a second person's approval, one's jobs."""
    call(guide.admin.go("/workbench"), "/api/v1/business/", {"export_approval_rows": 100}, "PUT")
    manager = guide.arrive("demo", "manager01")
    page = manager.go("/customer/")
    page.locator(".list-tools > details > summary").last.click()
    form = page.locator("form.export-form")
    form.wait_for()
    manager.settle()
    guide.shoot(page, "export-panel", 730, of="#list")
    form.locator("button.btn-primary").click()
    page.wait_for_url("**/jobs/")
    page = guide.admin.go("/jobs/approvals")
    guide.shoot(page, "export-approval", 520)
    page.locator("button[name=yes][value='1']").click()
    guide.admin.settle()
    for _ in range(20):
        page = manager.go("/jobs/")
        if page.locator(".job-file a").count():
            break
        page.wait_for_timeout(300)
    expect(page.locator(".job-file a").first).to_be_visible()
    guide.shoot(page, "jobs", 420)


def test_what_a_role_sees(guide: Guide) -> None:
    """C1, R3: the records that a role sees, above its permissions."""
    page = guide.admin.go("/role/")
    page.locator("#list tbody a", has_text=guide.text("操作员", "Operator")).first.click()
    guide.admin.settle()
    page.locator(".matrix-sight select").first.select_option(index=1)
    expect(page.locator("[data-save]")).to_be_enabled()
    guide.shoot(page, "role-sight", 480)
    page.goto("about:blank")
