"""The pages and the API of roles (R1–R5): the matrix, its history, comparison, copies, and what they cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask import Flask

from app.accounts.permissions import sync
from app.engine import Engine
from app.spec.model import PERMISSIONS, Product
from app.web.menu import ProductMenu
from tests.accounts.test_roles import copy, deputy
from tests.kit import TenantKit
from tests.web.site import Site, notices

BOX = re.compile(r'<input type="checkbox"[^>]*name="grant" value="([^"]+)"([^>]*)>')
HIDDEN = re.compile(r'<input type="hidden" name="grant" value="([^"]+)">')
PAGES = 25
KINDS = ["查看", "新增", "编辑", "删除", "导入", "导出", "下载", "预览", "试听", "审核", "操作", "启用"]

Queries = Callable[[], AbstractContextManager[list[str]]]


def matrix(site: Site, role: str) -> str:
    return f"/role/{site.kit.roles[role]}/permissions"


def boxes(text: str) -> dict[str, str]:
    """Cell → the rest of its box's tag."""
    return dict(BOX.findall(text))


def ticked(text: str) -> set[str]:
    """What the form would send."""
    sent = {cell for cell, rest in boxes(text).items() if " checked" in rest and " disabled" not in rest}
    return sent | set(HIDDEN.findall(text))


def number(text: str) -> str:
    found = re.search(r'name="number" value="(\d+)"', text)
    assert found
    return found[1]


def save(site: Site, role: str, *cells: str, seen: str = "") -> Any:
    """Turns these cells over and saves."""
    text = seen or site.get(matrix(site, role)).text
    return site.post(matrix(site, role), {"number": number(text), "grant": sorted(ticked(text) ^ set(cells))})


# --- the list
def test_the_list_tells_what_each_role_is(site: Site) -> None:
    """R1: name, remark, built in or own, users, permissions, differs from default."""
    site.kit.person("finance")
    save(site, "finance", "user.view")
    site.post(f"/role/{site.kit.roles['manager']}/copy", {"name": "大区经理"})
    text = site.get("/role/").text
    lines = {title: re.sub(r"<[^>]*>", " ", row).split() for title, row in
             re.findall(r'<tr data-title="([^"]*)">(.*?)</tr>', text, re.DOTALL)}  # fmt: skip
    assert {"内置", "1"} <= set(lines["财务"])
    assert "项不同" in lines["财务"]
    assert "内置" not in lines["大区经理"]
    assert len(lines) == 7


def test_the_menu_has_the_page_for_those_who_may_view_it(tenant: TenantKit) -> None:
    """R3: the admin and the manager."""
    for role, there in (("admin", True), ("manager", True), ("finance", False)):
        found = 'href="/role/"' in Site(tenant, role).get("/workbench").text
        assert found is there, role


# --- the matrix
def test_a_box_stands_only_where_the_page_has_that_kind(site: Site, app: Flask) -> None:
    """R2, R3: one row per page, grouped as the menu; one column per kind, in its order, with its name."""
    text = site.get(matrix(site, "finance")).text
    product = app.extensions["ucc"].product
    pages = {name: resource for name, resource in product.resources.items() if resource.page}
    assert set(boxes(text)) == {f"{name}.{kind}" for name, resource in pages.items() for kind in resource.can}
    head = re.sub(r"<[^>]*>", " ", text[text.index("<thead>") : text.index("</thead>")]).split()
    assert head[1:13] == KINDS


def test_the_matrix_shows_what_is_granted_and_what_differs_from_the_default(site: Site) -> None:
    """R3, R5."""
    text = site.get(matrix(site, "finance")).text
    assert "announcement.view" in ticked(text)
    assert 'class="cell differs' not in text
    save(site, "finance", "announcement.view", "user.view")
    text = site.get(matrix(site, "finance")).text
    assert text.count('class="cell differs') == 2
    assert "announcement.view" not in ticked(text)
    assert "data-default" in boxes(text)["announcement.view"]


