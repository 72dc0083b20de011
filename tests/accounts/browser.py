"""A person at a browser, and a program at the API: what the tests of this package click and send."""

from __future__ import annotations

import re
from json import dumps
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.kit import CSRF, new_address


def words(page: str) -> list[str]:
    """What a person reads on a page."""
    return re.sub(r"<[^>]*>", " ", page).split()


class Browser:
    """Keeps cookies, and sends the CSRF token of the page it looked at last, as a form does."""

    def __init__(self, app: Flask, base_url: str = "http://localhost", address: str = "") -> None:
        self.client: FlaskClient = app.test_client()
        self.base_url = base_url
        self.environ = {"REMOTE_ADDR": address or new_address()}
        self.csrf = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        answer = self.client.get(path, base_url=self.base_url, environ_overrides=self.environ, **more)
        found = CSRF.search(answer.get_data(as_text=True)) if answer.mimetype == "text/html" else None
        if found:
            self.csrf = found[1] or found[2]
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        form = {"csrf_token": self.csrf, **(data or {})}
        more.setdefault("headers", {}).setdefault("Referer", f"{self.base_url}/")
        return self.client.post(path, data=form, base_url=self.base_url, environ_overrides=self.environ, **more)

    def log_in(self, tenant: str, username: str, password: str, query: str = "") -> TestResponse:
        self.get(f"/login{query}")
        return self.post(f"/login{query}", {"tenant": tenant, "username": username, "password": password})

    def is_in(self) -> bool:
        """True if the landing page opens."""
        return self.get("/workbench").status_code == 200

    def cookie(self, name: str = "ucc") -> str:
        found = self.client.get_cookie(name, domain="localhost")
        assert found is not None
        return found.value


class Program:
    """Sends JSON, with a bearer token or an API key where it has one, and no cookie."""

    def __init__(self, app: Flask, bearer: str = "", address: str = "") -> None:
        self.client = app.test_client(use_cookies=False)
        self.headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        self.environ = {"REMOTE_ADDR": address or new_address()}
        self.refresh_token = ""

    def send(self, method: str, path: str, json: Any = None, **more: Any) -> TestResponse:
        headers = {**self.headers, **more.pop("headers", {})}
        return self.client.open(
            path, method=method, data=dumps(json), content_type="application/json", headers=headers,
            base_url="http://localhost", environ_overrides=self.environ, **more,
        )  # fmt: skip

    def log_in(self, tenant: str, username: str, password: str) -> TestResponse:
        answer = self.send(
            "POST", "/api/v1/security/login", {"tenant": tenant, "username": username, "password": password}
        )
        if answer.status_code == 200:
            self.headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
            self.refresh_token = answer.json["refresh_token"]
        return answer
