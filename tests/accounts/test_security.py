"""What every request and response goes through: CSRF, cookies, hosts, headers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask, url_for

from app import create_app
from app.models.adopted import User
from app.web.security import ASKS_AGAIN
from tests.accounts.browser import Browser, Program
from tests.accounts.rows import stored

Person = tuple[int, str, str]


@pytest.fixture
def person(tenant: Any) -> Person:
    return tenant.user("manager")


@pytest.fixture
def browser(app: Flask, tenant: Any, person: Person) -> Browser:
    browser = Browser(app)
    browser.log_in(tenant.code, person[1], person[2])
    browser.get("/workbench")
    return browser


@pytest.fixture
def tls_app(app: Flask) -> Flask:
    """The same product behind a TLS proxy."""
    settings = {name: app.config[name] for name in ("INSTANCE", "DATABASE_URL", "OWNER_DATABASE_URL", "SCHEMA")}
    return create_app({"TESTING": True, "HTTPS": True, "PROXIES": 1, "TRUSTED_HOSTS": ("ucc.example.com",), **settings})


def over_tls(app: Flask, path: str, **more: Any) -> Any:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "ucc.example.com", **more.pop("headers", {})}
    return app.test_client().get(path, headers=headers, base_url="http://ucc.example.com", **more)


# --- CSRF
UNSAFE = [
    ("POST", "/user/views"), ("POST", "/user/views/1/delete"), ("POST", "/user/columns"),
    ("POST", "/user/views/1/open"), ("POST", "/user/views/1/rename"), ("POST", "/user/views/1/update"),
    ("POST", "/user/ask/move"), ("POST", "/user/1/digit"), ("POST", "/user/export"), ("POST", "/api/v1/user/export"),
    ("POST", "/user/import/"), ("POST", "/user/import/1"), ("POST", "/user/import/1/start"),
    ("POST", "/user/import/job/1/passwords"), ("POST", "/api/v1/user/import"),
    ("POST", "/api/v1/user/import/1/cancel"), ("POST", "/api/v1/user/import/1/passwords"),
    ("POST", "/customer/1/reveal"), ("POST", "/customer/bin/restore"), ("POST", "/customer/bin/purge"),
    ("POST", "/api/v1/customer/1/reveal"), ("POST", "/api/v1/customer/bin/restore"),
    ("POST", "/api/v1/customer/bin/purge"),
    ("POST", "/user/whole/do/disable"), ("POST", "/user/whole/delete"),
    ("POST", "/api/v1/user/whole/do/disable"), ("POST", "/api/v1/user/whole/delete"),
    ("POST", "/jobs/all/1/cancel"), ("POST", "/api/v1/jobs/all/1/cancel"),
    ("POST", "/jobs/1/cancel"), ("POST", "/jobs/1/retry"), ("POST", "/jobs/1/decide"),
    ("POST", "/api/v1/jobs/1/cancel"), ("POST", "/api/v1/jobs/1/retry"), ("POST", "/api/v1/jobs/1/decide"),
    ("POST", "/user/add"), ("POST", "/user/delete"), ("POST", "/user/do/disable"), ("POST", "/logout"),
    ("POST", "/password"), ("POST", "/password/strength"), ("POST", "/language"), ("POST", "/login"),
    ("POST", "/my/logins/end"), ("POST", "/my/logins/end_others"), ("POST", "/my/keys"), ("POST", "/my/keys/revoke"),
    ("POST", "/platform/1/reset"), ("POST", "/api/v1/platform/companies/1/admins/1/reset"),
    ("POST", "/api/v1/user/"), ("PUT", "/api/v1/user/1"), ("DELETE", "/api/v1/user/1"),
    ("POST", "/api/v1/user/delete"), ("POST", "/api/v1/user/do/disable"),
    ("POST", "/api/v1/security/logout"), ("POST", "/api/v1/security/keys"), ("DELETE", "/api/v1/security/keys/1"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), UNSAFE)
def test_no_unsafe_request_passes_without_a_token(browser: Browser, method: str, path: str) -> None:
    """FAB: GET /…/delete/1 deletes, and `ModelRestApi.csrf_exempt` is True."""
    answer = browser.client.open(path, method=method, json={}, base_url="http://localhost")
    assert answer.status_code == 400
    assert answer.get_json() is None or answer.json["error"]["code"] == "csrf"


def test_every_route_that_changes_something_is_in_the_list_above(app: Flask) -> None:
    """A new one is checked for its token, or it is one of the two that read no cookie."""
    adapter = app.url_map.bind("localhost")
    tested = {adapter.match(path, method=method)[0] for method, path in UNSAFE}
    unsafe = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
        and rule.endpoint.startswith(("User", "LoginView", "Security", "Own", "Platform", "Jobs"))
    }
    assert unsafe - tested == {"SecurityApi.login", "SecurityApi.refresh", "UserView.edit"}


def test_a_form_that_is_shown_again_does_nothing_without_a_token(app: Flask, tenant: Any, person: Person) -> None:
    """Whoever is asked again has not been heard: every such endpoint answers 400, not what the form would have done."""
    admin = Browser(app)
    admin.log_in(tenant.code, *tenant.user("admin")[1:])
    for endpoint in sorted(app.extensions[ASKS_AGAIN] & set(app.view_functions)):
        with app.test_request_context():
            path = url_for(endpoint, **({"id": person[0]} if endpoint.endswith(".edit") else {}))
        form = {"csrf_token": "x", "tenant": tenant.code, "username": person[1], "password": person[2]}
        assert admin.post(path, form).status_code in (400, 404), endpoint
    assert stored(app, tenant.id, User.version, id=person[0]) == [1]


def test_a_token_of_another_session_does_not_pass(app: Flask, browser: Browser) -> None:
    stranger = Browser(app)
    stranger.get("/login")
    assert browser.post("/logout", {"csrf_token": stranger.csrf}).status_code == 400


def test_the_header_of_htmx_and_of_scripts_counts(browser: Browser) -> None:
    headers = {"X-CSRFToken": browser.csrf}
    answer = browser.client.post("/api/v1/security/logout", headers=headers, base_url="http://localhost")
    assert answer.status_code == 204


def test_an_exempt_blueprint_is_checked_all_the_same(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAB exempts every API whose author forgets `csrf_exempt = False`; that must not open it."""
    monkeypatch.setattr(app.extensions["csrf"], "_exempt_blueprints", {app.blueprints["UserApi"]})
    answer = browser.client.post("/api/v1/user/", json={}, base_url="http://localhost")
    assert answer.json["error"]["code"] == "csrf"
    assert app.config["WTF_CSRF_ENABLED"] is True


