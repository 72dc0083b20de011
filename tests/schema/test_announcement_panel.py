"""Announcements on the workbench: who sees which, who has read them, who must say so (A1, A2, A4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.errors import Conflict, Denied, Invalid, NotFound
from app.models.base import db, transaction
from app.records import panel as panels
from app.records.readers import Readers, Tally, Wanted
from tests.desk import Desk, at_once
from tests.schema.conftest import NOW

SOON = NOW + timedelta(seconds=1)


def publish(desk: Desk, content: str, expires: datetime | None = None, **more: object) -> int:
    expires = expires or datetime.now(UTC) + timedelta(days=1)
    return desk.without_rule("expire_in_future").add("announcement", content=content, expires_at=expires, **more).id


class TestPanel:
    def test_shows_the_live_ones_newest_first_with_their_author(self, desk, desk_of):
        publish(desk, "first")
        publish(desk_of("manager"), "second")
        rows = desk.panel("announcement")
        assert [(row.text, row.author) for row in rows] == [
            ("second", desk_of("manager").actor.name),
            ("first", desk.actor.name),
        ]

    def test_what_is_deleted_at_once_is_gone_for_everybody(self, desk, desk_of):
        """A2: several in one go, from the list and from the workbench."""
        gone = [publish(desk, "one"), publish(desk, "two")]
        publish(desk, "three")
        assert len(desk.delete("announcement", *gone)) == 2
        assert [row.text for row in desk_of("agent").panel("announcement")] == ["three"]
        assert desk.count("announcement").number == 1

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

    def test_a_row_comes_at_its_start(self, desk, monkeypatch):
        """A1: to the second."""
        publish(desk, "x", NOW + timedelta(days=1), starts_at=NOW)
        for now, shown in ((NOW - timedelta(microseconds=1), 0), (NOW, 1)):
            monkeypatch.setattr(panels, "utcnow", lambda now=now: now)
            assert len(desk.panel("announcement")) == shown

    def test_pinned_ones_stand_before_the_newest(self, desk):
        """A1"""
        publish(desk, "pinned", pinned=True)
        publish(desk, "newer")
        assert [row.text for row in desk.panel("announcement")] == ["pinned", "newer"]

    def test_retracted_it_is_gone_at_once_and_can_come_back(self, desk, desk_of):
        """A1"""
        id_, agent = publish(desk, "x"), desk_of("agent")
        agent.mark_read("announcement", id_)
        desk.act("announcement", "retract", id_)
        assert agent.panel("announcement") == []
        assert desk.get("announcement", id_).values["phase"] == "withdrawn"
        desk.act("announcement", "publish", id_)
        assert [(row.text, row.unread) for row in agent.panel("announcement")] == [("x", True)]

    def test_an_expired_one_is_not_published_again_as_it_is(self, desk):
        """A1"""
        id_ = publish(desk, "x", NOW - timedelta(days=365), starts_at=NOW - timedelta(days=366))
        desk.without_rule("expire_in_future").act("announcement", "retract", id_)
        with pytest.raises(Invalid):
            desk.act("announcement", "publish", id_)

    def test_the_list_says_and_finds_where_each_stands(self, desk):
        """A1, A4"""
        later = datetime.now(UTC) + timedelta(days=2)
        publish(desk, "live")
        publish(desk, "over", datetime(2020, 1, 2, tzinfo=UTC))
        publish(desk, "waiting", later, starts_at=later - timedelta(days=1))
        gone = publish(desk, "withdrawn")
        desk.act("announcement", "retract", gone)
        listed = {row.values["content"]: row.values["phase"] for row in desk.page("announcement").rows}
        assert listed == {f"<p>{phase}</p>": phase for phase in ("live", "over", "waiting", "withdrawn")}
        for phase in listed.values():
            assert [row.values["phase"] for row in desk.page("announcement", phase__in=phase).rows] == [phase]


class TestAudience:
    def seen(self, desk, *roles):
        return [[row.text for row in desk(role).panel("announcement")] for role in roles]

    def test_a_role_sees_what_is_meant_for_it(self, desk, desk_of, tenant):
        """A1: for some roles only; the author too sees it only as one of them."""
        publish(desk, "agents", roles=[tenant.roles["agent"]])
        publish(desk, "all")
        assert self.seen(desk_of, "agent", "finance", "admin") == [["all", "agents"], ["all"], ["all"]]

    def test_a_team_sees_what_is_meant_for_it(self, desk, desk_of, tenant):
        """A1: where roles and teams are named, both must fit."""
        team = desk.add("team", name="电销一组").id
        other = desk.add("team", name="电销二组").id
        desk.edit("user", tenant.person("agent")[0], team=team)
        desk.edit("user", tenant.person("team_leader")[0], team=other)
        publish(desk, "one", teams=[team])
        publish(desk, "both", teams=[team, other], roles=[tenant.roles["team_leader"]])
        assert self.seen(desk_of, "agent", "team_leader", "finance") == [["one"], ["both"], []]

    def test_what_is_not_meant_for_one_is_neither_read_nor_acknowledged(self, desk, desk_of, tenant):
        """A1"""
        id_ = publish(desk, "x", roles=[tenant.roles["agent"]], must_acknowledge=True)
        desk_of("finance").mark_read("announcement", id_)
        assert marks(desk) == 0
        with pytest.raises(NotFound):
            acknowledge(desk_of("finance"), id_, datetime.now(UTC))


class TestAcknowledge:
    """A1: the workbench waits until what must be acknowledged is."""

    def test_until_it_is_said_it_waits_each_for_themself(self, desk, desk_of):
        """A1"""
        id_ = publish(desk, "x", must_acknowledge=True)
        publish(desk, "y")
        agent = desk_of("agent")
        row = waiting(agent)[0]
        assert (row.id, row.text) == (id_, "x")
        for _twice in range(2):
            acknowledge(agent, id_, row.at)
        assert waiting(agent) == []
        assert len(waiting(desk)) == 1
        assert {row.text: row.acknowledged for row in agent.panel("announcement")} == {"x": True, "y": False}

    def test_reading_is_not_acknowledging(self, desk):
        """A1"""
        desk.mark_read("announcement", publish(desk, "x", must_acknowledge=True))
        assert len(waiting(desk)) == 1

    def test_an_edit_of_the_content_asks_again_an_edit_of_the_expiry_does_not(self, desk):
        """A1, A3"""
        id_ = publish(desk, "x", must_acknowledge=True)
        acknowledge(desk, id_, waiting(desk)[0].at)
        desk.edit("announcement", id_, expires_at="2040-01-01")
        assert waiting(desk) == []
        desk.edit("announcement", id_, content="<p><b>x</b></p>")
        assert [row.text for row in waiting(desk)] == ["x"]

    def test_nobody_acknowledges_what_they_have_not_seen(self, desk):
        """A1: the text has changed since the page was opened."""
        id_ = publish(desk, "x", must_acknowledge=True)
        seen = waiting(desk)[0].at
        desk.edit("announcement", id_, content="y")
        with pytest.raises(Conflict):
            acknowledge(desk, id_, seen)
        assert len(waiting(desk)) == 1

    def test_from_two_tabs_at_once_it_is_said_once(self, desk):
        """A1"""
        id_ = publish(desk, "x", must_acknowledge=True)
        seen = waiting(desk)[0].at
        assert at_once(*[lambda: acknowledge(desk, id_, seen)] * 4) == [None] * 4
        assert marks(desk) == 1

    def test_the_figures_of_the_panel_are_one_statement(self, desk, queries):
        """A1"""
        soon = datetime.now(UTC) + timedelta(hours=1)
        publish(desk, "x", must_acknowledge=True)
        publish(desk, "y", soon + timedelta(days=1), starts_at=soon)
        with desk.at_work(), queries() as sent:
            found = panels.pulse(desk.actor, desk.resource("announcement"))
        assert (len(sent), found.shown, found.unread, found.pending) == (1, 1, 1, 1)
        assert abs(found.next_at - soon) < timedelta(seconds=1)


def waiting(desk: Desk) -> list:
    with desk.at_work():
        return panels.pending(desk.actor, desk.resource("announcement"))


def acknowledge(desk: Desk, id_: int, seen: datetime) -> None:
    with desk.at_work(), transaction():
        panels.acknowledge(desk.actor, desk.resource("announcement"), id_, seen)


class TestReaders:
    """A1: who has and has not read it."""

    @pytest.fixture
    def announced(self, desk, desk_of, tenant):
        tenant.user("agent", active=False)
        for role in ("agent", "team_leader", "finance"):
            tenant.person(role)
        id_ = publish(desk, "x", roles=[tenant.roles["agent"], tenant.roles["team_leader"]], must_acknowledge=True)
        tenant.user("agent", username="zz.unread")
        desk_of("team_leader").mark_read("announcement", id_)
        acknowledge(desk_of("agent"), id_, waiting(desk_of("agent"))[0].at)
        return id_

    def of(self, desk, id_):
        return Readers.of(desk.actor, desk.resource("announcement"), id_)

    def test_only_active_people_of_the_audience_count_in_one_statement(self, desk, announced, queries):
        """A1"""
        with desk.at_work():
            found = self.of(desk, announced)
            with queries() as sent:
                assert found.tally() == Tally(people=3, read=2, acknowledged=1)
        assert len(sent) == 1

    @pytest.mark.parametrize(
        ("state", "who"),
        [
            ("", ["agent", "team_leader", "zz.unread"]),
            ("read", ["agent", "team_leader"]),
            ("unread", ["zz.unread"]),
            ("acknowledged", ["agent"]),
            ("outstanding", ["team_leader", "zz.unread"]),
        ],
    )
    def test_they_are_listed_by_state(self, desk, announced, tenant, state, who):
        """A1"""
        with desk.at_work():
            found = [row.username for row in self.of(desk, announced).all(Wanted(state=state))]
        known = {tenant.person(role)[1]: role for role in ("agent", "team_leader")}
        assert [known.get(name, name) for name in found] == who

    def test_they_are_listed_by_role_and_page_by_page(self, desk, announced, tenant):
        """A1"""
        with desk.at_work():
            found = self.of(desk, announced)
            wanted = Wanted(role=tenant.roles["agent"])
            rows, after = found.page(wanted, 1)
            rest, end = found.page(replace(wanted, after=after), 1)
        assert [row.username for row in (*rows, *rest)] == [tenant.person("agent")[1], "zz.unread"]
        assert end is None

    def test_a_change_of_the_content_starts_from_nothing(self, desk, announced):
        """A3"""
        desk.edit("announcement", announced, content="y")
        with desk.at_work():
            assert self.of(desk, announced).tally() == Tally(people=3, read=0, acknowledged=0)

    def test_it_takes_the_permission_to_view_and_ones_own_company(self, desk_of, announced, other_tenant):
        """A1"""
        with desk_of("agent").at_work(), pytest.raises(Denied):
            self.of(desk_of("agent"), announced)
        stranger = Desk(other_tenant, other_tenant.actor("admin"))
        with stranger.at_work(), pytest.raises(NotFound):
            self.of(stranger, announced)


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
