"""A person at a real browser, and what they do there again and again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright

PASSWORD = "Sunny-harbour-27"
SCREENSHOTS = Path(__file__).resolve().parent.parent / "screenshots"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--force-color-profile=srgb")  # fmt: skip


def chromium() -> str:
    """The path of the browser. Raises AssertionError where there is none (`make test` installs one)."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise AssertionError("no Chromium on the PATH: run `sh tools/browser.sh`")


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))


class Person:
    """`complaints` gathers what the browser complains of: script errors, refused content, broken links."""

    def __init__(self, browser: Browser, url: str, language: str = "zh", width: int = 1440) -> None:
        locale = "zh-CN" if language == "zh" else "en-US"
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 900}, locale=locale, timezone_id="Asia/Shanghai"
        )
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.url = url
        self.expected: set[int] = set()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda fault: self.complaints.append(f"script: {fault}"))
        self.page.on("console", lambda line: self._hear(line.type, f"{line.text} {line.location['url']}"))

    def _hear(self, kind: str, text: str) -> None:
        answered = any(f"status of {status}" in text for status in self.expected)
        if kind in ("error", "warning") and not answered:
            self.complaints.append(f"{kind}: {text}")

    def go(self, path: str) -> Page:
        self.page.goto(self.url + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        self.page.wait_for_load_state("networkidle")

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Answers with these statuses are what the test is about."""
        self.expected |= set(statuses)
        yield

    def log_in(self, tenant: str, username: str, password: str) -> None:
        self.go(f"/login?tenant={tenant}")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.settle()

    def change_password(self, old: str, new: str = PASSWORD) -> None:
        for name, text in (("old", old), ("new", new), ("confirm", new)):
            self.page.locator(f"input[type=password][name*={name}]").fill(text)
        self.page.locator("main form button.btn-primary").click()
        self.settle()

    def row(self, text: str) -> Locator:
        return self.page.locator("tbody tr", has_text=text)

    def confirm(self) -> str:
        """Says yes to the dialog, and gives what it said."""
        dialog = self.page.locator("dialog[open]")
        dialog.wait_for()
        said = dialog.inner_text()
        dialog.locator("button[value=ok], #removal .btn-danger").click()
        self.settle()
        return said

    def shoot(self, name: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    def leave(self) -> None:
        self.context.close()
