"""The REST API: shapes, versions, validation, errors, and whom it answers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.desk import Desk
from tests.kit import PASSWORD, TenantKit
from tests.web.site import Site

GADGET = {"code": "AA-1", "name": "样品", "state": "new"}


def test_adding_gives_the_record_its_version_and_its_address(site: Site) -> None:
    answer = site.api("POST", "/api/v1/gadget/", GADGET)
    data = answer.json["data"]
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == f"/api/v1/gadget/{data['id']}"
    assert site.api("GET", answer.headers["Location"]).json["data"] == data
    assert data["version"] == 1


def test_ids_are_texts_moments_are_utc_and_secrets_are_not_there(site: Site, desk: Desk) -> None:
    shelf = desk.add("shelf", name="架")
    sent = {**GADGET, "shelf": str(shelf.id), "spares": [str(shelf.id)], "sold_at": "2026-11-22T18:00:00+08:00",
            "colours": ["blue", "red"], "weight": 5, "active": False, "unlock_word": "Kq7-wombat-Tiers"}  # fmt: skip
    data = site.api("POST", "/api/v1/gadget/", sent).json["data"]
    assert data["shelf"] == str(shelf.id)
    assert data["spares"] == [str(shelf.id)]
    assert data["sold_at"] == "2026-11-22T10:00:00Z"
    assert data["colours"] == ["red", "blue"]
    assert (data["weight"], data["active"]) == (5, False)
    assert data["titles"]["shelf"] == "架"
    assert "unlock_word" not in data
    assert re.fullmatch(r"\d{15,19}", data["id"])
    assert isinstance(data["created_by"], str)
    assert "tenant_id" not in data


def test_a_list_is_turned_by_its_cursors(site: Site, desk: Desk) -> None:
    for number in range(5):
        desk.add("gadget", code=f"AA-{number}", name=f"器{number}", state="new", weight=number)
    first = site.api("GET", "/api/v1/gadget/?order=weight&size=2&count=true").json
    second = site.api("GET", f"/api/v1/gadget/?order=weight&size=2&cursor={first['next']}").json
    back = site.api("GET", f"/api/v1/gadget/?order=weight&size=2&cursor={second['previous']}").json
    assert [row["weight"] for row in first["data"]] == [0, 1]
    assert [row["weight"] for row in second["data"]] == [2, 3]
    assert back["data"] == first["data"]
    assert (first["previous"], first["count"], first["count_capped"]) == (None, 5, False)
    assert "count" not in second


def test_a_change_needs_only_the_fields_it_changes(site: Site, desk: Desk) -> None:
    gadget = desk.add("gadget", **GADGET, weight=7)
    answer = site.api("PUT", f"/api/v1/gadget/{gadget.id}", {"name": "新名"})
    assert answer.json["data"]["weight"] == 7
    assert answer.json["data"]["name"] == "新名"
    assert answer.headers["ETag"] == '"2"'


@pytest.mark.parametrize("how", ["header", "body"])
def test_who_is_late_gets_409_and_changes_nothing(site: Site, desk: Desk, how: str) -> None:
    gadget = desk.add("gadget", **GADGET)
    etag = site.api("GET", f"/api/v1/gadget/{gadget.id}").headers["ETag"]
    desk.edit("gadget", gadget.id, name="别人的")
    headers = {"If-Match": etag} if how == "header" else {}
    body: dict[str, Any] = {"name": "我的"} if how == "header" else {"name": "我的", "version": 1}
    answer = site.api("PUT", f"/api/v1/gadget/{gadget.id}", body, headers=headers)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "conflict")
    assert desk.get("gadget", gadget.id).values["name"] == "别人的"


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({**GADGET, "nonsense": 1}, {"nonsense"}),
        ({**GADGET, "tenant_id": 1}, {"tenant_id"}),
        ({**GADGET, "id": "7"}, {"id"}),
        ({**GADGET, "checked_at": None}, {"checked_at"}),
        ({**GADGET, "created_by": "1"}, {"created_by"}),
        ({**GADGET, "name": 5}, {"name"}),
        ({**GADGET, "weight": "5"}, {"weight"}),
        ({**GADGET, "weight": True}, {"weight"}),
        ({**GADGET, "active": "yes"}, {"active"}),
        ({**GADGET, "active": 1}, {"active"}),
        ({**GADGET, "colours": "red"}, {"colours"}),
        ({**GADGET, "shelf": 5}, {"shelf"}),
        ({**GADGET, "shelf": "5"}, {"shelf"}),
        ({"code": "x", "weight": -1}, {"code", "weight", "name"}),
        ([], {""}),
        ("x", {""}),
        (None, {""}),
    ],
)
def test_what_cannot_be_accepted_is_said_by_field(site: Site, desk: Desk, sent: Any, fields: set[str]) -> None:
    answer = site.api("POST", "/api/v1/gadget/", sent)
    error = answer.json["error"]
    assert (answer.status_code, error["code"]) == (400, "invalid")
    assert set(error["fields"]) == fields
    assert error["message"]
    assert desk.count("gadget").number == 0


def test_what_is_given_once_is_not_changed_later(site: Site, desk: Desk) -> None:
    gadget = desk.add("gadget", **GADGET)
    answer = site.api("PUT", f"/api/v1/gadget/{gadget.id}", {"code": "AA-2"})
    assert set(answer.json["error"]["fields"]) == {"code"}


def test_a_rule_speaks_at_its_field(site: Site) -> None:
    answer = site.api("POST", "/api/v1/gadget/", {**GADGET, "state": "retired", "active": True})
    assert set(answer.json["error"]["fields"]) == {"active"}


def test_what_others_refer_to_is_in_use(site: Site, desk: Desk) -> None:
    shelf = desk.add("shelf", name="架")
    desk.add("gadget", **GADGET, shelf=shelf.id)
    answer = site.api("DELETE", f"/api/v1/shelf/{shelf.id}")
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "in_use")


def test_several_are_deleted_or_acted_upon_at_once(site: Site, desk: Desk) -> None:
    ids = [str(desk.add("gadget", code=f"AA-{number}", name="器", state="new").id) for number in range(3)]
    assert site.api("POST", "/api/v1/gadget/do/retire", {"ids": ids}).json == {"data": {"count": 3, "reveal": {}}}
    assert site.api("POST", "/api/v1/gadget/delete", {"ids": ids[:2]}).json == {"data": {"deleted": 2}}
    assert site.api("DELETE", f"/api/v1/gadget/{ids[2]}").status_code == 204
    assert desk.count("gadget").number == 0


@pytest.mark.parametrize("body", [{}, {"ids": "1"}, {"ids": [1]}, {"ids": [], "all": True}, {"ids": []}])
def test_ids_are_a_list_of_texts(site: Site, body: Any) -> None:
    assert site.api("POST", "/api/v1/gadget/delete", body).status_code == 400


def test_what_is_wrong_inside_a_list_is_said_in_words(site: Site) -> None:
    fields = site.api("POST", "/api/v1/gadget/delete", {"ids": [1, "2"]}).json["error"]["fields"]
    assert [len(text) > 5 for text in fields["ids"]] == [True]
    for nothing in ({"ids": None}, {"ids": [None]}):
        refused = site.api("POST", "/api/v1/gadget/delete", nothing).json["error"]["fields"]
        assert refused == {"ids": ["此项必填。"]}


def test_a_one_time_password_is_in_the_answer(site: Site, tenant: TenantKit) -> None:
    id_ = tenant.user("operator")[0]
    answer = site.api("POST", "/api/v1/user/do/reset_password", {"ids": [str(id_)]})
    assert [len(text) >= 10 for text in answer.json["data"]["reveal"].values()] == [True]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("query", ["nonsense=1", "size=9999", "order=unlock_word", "cursor=forged", "count=maybe"])
def test_a_bad_query_string_is_400(site: Site, query: str) -> None:
    answer = site.api("GET", f"/api/v1/gadget/?{query}")
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "invalid")
    assert list(answer.json["error"]["fields"]) == [query.partition("=")[0]]


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v1/gadget/1", "/api/v1/gadget/99999999999999999999"])
def test_what_is_not_there_is_404_in_json(site: Site, path: str) -> None:
    answer = site.api("GET", path)
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "not_found")


def test_a_wrong_method_is_405_in_json(site: Site) -> None:
    answer = site.api("PATCH", "/api/v1/gadget/1", {})
    assert (answer.status_code, answer.json["error"]["code"]) == (405, "method_not_allowed")
    assert "PUT" in answer.headers["Allow"]


def test_a_cookie_without_the_token_changes_nothing(site: Site, desk: Desk) -> None:
    answer = site.client.post("/api/v1/gadget/", json=GADGET)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "csrf")
    assert desk.count("gadget").number == 0


def test_a_program_logs_in_and_works_without_cookie_or_token(tenant: TenantKit, desk: Desk) -> None:
    program = tenant.app.test_client(use_cookies=False)
    _id, username, _password = tenant.person("manager")
    logged_in = program.post(
        "/api/v1/security/login", json={"tenant": tenant.code, "username": username, "password": PASSWORD}
    )
    headers = {"Authorization": f"Bearer {logged_in.json['access_token']}"}
    made = program.post("/api/v1/gadget/", json=GADGET, headers=headers)
    assert made.status_code == 201
    key = program.post("/api/v1/security/keys", json={"name": "export"}, headers=headers).json["data"]["key"]
    found = program.get("/api/v1/gadget/", headers={"X-API-Key": key}).json["data"]
    assert [row["id"] for row in found] == [made.json["data"]["id"]]
    assert program.post("/api/v1/user/", json={}, headers={"X-API-Key": key}).status_code == 400


def test_no_other_site_may_read_it(site: Site) -> None:
    answer = site.api("GET", "/api/v1/gadget/", headers={"Origin": "https://evil.example"})
    assert not [name for name, _value in answer.headers if name.startswith("Access-Control-")]


def test_chinese_is_sent_as_it_is(site: Site) -> None:
    site.api("POST", "/api/v1/gadget/", GADGET)
    assert "样品" in site.api("GET", "/api/v1/gadget/").text
