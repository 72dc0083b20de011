"""工作台: the landing page of everyone (A1)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.accounts import sessions
from tests.desk import Desk
from tests.kit import TenantKit
from tests.web.site import Site, notices

LATER = (datetime.now(UTC) + timedelta(days=3)).isoformat()


def test_the_front_door_and_the_login_lead_there(site: Site) -> None:
    assert site.get("/").location == "/workbench"
    assert site.get("/workbench").status_code == 200


def test_live_announcements_newest_first_for_every_role(tenant: TenantKit, desk: Desk) -> None:
    for text in ("第一条", "第二条"):
        desk.add("announcement", content=text, expires_at=LATER)
    for role in ("admin", "agent"):
        page = Site(tenant, role).get("/workbench").text
        assert page.index("第二条") < page.index("第一条")


def test_only_who_may_view_the_page_is_led_to_it(tenant: TenantKit, desk: Desk) -> None:
    assert 'class="all" href="/announcement/"' in Site(tenant, "admin").get("/workbench").text
    assert 'href="/announcement/"' not in Site(tenant, "agent").get("/workbench").text


def test_unread_until_read_each_for_themself(tenant: TenantKit, desk: Desk) -> None:
    id_ = desk.add("announcement", content="停电通知", expires_at=LATER).id
    agent, admin = Site(tenant, "agent"), Site(tenant, "admin")
    assert f'data-id="{id_}"' in agent.get("/workbench").text
    assert agent.post("/workbench/read/announcement", {"ids": [id_]}).status_code == 303
    assert f'data-id="{id_}"' not in agent.get("/workbench").text
    assert f'data-id="{id_}"' in admin.get("/workbench").text


def test_another_companys_announcements_are_neither_shown_nor_marked(site: Site, foreign: Desk) -> None:
    theirs = foreign.add("announcement", content="别家通知", expires_at=LATER).id
    assert "别家通知" not in site.get("/workbench").text
    assert site.post("/workbench/read/announcement", {"ids": [theirs, "x", ""]}).status_code == 303


@pytest.mark.parametrize("resource", ["user", "nothing"])
def test_what_has_no_panel_cannot_be_read(site: Site, resource: str) -> None:
    assert site.post(f"/workbench/read/{resource}", {"ids": ["1"]}).status_code == 404


def test_an_announcement_is_published_and_seen(tenant: TenantKit) -> None:
    operator = Site(tenant, "operator")
    sent = {"content": "系统升级通知", "expires_at": "2099-12-31 18:00"}
    assert operator.post("/announcement/add", sent).status_code == 303
    assert "系统升级通知" in Site(tenant, "agent").get("/workbench").text


def test_what_must_be_acknowledged_stands_before_the_workbench(tenant: TenantKit, desk: Desk) -> None:
    """A1: in full, until the reader says so; other pages stay open, and say that something waits."""
    desk.add("announcement", content="<p>合规 <b>须知</b></p>", expires_at=LATER, must_acknowledge=True)
    desk.add("announcement", content="别的", expires_at=LATER)
    leader = Site(tenant, "team_leader")
    page = leader.get("/workbench").text
    assert "合规 <strong>须知</strong>" in page
    assert "别的" not in page
    assert leader.get("/announcement/").status_code == 200
    assert leader.get("/workbench/pulse").json["pending"] == 1
    sent = dict(re.findall(r'name="(id|seen)" value="([^"]+)"', page))
    assert leader.post("/workbench/acknowledge/announcement", sent).status_code == 303
    page = leader.get("/workbench").text
    assert "别的" in page
    assert leader.get("/workbench/pulse").json["pending"] == 0


def test_what_has_changed_meanwhile_is_read_once_more(tenant: TenantKit, desk: Desk) -> None:
    """A1"""
    id_ = desk.add("announcement", content="旧文", expires_at=LATER, must_acknowledge=True).id
    agent = Site(tenant, "agent")
    sent = dict(re.findall(r'name="(id|seen)" value="([^"]+)"', agent.get("/workbench").text))
    desk.edit("announcement", id_, content="新文")
    agent.post("/workbench/acknowledge/announcement", sent)
    page = agent.get("/workbench")
    assert "新文" in page.text
    assert notices(page)[0][0] == "warning"
    for seen in ("", "x", "2026-01-01"):
        assert agent.post("/workbench/acknowledge/announcement", {"id": id_, "seen": seen}).status_code == 303
    assert "新文" in agent.get("/workbench").text


def test_the_pulse_says_when_to_look_again(site: Site, desk: Desk) -> None:
    """A1: in milliseconds, for a browser's clock may be wrong."""
    before = site.get("/workbench/pulse").json
    assert (before["pending"], before["next"]) == (0, None)
    soon = datetime.now(UTC) + timedelta(minutes=5)
    desk.add("announcement", content="x", starts_at=soon.isoformat(), expires_at=LATER)
    waiting = site.get("/workbench/pulse").json
    assert 290_000 < waiting["next"] <= 300_000
    desk.add("announcement", content="y", expires_at=LATER)
    assert site.get("/workbench/pulse").json["stamp"] != waiting["stamp"]


