"""The walk of the user guide (docs/guide) through the demo company, page by page, in both languages.

It takes the pictures that the guide refers to; `make guide` keeps them. One product a language, in this order.
"""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.guide import README_IMAGES, Guide, call, cell, pick, slide_in

FIRST, WEAK = "Morning-tram-41", "woaini1314520"


def test_users(guide: Guide) -> None:
    """U1, U2, U3, U4, U5: add, log in, delete several, edit, search."""
    page = guide.admin.go("/user/")
    guide.shoot(page, f"users-{guide.language}", folder=README_IMAGES)
    page.set_viewport_size({"width": 1280, "height": 1120})
    drawer = slide_in(page, page.locator("a[href$='/user/add']").first)
    newcomer = {"username": "wang.xiaomei", "password": FIRST, "password_confirm": FIRST, "name": "王小美"}
    for name, text in (newcomer | {"phone": "13900000001", "email": "xiaomei@demo.example.com"}).items():
        drawer.locator(f"input[name={name}]").fill(text)
    pick(drawer.locator("select[name=role]"), guide.text("操作员", "Operator"))
    page.wait_for_timeout(600)  # until the strength has been judged
    guide.shoot(page, "users-add", of="#drawer")
    page.set_viewport_size({"width": 1280, "height": 800})
    drawer.locator("[data-submit]").click()
    expect(guide.admin.row("wang.xiaomei")).to_be_visible()

    someone = guide.arrive()
    someone.go("/login?tenant=demo")
    someone.page.fill("input[name=username]", "wang.xiaomei")
    someone.page.fill("input[name=password]", FIRST)
    guide.shoot(someone.page, "login")
    someone.page.press("input[name=password]", "Enter")
    expect(someone.page).to_have_url(re.compile("/password"))

    page = guide.admin.go("/user/?username.contains=agent")
    page.locator("#filters select[name^=role]").wait_for(state="attached")
    pick(page.locator("#filters select[name^=role]").first, guide.text("普通坐席", "Agent"))
    page.locator("#filters input[name^=phone]").fill("136")
    page.locator("#filters .btn-primary").click()
    guide.admin.settle()
    expect(page.locator("#list tbody tr").first).to_be_visible()
    guide.shoot(page, "users-search", 560)

    for box in page.locator("#list tbody input[type=checkbox]").all()[:2]:
        box.check()
    page.locator("[data-many][data-danger]").click()
    page.locator("dialog[open] #removal").wait_for()
    guide.shoot(page, "users-delete", 620)
    page.locator("#removal [data-cancel]").click()
    drawer = slide_in(page, page.locator("#list tbody a[data-drawer]").first)
    guide.shoot(page, "users-edit", of="#drawer")


def test_agents_and_teams(guide: Guide) -> None:
    """C2: agents have a page of their own, with their team."""
    page = guide.admin.go("/agent/?phone.contains=138")
    expect(page.locator("#list tbody tr").first).to_be_visible()
    guide.shoot(page, "agents", 500)
    page = guide.admin.go("/team/")
    expect(page.locator("#list tbody tr")).to_have_count(4)
    guide.shoot(page, "teams", 480)


def test_password(guide: Guide) -> None:
    """P1, P2, P3: one's own password, what the company demands, a reset by the admin."""
    someone = guide.arrive("demo", "manager02")
    page = someone.go("/password")
    someone.expected.add(400)
    page.fill("input[name=old]", WEAK)
    page.fill("input[name=new]", "correct horse battery")
    page.fill("input[name=confirm]", "correct horse batery")
    # Not left before: the message that comes then must not move the button away from under the click.
    page.locator("main form button.btn-primary").click()
    someone.settle()
    expect(page.locator("#old-error")).to_be_visible()
    expect(page.locator("#confirm-error")).to_be_visible()
    guide.shoot(page, "password-refused")
    page = someone.go("/password")
    page.fill("input[name=new]", WEAK)
    expect(page.locator(".meter-reasons")).not_to_be_empty()
    guide.shoot(page, "password-strength")
    page = someone.go("/my/logins")
    guide.shoot(page, "my-logins", 420)

    page = guide.admin.go("/password_policy/")
    page.locator("select[name=profile]").select_option("mlps3")
    guide.shoot(page, "password-policy", of="main")
    page = guide.admin.go("/user/?username.contains=agent02")
    page.locator("#list tbody a", has_text="agent02").first.click()
    guide.admin.settle()
    page.locator("button[formaction$='/reset_password']").click()
    guide.admin.confirm()
    expect(page.locator(".notice .secret code")).to_be_visible()
    guide.shoot(page, "password-reset", 440)