def test_a_bearer_token_needs_no_csrf_token(app: Flask, tenant: Any, person: Person) -> None:
    program = Program(app)
    program.log_in(tenant.code, person[1], person[2])
    assert program.send("POST", "/api/v1/user/", {}).json["error"]["code"] == "invalid"


# --- not logged in
def test_a_stranger_is_led_to_the_login_and_back(app: Flask) -> None:
    answer = Browser(app).get("/user/?role.in=1&q=a")
    assert (answer.status_code, answer.location) == (303, "/login?next=/user/?role.in%3D1%26q%3Da")


def test_htmx_is_led_to_the_login_and_back_to_the_page_it_is_on(app: Flask) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/user/?q=a"}
    answer = Browser(app).get("/user/count?q=a", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/user/?q%3Da"


def test_the_api_tells_a_stranger_in_json(app: Flask) -> None:
    answer = Browser(app).get("/api/v1/user/")
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "not_logged_in")


def test_every_endpoint_needs_a_login_unless_it_is_listed(app: Flask) -> None:
    """Deny by default: a page somebody adds tomorrow is closed until it is opened on purpose."""
    browser, open_to_all = Browser(app), set()
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.endpoint.endswith("static"):
            answer = browser.get(re.sub("<[^>]+>", "1", rule.rule))
            if answer.status_code not in (303, 401):
                open_to_all.add(rule.endpoint)
    assert open_to_all == {"LoginView.login"}