def test_an_open_page_does_not_keep_a_login_alive(
    tenant: TenantKit, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A1: what a page asks by itself is no sign of somebody being there."""
    touched: list[int] = []
    monkeypatch.setattr(sessions, "TOUCH_AFTER", timedelta(0))
    monkeypatch.setattr(sessions, "_touch", lambda session_id, now: touched.append(session_id))
    site.get("/workbench/pulse", headers={"X-Unattended": "1"})
    assert touched == []
    site.get("/workbench/pulse")
    assert len(touched) == 1


class TestReaders:
    @pytest.fixture
    def announced(self, tenant: TenantKit, desk: Desk) -> int:
        tenant.user("agent", username="formula", name="=1+1")
        id_ = desk.add("announcement", content="停电通知", expires_at=LATER, roles=[tenant.roles["agent"]]).id
        agent = Site(tenant, "agent")
        agent.post("/workbench/read/announcement", {"ids": [id_]})
        return int(id_)

    def test_the_page_counts_and_lists_them(self, tenant: TenantKit, site: Site, announced: int) -> None:
        """A1"""
        name = tenant.person("agent")[1]
        page = site.get(f"/announcement/{announced}/readers").text
        assert re.findall(r"<strong>(\d+)</strong>", page) == ["2", "1", "1"]
        assert name in page
        unread = site.get(f"/announcement/{announced}/readers?state=unread").text
        assert name not in unread
        assert "formula" in unread
        assert f'href="/announcement/{announced}/readers"' in site.get(f"/announcement/{announced}").text

    def test_the_file_opens_in_a_spreadsheet_and_calculates_nothing(self, site: Site, announced: int) -> None:
        """A1"""
        answer = site.get(f"/announcement/{announced}/readers.csv?state=unread")
        assert answer.data.startswith(b"\xef\xbb\xbf")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        lines = answer.data.decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert lines[1].startswith("formula,'=1+1,")

    def test_the_file_is_in_the_audit_log(self, site: Site, announced: int) -> None:
        """A1: an export says who took what out of the product."""
        site.get(f"/announcement/{announced}/readers.csv?state=unread")
        found = site.get(f"/audit_log/?resource=announcement&action=export&record_id={announced}").text
        assert found.count("<tr data-title") == 1

    def test_the_api_gives_the_same(self, tenant: TenantKit, site: Site, announced: int) -> None:
        """A1"""
        found = site.api("GET", f"/api/v1/announcement/{announced}/readers?state=read").json
        assert found["counts"] == {"people": 2, "read": 1, "acknowledged": 0}
        assert [row["username"] for row in found["data"]] == [tenant.person("agent")[1]]

    def test_it_takes_view_and_for_the_file_export(self, tenant: TenantKit, announced: int) -> None:
        """A1, R2"""
        for role, page, file in (
            ("admin", 200, 200),
            ("operator", 200, 200),
            ("finance", 200, 403),
            ("agent", 403, 403),
        ):
            someone = Site(tenant, role)
            assert someone.get(f"/announcement/{announced}/readers").status_code == page, role
            assert someone.get(f"/announcement/{announced}/readers.csv").status_code == file, role
            assert someone.api("GET", f"/api/v1/announcement/{announced}/readers").status_code == page, role

    def test_another_companys_is_not_there(self, site: Site, foreign: Desk) -> None:
        """A1"""
        theirs = foreign.add("announcement", content="x", expires_at=LATER).id
        for path in ("", ".csv"):
            assert site.get(f"/announcement/{theirs}/readers{path}").status_code == 404

    def test_a_full_width_formula_is_one_too(self, tenant: TenantKit, site: Site, announced: int) -> None:
        """A1: spreadsheets set to Chinese or Japanese calculate them."""
        for sign in "＝＋－＠":
            tenant.user("agent", name=f"{sign}1+1")
        found = site.get(f"/announcement/{announced}/readers.csv?state=unread").data.decode("utf-8-sig")
        assert [name in found for name in (",'＝1+1,", ",'＋1+1,", ",'－1+1,", ",'＠1+1,")] == [True] * 4

    @pytest.mark.parametrize("path", ["", ".csv"])
    def test_signs_that_no_database_takes_are_no_fault(self, site: Site, announced: int, path: str) -> None:
        """A1"""
        assert site.get(f"/announcement/{announced}/readers{path}?after=a%00b").status_code == 200

    @pytest.mark.parametrize("query", ["state=nonsense", "role=x", "team=-1"])
    def test_a_bad_question_is_refused(self, site: Site, announced: int, query: str) -> None:
        assert site.get(f"/announcement/{announced}/readers?{query}").status_code == 400


class TestApi:
    def test_gives_what_the_workbench_shows(self, tenant: TenantKit, desk: Desk) -> None:
        """A1: to whom it is meant for, whatever their permissions."""
        desk.add("announcement", content="<p><b>停电</b></p>", expires_at=LATER, must_acknowledge=True)
        desk.add("announcement", content="财务", expires_at=LATER, roles=[tenant.roles["finance"]])
        agent = Site(tenant, "agent")
        panel = agent.api("GET", "/api/v1/workbench/").json["data"][0]
        assert [(row["text"], row["unread"], row["must_acknowledge"]) for row in panel["rows"]] == [
            ("停电", True, True)
        ]
        row = panel["pending"][0]
        assert "<strong>停电</strong>" in row["html"]
        said = {"id": row["id"], "seen": row["at"]}
        assert (
            agent.api("POST", "/api/v1/workbench/acknowledge/announcement", {**said, "seen": LATER}).status_code == 409
        )
        assert agent.api("POST", "/api/v1/workbench/acknowledge/announcement", said).status_code == 204
        assert agent.api("GET", "/api/v1/workbench/").json["data"][0]["pending"] == []

    def test_marks_as_read(self, tenant: TenantKit, desk: Desk) -> None:
        """A1"""
        id_ = desk.add("announcement", content="x", expires_at=LATER).id
        agent = Site(tenant, "agent")
        assert agent.api("POST", "/api/v1/workbench/read/announcement", {"ids": [str(id_)]}).status_code == 204
        assert [row["unread"] for row in agent.api("GET", "/api/v1/workbench/").json["data"][0]["rows"]] == [False]
        assert agent.api("POST", "/api/v1/workbench/read/user", {"ids": []}).status_code == 404
