"""One running product and one Chromium for all browser tests; each person has a browser profile of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.guide import Guide
from tests.browser.person import Person, launch
from tests.browser.site import Site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product with its demo company."""
    running = Site(tmp_path_factory.mktemp("site")).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


@pytest.fixture
def person(browser: Browser, site: Site) -> Iterator[Callable[..., Person]]:
    """`person("en")` opens a browser profile. At the end nobody's browser may have had anything to complain of."""
    people: list[Person] = []

    def arrive(language: str = "zh", width: int = 1440, url: str = "") -> Person:
        people.append(Person(browser, url or site.url, language, width))
        return people[-1]

    yield arrive
    complaints = [complaint for someone in people for complaint in someone.complaints]
    for someone in people:
        someone.leave()
    assert complaints == []


@pytest.fixture(scope="session", params=["zh", "en"])
def guide(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Guide]:
    """A product of its own for each language, walked through all files of the guide one after the other."""
    running = Site(tmp_path_factory.mktemp(f"guide-{request.param}")).start()
    walk = Guide(browser, running, request.param)
    walk.admin.log_in("demo", "admin", running.password)
    yield walk
    complaints = walk.leave()
    running.stop()
    assert complaints == []