def test_roles(guide: Guide) -> None:
    """R1, R2, R3, R4, R5: six roles, the matrix, saving, the way back; comparing, history, explaining."""
    page = guide.admin.go("/role/")
    expect(page.locator("#list tbody tr")).to_have_count(6)
    guide.shoot(page, "roles", 520)
    page.locator("#list tbody a", has_text=guide.text("班长坐席", "Team leader")).first.click()
    guide.admin.settle()
    guide.shoot(page, "role-matrix")
    cell(page, "announcement.add").check()
    cell(page, "team.view").uncheck()
    expect(page.locator("[data-save]")).to_be_enabled()
    guide.shoot(page, "role-change")
    page.locator("[data-save]").click()
    expect(page.locator("[data-notice].tone-success")).to_be_visible()
    page.locator("[data-notice-close]").first.click()
    page.locator("[data-only] input").check()
    guide.shoot(page, "role-differs")
    page.locator(".tools a[href$='/versions']").click()
    guide.admin.settle()
    guide.shoot(page, "role-history", 480)
    page = guide.admin.go("/role/compare")
    pick(page.locator("select[name=left]"), guide.text("操作员", "Operator"))
    pick(page.locator("select[name=right]"), guide.text("班长坐席", "Team leader"))
    page.locator("[data-compare] .btn-primary").click()
    guide.admin.settle()
    guide.shoot(page, "role-compare")
    who = call(page, "/api/v1/user/?username.contains=teamleader01")["data"][0]["id"]
    page = guide.admin.go(f"/explain/?user={who}&page=customer&kind=view")
    expect(page.locator(".answer")).to_be_visible()
    guide.shoot(page, "explain", 480)


