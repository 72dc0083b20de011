"""Add and edit forms: errors beside the fields, nothing typed is lost, two editors do not overwrite each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.desk import Desk
from tests.kit import PASSWORD, TenantKit
from tests.web.site import Site, control_value, field_errors, notices, rows, selected

GADGET = {"code": "AA-1", "name": "样品", "state": "new", "active": "true"}
STRONG = "Kq7-wombat-Tiers"


def user(tenant: TenantKit, **values: Any) -> Mapping[str, Any]:
    given = {"username": "zhangwei", "password": STRONG, "password_confirm": STRONG, "name": "张伟", "active": "true"}
    return {**given, "role": str(tenant.roles["operator"]), **values}


def test_adding_leads_to_the_list_which_says_so(site: Site) -> None:
    answer = site.post("/gadget/add", GADGET)
    assert (answer.status_code, answer.location) == (303, "/gadget/")
    page = site.get("/gadget/")
    assert rows(page) == ["样品"]
    assert [tone for tone, text in notices(page) if "样品" in text] == ["success"]
    assert notices(site.get("/gadget/")) == []


def test_the_empty_form_holds_the_defaults(site: Site) -> None:
    page = site.get("/gadget/add")
    assert selected(page, "state") == ["new"]
    assert 'name="active" value="true" checked' in page.text
    assert 'name="checked_at"' not in page.text


def test_every_error_stands_beside_its_field_and_nothing_typed_is_lost(site: Site, desk: Desk) -> None:
    shelf = desk.add("shelf", name="北架")
    typed = {"code": "wrong", "name": "", "state": "used", "notes": "两行\n说明", "weight": "heavy", "phone": "12",
             "made_on": "2026-02-30", "colours": ["red", "blue"], "shelf": str(shelf.id), "email": "no@"}  # fmt: skip
    page = site.post("/gadget/add", typed)
    assert page.status_code == 422
    assert set(field_errors(page)) == {"code", "name", "weight", "phone", "made_on", "email"}
    assert control_value(page, "weight") == "heavy"
    assert control_value(page, "made_on") == "2026-02-30"
    assert selected(page, "state") == ["used"]
    assert selected(page, "shelf") == [str(shelf.id)]
    assert "北架" in page.text
    assert "两行\n说明</textarea>" in page.text
    assert page.text.count('name="colours" value="red" checked') == 1
    assert 'name="active" value="true" checked' not in page.text
    assert rows(site.get("/gadget/")) == []


def test_a_rule_speaks_at_its_field(site: Site) -> None:
    page = site.post("/gadget/add", {**GADGET, "state": "retired"})
    assert page.status_code == 422
    assert set(field_errors(page)) == {"active"}


def test_a_limit_speaks_above_the_form(site: Site, desk: Desk) -> None:
    for name in ("一", "二", "三"):
        desk.add("badge", name=name)
    page = site.post("/badge/add", {"name": "四"})
    assert page.status_code == 422
    assert field_errors(page) == {}
    assert 'role="alert"' in page.text
    assert control_value(page, "name") == "四"


def test_a_taken_value_is_said_at_the_field(site: Site) -> None:
    site.post("/gadget/add", GADGET)
    page = site.post("/gadget/add", {**GADGET, "name": "又一个"})
    assert page.status_code == 422
    assert set(field_errors(page)) == {"code"}


def test_the_password_is_typed_twice_and_a_mismatch_is_said_with_all_else(site: Site, tenant: TenantKit) -> None:
    page = site.post("/user/add", user(tenant, password_confirm="other", phone="1"))
    assert page.status_code == 422
    assert set(field_errors(page)) == {"password_confirm", "phone"}
    assert "zhangwei" not in site.get("/user/").text.split("<tbody>")[1]


def test_passwords_are_never_sent_back(site: Site, tenant: TenantKit) -> None:
    page = site.post("/user/add", user(tenant, phone="1"))
    assert page.status_code == 422
    assert STRONG not in page.text
    assert control_value(page, "username") == "zhangwei"


def test_a_new_user_can_log_in_at_once(site: Site, tenant: TenantKit) -> None:
    assert site.post("/user/add", user(tenant)).status_code == 303
    kit = TenantKit(tenant.app, tenant.id, tenant.code, tenant.roles, {"new": (0, "zhangwei", STRONG)})
    with pytest.raises(AssertionError, match="workbench holds no CSRF"):
        Site(kit, "new")  # logged in, and led to the form that changes the password somebody else has set


def test_editing_keeps_what_is_fixed_and_a_password_left_empty(site: Site, tenant: TenantKit) -> None:
    id_, username, _password = tenant.user("operator")
    page = site.get(f"/user/{id_}/edit")
    assert 'name="username"' in page.text
    assert "readonly" in page.text.split('name="username"')[1].split(">")[0]
    sent = user(tenant, name="改名", password="", password_confirm="", version=control_value(page, "version"))
    assert site.post(f"/user/{id_}/edit", sent).status_code == 303
    assert "改名" in site.get(f"/user/?username={username}").text
    kit = TenantKit(tenant.app, tenant.id, tenant.code, tenant.roles, {"same": (id_, username, PASSWORD)})
    assert Site(kit, "same").get("/workbench").status_code == 200


def test_the_second_editor_sees_both_versions_and_keeps_the_form(site: Site, desk: Desk) -> None:
    gadget = desk.add("gadget", code="AA-2", name="原名", state="new")
    stale = {**GADGET, "name": "我的", "weight": "5", "version": str(gadget.version)}
    desk.edit("gadget", gadget.id, name="别人的", weight=5)
    page = site.post(f"/gadget/{gadget.id}/edit", stale)
    assert page.status_code == 409
    compared = page.text.split('class="differences"')[1].split("</table>")[0]
    assert "别人的" in compared
    assert "我的" in compared
    assert "<td>5</td>" not in compared
    assert control_value(page, "name") == "我的"
    assert desk.get("gadget", gadget.id).values["name"] == "别人的"

    again = {**stale, "version": control_value(page, "version")}
    assert site.post(f"/gadget/{gadget.id}/edit", again).status_code == 303
    assert desk.get("gadget", gadget.id).values["name"] == "我的"


@pytest.mark.parametrize("version", ["-1", "x", "", "99999999999999999999"])
def test_a_version_that_is_none_is_not_the_present_one(site: Site, desk: Desk, version: str) -> None:
    gadget = desk.add("gadget", code="AA-3", name="原名", state="new")
    assert site.post(f"/gadget/{gadget.id}/edit", {**GADGET, "version": version}).status_code == 409


def test_in_the_drawer_only_the_form_is_sent(site: Site, desk: Desk) -> None:
    part = site.get("/gadget/add", htmx="drawer")
    assert part.text.lstrip().startswith("<form")
    assert "csrf_token" in part.text
    refused = site.post("/gadget/add", {}, htmx="drawer")
    assert refused.status_code == 422
    assert refused.text.lstrip().startswith("<form")
    done = site.post("/gadget/add", GADGET, htmx="drawer")
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, "/gadget/")


def test_after_saving_one_is_back_on_the_list_as_it_was_searched(site: Site, desk: Desk) -> None:
    gadget = desk.add("gadget", code="AA-4", name="原名", state="new")
    searched = "http://localhost/gadget/?state=new&size=50"
    done = site.post(f"/gadget/{gadget.id}/edit", {**GADGET, "version": "1"}, headers={"Referer": searched})
    assert done.location == "/gadget/?state=new&size=50"
    elsewhere = {"Referer": "http://evil.example/gadget/?x=1"}
    assert urlsplit(site.post("/gadget/add", {**GADGET, "code": "AA-5"}, headers=elsewhere).location or "").netloc == ""


def test_a_field_the_form_does_not_have_is_not_saved(site: Site, desk: Desk) -> None:
    site.post(
        "/gadget/add", {**GADGET, "checked_at": "2026-01-01 00:00", "tenant_id": "1", "id": "7", "created_by": "1"}
    )
    found = desk.page("gadget").rows[0]
    record = desk.get("gadget", found.id)
    assert record.values["checked_at"] is None
    assert record.id != 7


def test_another_companys_record_cannot_be_chosen(site: Site, foreign: Desk) -> None:
    shelf = foreign.add("shelf", name="别家的架")
    page = site.post("/gadget/add", {**GADGET, "shelf": str(shelf.id), "spares": [str(shelf.id)]})
    assert page.status_code == 422
    assert set(field_errors(page)) == {"shelf", "spares"}
    assert "别家的架" not in page.text


def test_a_form_of_an_earlier_login_comes_back_with_all_that_was_typed(site: Site, desk: Desk) -> None:
    page = site.post("/gadget/add", {**GADGET, "notes": "很长的说明", "csrf_token": "of an earlier login"})
    assert page.status_code == 400
    assert (control_value(page, "name"), control_value(page, "code")) == ("样品", "AA-1")
    assert "很长的说明</textarea>" in page.text
    assert "尚未保存" in page.text
    assert rows(site.get("/gadget/")) == []
    again = {**GADGET, "csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[-1]}
    assert site.post("/gadget/add", again).status_code == 303


def test_a_form_of_an_earlier_login_does_not_hide_what_was_saved_meanwhile(site: Site, desk: Desk) -> None:
    record = desk.add("gadget", code="AA-1", name="旧")
    opened = control_value(site.get(f"/gadget/{record.id}/edit"), "version")
    desk.edit("gadget", record.id, name="别人的")
    page = site.post(f"/gadget/{record.id}/edit", {**GADGET, "version": opened, "csrf_token": ""})
    assert page.status_code == 400
    assert control_value(page, "name") == "样品"
    assert "别人的" in page.text
    assert desk.get("gadget", record.id).values["name"] == "别人的"


def test_a_password_does_not_come_back_with_a_form_of_an_earlier_login(site: Site, tenant: TenantKit) -> None:
    page = site.post("/user/add", {**user(tenant), "csrf_token": ""})
    assert control_value(page, "username") == "zhangwei"
    assert STRONG not in page.text
