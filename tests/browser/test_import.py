"""A file's way into the customers at a real browser: file, columns, trial, import, and the rows that come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from app.sheets.columns import Column
from app.sheets.writing import write_xlsx
from tests.browser.person import Person
from tests.browser.site import Site
from tests.browser.test_every_page import WCAG

WORDS = {"zh": ("导入", "试运行", "新增"), "en": ("Import", "Run a trial", "Added")}


def check(someone: Person, name: str) -> None:
    """Nothing on the page is out of a screen reader's reach, and nothing sticks out of the screen. Takes a picture."""
    results: Any = Axe().run(someone.page, options={"runOnly": {"type": "tag", "values": WCAG}}).response
    found = [(fault["id"], [node["html"][:120] for node in fault["nodes"]]) for fault in results["violations"]]
    someone.shoot(name)
    assert found == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert someone.page.evaluate(wide) <= 0, name


@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 390)])
def test_the_whole_walk(
    person: Callable[..., Person], site: Site, tmp_path: Path, language: str, width: int
) -> None:  # fmt: skip
    """C1, K4: every step is usable by keyboard and screen reader, in both languages, on a phone too."""
    button, try_it, added = WORDS[language]
    path = tmp_path / f"客户-{language}.xlsx"
    digit = 7 if language == "zh" else 8
    rows = [[f"导入{n}", "女", f"17{digit}{n:08d}", "x"] for n in range(12)] + [["", "男", "12", ""]]
    write_xlsx(path, [Column(head) for head in ("客户名称", "性别", "客户号码", "别的")], rows)
    admin = person(language, width)
    admin.log_in("demo", "admin", site.password)
    page = admin.go("/customer/")
    page.locator(".tools a", has_text=button).first.click()
    admin.settle()
    check(admin, f"import-file-{language}")
    page.set_input_files("input[type=file]", path)
    page.locator(".import [data-submit]").click()
    admin.settle()
    check(admin, f"import-columns-{language}")
    expect(page.locator("select[name=column-2]")).to_have_value("phone")
    page.locator(".import [data-submit]", has_text=try_it).click()
    admin.settle()
    expect(page.locator(".import-tile", has_text=added)).to_contain_text("12")
    check(admin, f"import-trial-{language}")
    page.locator(".form-foot [data-submit]").click()
    expect(page.locator("#import-step .import-next a")).to_be_visible(timeout=60_000)
    check(admin, f"import-result-{language}")
    with page.expect_download() as download:
        page.locator("#import-step .import-next a").click()
    assert download.value.suggested_filename.endswith(".xlsx")
