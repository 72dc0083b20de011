"""FAB-NOTES, the traps of isolation, views, forms, speed and looks: each shut. Those of accounts are tested there,
its filters on singletons in test_threads.py.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib.metadata import version
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale, gettext
from packaging.requirements import Requirement
from packaging.version import Version
from wtforms import SelectField

import config
from app.models.base import db
from tests.desk import Desk
from tests.web.site import Site, control_value, field_errors, rows, selected

Queries = Callable[[], AbstractContextManager[list[str]]]
GADGET = {"code": "AA-1", "name": "样品", "state": "new"}
PAGES = ("/workbench", "/gadget/", "/gadget/add", "/user/", "/user/add", "/announcement/", "/password", "/api/v1/")


@pytest.fixture
def gadget(desk: Desk) -> Any:
    return desk.add("gadget", **GADGET, weight=1)


# --- isolation
def test_actions_take_no_foreign_rows(site: Site, foreign: Desk) -> None:
    """`action()` and `action_post()` accept foreign rows."""
    theirs = foreign.add("gadget", **GADGET).id
    assert site.get(f"/gadget/action/retire/{theirs}").status_code == 404
    assert site.post("/gadget/action_post", {"action": "retire", "rowid": theirs}).status_code in (404, 405)
    assert site.post("/gadget/do/retire", {"ids": theirs}).status_code == 404
    assert foreign.get("gadget", theirs).values["state"] == "new"


def test_forms_and_info_list_no_foreign_rows(site: Site, desk: Desk, foreign: Desk, gadget: Any) -> None:
    """Drop-downs of search, add and edit forms and `/_info` list every tenant's related rows."""
    theirs = foreign.add("shelf", name="别家货架")
    shown = [f"/gadget/?shelf.in={theirs.id}", "/gadget/add", f"/gadget/{gadget.id}/edit", "/gadget/choices/shelf"]
    shown += [f"/gadget/choices/shelf?id={theirs.id}", "/api/v1/gadget/choices/shelf?q=别家", "/user/", "/user/add"]
    for path in shown:
        answer = site.get(path)
        assert answer.status_code == 200
        assert theirs.title not in answer.text
        assert f'value="{foreign.kit.roles["agent"]}"' not in answer.text
    assert site.get("/api/v1/gadget/_info").status_code == 404


@pytest.mark.parametrize("kind", ["page", "api"])
def test_a_foreign_id_in_a_reference_is_refused(site: Site, foreign: Desk, kind: str) -> None:
    """A POST with a foreign FK id is accepted."""
    theirs = str(foreign.add("shelf", name="别家货架").id)
    for name, value in (("shelf", theirs), ("spares", [theirs])):
        if kind == "page":
            answer = site.post("/gadget/add", {**GADGET, name: value})
            assert (answer.status_code, list(field_errors(answer))) == (422, [name])
        else:
            refused = site.api("POST", "/api/v1/gadget/", {**GADGET, name: value})
            assert (refused.status_code, list(refused.json["error"]["fields"])) == (400, [name])
    assert rows(site.get("/gadget/")) == []


def test_uniqueness_reveals_nothing_foreign(site: Site, foreign: Desk) -> None:
    """The `Unique` validator reveals foreign values."""
    foreign.add("gadget", **GADGET, serial="6222020200112233445")
    taken = {**GADGET, "serial": "6222020200112233445"}
    assert site.post("/gadget/add", taken).status_code == 303
    assert site.post("/gadget/add", taken).status_code == 422


def test_the_tenant_is_in_no_body(site: Site, foreign: Desk) -> None:
    """The API takes `tenant_id` from the body."""
    answer = site.api("POST", "/api/v1/gadget/", {**GADGET, "tenant_id": foreign.kit.id})
    assert (answer.status_code, list(answer.json["error"]["fields"])) == (400, ["tenant_id"])
    assert site.post("/gadget/add", {**GADGET, "tenant_id": foreign.kit.id}).status_code == 303
    assert foreign.page("gadget").rows == []
    assert rows(site.get("/gadget/")) == ["样品"]


def test_an_unknown_related_id_inserts_nothing(site: Site, desk: Desk) -> None:
    """An API POST with an unknown related id tries to insert the related row."""
    answer = site.api("POST", "/api/v1/gadget/", {**GADGET, "shelf": "4711", "spares": ["4712"]})
    assert (answer.status_code, set(answer.json["error"]["fields"])) == (400, {"shelf", "spares"})
    assert desk.count("shelf").number == desk.count("gadget").number == 0


