"""The page of `kind: settings`: one form, defaults beside it, what a change would do, and who changed what."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from typing import Any

import pytest

from tests.desk import Desk
from tests.kit import TenantKit
from tests.web.site import Site, control_value, field_errors, notices, selected

Queries = Callable[[], AbstractContextManager[list[str]]]
PAGE, API = "/workshop/", "/api/v1/workshop/"
TYPED = {"open": "true", "benches": "4", "shift": "day", "opens_at": "08:30", "rules": "先洗手", "tools": "saw"}


def saved(site: Site) -> dict[str, Any]:
    answer = site.api("GET", API)
    assert answer.status_code == 200
    return dict(answer.json["data"])


def row(page: Any, name: str) -> str:
    """The HTML of one field's row."""
    return str(page.text.split(f'id="field-{name}"')[1].split('<div class="field')[0])


def resets(page: Any) -> dict[str, bool]:
    """Field → whether the way back to its default is offered."""
    return {name: "hidden" not in rest for name, rest in re.findall(r'id="field-(\w+)-reset"([^>]*)>', page.text)}


def test_beside_each_field_stand_its_meaning_and_its_default(site: Site) -> None:
    """B1–B4: description, default."""
    page = site.get(PAGE)
    assert page.status_code == 200
    text = unescape(page.text)
    for told in (
        "工坊参数",
        "引擎测试用的参数",
        "1–50",
        "默认：是",
        "默认：4",
        "默认：先洗手",
        "默认：白班",
        "默认：08:30",
    ):
        assert told in text, told
    assert control_value(page, "benches") == "4"
    assert selected(page, "shift") == ["day"]
    assert set(resets(page).values()) == {False}
    assert "differs" not in page.text
    assert "暂无变更。" in text


def test_saving_says_so_and_marks_what_differs_from_the_default(site: Site) -> None:
    """B1–B4: saved and said; a mark where the value differs."""
    answer = site.post(PAGE, {**TYPED, "benches": "9", "version": "0"})
    assert (answer.status_code, answer.location) == (303, PAGE)
    page = site.get(PAGE)
    assert [tone for tone, text in notices(page) if "工坊参数" in text] == ["success"]
    assert control_value(page, "benches") == "9"
    assert page.text.count("differs") == 1
    assert [name for name, offered in resets(page).items() if offered] == ["benches"]


def test_the_history_stands_below(site: Site) -> None:
    """B1–B4: who, when, before, after."""
    site.post(PAGE, {**TYPED, "benches": "9"})
    history = site.get(PAGE).text.split('class="card history"')[1]
    assert re.search(r"<del>4</del>.*<ins>9</ins>", history, re.DOTALL)
    assert site.kit.actor("admin").get_full_name() in history


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(site: Site) -> None:
    page = site.post(PAGE, {**TYPED, "benches": "99", "motto": "快而好"})
    assert page.status_code == 422
    assert set(field_errors(page)) == {"benches"}
    assert control_value(page, "benches") == "99"
    assert control_value(page, "motto") == "快而好"
    assert site.post(PAGE, {**TYPED, "shift": "night"}).status_code == 422
    assert saved(site)["benches"] == 4


def test_the_second_of_two_admins_sees_both_and_keeps_what_was_typed(site: Site) -> None:
    """B1–B4: two admins save at once."""
    assert site.post(PAGE, {**TYPED, "benches": "9", "version": "0"}).status_code == 303
    page = site.post(PAGE, {**TYPED, "benches": "5", "version": "0"})
    assert page.status_code == 409
    compared = page.text.split('class="differences"')[1].split("</table>")[0]
    assert "<td>9</td><td>5</td>" in compared
    assert control_value(page, "benches") == "5"
    assert saved(site)["benches"] == 9
    again = {**TYPED, "benches": "5", "version": control_value(page, "version")}
    assert site.post(PAGE, again).status_code == 303
    assert saved(site)["benches"] == 5


@pytest.mark.parametrize("version", ["-1", "x", "", "99999999999999999999"])
def test_a_version_that_is_none_is_not_the_present_one(site: Site, version: str) -> None:
    assert site.post(PAGE, {**TYPED, "version": version}).status_code == 409


def test_restore_default_fills_the_form_and_loses_nothing_typed(site: Site) -> None:
    """B1–B4: back to the default, field by field; its effect is shown before it is saved."""
    site.post(PAGE, {**TYPED, "benches": "9"})
    for htmx in ("", "form"):
        typed = {**TYPED, "benches": "9", "motto": "快", "version": "1"}
        page = site.post("/workshop/reset", {**typed, "reset": "benches"}, htmx=htmx)
        assert page.status_code == 200
        assert page.text.lstrip().startswith("<form") is bool(htmx)
        assert control_value(page, "benches") == "4"
        assert control_value(page, "motto") == "快"
        assert control_value(page, "version") == "1"
        assert "0 gadgets on 4 benches" in page.text
        assert "autofocus" in row(page, "benches").split(">")[0]
    assert saved(site)["benches"] == 9
    assert site.post("/workshop/reset", {**TYPED, "reset": "nonsense"}).status_code == 404