def test_a_save_is_said_and_counts_users(site: Site) -> None:
    """R4."""
    for _ in range(2):
        site.kit.user("finance")
    assert "2" in re.sub(r"<[^>]*>", "", site.get(matrix(site, "finance")).text.split('class="users"')[1][:400])
    answer = save(site, "finance", "announcement.view", "user.view")
    assert answer.status_code == 303
    (tone, said), *_ = notices(site.get(answer.headers["Location"]))
    assert tone == "success"
    assert "2" in said


def test_admin_is_shown_whole_and_cannot_be_saved(site: Site) -> None:
    """R1."""
    text = site.get(matrix(site, "admin")).text
    assert all(" checked" in rest and " disabled" in rest for rest in boxes(text).values())
    assert "data-save" not in text.split("<table")[1].split("</table>")[1]
    answer = site.post(matrix(site, "admin"), {"number": "0", "grant": ["user.view"]})
    assert answer.status_code == 422
    assert Site(site.kit, "admin").get("/user/").status_code == 200


def test_the_manager_looks_and_changes_nothing(tenant: TenantKit) -> None:
    """R3."""
    manager = Site(tenant, "manager")
    text = manager.get(matrix(manager, "finance")).text
    assert all(" disabled" in rest for rest in boxes(text).values())
    data = {"number": number(text), "grant": ["user.view"]}
    assert manager.post(matrix(manager, "finance"), data).status_code == 403
    for path in ("restore", "rollback"):
        assert manager.post(f"/role/{tenant.roles['finance']}/{path}", {"ids": "1"}).status_code == 403
    assert manager.get(f"/role/{tenant.roles['finance']}/copy").status_code == 403


def test_cells_one_does_not_hold_cannot_be_touched_and_stay_as_they_are(site: Site) -> None:
    """R3: nobody grants what they do not hold."""
    save(site, "manager", "role.edit")
    manager = Site(site.kit, "manager")
    text = manager.get(matrix(manager, "operator")).text
    assert " disabled" in boxes(text)["user.delete"]
    assert " disabled" not in boxes(text)["user.view"]
    before = ticked(site.get(matrix(site, "operator")).text)
    assert save(manager, "operator", "user.add", seen=text).status_code == 303
    assert ticked(site.get(matrix(site, "operator")).text) == before ^ {"user.add"}
    refused = save(manager, "operator", "user.delete")
    assert refused.status_code == 403
    assert "用户" in refused.text


# --- two at once
def test_the_second_of_two_admins_sees_both_changes_and_can_merge(site: Site) -> None:
    """R4: 409 with the difference, nothing ticked is lost, the second save has both."""
    seen = site.get(matrix(site, "finance")).text
    other = Site(site.kit, "admin")
    save(other, "finance", "user.view")
    answer = save(site, "finance", "user.add", seen=seen)
    assert answer.status_code == 409
    said = re.sub(r"<[^>]*>", " ", answer.text[answer.text.index('class="both"') :][:900])
    assert "查看" in said
    assert "新增" in said
    assert {"user.view", "user.add"} <= ticked(answer.text)
    theirs = re.findall(r'<td class="cell[^"]*theirs[^"]*">.*?value="([^"]+)"', answer.text, re.DOTALL)
    yours = re.findall(r'<td class="cell[^"]*changed[^"]*">.*?value="([^"]+)"', answer.text, re.DOTALL)
    assert (theirs, yours) == (["user.view"], ["user.add"])
    again = {"number": number(answer.text), "grant": sorted(ticked(answer.text))}
    assert site.post(matrix(site, "finance"), again).status_code == 303
    assert {"user.view", "user.add"} <= ticked(site.get(matrix(site, "finance")).text)


# --- defaults, versions, comparison, copies, removal
@pytest.mark.parametrize(("scope", "left"), [("announcement.view", 2), ("announcement", 1), ("", 0)])
def test_defaults_come_back_without_scripts_too(site: Site, scope: str, left: int) -> None:
    """R5: a cell, a row, all."""
    save(site, "finance", "announcement.view", "announcement.add", "user.view")
    answer = site.post(f"/role/{site.kit.roles['finance']}/restore", {"scope": scope})
    assert answer.status_code == 303
    assert site.get(matrix(site, "finance")).text.count('class="cell differs') == left


