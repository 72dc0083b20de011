"""Every page in both languages: nothing in the other language, nothing against WCAG 2.2 AA, nothing the CSP refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.person import Person
from tests.browser.site import Site

PAGES = ("/workbench", "/user/", "/user/add", "/announcement/", "/announcement/add", "/password", "/api/v1/",
         "/user/?username.contains=nobody-is-called-that", "/nowhere", "/user/?order=1")  # fmt: skip
ANSWERS = {404, 400}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Latin words that a Chinese page may hold: the product's name, and what data and standards are called.
LATIN = re.compile(r"[A-Za-z]{2,}")
NAMES = {
    "UCC",
    "Admin",
    "English",
    "API",
    "REST",
    "YYYY",
    "MM",
    "DD",
    "HH",
    "Esc",
    "Enter",
    "zs",
    "Ctrl",
    "ID",
    "JSON",
    "OAS",
    "https",
    "example",
    "com",
}

# What a page says: its visible text and the texts of its controls; data (cells, names) apart.
TEXTS = """() => {
  const apart = 'tbody td, tbody th, script, style, template, .avatar, .who, .tenant, .swagger-ui, code,' +
    '.pop-head, dd, .ask-names, [data-name], .crumbs [aria-current],'+
    '.notice-secret, .line .what, [lang]:not(html), .panel-row, .panel li, .panel details, option, .ts-control .item';
  const out = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    const text = walk.currentNode.textContent.trim();
    if (text && !parent.closest(apart)) out.push(text);
  }
  for (const one of document.querySelectorAll('[placeholder], [title], [aria-label]')) {
    if (one.closest(apart)) continue;
    for (const name of ['placeholder', 'title', 'aria-label']) {
      const text = one.getAttribute(name);
      if (text) out.push(text);
    }
  }
  return out;
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_speaks_one_language_and_is_accessible(
    site: Site, person: Callable[..., Person], language: str
) -> None:
    admin = person(language)
    shot = "zh" if language == "zh" else "en"
    admin.go("/login?tenant=demo")
    admin.shoot(f"login-{shot}")
    faults = check(admin.page, "/login", language)
    admin.log_in("demo", "admin02", site.password)
    first = admin.go("/user/").locator("tbody a[href*='/user/']").first.get_attribute("href")
    pages = (*PAGES, first, f"{first}/edit")
    with admin.expecting(*ANSWERS):
        for path in pages:
            admin.go(path)
            faults += check(admin.page, path, language)
            admin.shoot(f"{path.strip('/').split('?')[0].replace('/', '-') or 'root'}-{shot}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_drawer_and_the_dialog_are_accessible(site: Site, person: Callable[..., Person], language: str) -> None:
    admin = person(language)
    admin.log_in("demo", "admin02", site.password)
    page = admin.go("/user/")
    page.locator("a[href$='/user/add']").first.click()
    page.locator("form:has(input[name=username])").last.wait_for()
    page.wait_for_timeout(400)  # until it has slid in: half-transparent text has no contrast
    faults = check(page, "drawer", language)
    admin.shoot(f"drawer-{language}")
    page = admin.go("/user/")
    page.locator("tbody input[type=checkbox]").nth(1).check()
    page.locator("button", has_text=re.compile("删除|Delete")).first.click()
    page.locator("dialog[open]").wait_for()
    page.wait_for_timeout(400)
    faults += check(page, "dialog", language)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_fit_a_phone(site: Site, person: Callable[..., Person], language: str) -> None:
    someone = person(language, width=390)
    someone.log_in("demo", "admin02", site.password)
    faults = []
    for path in ("/workbench", "/user/", "/user/add", "/announcement/", "/password"):
        page = someone.go(path)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            faults.append(f"{path} is {wide} px too wide")
        faults += check(page, path, language)
        someone.shoot(f"phone-{path.strip('/').replace('/', '-')}-{language}")
    assert not faults, "\n".join(faults)


def check(page: Page, path: str, language: str) -> list[str]:
    """What is wrong with the page as it is shown now."""
    found = [f"{path}: {language} page says “{text}”" for text in page.evaluate(TEXTS) if not fits(text, language)]
    results: Any = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response
    for violation in results["violations"]:
        nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
        found.append(f"{path}: {violation['id']}: {nodes}")
    return found


def fits(text: str, language: str) -> bool:
    if language == "en":
        return not CHINESE.search(text)
    return all(word in NAMES for word in LATIN.findall(text))