def test_a_version_read_before_a_reset_is_still_found_outdated(site: Site) -> None:
    """Restoring a default in the form must not slip past what somebody else has saved meanwhile."""
    site.post(PAGE, {**TYPED, "benches": "9", "version": "0"})
    page = site.post("/workshop/reset", {**TYPED, "reset": "motto", "version": "0"})
    assert site.post(PAGE, {**TYPED, "version": control_value(page, "version")}).status_code == 409


def test_the_impact_is_told_while_one_types_and_without_scripts(site: Site, desk: Desk) -> None:
    """B1–B4: an impact line before saving."""
    desk.add("gadget", code="AA-1", name="样品", state="new")
    part = site.post("/workshop/impact", {**TYPED, "benches": "9"}, htmx="impact")
    assert "1 gadgets on 9 benches" in part.text
    assert "<form" not in part.text
    assert site.post("/workshop/impact", TYPED, htmx="impact").text.strip() == ""
    assert site.post("/workshop/impact", {**TYPED, "benches": "x"}, htmx="impact").text.strip() == ""
    page = site.post("/workshop/impact", {**TYPED, "benches": "9"})
    assert "1 gadgets on 9 benches" in page.text.split("<form id=")[1]
    assert control_value(page, "benches") == "9"
    assert saved(site)["benches"] == 4


def test_whoever_may_only_view_cannot_type_and_learns_no_impact(
    tenant: TenantKit, site_of: Callable[[TenantKit, str], Site]
) -> None:
    operator = site_of(tenant, "operator")
    page = operator.get(PAGE)
    assert page.status_code == 200
    assert page.text.count("<fieldset") == page.text.count("disabled>") > 0
    assert "data-submit" not in page.text
    assert resets(page) == {}
    for path in (PAGE, "/workshop/impact", "/workshop/reset"):
        assert operator.post(path, {**TYPED, "benches": "9"}).status_code == 403, path
    assert operator.api("PUT", API, {"benches": 9}).status_code == 403


def test_it_costs_three_statements(site: Site, queries: Queries) -> None:
    """Login, settings, history."""
    site.post(PAGE, {**TYPED, "benches": "9"})
    site.get(PAGE)
    with queries() as sent:
        site.get(PAGE)
    assert len(sent) == 3


def test_the_menu_leads_to_it(site: Site) -> None:
    menu = site.get("/workbench").text
    assert f'href="{PAGE}"' in menu


# --- API
def test_the_api_gives_values_defaults_and_version(site: Site) -> None:
    answer = site.api("GET", API)
    assert answer.json["data"] == {
        "version": 0, "open": True, "benches": 4, "motto": "", "rules": "先洗手", "shift": "day", "tools": ["saw"],
        "opens_at": "08:30:00",
    }  # fmt: skip
    assert answer.json["defaults"] == {name: value for name, value in answer.json["data"].items() if name != "version"}
    assert answer.headers["ETag"] == '"0"'


def test_the_api_changes_some_and_notices_others(site: Site) -> None:
    first = site.api("PUT", API, {"benches": 9, "version": 0})
    assert (first.status_code, first.json["data"]["benches"], first.json["data"]["version"]) == (200, 9, 1)
    assert site.api("PUT", API, {"benches": 5, "version": 0}).status_code == 409
    assert site.api("PUT", API, {"benches": 5}, headers={"If-Match": '"0"'}).status_code == 409
    second = site.api("PUT", API, {"motto": "快"}, headers={"If-Match": '"1"'})
    assert (second.json["data"]["benches"], second.json["data"]["motto"]) == (9, "快")


def test_the_api_gives_defaults_back(site: Site) -> None:
    site.api("PUT", API, {"benches": 9, "motto": "快"})
    answer = site.api("POST", API + "reset", {"fields": ["benches"]})
    assert (answer.json["data"]["benches"], answer.json["data"]["motto"]) == (4, "快")
    assert site.api("POST", API + "reset", {"fields": ["nonsense"]}).status_code == 400


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"benches": 0}, "benches"), ({"benches": "4"}, "benches"), ({"open": "true"}, "open"), ({"x": 1}, "x")],
)
def test_the_api_refuses_at_the_field(site: Site, sent: dict[str, Any], field: str) -> None:
    answer = site.api("PUT", API, sent)
    assert answer.status_code == 400
    assert list(answer.json["error"]["fields"]) == [field]


def test_openapi_describes_it_in_both_languages(site: Site) -> None:
    for language, label in (("zh", "工位"), ("en", "Benches")):
        document = site.api("GET", "/api/v1/_openapi", headers={"Accept-Language": language}).json
        paths = document["paths"]
        assert {"get", "put"} <= set(paths[API])
        assert "post" in paths[API + "reset"]
        benches = document["components"]["schemas"]["workshop"]["properties"]["benches"]
        assert (benches["minimum"], benches["maximum"]) == (1, 50)
        assert label in benches["description"] or language == "en"