def test_the_history_tells_versions_in_words_and_leads_back(site: Site) -> None:
    """R5: who, when, what; a rollback is itself a version."""
    save(site, "finance", "announcement.view", "user.view")
    here = f"/role/{site.kit.roles['finance']}"
    text = unescape(re.sub(r"<[^>]*>", " ", site.get(f"{here}/versions").text))
    assert "用户：查看" in text
    assert "公告：查看" in text
    assert site.post(f"{here}/rollback", {"ids": "1"}).status_code == 303
    assert "announcement.view" in ticked(site.get(matrix(site, "finance")).text)
    assert len(re.findall(r"<li[^>]*data-title=", site.get(f"{here}/versions").text)) == 3
    assert site.post(f"{here}/rollback", {"ids": "77"}).status_code == 404
    assert site.post(f"{here}/rollback", {"ids": "x"}).status_code == 404


def test_two_roles_side_by_side(site: Site) -> None:
    """R3: what differs, or all."""
    left, right = site.kit.roles["manager"], site.kit.roles["finance"]
    differing = site.get(f"/role/compare?left={left}&right={right}").text
    every = site.get(f"/role/compare?left={left}&right={right}&all=1").text
    assert 0 < differing.count('class="differs') == every.count('class="differs')
    assert every.count("<tr") > differing.count("<tr")
    same = site.get(f"/role/compare?left={left}&right={left}").text
    assert 'class="differs' not in same
    assert site.get("/role/compare").status_code == 200
    assert site.get("/role/compare?left=1").status_code == 404


def test_a_role_is_copied_by_form(site: Site) -> None:
    """R1."""
    here = f"/role/{site.kit.roles['manager']}/copy"
    assert 'name="name"' in site.get(here).text
    refused = site.post(here, {"name": "经理"})
    assert refused.status_code == 422
    answer = site.post(here, {"name": "大区经理", "remark": "华东"})
    assert answer.status_code == 303
    made = site.get(answer.headers["Location"]).text
    assert ticked(made) == ticked(site.get(matrix(site, "manager")).text)


def test_a_role_with_users_is_deleted_with_an_heir(site: Site) -> None:
    """R1."""
    where = site.post(f"/role/{site.kit.roles['finance']}/copy", {"name": "出纳"}).headers["Location"]
    role_id = where.split("/")[-2]
    site.kit.roles["出纳"] = int(role_id)
    person = Site(site.kit, "出纳")
    asked = site.get(f"/role/delete?ids={role_id}").text
    assert 'name="heir"' in asked
    assert site.post("/role/delete", {"ids": role_id}).status_code == 409
    answer = site.post("/role/delete", {"ids": role_id, "heir": str(site.kit.roles["agent"]), "asked": "1"})
    assert answer.status_code == 303
    assert site.get(where).status_code == 404
    assert person.get("/workbench").status_code in (302, 303), "their logins have ended"


def test_built_in_roles_keep_their_place_and_admin_its_name(site: Site) -> None:
    """R1."""
    admin, finance = site.kit.roles["admin"], site.kit.roles["finance"]
    assert site.post(f"/role/{admin}/edit", {"name": "老板"}).status_code == 422
    assert site.post(f"/role/{admin}/edit", {"name": "管理员", "remark": "找陈工"}).status_code == 303
    assert site.post(f"/role/{finance}/edit", {"name": "财务部"}).status_code == 303
    site.post("/role/delete", {"ids": finance, "asked": "1"})
    assert "财务部" in site.get(matrix(site, "finance")).text


def test_built_in_roles_are_called_in_the_readers_language(site: Site) -> None:
    """R1, K4: unless the company has given them names of its own."""
    site.post("/language", {"locale": "en"})
    assert "<h1>Finance</h1>" in site.get(matrix(site, "finance")).text
    site.post(f"/role/{site.kit.roles['finance']}/edit", {"name": "财务部"})
    assert "<h1>财务部</h1>" in site.get(matrix(site, "finance")).text


