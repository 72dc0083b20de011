"""导出 as a person meets it: the panel beside the list, the file, and a job that waits for somebody else (C1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.browser.person import Person
from tests.browser.site import Site
from tests.browser.test_every_page import check
from tests.export.conftest import csv_rows


def barriers(someone: Person, path: str) -> list[str]:
    """What keeps anybody out; that all texts are translated is tested page by page elsewhere."""
    return [fault for fault in check(someone.page, path, "zh") if " page says " not in fault]


def test_a_list_is_exported_and_a_large_one_approved(person: Callable[..., Person], site: Site) -> None:
    """C1: a click gives the file; above the company's number the other person says yes; both are told."""
    manager = person()
    manager.log_in("demo", "manager01", site.password)
    manager.go("/customer/")
    panel = manager.page.locator("details.pop:has(summary:has-text('导出'))").last
    panel.locator("summary").click()
    form = panel.locator("form.export-form")
    form.wait_for()
    manager.shoot("export-panel")
    assert barriers(manager, "/customer/ (export)") == []
    form.locator("input[name=format][value=csv]").check()
    with manager.page.expect_download() as file:
        form.locator("button.btn-primary").click()
    rows = csv_rows(Path(file.value.path()).read_bytes())
    assert file.value.suggested_filename.startswith("客户资料-")
    assert rows[0][0] == "客户名称"
    assert len(rows) > 2

    admin = person()
    admin.log_in("demo", "admin", site.password)
    admin.go("/business/")
    admin.page.fill("input[name=export_approval_rows]", "1")
    admin.page.locator("main form button.btn-primary").first.click()
    admin.settle()
    manager.go("/customer/")
    panel.locator("summary").click()
    form.wait_for()
    form.locator("button.btn-primary").click()
    manager.page.wait_for_url("**/jobs/")
    assert "待审核" in manager.page.locator("#jobs").inner_text()
    admin.go("/jobs/approvals")
    admin.shoot("export-approvals")
    assert barriers(admin, "/jobs/approvals") == []
    admin.page.locator("button[name=yes][value='1']").click()
    admin.settle()
    for _ in range(20):
        manager.go("/jobs/")
        if manager.page.locator(".job-file a").count():
            break
        manager.page.wait_for_timeout(500)
    manager.shoot("export-jobs")
    assert barriers(manager, "/jobs/") == []
    with manager.page.expect_download() as made:
        manager.page.locator(".job-file a").first.click()
    assert re.fullmatch(r"客户资料-\d{8}-\d{4}-[2-9A-Z]{10}\.xlsx", made.value.suggested_filename)
