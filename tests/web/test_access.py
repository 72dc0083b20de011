"""Who gets in: no login, no permission, permission, and a row of another company, on every page and API method."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.desk import Desk
from tests.kit import TenantKit
from tests.web.site import Site, rows

# (method, path, kind of permission) of the gadget's pages; {id} is a record. Written by hand, not from the code.
PAGES = [
    ("GET", "/gadget/", "view"),
    ("GET", "/gadget/count", "view"),
    ("GET", "/gadget/{id}", "view"),
    ("GET", "/gadget/add", "add"),
    ("POST", "/gadget/add", "add"),
    ("GET", "/gadget/{id}/edit", "edit"),
    ("POST", "/gadget/{id}/edit", "edit"),
    ("POST", "/gadget/delete", "delete"),
    ("POST", "/gadget/do/retire", "enable"),
    ("POST", "/gadget/do/weigh", "operate"),
    ("GET", "/gadget/choices/shelf", "view"),
]
API = [
    ("GET", "/api/v1/gadget/", "view"),
    ("GET", "/api/v1/gadget/{id}", "view"),
    ("POST", "/api/v1/gadget/", "add"),
    ("PUT", "/api/v1/gadget/{id}", "edit"),
    ("DELETE", "/api/v1/gadget/{id}", "delete"),
    ("POST", "/api/v1/gadget/delete", "delete"),
    ("POST", "/api/v1/gadget/do/retire", "enable"),
    ("POST", "/api/v1/gadget/do/weigh", "operate"),
    ("GET", "/api/v1/gadget/choices/shelf", "view"),
]
# What the sample product grants (tests/fake_schema/fake/gadget.yaml), by hand.
GRANTS = {
    "admin": {"view", "add", "edit", "delete", "enable", "operate"},
    "manager": {"view", "add", "edit", "delete", "enable", "operate"},
    "operator": {"view", "add", "edit"},
    "finance": {"view"},
    "team_leader": set(),
    "agent": set(),
}
NEW = {"code": "ZZ-1", "name": "新的", "state": "new", "active": "true"}
JSON_NEW = {"code": "ZZ-1", "name": "新的", "state": "new"}


@pytest.fixture
def gadget(desk: Desk) -> Any:
    return desk.add("gadget", code="AA-1", name="样品", state="new")


def form_of(path: str, id_: int) -> dict[str, Any]:
    return {**NEW, "code": "ZZ-2"} if path.endswith("add") else NEW if path.endswith("edit") else {"ids": [id_]}


def json_of(method: str, path: str, id_: int) -> Any:
    if method == "GET" or method == "DELETE":
        return None
    if path.endswith(("delete", "retire", "weigh")):
        return {"ids": [str(id_)]}
    return {"name": "改"} if method == "PUT" else JSON_NEW


@pytest.mark.parametrize(("method", "path", "kind"), PAGES)
def test_without_a_login_pages_lead_to_it(app: Flask, gadget: Any, method: str, path: str, kind: str) -> None:
    where = path.format(id=gadget.id)
    answer = app.test_client().open(where, method=method, data=form_of(path, gadget.id))
    if method == "GET":
        assert answer.status_code == 303
        assert answer.location.startswith("/login?next=/gadget/")
    else:
        assert answer.status_code in (303, 400)  # 400: not even a CSRF token
    asked = app.test_client().get("/gadget/", headers={"HX-Request": "true"})
    assert asked.status_code == 401
    assert asked.headers["HX-Redirect"].startswith("/login")


@pytest.mark.parametrize(("method", "path", "kind"), API)
def test_without_a_login_the_api_says_401(app: Flask, gadget: Any, method: str, path: str, kind: str) -> None:
    headers = {"Authorization": "Bearer nonsense"}
    answer = app.test_client().open(
        path.format(id=gadget.id), method=method, json=json_of(method, path, gadget.id), headers=headers
    )
    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "not_logged_in"


@pytest.mark.parametrize("role", GRANTS)
def test_each_role_may_what_it_was_granted_on_every_page(tenant: TenantKit, desk: Desk, role: str) -> None:
    site = Site(tenant, role)
    for number, (method, path, kind) in enumerate(PAGES):
        id_ = desk.add("gadget", code=f"PA-{number}", name="样品", state="new").id
        where, may = path.format(id=id_), kind in GRANTS[role]
        answer = site.get(where) if method == "GET" else site.post(where, form_of(path, id_))
        assert answer.status_code in ((200, 303) if may else (403,)), f"{role} {method} {where}: {answer.status_code}"


@pytest.mark.parametrize("role", GRANTS)
def test_each_role_may_the_same_by_the_api(tenant: TenantKit, desk: Desk, role: str) -> None:
    site = Site(tenant, role)
    for number, (method, path, kind) in enumerate(API):
        id_ = desk.add("gadget", code=f"PA-{number}", name="样品", state="new").id
        where, may = path.format(id=id_), kind in GRANTS[role]
        answer = site.api(method, where, json_of(method, path, id_))
        assert answer.status_code in ((200, 201, 204) if may else (403,)), (
            f"{role} {method} {where}: {answer.status_code}"
        )
        if not may:
            assert answer.json["error"]["code"] == "denied"


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p, _k in [*PAGES, *API] if "{id}" in p])
def test_another_companys_row_is_not_there(site: Site, foreign: Desk, method: str, path: str) -> None:
    theirs = foreign.add("gadget", code="AA-9", name="别家的", state="new")
    send = site.api if path.startswith("/api") else None
    where = path.format(id=theirs.id)
    if send:
        answer = send(method, where, json_of(method, path, theirs.id))
    else:
        answer = site.get(where) if method == "GET" else site.post(where, form_of(path, theirs.id))
    assert answer.status_code == 404
    assert "别家的" not in answer.text
    assert foreign.get("gadget", theirs.id).version == theirs.version


@pytest.mark.parametrize("path", ["/gadget/delete", "/gadget/do/retire"])
def test_another_companys_rows_cannot_be_acted_upon(site: Site, desk: Desk, foreign: Desk, path: str) -> None:
    mine = desk.add("gadget", code="AA-1", name="我的", state="new")
    theirs = foreign.add("gadget", code="AA-9", name="别家的", state="new")
    assert site.post(path, {"ids": [mine.id, theirs.id]}).status_code == 404
    assert site.api("POST", f"/api/v1{path}", {"ids": [str(mine.id), str(theirs.id)]}).status_code == 404
    assert foreign.get("gadget", theirs.id).version == theirs.version
    assert desk.get("gadget", mine.id).version == mine.version


def test_nothing_of_another_company_is_listed_counted_or_offered(site: Site, foreign: Desk) -> None:
    shelf = foreign.add("shelf", name="别家的架")
    foreign.add("gadget", code="AA-9", name="别家的", state="new", shelf=shelf.id)
    assert rows(site.get("/gadget/")) == []
    assert "0" in site.get("/gadget/count").text
    assert site.get("/gadget/choices/shelf?q=架").json == []
    assert site.get(f"/gadget/choices/shelf?id={shelf.id}").json == []
    assert site.get("/gadget/choices/shelf?whole=1").json == []
    assert "别家的" not in site.get(f"/gadget/?shelf.in={shelf.id}").text
    assert site.api("GET", "/api/v1/gadget/?count=true").json == {
        "data": [], "next": None, "previous": None, "count": 0, "count_capped": False,
    }  # fmt: skip


def test_the_page_offers_only_what_one_may_do(tenant: TenantKit, desk: Desk) -> None:
    gadget = desk.add("gadget", code="AA-1", name="样品", state="new")
    marks = ("/gadget/add", "/gadget/delete", "/gadget/do/retire", "/gadget/do/weigh", "/edit")
    shown = {}
    for role in ("manager", "operator", "finance"):
        site = Site(tenant, role)
        page = site.get("/gadget/").text + site.get(f"/gadget/{gadget.id}").text
        shown[role] = [mark for mark in marks if mark in page]
    assert shown == {"manager": list(marks), "operator": ["/gadget/add", "/edit"], "finance": []}


def test_the_menu_holds_the_pages_one_may_view(tenant: TenantKit) -> None:
    page = Site(tenant, "finance").get("/workbench").text
    assert 'href="/gadget/"' in page
    assert 'href="/user/"' not in page
    assert 'href="/role/"' not in page


def test_choices_are_for_whoever_may_view_add_or_edit(tenant: TenantKit, desk: Desk) -> None:
    shelf = desk.add("shelf", name="架")
    assert Site(tenant, "finance").get("/gadget/choices/shelf").json == [{"value": str(shelf.id), "text": "架"}]
    assert Site(tenant, "agent").get("/gadget/choices/shelf").status_code == 403


def test_choices_tell_nobody_the_phones_of_people_they_may_not_view(tenant: TenantKit) -> None:
    id_, username, _ = tenant.user("agent", phone="13912345678", name="高佳琪")
    named = [{"value": str(id_), "text": "高佳琪"}]
    for role, by_phone in (("finance", []), ("manager", named)):
        site = Site(tenant, role)
        assert site.get("/announcement/choices/created_by?q=1391234").json == by_phone
        assert site.get(f"/announcement/choices/created_by?q={username}").json == by_phone
        assert site.get("/announcement/choices/created_by?q=高佳").json == named


@pytest.mark.parametrize("field", ["name", "nothing", "unlock_word", "id"])
def test_only_references_have_choices(site: Site, field: str) -> None:
    assert site.get(f"/gadget/choices/{field}").status_code == 404
    assert site.api("GET", f"/api/v1/gadget/choices/{field}").status_code == 404