# --- API
def test_permissions_are_read_and_written_by_api(site: Site) -> None:
    """R3, R4."""
    path = f"/api/v1/role/{site.kit.roles['finance']}/permissions"
    found = site.api("GET", path).json["data"]
    assert found["grants"]["announcement"] == ["view"]
    assert found["grants"] == found["defaults"]
    grants = {**found["grants"], "user": ["view"]}
    saved = site.api("PUT", path, {"version": found["version"], "grants": grants})
    assert saved.status_code == 200
    assert saved.json["data"]["differs"] == ["user.view"]
    stale = site.api("PUT", path, {"version": found["version"], "grants": {**found["grants"], "user": ["add"]}})
    assert stale.status_code == 409
    error = stale.json["error"]
    assert error["theirs"]["added"] == ["user.view"]
    assert error["yours"]["added"] == ["user.add"]
    assert error["current"]["version"] == saved.json["data"]["version"]


@pytest.mark.parametrize(
    "body",
    [{}, {"version": 1}, {"version": "1", "grants": {}}, {"version": 1, "grants": []},
     {"version": 1, "grants": {"user": "view"}}, {"version": 1, "grants": {"user": ["fly"]}},
     {"version": 1, "grants": {"nothing": ["view"]}},
     {"version": 1, "grants": {}, "more": 1}],
)  # fmt: skip
def test_what_is_no_set_of_permissions_is_refused(site: Site, body: Any) -> None:
    """R3."""
    path = f"/api/v1/role/{site.kit.roles['finance']}/permissions"
    before = site.api("GET", path).json
    assert site.api("PUT", path, body).status_code == 400
    assert site.api("GET", path).json == before


@pytest.mark.parametrize("version", [10**40, -(10**40), 2**63])
def test_a_version_that_never_was_is_out_of_date(site: Site, version: int) -> None:
    """R4: whatever number a program sends."""
    path = f"/api/v1/role/{site.kit.roles['finance']}/permissions"
    assert site.api("PUT", path, {"version": version, "grants": {}}).status_code == 409


def test_a_refusal_names_but_some_of_what_is_unknown(site: Site) -> None:
    """R3"""
    path, unknown = f"/api/v1/role/{site.kit.roles['finance']}/permissions", {f"x{n}": ["view"] for n in range(300)}
    answer = site.api("PUT", path, {"version": 1, "grants": unknown})
    assert (answer.status_code, len(answer.json["error"]["fields"]["grants"])) == (400, 20)


def test_restore_rollback_copy_versions_and_comparison_by_api(site: Site) -> None:
    """R5."""
    here = f"/api/v1/role/{site.kit.roles['finance']}"
    found = site.api("GET", f"{here}/permissions").json["data"]
    assert site.api("PUT", f"{here}/permissions", {"version": found["version"], "grants": {}}).status_code == 200
    one = site.api("POST", f"{here}/restore", {"page": "announcement", "kind": "view"})
    assert one.json["data"]["grants"] == {"announcement": ["view"]}
    assert site.api("POST", f"{here}/restore", {"kind": "view"}).status_code == 400
    back = site.api("POST", f"{here}/rollback", {"number": 2})
    assert back.json["data"]["grants"] == {}
    assert site.api("POST", f"{here}/rollback", {"number": 1, "version": 1}).status_code == 409
    assert site.api("POST", f"{here}/restore", {}).json["data"]["differs"] == []
    versions = site.api("GET", f"{here}/versions").json["data"]
    assert [version["action"] for version in versions] == ["restore", "rollback", "restore", "grant", "start"]
    made = site.api("POST", f"{here}/copy", {"name": "出纳"})
    assert made.status_code == 201
    both = site.api("GET", f"/api/v1/role/compare?left={site.kit.roles['finance']}&right={made.json['data']['id']}")
    assert both.json["data"]["left"]["only"] == both.json["data"]["right"]["only"] == []
    assert site.api("DELETE", f"/api/v1/role/{made.json['data']['id']}").status_code == 204
    assert site.api("DELETE", here).status_code == 400


