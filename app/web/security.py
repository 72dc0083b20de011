"""What every request and response of the product goes through: tenant scope, CSRF, cookies, headers."""

from __future__ import annotations

from contextvars import Token

from flask import Flask, Response, current_app, g, make_response, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import SecurityError

from app.accounts.addresses import is_static
from app.accounts.headers import bears_credentials
from app.errors import NotLoggedIn
from app.tenancy.scope import Scope, enter, leave
from app.web import assets

CONTENT_SECURITY_POLICY = "; ".join((
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
))  # fmt: skip

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # not "no-referrer": CSRF over TLS compares the referrer with the host
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT_TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"

# A file asked for with a version in its address never changes; any other is asked about again.
CACHE_VERSIONED = "public, max-age=31536000, immutable"
CACHE_UNVERSIONED = "public, no-cache"

# Endpoints that neither read nor write a cookie: they take credentials in body or header and answer with tokens.
WITHOUT_COOKIE = frozenset({"SecurityApi.login", "SecurityApi.refresh"})

UNKNOWN_HOST = "未知的主机名 / Unknown host name"  # nothing of the request is looked at, its language neither

# Endpoints that show their form again, nothing typed lost, where its token is not the login's any more.
ASKS_AGAIN = "ucc.asks_again"

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Installs all of it. Called before FAB is, so that these hooks come first."""
    _configure_cookies(app)
    app.before_request(_refuse_unknown_host)
    app.before_request(_start_without_tenant)
    app.teardown_request(_forget_tenant)
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # checked below: FAB exempts its APIs, and its exemptions must not count
        WTF_CSRF_TIME_LIMIT=None,  # as long as the login
    )
    csrf.init_app(app)
    app.before_request(_allow_upload)
    app.before_request(_check_csrf)
    app.after_request(_add_headers)


def _configure_cookies(app: Flask) -> None:
    https = bool(app.config["HTTPS"])
    app.config.update(
        SESSION_COOKIE_NAME="__Host-ucc" if https else "ucc",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_DOMAIN=None,
        SESSION_COOKIE_PATH="/",
        PREFERRED_URL_SCHEME="https" if https else "http",
    )


def _refuse_unknown_host() -> ResponseReturnValue | None:
    """TRUSTED_HOSTS. A plain answer: no page can be made, as links cannot be built for a host that is not ours."""
    if not isinstance(request.routing_exception, SecurityError):
        return None
    return make_response(UNKNOWN_HOST, 400, {"Content-Type": "text/plain; charset=utf-8"})


def _start_without_tenant() -> None:
    """No request inherits a tenant from whatever the thread did before: the login session alone decides (DESIGN 2)."""
    g.ucc_scope = enter(None)


def _forget_tenant(_error: BaseException | None = None) -> None:
    token: Token[Scope | None] | None = g.pop("ucc_scope", None)
    if token is not None:
        leave(token)


def _allow_upload() -> None:
    """A file to import may be larger than any form: from whoever seems to be logged in, and to the addresses that take
    one. Before the token is looked for, which reads the body."""
    if request.endpoint in current_app.extensions.get("ucc.uploads", ()) and (
        "_user_id" in session or bears_credentials(request)
    ):
        request.max_content_length = (current_app.config["IMPORT_MB"] + 1) << 20


def _check_csrf() -> None:
    """Every unsafe request that a browser's cookie could authenticate carries a token.

    A request with an Authorization or X-API-Key header is answered for that header alone, whatever cookies it
    brings (`app.accounts.manager`), and no other site can make a browser send one.
    """
    if request.endpoint is None or request.endpoint in WITHOUT_COOKIE or bears_credentials(request):
        return
    if request.path.startswith("/api/") and "_user_id" not in session:
        return  # no login to forge a request of: the API answers 401
    try:
        csrf.protect()
    except CSRFError:
        if request.endpoint in current_app.extensions.get(ASKS_AGAIN, ()):
            g.ucc_untrusted = True
        elif "_user_id" not in session:
            raise NotLoggedIn from None  # logged out in another window: that is what there is to say, not "expired"
        else:
            raise


def untrusted() -> bool:
    """True where the form that was sent bears no token of this login: it is shown again, and nothing is done."""
    return bool(g.get("ucc_untrusted"))


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    if current_app.config["HTTPS"]:
        response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT_SECURITY
    if is_static(request) and response.status_code < 400:
        response.headers["Cache-Control"] = CACHE_VERSIONED if assets.unchanging() else CACHE_UNVERSIONED
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