# --- views, forms
def test_validators_do_not_pile_up(app: Flask, site: Site) -> None:
    """`validators_columns` lists are mutated: every request would add one more, to every form that shares the list."""
    wrong = {**GADGET, "code": "?", "weight": "-1", "email": "nobody"}
    first, *later = [field_errors(site.post("/gadget/add", wrong)) for _ in range(3)]
    assert set(first) == {"code", "weight", "email"}
    assert later == [first, first]
    for view in app.extensions["appbuilder"].baseviews:
        assert not getattr(view, "validators_columns", None)


def test_a_blank_choice_is_no_fault(site: Site) -> None:
    """SQLAlchemy `Enum` with a blank choice is a 500."""
    assert list(field_errors(site.post("/gadget/add", {**GADGET, "state": ""}))) == ["state"]
    assert site.get("/gadget/?state=&state.in=").status_code == 200
    assert site.api("POST", "/api/v1/gadget/", {**GADGET, "state": ""}).status_code == 400


def test_a_blank_reference_is_blank(site: Site, desk: Desk) -> None:
    """WTForms 3.3 renders blank relations as "__None"."""
    assert "__None" not in site.get("/gadget/add").text
    assert site.post("/gadget/add", {**GADGET, "shelf": "", "spares": ""}).status_code == 303
    (row,) = desk.page("gadget").rows
    assert (row.values["shelf"], row.values["spares"]) == (None, ())
    edit = site.get(f"/gadget/{row.id}/edit")
    assert "__None" not in edit.text
    assert selected(edit, "shelf") == selected(edit, "spares") == []


def test_a_moment_with_microseconds_is_saved_again(site: Site, desk: Desk) -> None:
    """`DateTimeField` defaults carry microseconds and then fail."""
    made = desk.add("gadget", **GADGET, sold_at="2026-11-22T06:30:00.123456Z")
    form = {"code": "AA-1", "sold_at": control_value(site.get(f"/gadget/{made.id}/edit"), "sold_at")}
    assert site.post(f"/gadget/{made.id}/edit", {**GADGET, **form, "name": "改名"}).status_code == 303
    assert desk.get("gadget", made.id).values["name"] == "改名"


def test_pickers_write_times_too(site: Site, desk: Desk) -> None:
    """The bundled picker writes dates only."""
    assert 'name="sold_at" value="" data-pick="datetime"' in site.get("/gadget/add").text
    assert site.post("/gadget/add", {**GADGET, "sold_at": "2026-11-22 14:30"}).status_code == 303
    made = desk.page("gadget").rows[0].id
    assert control_value(site.get(f"/gadget/{made}/edit"), "sold_at") == "2026-11-22 14:30"