def test_the_api_of_permissions_asks_for_permission(tenant: TenantKit) -> None:
    """R3."""
    here = f"/api/v1/role/{tenant.roles['finance']}"
    manager, finance = Site(tenant, "manager"), Site(tenant, "finance")
    for path in ("permissions", "versions"):
        assert manager.api("GET", f"{here}/{path}").status_code == 200
        assert finance.api("GET", f"{here}/{path}").status_code == 403
    for method, path, body in (
        ("PUT", "permissions", {"version": 1, "grants": {}}),
        ("POST", "restore", {}),
        ("POST", "rollback", {"number": 1}),
        ("POST", "copy", {"name": "x"}),
    ):
        assert manager.api(method, f"{here}/{path}", body).status_code == 403, path


def test_the_api_is_described(site: Site) -> None:
    """R3."""
    paths = site.get("/api/v1/_openapi").json["paths"]
    assert {"get", "put"} <= set(paths["/api/v1/role/{id}/permissions"])
    for path in ("/{id}/restore", "/{id}/rollback", "/{id}/copy", "/{id}/versions", "/compare"):
        assert f"/api/v1/role{path}" in paths


# --- cost
@pytest.fixture
def large(app: Flask, product: Product, as_owner: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """The product filled up to 25 pages, each with the twelve kinds."""
    page = product.resource("announcement")
    made = {name: replace(resource, can=PERMISSIONS) for name, resource in product.resources.items() if resource.page}
    for n in range(PAGES - len(made)):
        made[f"filling_{n}"] = replace(page, name=f"filling_{n}", can=PERMISSIONS, menu_order=n)
    full = replace(product, resources={**product.resources, **made})
    with as_owner():
        sync(full)
    monkeypatch.setitem(app.extensions, "ucc", Engine(full, app.extensions["ucc"].models))
    monkeypatch.setattr(app.extensions["appbuilder"], "menu", ProductMenu(full))
    yield full


def test_a_matrix_of_25_pages_opens_with_at_most_6_statements_and_saves_with_8(
    site: Site, large: Product, queries: Queries
) -> None:
    """R3, R4: whatever its size."""
    site.kit.person("finance")
    site.get(matrix(site, "finance"))
    with queries() as opening:
        text = site.get(matrix(site, "finance")).text
    assert len(boxes(text)) == PAGES * len(PERMISSIONS)
    assert len(opening) <= 6, opening
    every = {f"{name}.{kind}" for name, page in large.resources.items() if page.page for kind in PERMISSIONS}
    turned = {"number": number(text), "grant": sorted(every - ticked(text))}
    with queries() as saving:
        assert site.post(matrix(site, "finance"), turned).status_code == 303
    assert len(saving) <= 8, "\n".join(saving)
    assert ticked(site.get(matrix(site, "finance")).text) == every - ticked(text)


def test_what_cannot_be_deleted_does_not_offer_it(site: Site) -> None:
    """R1: the rows of built-in roles have neither the button nor the tick."""
    text = site.get("/role/").text
    built_in = next(row for row in text.split("<tr ") if 'data-title="财务"' in row)
    assert 'name="ids"' not in built_in


def test_roles_that_a_filter_finds_are_deleted_by_the_rules_of_roles(site: Site) -> None:
    """R3: all that a filter finds is no way around what one may not delete by itself."""
    kit = site.kit
    rich = copy(kit, "operator", "富")
    deputy_site = Site(kit, deputy(kit))
    sent = {"query": f"name={rich}", "asked": "1", "number": "1"}
    assert deputy_site.post("/role/whole/delete", sent).status_code == 403
    assert deputy_site.api("POST", "/api/v1/role/whole/delete", {"query": f"name={rich}"}).status_code == 403
    assert site.get(matrix(site, rich)).status_code == 200
    assert site.api("POST", "/api/v1/role/whole/delete", {"query": f"name={rich}"}).json["data"] == {"count": 1}
