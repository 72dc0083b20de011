"""A person at a real browser, and what they do there again and again."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Frame, Locator, Page, Playwright, Request

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


REST = 30  # seconds in which a page must come to rest
STILL = 5  # looks, 20 ms apart


class Person:
    """`complaints` gathers what the browser complains of: script errors, refused content, broken links."""

    def __init__(self, browser: Browser, url: str, language: str = "zh", width: int = 1440) -> None:
        locale = "zh-CN" if language == "zh" else "en-US"
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 900}, locale=locale, timezone_id="Asia/Shanghai"
        )
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.url, self.language = url, language
        self._asked: set[Request] = set()
        self.page.on("request", self._ask)
        self.page.on("requestfinished", self._answered)
        self.page.on("requestfailed", self._answered)
        self.page.on("framenavigated", self._moved)
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
        """Waits until the page is loaded and has asked for nothing more for a moment: a tenth of a second, where
        Playwright's own "networkidle" takes a half. Raises AssertionError where it does not come to rest.
        """
        deadline, still = time.monotonic() + REST, 0
        while still < STILL:
            assert time.monotonic() < deadline, f"{self.page.url} still waits for {[one.url for one in self._asked]}"
            self.page.wait_for_load_state("load")
            self.page.wait_for_timeout(20)
            still = 0 if self._asked else still + 1

    def _ask(self, request: Request) -> None:  # of our own: Playwright cannot mark a built-in method as a listener
        self._asked.add(request)

    def _answered(self, request: Request) -> None:
        self._asked.discard(request)

    def _moved(self, frame: Frame) -> None:
        if frame is self.page.main_frame:  # nobody waits any more for what the page before has asked for
            self._asked.clear()

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Answers with these statuses are what the test is about."""
        self.expected |= set(statuses)
        yield

    def log_in(self, tenant: str, username: str, password: str, keep_language: bool = False) -> None:
        """Who arrives in English reads English, whatever the account was last read in, unless `keep_language`."""
        self.go(f"/login?tenant={tenant}")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.settle()
        if not keep_language and "/login" not in self.page.url:
            self.choose(self.language)

    def choose(self, language: str) -> None:
        """The language in the profile menu: a person's own choice goes before their browser's."""
        other = self.page.locator(f"html:not([lang^={language}]) details.profile")
        if other.count():
            other.locator("summary").click()
            other.locator(f"button[value={language}]").click()
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