def test_a_page_that_asks_for_nothing_is_closed_all_the_same(app: Flask) -> None:
    settings = {name: app.config[name] for name in ("INSTANCE", "DATABASE_URL", "OWNER_DATABASE_URL", "SCHEMA")}
    made = create_app({"TESTING": True, **settings})
    made.add_url_rule("/forgotten", "forgotten", lambda: "everybody's data")
    made.add_url_rule("/api/v1/forgotten", "forgotten_api", lambda: "everybody's data")
    assert Browser(made).get("/forgotten").location == "/login?next=/forgotten"
    assert Browser(made).get("/api/v1/forgotten").status_code == 401


# --- hosts
@pytest.mark.parametrize("host", ["evil.cn", "localhost.evil.cn", "127.0.0.1.evil.cn"])
def test_stock_answers_to_any_host_but_ours_does_not(app: Flask, host: str) -> None:
    answer = app.test_client().get("/login", base_url=f"http://{host}")
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")  # a page would hold addresses of that host


def test_a_forwarded_host_counts_only_behind_a_proxy(app: Flask, tls_app: Flask) -> None:
    headers = {"X-Forwarded-Host": "evil.cn"}
    assert app.test_client().get("/login", headers=headers, base_url="http://localhost").status_code == 200
    assert over_tls(tls_app, "/login", headers=headers).status_code == 400


# --- cookies
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask) -> None:
    """FAB: HttpOnly only."""
    cookie = app.test_client().get("/login", base_url="http://localhost").headers["Set-Cookie"]
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert cookie.startswith("ucc=")
    assert parts == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_the_cookie_over_tls_belongs_to_this_host_alone(tls_app: Flask) -> None:
    cookie = over_tls(tls_app, "/login").headers["Set-Cookie"]
    assert cookie.startswith("__Host-ucc=")
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"}


def test_static_files_set_no_cookie(app: Flask) -> None:
    answer = app.test_client().get("/static/css/shell.css", base_url="http://localhost")
    assert "Set-Cookie" not in answer.headers


def test_login_over_tls_compares_the_referrer(tls_app: Flask, tenant: Any, person: Person) -> None:
    browser = Browser(tls_app, base_url="https://ucc.example.com")
    form = {"tenant": tenant.code, "username": person[1], "password": person[2]}
    browser.get("/login")
    foreign = browser.post("/login", form, headers={"Referer": "https://evil.cn/"})
    assert foreign.status_code == 400
    assert browser.post("/login", form).status_code == 303
    assert browser.is_in()


# --- headers
POLICY = {
    "default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'self'", "form-action 'self'",
    "frame-ancestors 'none'",
}  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/login", "/workbench", "/user/", "/nowhere", "/api/v1/user/", "/static/css/shell.css"]
)
def test_every_answer_bears_the_headers(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_tls_is_remembered_by_the_browser(tls_app: Flask) -> None:
    assert over_tls(tls_app, "/login").headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.parametrize("path", ["/login", "/workbench", "/user/", "/nowhere", "/api/v1/user/", "/password"])
def test_pages_are_never_stored(browser: Browser, path: str) -> None:
    assert browser.get(path).headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_and_asked_about(app: Flask) -> None:
    client = app.test_client()
    plain = client.get("/static/css/shell.css", base_url="http://localhost").headers
    claimed = client.get("/static/css/shell.css?v=1", base_url="http://localhost").headers
    assert plain["Cache-Control"] == claimed["Cache-Control"] == "public, no-cache"
    assert plain["ETag"]


def test_a_missing_static_file_is_not_kept(app: Flask) -> None:
    answer = app.test_client().get("/static/none.css", base_url="http://localhost")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
