"""A browser, as little of one as a load generator needs."""

from __future__ import annotations

import re
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode


def csrf_token(html: str, name: str = "csrf_token") -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', html)
    assert found, "the form holds no CSRF token"
    return found[1]


class Browser:
    """Keeps cookies; nothing else."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    @property
    def headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookies, "Accept-Language": "zh-CN"} if cookies else {}

    def get(self, path: str) -> str:
        return self._send("GET", path)

    def post(self, path: str, form: dict[str, str]) -> str:
        return self._send("POST", path, urlencode(form))

    def _send(self, method: str, path: str, body: str | None = None) -> str:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = self.headers
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status < 400, f"{method} {path}: {answer.status}\n{text[:500]}"
        self._remember(answer)
        connection.close()
        return text

    def _remember(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