def test_announcements(guide: Guide) -> None:
    """A1, A2, A3, A4: write, delete, change, find by time; who has read it."""
    page = guide.admin.go("/announcement/")
    drawer = slide_in(page, page.locator("a[href$='/announcement/add']").first)
    content = guide.text("【通知】今晚 19:00 全员会议，请准时参加。", "All hands tonight at 19:00. Please be on time.")
    drawer.locator("[role=textbox]").fill(content)
    moment = drawer.locator("input[name=expires_at]")
    moment.fill("2031-05-01 18:00")
    moment.press("Tab")
    page.keyboard.press("Escape")
    guide.shoot(page, "announcement-add", of="#drawer")
    must = drawer.locator("input[name=must_acknowledge]")
    must.evaluate("box => box.click()")
    drawer.locator("[data-submit]").click()
    expect(guide.admin.row(content[:9])).to_have_count(1)

    reader = guide.arrive("demo", "finance01")
    page = reader.go("/workbench")
    expect(page.locator(".must")).to_contain_text(content)
    guide.shoot(page, "acknowledge", 480)
    page.locator(".must button").first.click()
    reader.settle()
    page.locator("details.unread summary").first.click()
    guide.shoot(page, "workbench")

    page = guide.admin.go("/announcement/")
    guide.admin.row(content[:9]).locator("td a").first.click()
    guide.admin.settle()
    page.locator("a[href$='/readers']").first.click()
    guide.admin.settle()
    guide.shoot(page, "announcement-readers", 560)
    page = guide.admin.go("/announcement/")
    drawer = slide_in(page, guide.admin.row(content[:9]).locator("a[data-drawer]").first)
    guide.shoot(page, "announcement-edit", of="#drawer")
    page = guide.admin.go("/announcement/?phase=expired")
    for box in page.locator("#list tbody input[type=checkbox]").all()[:2]:
        box.check()
    page.locator("[data-many][data-danger]").click()
    page.locator("dialog[open] #removal").wait_for()
    guide.shoot(page, "announcement-delete", of="dialog[open]")
    page.locator("#removal [data-cancel]").click()
    page = guide.admin.go("/announcement/")
    for field, text in (("#filter-created_at", "2020-01-01"), ("#filter-created_at-2", "2031-01-01")):
        page.locator(field).fill(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.locator("#filters .btn-primary").click()
    guide.admin.settle()
    guide.shoot(page, "announcement-search", 500)
    asked = call(page, "/api/v1/announcement/?content.contains=19:00")["data"]
    call(page, "/api/v1/announcement/do/retract", {"ids": [one["id"] for one in asked]})  # or everybody is asked first


def test_business_parameters(guide: Guide) -> None:
    """B1, B2, B3, B4: what a change would do, and who changed what."""
    page = guide.admin.go("/business/")
    for name in ("leader_sees_team", "agent_sees_unsorted", "agent_may_claim"):
        page.locator(f"input[name={name}]").evaluate("box => box.click()")
    page.fill("input[name=claim_size]", "20")
    expect(page.locator(".impact-box li").first).to_be_visible()
    page.wait_for_timeout(500)  # until the sentences are those of the last change
    page.set_viewport_size({"width": 1280, "height": 1800})
    guide.shoot(page, "business", of="#form fieldset:nth-of-type(-n+2)")
    guide.shoot(page, "business-more", of="#form fieldset:nth-of-type(n+3), #impact, #form .form-foot")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("[data-submit]").click()
    expect(page.locator("[data-notice].tone-success")).to_be_visible()
    guide.admin.go("/business/")
    guide.shoot(page, "business-history", of=".history")


def test_customers(guide: Guide) -> None:
    """C1: who sees which customers; adding one, and its history."""
    page = guide.admin.go("/customer/?name.contains=陈")
    expect(page.locator("#list tbody tr").first).to_be_visible()
    guide.shoot(page, "customers", 560)
    page.locator("#list tbody td a").first.click()
    guide.admin.settle()
    drawer = slide_in(page, page.locator(".page-head a[data-drawer]").first)
    guide.shoot(page, "customer-edit", of="#drawer")
    assert drawer.locator("input[name=phone]").input_value()


def test_lists(guide: Guide) -> None:
    """K6: search, conditions, views, columns, keyboard."""
    page = guide.admin.go("/customer/")
    page.keyboard.press("/")
    page.keyboard.type("1381")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=1381"))
    guide.shoot(page, "list-search", 500)
    page.locator(".list-tools > details > summary").first.click()
    page.locator("#view-name").fill(guide.text("1381 号段", "Numbers with 1381"))
    guide.shoot(page, "list-views", 640, of="#list")
    page.locator(".keep-view .btn-primary").click()
    expect(page.locator("#views .pop-item").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".list-tools > details > summary").nth(1).click()
    expect(page.locator("[data-columns] li").first).to_be_visible()
    guide.shoot(page, "list-columns", 730, of="#list")
    page = guide.admin.go("/team/")
    page.locator("details.profile summary").click()
    guide.shoot(page, "list-keyboard", 520)


def test_logs(guide: Guide) -> None:
    """P3: the log of changes and the log of logins."""
    page = guide.admin.go("/audit_log/?action=edit")
    expect(page.locator("#list tbody tr").first).to_be_visible()
    guide.shoot(page, "audit-log", 520)
    page.locator("#list tbody td a").first.click()
    guide.admin.settle()
    guide.shoot(page, "audit-entry", 520)
    stranger = guide.arrive()
    stranger.expected.add(401)
    stranger.log_in("demo", "finance01", "not-the-password")
    page = guide.admin.go("/login_log/")
    expect(page.locator("#list tbody tr").nth(2)).to_be_visible()
    guide.shoot(page, "login-log", 460)
