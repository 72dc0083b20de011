"""The rule of announcements, and the workbench's panel of them (A1–A4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.errors import Invalid, Violation
from app.models.base import db, transaction
from app.records import panel as panels
from tests.desk import Desk, at_once
from tests.schema.conftest import NOW

SOON = NOW + timedelta(seconds=1)
BEFORE = {"content": "停电通知", "expires_at": NOW - timedelta(days=1)}


class TestExpireInFuture:
    @pytest.fixture
    def rule(self, product):
        return product.rules["announcement"]["expire_in_future"]

    @pytest.mark.parametrize("moment", [NOW, NOW - timedelta(seconds=1)])
    def test_refuses_what_has_passed(self, rule, change, moment):
        for before in (None, BEFORE):
            with pytest.raises(Violation) as caught:
                rule(change("announcement", before, {"content": "x", "expires_at": moment}))
            assert caught.value.field == "expires_at"

    def test_takes_what_lies_ahead(self, rule, change):
        assert rule(change("announcement", None, {"content": "x", "expires_at": SOON})) is None

    def test_an_expired_one_can_be_corrected_and_deleted(self, rule, change):
        assert rule(change("announcement", BEFORE, {**BEFORE, "content": "新"})) is None
        assert rule(change("announcement", BEFORE, None)) is None

    def test_is_what_stops_it(self, desk):
        with pytest.raises(Invalid) as caught:
            desk.add("announcement", content="x", expires_at="2020-01-01")
        assert list(caught.value.errors) == ["expires_at"]
        desk.without_rule("expire_in_future").add("announcement", content="x", expires_at="2020-01-01")

    def test_an_expired_one_is_edited_through_the_service(self, desk):
        old = desk.without_rule("expire_in_future").add("announcement", content="x", expires_at="2020-01-01 10:00")
        assert desk.edit("announcement", old.id, content="y", expires_at="2020-01-01 10:00").values["content"] == "<p>y</p>"


def publish(desk: Desk, content: str, expires: datetime | None = None) -> int:
    expires = expires or datetime.now(UTC) + timedelta(days=1)
    return desk.without_rule("expire_in_future").add("announcement", content=content, expires_at=expires).id


class TestPanel:
    def test_shows_the_live_ones_newest_first_with_their_author(self, desk, desk_of):
        publish(desk, "first")
        publish(desk_of("manager"), "second")
        rows = desk.panel("announcement")
        assert [(row.text, row.author) for row in rows] == [
            ("second", desk_of("manager").actor.name),
            ("first", desk.actor.name),
        ]

    @pytest.mark.parametrize("role", ["operator", "manager", "finance", "team_leader", "agent"])
    def test_is_for_everyone_whatever_their_permissions(self, desk, desk_of, role):
        publish(desk, "for all")
        assert [row.text for row in desk_of(role).panel("announcement")] == ["for all"]

    def test_a_row_goes_at_the_very_second(self, desk, monkeypatch):
        publish(desk, "x", NOW)
        for now, shown in ((NOW - timedelta(microseconds=1), 1), (NOW, 0), (NOW + timedelta(seconds=1), 0)):
            monkeypatch.setattr(panels, "utcnow", lambda now=now: now)
            assert len(desk.panel("announcement")) == shown

    def test_is_one_statement(self, desk, queries):
        publish(desk, "x")
        with desk.at_work(), queries() as sent:
            panels.panel(desk.actor, desk.resource("announcement"))
        assert len(sent) == 1

    def test_of_another_company_is_not_seen(self, desk, other_tenant):
        publish(desk, "ours")
        assert Desk(other_tenant, other_tenant.actor("agent")).panel("announcement") == []

    def test_outlives_its_author(self, desk, desk_of, tenant):
        publish(desk_of("manager"), "x")
        desk.delete("user", tenant.person("manager")[0])
        assert [(row.text, row.author) for row in desk.panel("announcement")] == [("x", "")]

    def test_shows_no_more_than_the_yaml_says(self, desk):
        for number in range(22):
            publish(desk, str(number))
        assert [row.text for row in desk.panel("announcement")] == [str(number) for number in range(21, 1, -1)]


class TestUnread:
    @pytest.fixture
    def two(self, desk):
        return publish(desk, "one"), publish(desk, "two")

    def unread(self, desk) -> list[str]:
        return [row.text for row in desk.panel("announcement") if row.unread]

    def test_is_what_the_reader_has_not_opened(self, desk, desk_of, two):
        agent = desk_of("agent")
        assert self.unread(agent) == ["two", "one"]
        agent.mark_read("announcement", two[0])
        assert self.unread(agent) == ["two"]
        assert self.unread(desk) == ["two", "one"]  # each reader for themself

    def test_reading_twice_is_reading_once(self, desk, two):
        for _time in range(2):
            desk.mark_read("announcement", *two)
        assert self.unread(desk) == []

    def test_reading_in_two_tabs_at_once_is_reading_once(self, desk):
        for _round in range(5):
            id_ = publish(desk, "x")
            assert at_once(*[lambda id_=id_: desk.mark_read("announcement", id_)] * 4) == [None] * 4
            assert self.unread(desk) == []

    def test_ids_that_are_not_on_the_panel_are_passed_over(self, desk, other_tenant, two):
        stranger = Desk(other_tenant, other_tenant.actor("agent"))
        stranger.mark_read("announcement", *two, 1)
        assert marks(stranger) == 0
        assert self.unread(desk) == ["two", "one"]

    def test_marks_go_with_the_record(self, desk, two):
        desk.mark_read("announcement", *two)
        desk.delete("announcement", two[0])
        assert marks(desk) == 1


def marks(desk: Desk) -> int:
    with desk.at_work(), transaction():
        return db.session.query(panels.ReadMark).count()


def test_are_found_by_a_start_and_an_end_time(desk):
    """A4: the days are the tenant's; the last one counts to its end."""
    publish(desk, "may", datetime(2030, 5, 31, 15, 59, tzinfo=UTC))  # 23:59 in Shanghai
    publish(desk, "june", datetime(2030, 5, 31, 16, 0, tzinfo=UTC))
    args = {"expires_at.from": "2030-05-01", "expires_at.to": "2030-05-31"}
    assert [row.values["content"] for row in desk.page("announcement", **args).rows] == ["<p>may</p>"]
