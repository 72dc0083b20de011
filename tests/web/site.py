"""The product as a browser and a program see it: what the tests of this package click, send and read."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.kit import CSRF, TenantKit, log_in

HTMX = {"HX-Request": "true"}
ROW = re.compile(r'<tr[^>]*data-title="([^"]*)"')
NOTICE = re.compile(r'<div class="notice tone-([a-z]+)".*?<p>(.*?)</p>', re.DOTALL)
FIELD_ERROR = re.compile(r'id="field-([a-z_]+)-error">(.*?)</p>', re.DOTALL)


class Site:
    """Somebody logged in. Posts carry the CSRF token, as forms do."""

    def __init__(self, kit: TenantKit, role: str) -> None:
        self.kit = kit
        self.client: FlaskClient = log_in(kit, role)

    def get(self, path: str, htmx: str = "", **more: Any) -> TestResponse:
        headers = {**more.pop("headers", {}), **({**HTMX, "HX-Target": htmx} if htmx else {})}
        return self.client.get(path, headers=headers, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, htmx: str = "", **more: Any) -> TestResponse:
        headers = {"Referer": "http://localhost/", **({**HTMX, "HX-Target": htmx} if htmx else {})}
        headers |= more.pop("headers", {})
        return self.client.post(path, data={"csrf_token": self.client.csrf, **(data or {})}, headers=headers, **more)

    def api(self, method: str, path: str, json: Any = None, **more: Any) -> TestResponse:
        """A script on our own page: the cookie, and the CSRF token in a header."""
        headers = {"X-CSRFToken": self.client.csrf, "Referer": "http://localhost/", **more.pop("headers", {})}
        return self.client.open(path, method=method, json=json, headers=headers, **more)


def rows(answer: TestResponse) -> list[str]:
    """The titles of the rows of a list."""
    return [unescape(title) for title in ROW.findall(answer.text)]


def notices(answer: TestResponse) -> list[tuple[str, str]]:
    """(tone, text) of the messages a page shows."""
    return [(tone, unescape(text)) for tone, text in NOTICE.findall(answer.text)]


def field_errors(answer: TestResponse) -> dict[str, str]:
    """Field → message beside it."""
    plain = ((name, re.sub(r"<[^>]*>", " ", html)) for name, html in FIELD_ERROR.findall(answer.text))
    return {name: " ".join(unescape(text).split()) for name, text in plain}


def control_value(answer: TestResponse, name: str) -> str | None:
    """What the input of that name is filled with, or None where there is no such input."""
    found = re.search(rf'<input[^>]*\bname="{name}"[^>]*>', answer.text)
    if found is None:
        return None
    value = re.search(r'\bvalue="([^"]*)"', found[0])
    return unescape(value[1]) if value else ""


def selected(answer: TestResponse, name: str) -> list[str]:
    """The values chosen in the drop-down of that name."""
    found = re.search(rf'<select[^>]*\bname="{name}"[^>]*>(.*?)</select>', answer.text, re.DOTALL)
    assert found, f"no drop-down {name}"
    return re.findall(r'<option value="([^"]*)" selected', found[1])


def link(answer: TestResponse, id_: str) -> str | None:
    """Where the link with this id leads."""
    found = re.search(rf'<a id="{id_}" href="([^"]*)"', answer.text)
    return unescape(found[1]) if found else None


def has_csrf(answer: TestResponse) -> bool:
    return CSRF.search(answer.text) is not None
