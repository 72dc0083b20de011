"""The hand that walks the guide and takes its pictures: one company and one language at a time."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.person import SCREENSHOTS, Person
from tests.browser.site import ROOT, Site

# `make guide` sets this: the pictures then go where the guide refers to them.
KEEP = bool(os.environ.get("GUIDE_IMAGES"))
IMAGES = ROOT / "docs" / "guide" / "images" if KEEP else SCREENSHOTS / "guide"
README_IMAGES = ROOT / "docs" / "images" if KEEP else SCREENSHOTS
WIDTH, HEIGHT = 1280, 800
CODE = "acme"


@dataclass
class Guide:
    """A walk in one `language`, over a product of its own. `admin` is whose screen the guide shows most."""

    browser: Browser
    site: Site
    language: str
    people: list[Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.admin = self.arrive()

    def text(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def arrive(self, tenant: str = "demo", username: str = "", password: str = "") -> Person:
        """Somebody at a window of their own, logged in where `username` is given."""
        someone = Person(self.browser, self.site.url, self.language, WIDTH)
        self.people.append(someone)
        someone.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        if username:
            someone.log_in(tenant, username, password or self.site.password)
        return someone

    def welcome(self, tenant: str, username: str, once: str) -> Person:
        """As `arrive`, with a one-time password that is changed at once."""
        someone = self.arrive(tenant, username, once)
        someone.change_password(once)
        someone.choose(self.language)
        return someone

    def leave(self) -> list[str]:
        """Everybody goes; what their browsers complained of."""
        for someone in self.people:
            someone.leave()
        return [complaint for someone in self.people for complaint in someone.complaints]

    def create_company(self, template: str) -> str:
        """A company with people who speak the language; the one-time password of its admin."""
        said = self.site.ucc(
            "tenant", "create", CODE, "--name", self.text("极光电销", "Acme Telesales"),
            "--locale", self.language, "--template", template,
        )  # fmt: skip
        found = re.search(r"One-time password: (\S+)", said)
        assert found, said
        return found[1]

    def shoot(self, page: Page, name: str, height: int = 0, of: str = "", folder: Path | None = None) -> None:
        """A picture of the window from its top to `height`, or of all that `of` selects, without the rest."""
        expect(page.locator("#count[hx-get]:empty")).to_have_count(0)  # the count of a list comes after the list
        file = (folder or IMAGES / self.language) / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        page.mouse.move(0, 0)
        clip: Any = around(page.locator(of)) if of else {"x": 0, "y": 0, "width": WIDTH, "height": height or HEIGHT}
        clip["height"] = min(clip["height"], height - clip["y"]) if height and of else clip["height"]
        page.screenshot(path=file, clip=clip, animations="disabled")


def around(what: Locator) -> dict[str, float]:
    """The box that holds all of it, with a little room where it is several things."""
    boxes = [box for one in what.all() if (box := one.bounding_box())]
    room = 12 if len(boxes) > 1 else 0
    left, top = (min(box[side] for box in boxes) - room for side in ("x", "y"))
    right = max(box["x"] + box["width"] for box in boxes) + room
    bottom = max(box["y"] + box["height"] for box in boxes) + room
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def call(page: Page, path: str, json: Any = None, method: str = "POST") -> Any:
    """An answer of the API, asked by a script on the product's own page. Raises AssertionError on a refusal."""
    status, answer = page.evaluate(
        """async ([path, json, method]) => {
        const token = document.querySelector('meta[name="csrf-token"]').content;
        const answer = await fetch(path, { method: json === null ? "GET" : method, body: json && JSON.stringify(json),
          headers: { "Content-Type": "application/json", "X-CSRFToken": token } });
        return [answer.status, answer.status === 204 ? null : await answer.json()]; }""",
        [path, json, method],
    )
    assert status < 400, answer
    return answer


def cell(page: Page, name: str) -> Locator:
    """The box of one permission in the matrix of a role."""
    return page.locator(f"input[name=grant][value='{name}']")


def pick(select: Locator, label: str) -> None:
    """Chooses by its words, in a plain select and in one that searches, once they have come."""
    select.evaluate(
        """async (select, label) => {
        const picker = select.tomselect;
        const all = () => picker ? Object.values(picker.options) : [...select.options];
        const find = () => all().find((one) => one.text.trim() === label)?.value;
        picker?.focus();
        for (let turn = 0; turn < 200 && find() === undefined; turn += 1)
          await new Promise((done) => setTimeout(done, 20));
        if (picker) { picker.setValue(select.multiple ? [find()] : find()); picker.blur(); }
        else { select.value = find(); select.dispatchEvent(new Event("change", { bubbles: true })); } }""",
        label,
    )


def slide_in(page: Page, link: Locator) -> Locator:
    """The form that the link opens beside the list."""
    link.click()
    drawer = page.locator("#drawer")
    drawer.locator("form").wait_for()
    page.wait_for_timeout(350)  # until it has slid in
    return drawer
