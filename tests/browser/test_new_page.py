"""K1: one YAML of about 15 lines, `ucc schema migrate`, a restart: a bilingual page, its API and its permissions."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.site import ROOT, Site

# The example of the README, word for word: what it promises is what is tested.
EXAMPLE = re.search(r"```yaml\n(.*?)   ```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
assert EXAMPLE
HOLIDAY = dedent(EXAMPLE[1])


@pytest.fixture(scope="module")
def with_holiday(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running company, into whose product the page comes afterwards."""
    folder = tmp_path_factory.mktemp("holiday")
    shutil.copytree(ROOT / "schema", folder / "schema", ignore=shutil.ignore_patterns("__pycache__"))
    revisions = folder / "versions"
    revisions.mkdir()
    site = Site(folder, {"UCC_SCHEMA": str(folder / "schema"), "UCC_MIGRATIONS": str(revisions)}).start()
    site.stop()
    (folder / "schema" / "settings" / "holiday.yaml").write_text(HOLIDAY, encoding="utf-8")
    assert "no faults" in site.ucc("check")
    assert "holiday" in site.ucc("schema", "diff")
    assert "holiday" in site.ucc("schema", "migrate")
    assert "agrees" in site.ucc("schema", "diff")
    yield site.start()
    site.stop()


def test_the_page_works_in_both_languages(with_holiday: Site, person: Callable[..., Person]) -> None:
    manager = person(url=with_holiday.url)
    manager.log_in("demo", "manager01", with_holiday.password)
    manager.page.get_by_role("link", name="节假日").first.click()
    manager.settle()
    page = manager.page
    page.locator("a[href$='/holiday/add']").first.click()
    form = page.locator("form:has(input[name=name])").last
    form.locator("input[name=name]").fill("元旦")
    form.locator("input[name=day]").fill("2027年1月1日")
    form.locator("select[name=sort]").select_option(label="法定节假日")
    form.locator("button.btn-primary").click()
    manager.settle()
    expect(manager.row("元旦")).to_contain_text("2027-01-01")
    manager.shoot("holiday-zh")
    page.locator("details.profile summary").click()
    page.locator("details.profile button[value=en]").click()
    manager.settle()
    manager.go("/holiday/")
    expect(page.get_by_role("heading", name="Holidays")).to_be_visible()
    expect(manager.row("元旦")).to_contain_text("Public holiday")
    manager.shoot("holiday-en")


def test_a_role_that_is_not_named_does_not_see_it(with_holiday: Site, person: Callable[..., Person]) -> None:
    finance = person(url=with_holiday.url)
    finance.log_in("demo", "finance01", with_holiday.password)
    expect(finance.page.get_by_role("link", name="节假日")).to_have_count(0)
    with finance.expecting(403):
        assert finance.page.goto(finance.url + "/holiday/").status == 403


def test_it_passes_the_contract_suite(tmp_path: Path) -> None:
    """Every test that any resource has to pass, with no Python written for this one."""
    folder = tmp_path / "schema" / "extra"
    folder.mkdir(parents=True)
    (folder / "holiday.yaml").write_text(HOLIDAY, encoding="utf-8")
    (folder.parent / "menu.yaml").write_text("extra:\n  label: {zh: 其他, en: Extra}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", "--database=sqlite",
               "-k", "holiday", "tests/contract"]  # fmt: skip
    settings = {**os.environ, "EXTRA_SCHEMA": str(folder.parent)}
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
    assert "failed" not in done.stdout
