"""The OpenAPI document says what the API does, in the reader's language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from tests.kit import TenantKit
from tests.web.site import Site


@pytest.fixture
def document(site: Site) -> dict[str, Any]:
    answer = site.get("/api/v1/_openapi")
    assert answer.status_code == 200
    return answer.json  # type: ignore[no-any-return]


def test_every_route_of_the_api_is_described_and_nothing_else(app: Flask, document: dict[str, Any]) -> None:
    routes = set()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        if path.startswith("/api/v1/platform/"):
            continue  # described to its operators alone
        if path.startswith("/api/v1/") and not path.endswith(("/_openapi", "/v1/")) and "{action}" not in path:
            routes |= {(path, method) for method in rule.methods - {"HEAD", "OPTIONS"} if "{field}" not in path}
    described = {
        (path, method.upper())
        for path, operations in document["paths"].items()
        for method in operations
        if "/do/" not in path and "/choices/" not in path
    }
    assert described == routes


def test_actions_and_choices_are_described_by_name(document: dict[str, Any]) -> None:
    named = {path for path in document["paths"] if "/gadget/do/" in path or "/gadget/choices/" in path}
    base = "/api/v1/gadget"
    assert named == {f"{base}/do/retire", f"{base}/do/weigh", f"{base}/choices/shelf", f"{base}/choices/spares"}


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.0")
    names = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert names == set(document["components"]["schemas"])


def test_secrets_are_written_and_never_read(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert "unlock_word" in schemas["gadget_new"]["properties"]
    assert "unlock_word" not in schemas["gadget"]["properties"]
    assert "checked_at" not in schemas["gadget_new"]["properties"]
    assert "code" not in schemas["gadget_change"]["properties"]
    assert set(schemas["gadget_new"]["required"]) == {"code", "name"}


def test_fields_are_described_in_the_readers_language(tenant: TenantKit) -> None:
    site = Site(tenant, "admin")
    chinese = site.get("/api/v1/_openapi").json["components"]["schemas"]["gadget"]["properties"]
    assert chinese["weight"]["description"] == "重量 · 单位为克"
    assert "new = 全新" in chinese["state"]["description"]
    site.post("/language", {"locale": "en"})
    english = site.get("/api/v1/_openapi").json["components"]["schemas"]["gadget"]["properties"]
    assert english["weight"]["description"] == "Weight · In grams"


def test_the_page_that_shows_it_needs_a_login_and_no_inline_script(app: Flask, site: Site) -> None:
    page = site.get("/api/v1/")
    assert page.status_code == 200
    assert 'data-url="/api/v1/_openapi"' in page.text
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
    assert app.test_client().get("/api/v1/_openapi").status_code == 401
