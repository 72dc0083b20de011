"""Which addresses inside the product a browser may be sent on to, and which of them need no login."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import Request, url_for

HOME = "/workbench"  # where everybody lands

# Deny by default: every endpoint that is not in this table needs a login. Static files are public too.
PUBLIC_ENDPOINTS = frozenset({
    "LoginView.login",
    "LoginView.language",
    "SecurityApi.login",
    "SecurityApi.refresh",
})  # fmt: skip

# What somebody who must change the password first may still do.
BEFORE_PASSWORD_CHANGE = PUBLIC_ENDPOINTS | {
    "LoginView.password", "LoginView.strength", "LoginView.logout", "SecurityApi.logout",
}  # fmt: skip

# Going on to these after a login would end it again, or loop.
NOT_A_DESTINATION = ("/login", "/logout", "/language", "/api/", "/static/")


def is_static(request: Request) -> bool:
    """True for the product's own files: no session is looked up for them."""
    return bool(request.endpoint) and str(request.endpoint).rpartition(".")[2] == "static"


def is_api(request: Request) -> bool:
    """True where the answer must be JSON."""
    return request.path.startswith("/api/")


def is_local(target: str) -> bool:
    """True for a plain path (and query) below this product's root, which no browser takes for another host.

    Browsers read a backslash as a slash, drop tabs and line ends, and take `//host` for another host; so anything but
    a plain path is refused instead of being repaired.
    """
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    if any(ord(character) <= 0x20 or ord(character) == 0x7F for character in target):
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc


def destination(target: str | None) -> str:
    """Where to go on to after a login: `target` if it is a page of this product, else the landing page."""
    if not target or not is_local(target) or target.startswith(NOT_A_DESTINATION):
        return HOME
    return target


def page_before(request: Request) -> str | None:
    """Path and query of the page a form or an htmx request was sent from, if it is one of this product."""
    try:
        before = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    except ValueError:  # no address at all: a header holds whatever somebody wrote into it
        return None
    path = before.path.removeprefix(request.script_root)
    target = path + (f"?{before.query}" if before.query else "")
    return target if before.netloc == request.host and is_local(target) else None


def login_address(request: Request) -> str:
    """The login page that comes back to what was asked for; after an unsafe request, to the page it came from."""
    if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
        query = request.query_string.decode("ascii", "replace")
        target: str | None = quote(request.path, safe="/%:@!$&'()*+,;=~-._") + (f"?{query}" if query else "")
    else:
        target = page_before(request)
    target = destination(target)
    return url_for("LoginView.login") if target == HOME else url_for("LoginView.login", next=target)
