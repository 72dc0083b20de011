"""What no form sends and no person types: never a fault, whatever the database makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.site import Site

GADGET = {"code": "AA-1", "name": "样品", "state": "new"}
HUGE = 10**30


@pytest.mark.parametrize(
    "path",
    [
        "/gadget/?name.contains=%00",
        "/gadget/?q=%00",
        "/gadget/?q=a%00b",
        "/gadget/?name.contains=%ff%fe",
        "/gadget/?%00=1",
        "/gadget/?shelf.in=9223372036854775808",
        "/gadget/?weight.from=9223372036854775808",
        "/gadget/?weight.from=" + "9" * 150,
        "/gadget/?made_on.from=0000-00-00",
        "/gadget/?created_at.to=9999-12-31",
        "/gadget/?created_at.from=0001-01-01",
        "/gadget/?name.contains=%25%25%5C",
        "/gadget/?order=&q=&size=&cursor=",
        "/gadget/?size=25&size=50",
        "/gadget/count?q=%00",
        "/gadget/count?cursor=x",
        "/gadget/choices/shelf?q=%00",
        "/gadget/choices/shelf?q=%25_%5C",
        "/gadget/choices/shelf?id=0&id=-1&id=x",
        "/gadget/choices/shelf?id=9223372036854775807",
        "/gadget/0",
        "/gadget/-1",
        "/gadget/9223372036854775807",
        "/gadget/9223372036854775808",
        "/gadget/%00",
        "/gadget/1/edit",
        "/api/v1/gadget/?q=%00",
        "/api/v1/gadget/?count=true&name=%00",
        "/api/v1/gadget/9223372036854775808",
    ],
)
def test_addresses(site: Site, path: str) -> None:
    assert site.get(path).status_code in (200, 400, 404)


@pytest.mark.parametrize(
    "sent",
    [
        {**GADGET, "name": "a\x00b"},
        {**GADGET, "notes": "\x00"},
        {**GADGET, "name": "x" * 100_000},
        {**GADGET, "weight": "9" * 5000},
        {**GADGET, "shelf": "9223372036854775808"},
        {**GADGET, "spares": ["1", "x", "9223372036854775808"]},
        {**GADGET, "colours": ["red", "red", "nothing"]},
        {**GADGET, "state": "nothing"},
        {**GADGET, "sold_at": "9999-12-31 23:59"},
        {**GADGET, "sold_at": "0001-01-01 00:00"},
        {**GADGET, "unlock_word": "\x00" * 20, "unlock_word_confirm": "\x00" * 20},
        {**GADGET, "unlock_word": "a" * 100_000, "unlock_word_confirm": "a" * 100_000},
        {**GADGET, "email": "a@" + "b" * 5000},
        {},
    ],
)
def test_forms(site: Site, sent: dict[str, Any]) -> None:
    assert site.post("/gadget/add", sent).status_code in (303, 422)


@pytest.mark.parametrize(
    "sent",
    [
        {**GADGET, "name": "a\x00b"},
        {**GADGET, "weight": HUGE},
        {**GADGET, "weight": 1.5},
        {**GADGET, "shelf": str(2**63)},
        {**GADGET, "spares": [str(HUGE), None]},
        {**GADGET, "spares": [["1"]]},
        {**GADGET, "colours": [None]},
        {**GADGET, "name": {"a": 1}},
        {**GADGET, "sold_at": "9999-12-31T23:59:59-14:00"},
        {**GADGET, "active": None},
        {**GADGET, "state": None, "colours": None, "spares": None, "notes": None, "weight": None},
        {"version": 1},
    ],
)
def test_bodies(site: Site, sent: dict[str, Any]) -> None:
    assert site.api("POST", "/api/v1/gadget/", sent).status_code in (201, 400)


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', '{"a":' + "[" * 5000, '{"weight":' + "1" * 5000 + "}"])
def test_bodies_that_are_no_object(site: Site, body: str) -> None:
    answer = site.api("POST", "/api/v1/gadget/", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/api/v1/gadget/", "/api/v1/security/login"])
@pytest.mark.parametrize("body", [{str(n): 1 for n in range(501)}, {"name": "x" * 1024 * 1024}], ids=["many", "long"])
def test_a_huge_body_is_refused_before_anything_looks_for_faults_in_it(site: Site, path: str, body: dict) -> None:
    answer = site.api("POST", path, body)
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")


def test_a_list_of_wrong_values_is_not_answered_value_by_value(site: Site) -> None:
    answer = site.api("POST", "/api/v1/gadget/delete", {"ids": [[]] * 10_000})
    assert answer.status_code == 400
    assert len(answer.json["error"]["fields"]["ids"]) == 20


def test_a_lone_surrogate_is_no_text(site: Site) -> None:
    body = '{"code":"AA-1","name":"\\ud800","state":"new"}'
    answer = site.api("POST", "/api/v1/gadget/", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize("version", [HUGE, -1, 0])
def test_versions(site: Site, version: int) -> None:
    made = site.api("POST", "/api/v1/gadget/", GADGET).json["data"]["id"]
    assert site.api("PUT", f"/api/v1/gadget/{made}", {"version": version}).status_code == 409
    headers = {"If-Match": f'"{version}"'}
    assert site.api("PUT", f"/api/v1/gadget/{made}", {}, headers=headers).status_code in (400, 409)