def test_wtforms_stays_below_3_4() -> None:
    """Pin `WTForms<3.4`: FAB imports names that 3.4 removes."""
    project = (config.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = map(Requirement, tomllib.loads(project)["project"]["dependencies"])
    (pinned,) = (one.specifier for one in wanted if one.name == "WTForms")
    assert "3.3.2" in pinned
    assert "3.4" not in pinned
    assert Version(version("WTForms")) < Version("3.4")


def test_no_page_holds_a_whole_related_table(site: Site, desk: Desk) -> None:
    """A relation in `search_columns` or in a form loads the whole target table."""
    names = [f"大仓库{number}" for number in range(30)]
    for name in names:
        desk.add("shelf", name=name)
    for path in ("/gadget/", "/gadget/add"):
        assert "大仓库" not in site.get(path).text
    assert len(site.get("/gadget/choices/shelf").json) == 20
    assert len(site.get("/api/v1/gadget/choices/shelf").json["data"]) == 20


@pytest.mark.parametrize(
    "query",
    ["size=201", "size=100000", "size=-1", "psize_GadgetView=9999", "page_GadgetView=x", "cursor=x",
     "order=unlock_word", "_oc_GadgetView=unlock_word&_od_GadgetView=asc", "_flt_0_name=x"],
)  # fmt: skip
def test_a_query_string_out_of_bounds_is_no_fault(site: Site, query: str) -> None:
    """`psize_` has no upper bound, a bad `page_` or `_oc_` is a 500, `_oc_` ignores `order_columns`."""
    assert site.get(f"/gadget/?{query}").status_code == 400
    assert site.get(f"/api/v1/gadget/?{query}").status_code == 400


def test_users_are_not_ordered_by_password(site: Site) -> None:
    """`_oc_` ignores `order_columns`: users can be sorted by password."""
    for order in ("password", "-password", "session_epoch", "fail_login_count"):
        assert site.get(f"/user/?order={order}").status_code == 400
        assert site.get(f"/api/v1/user/?order={order}").status_code == 400


def test_nothing_is_deleted_by_get_or_without_a_token(site: Site, desk: Desk, gadget: Any) -> None:
    """Without `CSRFProtect`, GET `/…/delete/1` deletes; `ModelRestApi.csrf_exempt=True` by default."""
    for path in (f"/gadget/delete/{gadget.id}", f"/gadget/{gadget.id}/delete"):
        assert site.get(path).status_code in (404, 405)
    assert site.get(f"/gadget/delete?ids={gadget.id}").status_code == 200  # the question, whoever follows a link
    assert site.client.post("/gadget/delete", data={"ids": gadget.id}).status_code == 400
    assert site.client.delete(f"/api/v1/gadget/{gadget.id}").status_code == 400
    assert desk.get("gadget", gadget.id)


def test_a_duplicate_sent_to_the_api_is_no_fault(site: Site, gadget: Any) -> None:
    """API duplicate key is a 500: `interface.add` re-raises `SQLAlchemyError`."""
    answer = site.api("POST", "/api/v1/gadget/", GADGET)
    assert (answer.status_code, list(answer.json["error"]["fields"])) == (400, ["code"])


def test_fabs_forms_have_no_select_of_a_table(app: Flask) -> None:
    """FAB makes query-select fields, which read a table to draw and again to validate."""
    for view in app.extensions["appbuilder"].baseviews:
        for form in filter(None, (getattr(view, name, None) for name in ("add_form", "edit_form", "search_form"))):
            with app.test_request_context("/"):
                assert not [field for field in form() if isinstance(field, SelectField) and field.choices]
                assert not [field for field in form() if type(field).__module__.startswith("flask_appbuilder")]


# --- speed
def test_a_list_neither_counts_nor_skips_rows(site: Site, desk: Desk, queries: Queries) -> None:
    """Stock list page: `count(*)` over a subquery of all columns, LIMIT/OFFSET, N+1 relations."""
    shelf = desk.add("shelf", name="货架").id
    for number in range(3):
        desk.add("gadget", code=f"AA-{number}", name="样品", state="new", shelf=shelf, spares=[shelf])
    site.get("/gadget/")  # which views are the default of which role is remembered from here on
    with queries() as sent:
        assert len(rows(site.get("/gadget/?size=1&cursor=last"))) == 1
    assert len(sent) == 2
    plain = [statement.replace("LIMIT ? OFFSET ?", "LIMIT ?") for statement in sent]  # SQLite's LIMIT brings OFFSET 0
    assert not [statement for statement in plain if re.search(r"\bcount\(|\bOFFSET\b", statement, re.IGNORECASE)]
    with queries() as sent:
        site.get("/gadget/count")
    counting = sent[-1]
    assert re.search(r"count\(.*\bLIMIT\b", counting, re.DOTALL)
    assert "notes" not in counting


def test_a_list_makes_no_objects_of_its_rows(desk: Desk, gadget: Any) -> None:
    """After permissions, Jinja and the ORM dominate: select plain columns."""
    with desk.at_work():
        from_database = desk.page("gadget").rows
        assert [row.id for row in from_database] == [gadget.id]
        assert list(db.session.identity_map) == []


# --- looks and language
@pytest.mark.parametrize("path", ["/login", *PAGES])
def test_pages_are_ours_alone(app: Flask, site: Site, path: str) -> None:
    """Bootstrap 3.4, jQuery, select2, bootstrap-datepicker; 27 CSP violations on a stock list page."""
    client = app.test_client() if path == "/login" else site.client
    page = client.get(path)
    assert page.status_code == 200
    assert not re.findall(r"jquery|select2|datepicker|glyphicon|appbuilder|bootstrap[-.@/]?3", page.text, re.IGNORECASE)
    assert not re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", page.text, re.IGNORECASE)
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page.text)
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'")
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("word", "chinese"), [("Add", "新增"), ("Edit", "编辑"), ("Delete", "删除"), ("Search", "查询")]
)
def test_our_words_win_over_fabs(app: Flask, word: str, chinese: str) -> None:
    """zh catalog: 83% (Add, Edit, Show, Delete are missing). Our catalog merges last and wins."""
    with app.test_request_context("/"), force_locale("zh"):
        assert gettext(word) == chinese


def test_the_language_is_the_readers_and_not_a_get(app: Flask) -> None:
    """`/lang/<locale>` is a GET that writes the session; no Accept-Language and no per-user choice."""
    client = app.test_client()
    assert client.get("/lang/en").status_code == 404
    assert '<html lang="en">' in client.get("/login", headers={"Accept-Language": "en-GB,en;q=0.8"}).text
    assert '<html lang="zh-CN">' in client.get("/login", headers={"Accept-Language": "zh-CN"}).text
    assert client.get("/language").status_code in (404, 405)
