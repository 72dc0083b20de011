"""Buttons that post ids: delete, enable, disable, reset a password (U3, U4, P3)."""

from __future__ import annotations

import logging

import pytest

from tests.desk import Desk
from tests.kit import TenantKit
from tests.web.site import Site, notices, rows


def names(site: Site, path: str = "/user/") -> list[str]:
    return rows(site.get(path))


def test_several_are_deleted_at_once_and_named(site: Site, desk: Desk) -> None:
    ids = [desk.add("shelf", name=f"架{number}").id for number in range(5)]
    answer = site.post("/shelf/delete", {"ids": ids[:4]})
    assert (answer.status_code, answer.location) == (303, "/shelf/")
    page = site.get("/shelf/")
    assert rows(page) == ["架4"]
    said = notices(page)[0][1]
    assert "架0" in said
    assert "架3" not in said
    assert "1" in said


def test_a_long_title_fits_the_cookie_its_message_travels_in(site: Site, desk: Desk) -> None:
    """Browsers drop a cookie over 4 kB without a word, and the message with it."""
    texts = ["".join(chr(0x4E00 + (number * 7919 + run) % 20_000) for number in range(1900)) for run in range(3)]
    for text in texts:
        added = site.post("/announcement/add", {"content": text, "expires_at": "2099-01-01 10:00"})
        assert len(added.headers["Set-Cookie"]) < 4000
        assert text[:40] in notices(site.get("/announcement/"))[0][1]
    ids = [row["id"] for row in site.api("GET", "/api/v1/announcement/").json["data"]]
    deleted = site.post("/announcement/delete", {"ids": ids})
    assert len(deleted.headers["Set-Cookie"]) < 4000


def test_the_server_says_what_will_be_lost(site: Site, desk: Desk) -> None:
    desk.add("shelf", name="架")
    page = site.get("/shelf/")
    assert 'data-title="架"' in page.text
    assert 'formaction="/shelf/delete" data-act data-many data-danger' in page.text
    assert "data-confirm=" in page.text


def test_what_others_refer_to_stays_and_the_page_says_why(site: Site, desk: Desk) -> None:
    shelf = desk.add("shelf", name="架")
    desk.add("gadget", code="AA-1", name="器", state="new", shelf=shelf.id)
    asked = site.post("/shelf/delete", {"ids": [shelf.id]})
    assert asked.status_code == 409
    assert 'id="removal"' in asked.text
    assert site.post("/shelf/delete", {"ids": [shelf.id], "asked": "1"}).status_code == 303
    page = site.get("/shelf/")
    assert rows(page) == ["架"]
    assert [tone for tone, _text in notices(page)] == ["danger"]
    assert site.post("/shelf/delete", {"ids": [shelf.id]}, htmx="list").status_code == 409


def test_none_selected_is_said(site: Site) -> None:
    assert site.post("/shelf/delete").status_code == 303
    assert notices(site.get("/shelf/"))[0][0] == "danger"


def test_nobody_deletes_or_disables_themself_and_the_batch_is_refused_as_a_whole(site: Site, tenant: TenantKit) -> None:
    me, other = tenant.person("admin")[0], tenant.user("operator")[0]
    for path in ("/user/delete", "/user/do/disable"):
        site.post(path, {"ids": [me, other]})
        page = site.get("/user/")
        assert notices(page)[0][0] == "danger"
        assert len(rows(page)) == 2


def test_disabling_ends_the_logins_and_enabling_lets_in_again(site: Site, tenant: TenantKit) -> None:
    operator = Site(tenant, "operator")
    id_ = tenant.person("operator")[0]
    site.post("/user/do/disable", {"ids": [id_]})
    assert operator.get("/workbench").status_code == 303
    site.post("/user/do/enable", {"ids": [id_]})
    assert Site(tenant, "operator").get("/workbench").status_code == 200


def test_a_one_time_password_is_in_one_answer_and_nowhere_else(
    site: Site, tenant: TenantKit, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    id_, username, _password = tenant.user("operator")
    with caplog.at_level(logging.DEBUG):
        answer = site.post("/user/do/reset_password", {"ids": [id_]})
    assert answer.status_code == 200
    secret = answer.text.split('class="secret"><code>')[1].split("</code>")[0]
    assert len(secret) >= 10
    assert secret not in str(answer.headers)
    assert secret not in caplog.text
    assert answer.location is None
    assert secret not in site.get("/user/").text
    assert secret not in site.get(f"/user/{id_}").text
    assert secret not in str(desk.history("user", id_))
    kit = TenantKit(tenant.app, tenant.id, tenant.code, tenant.roles, {"reset": (id_, username, secret)})
    with pytest.raises(AssertionError, match="workbench holds no CSRF"):
        Site(kit, "reset")  # logged in, and led to the form that changes the password


def test_the_list_behind_a_one_time_password_is_the_one_that_was_searched(site: Site, tenant: TenantKit) -> None:
    id_, username, _password = tenant.user("operator")
    searched = {"Referer": f"http://localhost/user/?username={username}"}
    assert len(rows(site.post("/user/do/reset_password", {"ids": [id_]}, headers=searched))) == 1


def test_an_action_for_one_record_takes_one(site: Site, tenant: TenantKit) -> None:
    ids = [tenant.user("operator")[0] for _ in range(2)]
    assert site.post("/user/do/reset_password", {"ids": ids}).status_code == 303
    assert notices(site.get("/user/"))[0][0] == "danger"


@pytest.mark.parametrize("path", ["/user/delete", "/user/do/enable"])
@pytest.mark.parametrize("given", ["0", "x", "-1", "99999999999999999999", "9223372036854775808"])
def test_an_id_that_is_none_is_not_found(site: Site, path: str, given: str) -> None:
    assert site.post(path, {"ids": [given]}).status_code == 404


@pytest.mark.parametrize("path", ["/user/delete", "/user/do/enable", "/workbench/read/announcement", "/logout"])
def test_nothing_happens_by_get(site: Site, path: str) -> None:
    assert site.get(path).status_code in (404, 405)


@pytest.mark.parametrize("path", ["/user/delete", "/user/do/enable", "/user/add", "/workbench/read/announcement"])
def test_nothing_happens_without_the_token(site: Site, path: str) -> None:
    answer = site.post(path, {"csrf_token": "forged"})
    assert answer.status_code == 400


def test_an_unknown_action_is_not_found(site: Site) -> None:
    assert site.post("/user/do/explode", {"ids": ["1"]}).status_code == 404
