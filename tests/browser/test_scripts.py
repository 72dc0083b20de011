"""What people type is text, wherever it is shown: none of some forty payloads runs, and no content policy is tried.

Every page of the product's YAML is looked at, so a page that comes later is covered. Each record holds a payload in
each of its texts; the payloads go round, so that every one stands in every kind of place.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.spec.load import load_product
from tests.browser.person import Person
from tests.browser.scripts import PAYLOADS
from tests.browser.site import ROOT, Site

PRODUCT = load_product(ROOT / "schema")
PAGES = [name for name, resource in PRODUCT.resources.items() if resource.page and resource.kind == "records"]
SETTINGS = [name for name, resource in PRODUCT.resources.items() if resource.page and resource.kind == "settings"]
FILLER = Path(__file__).with_name("fill_with_scripts.py")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, list[str]]]]:
    """A company whose every text is a payload, and the ids of its records by resource."""
    site = Site(tmp_path_factory.mktemp("hostile")).start()
    command = [sys.executable, str(FILLER)]
    done = subprocess.run(
        command, cwd=ROOT, env=site.environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    yield site, json.loads(done.stdout.splitlines()[-1])
    site.stop()


def test_no_script_runs_and_no_policy_is_tried(
    hostile: tuple[Site, dict[str, list[str]]], person: Callable[..., Person]
) -> None:
    """A1, U1, F2, T2: in lists, records, forms, drawers, dialogs and on the workbench."""
    site, records = hostile
    assert len(PAYLOADS) >= 40
    admin = person("en", url=site.url)
    admin.page.on("dialog", lambda dialog: admin.complaints.append(f"dialog: {dialog.message}"))
    admin.log_in("demo", "admin", site.password)
    look(admin, "/workbench", "details summary")
    for resource in PAGES:
        look(admin, f"/{resource}/?size=50")
        dialogs(admin.page)
        if not records.get(resource):
            continue
        one = records[resource][0]
        look(admin, f"/{resource}/{one}")
        if "edit" in PRODUCT.resource(resource).can:
            look(admin, f"/{resource}/{one}/edit", "select + .ts-wrapper .ts-control")
        if PRODUCT.resource(resource).workbench:
            look(admin, f"/{resource}/{one}/readers")
    for resource in SETTINGS:
        look(admin, f"/{resource}/")
    assert admin.page.evaluate("window.ran") is None
    filled = {name for name, ids in records.items() if ids}
    assert {"announcement", "user"} <= filled, "the company is really full of them"
    assert len(records["announcement"]) > 30


def look(admin: Person, path: str, click: str = "") -> None:
    """Opens the page, and what can be opened on it; nothing may have run by then."""
    page = admin.go(path)
    for opener in page.locator(click).all()[:45] if click else ():
        opener.dispatch_event("click")
    assert page.evaluate("window.ran") is None, path
    assert page.locator("main script, main iframe, main object, main embed, main [onerror], main [onload]").count() == 0
    assert "5893" not in [text.strip() for text in page.locator("main td, main dd").all_inner_texts()], "a template ran"


def dialogs(page: Page) -> None:
    """The row's menu and the question before deleting name records: titles stand there, too."""
    boxes = page.locator("#list tbody .pick input")
    if not boxes.count():
        return
    for box in itertools.islice(boxes.all(), 12):
        box.check()
    danger = page.locator("[data-bulk] [data-danger]").last
    if danger.count():
        danger.click()
        page.locator("dialog[open]").first.wait_for()
        page.keyboard.press("Escape")
