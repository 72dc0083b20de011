"""The rules of users (U1–U5, P3): each as a plain function, and each shown to be what stops the violation."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import insert, select

from app.access import system_actor
from app.errors import Denied, InUse, Invalid, Violation
from app.fields.password import verify_password
from app.models.adopted import Grant, Permission, PermissionView, Role, ViewMenu
from app.models.base import db, new_id, transaction
from app.records.grants import PREFIX
from tests.desk import Desk, at_once
from tests.schema.conftest import ADMIN_ROLE, NOW

ADMIN = {"username": "admin", "role": ADMIN_ROLE["id"], "active": True, "name": "管"}
STAFF = {**ADMIN, "username": "staff", "role": 8}
SECRET = "Xk29-fmqz-11"


@pytest.fixture
def rule(product):
    return lambda name: product.rules["user"][name]


@pytest.fixture
def admins(tenant):
    """Two active admins besides nobody else: the company's first one and another."""
    first, second = tenant.person("admin")[0], tenant.user("admin")[0]
    return first, second


def by(desk: Desk, user_id: int) -> Desk:
    """The desk of that admin."""
    return replace(desk, actor=replace(desk.actor, user_id=user_id))


def system(desk: Desk) -> Desk:
    return replace(desk, actor=system_actor(desk.kit.id, "the command line"))


class TestKeepOneAdmin:
    @pytest.mark.parametrize(
        ("after", "field"),
        [(None, ""), ({**ADMIN, "active": False}, "active"), ({**ADMIN, "role": 8}, "role")],
        ids=["delete", "disable", "demote"],
    )
    def test_stops_the_last_one_from_going(self, rule, change, after, field):
        with pytest.raises(Violation) as caught:
            rule("keep_one_admin")(change("user", ADMIN, after))
        assert caught.value.field == field
        rule("keep_one_admin")(change("user", ADMIN, after, other_admin=True))

    def test_locks_before_it_counts(self, rule, change):
        going = change("user", ADMIN, None, other_admin=True)
        rule("keep_one_admin")(going)
        assert going.lookup.locked == ["role"]

    @pytest.mark.parametrize(
        ("before", "after"),
        [(STAFF, None), (STAFF, {**STAFF, "active": False}), ({**ADMIN, "active": False}, None), (None, ADMIN),
         (ADMIN, {**ADMIN, "name": "新"}), (STAFF, ADMIN), ({**ADMIN, "active": False}, ADMIN)],
    )  # fmt: skip
    def test_is_about_active_admins_only(self, rule, change, before, after):
        assert rule("keep_one_admin")(change("user", before, after)) is None

    def ways_out(self, desk, id_):
        return {
            "delete": partial(desk.delete, "user", id_),
            "disable": partial(desk.act, "user", "disable", id_),
            "deactivate": partial(desk.edit, "user", id_, active=False),
            "demote": partial(desk.edit, "user", id_, role=desk.kit.roles["agent"]),
        }

    @pytest.mark.parametrize("way", ["delete", "disable", "deactivate", "demote"])
    def test_holds_for_the_system_too(self, desk, tenant, way):
        last = tenant.person("admin")[0]
        with pytest.raises(Invalid):
            self.ways_out(system(desk), last)[way]()
        assert active_admins(desk) == [last]

    @pytest.mark.parametrize("way", ["delete", "disable", "deactivate", "demote"])
    def test_without_the_rule_the_last_one_goes(self, desk, tenant, way):
        self.ways_out(system(desk).without_rule("keep_one_admin"), tenant.person("admin")[0])[way]()
        assert active_admins(desk) == []

    def test_a_batch_that_would_remove_the_last_one_is_refused_as_a_whole(self, desk, admins, tenant):
        staff = tenant.user("agent")[0]
        for write in (partial(system(desk).delete, "user", *admins, staff),
                      partial(system(desk).act, "user", "disable", *admins, staff)):  # fmt: skip
            with pytest.raises(Invalid):
                write()
        assert active_admins(desk) == sorted(admins)
        assert desk.get("user", staff).values["active"] is True

    def test_200_rounds_of_two_admins_removing_each_other_leave_one(self, desk, admins):
        """U3: by deleting, disabling and demoting, in every combination, at the same moment."""
        ways = list(self.ways_out(desk, 0))
        for number in range(200):
            one, other = admins
            first = self.ways_out(by(desk, one), other)[ways[number % 4]]
            second = self.ways_out(by(desk, other), one)[ways[number // 4 % 4]]
            answers = at_once(first, second)
            left = active_admins(desk)
            assert len(left) == 1, (number, answers)
            assert sum(isinstance(answer, Exception) for answer in answers) == 1, answers
            admins = (left[0], desk.kit.user("admin")[0])

    def test_without_the_rule_both_would_go(self, desk, admins):
        one, other = admins
        loose = desk.without_rule("keep_one_admin")
        for _round in range(20):
            at_once(
                partial(by(loose, one).edit, "user", other, active=False),
                partial(by(loose, other).edit, "user", one, active=False),
            )
            if not active_admins(desk):
                return
            for id_ in admins:
                system(desk).edit("user", id_, active=True)
        pytest.fail("the test above proves nothing: both admins never went")


def active_admins(desk: Desk) -> list[int]:
    args = {"role.in": str(desk.kit.roles["admin"]), "active.eq": "1", "size": "200"}
    return sorted(row.id for row in desk.page("user", **args).rows)


class TestSpareOneself:
    @pytest.mark.parametrize(
        ("after", "field"),
        [(None, ""), ({**ADMIN, "active": False}, "active"), ({**ADMIN, "role": 8}, "role")],
        ids=["delete", "disable", "demote"],
    )
    def test_stops_it(self, rule, change, after, field):
        with pytest.raises(Violation) as caught:
            rule("spare_oneself")(change("user", ADMIN, after, id=2))
        assert caught.value.field == field
        rule("spare_oneself")(change("user", ADMIN, after, id=3))

    def test_one_may_change_ones_own_name_and_phone(self, rule, change):
        assert rule("spare_oneself")(change("user", ADMIN, {**ADMIN, "name": "新"}, id=2)) is None

    def ways(self, desk):
        return {
            "delete": partial(desk.delete, "user", desk.actor.id),
            "disable": partial(desk.act, "user", "disable", desk.actor.id),
            "demote": partial(desk.edit, "user", desk.actor.id, role=desk.kit.roles["agent"]),
            "set a password without the old one": partial(desk.edit, "user", desk.actor.id, password=SECRET),
            "reset the password": partial(desk.act, "user", "reset_password", desk.actor.id),
        }

    @pytest.mark.parametrize(
        "way", ["delete", "disable", "demote", "set a password without the old one", "reset the password"]
    )
    def test_holds_though_another_admin_is_left(self, desk, admins, way):
        with pytest.raises(Invalid):
            self.ways(desk)[way]()
        self.ways(desk.without_rule("spare_oneself"))[way]()


def granted_ids():
    """The permission to view customers."""
    found = select(PermissionView.id).join(ViewMenu, PermissionView.view_menu_id == ViewMenu.id)
    found = found.join(Permission, Permission.id == PermissionView.permission_id)
    return db.session.scalars(found.where(ViewMenu.name == "customer", Permission.name == f"{PREFIX}view")).all()


class TestGrantOnlyWhatOneHolds:
    @pytest.mark.parametrize(
        ("before", "after"),
        [(None, ADMIN), (ADMIN, {**ADMIN, "name": "新"}), (ADMIN, None), (ADMIN, STAFF), (STAFF, ADMIN)],
        ids=["add", "edit", "delete", "demote", "promote"],
    )
    def test_admins_are_for_admins(self, rule, change, before, after):
        with pytest.raises(Violation):
            rule("grant_only_what_one_holds")(change("user", before, after))
        for role_key in ("admin", "system"):
            rule("grant_only_what_one_holds")(change("user", before, after, by=role_key))

    @pytest.mark.parametrize(("before", "after"), [(None, STAFF), (STAFF, {**STAFF, "role": 9}), (STAFF, None)])
    def test_everybody_else_is_not(self, rule, change, before, after):
        assert rule("grant_only_what_one_holds")(change("user", before, after)) is None

    def ways(self, desk, admin_id, staff_id):
        new = {"username": "newadmin", "password": SECRET, "name": "x", "role": desk.kit.roles["admin"]}
        return {
            "add": partial(desk.add, "user", **new),
            "promote": partial(desk.edit, "user", staff_id, role=desk.kit.roles["admin"]),
            "edit": partial(desk.edit, "user", admin_id, phone="13800138000"),
            "set password": partial(desk.edit, "user", admin_id, password=SECRET),
            "reset password": partial(desk.act, "user", "reset_password", admin_id),
            "disable": partial(desk.act, "user", "disable", admin_id),
        }

    @pytest.mark.parametrize("way", ["add", "promote", "edit", "set password", "reset password", "disable"])
    def test_a_manager_cannot_climb(self, desk_of, admins, tenant, way):
        """A manager may add, edit, enable and reset, by the default permissions; admins are beyond that."""
        staff = tenant.user("agent")[0]
        manager = desk_of("manager")
        with pytest.raises(Invalid):
            self.ways(manager, admins[1], staff)[way]()
        self.ways(manager.without_rule("grant_only_what_one_holds"), admins[1], staff)[way]()

    def test_a_manager_can_help_everybody_else(self, desk_of, tenant):
        manager, staff = desk_of("manager"), tenant.user("agent")[0]
        manager.edit("user", staff, phone="13800138000", role=tenant.roles["operator"])
        assert manager.act("user", "reset_password", staff).reveal
        with pytest.raises(Denied):
            desk_of("operator").act("user", "reset_password", staff)

    def test_nobody_gives_or_takes_over_what_they_do_not_hold(self, desk_of, tenant):
        """R4: neither a role that may do more, nor, by its password, somebody who has one."""
        more = tenant.user("manager")[0]
        agent = tenant.user("agent")[0]
        manager = desk_of("manager")
        less = replace(manager, actor=replace(manager.actor, grants=manager.actor.grants - {("team", "delete")}))
        for way in (
            partial(less.add, "user", username="more", password=SECRET, name="x", role=tenant.roles["manager"]),
            partial(less.edit, "user", agent, role=tenant.roles["manager"]),
            partial(less.edit, "user", more, password=SECRET),
            partial(less.act, "user", "reset_password", more),
        ):
            with pytest.raises(Invalid):
                way()
        assert manager.edit("user", agent, role=tenant.roles["manager"]).values["role"] == tenant.roles["manager"]

    @pytest.mark.parametrize("page", ["user", "agent"])
    def test_who_sees_some_records_makes_nobody_who_sees_all(self, desk_of, tenant, page):
        """C1, R4: a leader who may add agents does not get at all customers by way of one with a role of no origin."""
        leader, free = desk_of("team_leader"), new_id()
        grants = leader.actor.grants | {(page, kind) for kind in ("view", "add", "edit")}
        leader = replace(leader, actor=replace(leader.actor, grants=grants))
        with leader.at_work(), transaction():
            db.session.add(Role(id=free, name="自建", seat=True))
            db.session.flush()
            db.session.execute(insert(Grant), [{"role_id": free, "permission_view_id": id_} for id_ in granted_ids()])
        new = {"password": SECRET, "name": "x"}
        with pytest.raises(Invalid) as caught:
            leader.add(page, username="spy", role=free, **new)
        assert list(caught.value.errors) == ["role"]
        assert leader.add(page, username="mate", role=tenant.roles["agent"], **new).id


class TestEndSessions:
    @pytest.mark.parametrize(
        "after", [{**STAFF, "password": "hash"}, {**STAFF, "role": 9}, {**STAFF, "active": False}], ids=str
    )
    def test_a_new_password_role_or_state_ends_them(self, rule, change, after):
        changed = change("user", STAFF, after)
        rule("end_sessions")(changed)
        assert changed.bumped == ["session_epoch"]

    def test_anything_else_does_not(self, rule, change):
        changed = change("user", STAFF, {**STAFF, "name": "新", "phone": "1"})
        rule("end_sessions")(changed)
        assert (changed.bumped, changed.system) == ([], {})

    def test_a_password_somebody_else_chose_must_be_changed(self, rule, change):
        changed = change("user", STAFF, {**STAFF, "password": "hash"})
        rule("end_sessions")(changed)
        assert changed.system == {"must_change_password": True, "password_changed_at": NOW}

    @pytest.mark.parametrize(
        "write",
        [
            lambda desk, id_: desk.edit("user", id_, password=SECRET),
            lambda desk, id_: desk.edit("user", id_, role=desk.kit.roles["finance"]),
            lambda desk, id_: desk.act("user", "disable", id_),
            lambda desk, id_: desk.act("user", "reset_password", id_),
        ],
        ids=["password", "role", "disable", "reset"],
    )
    def test_the_epoch_moves_on_and_without_the_rule_does_not(self, desk, tenant, write):
        for worker, moves in ((desk, 1), (desk.without_rule("end_sessions"), 0)):
            id_ = tenant.user("agent")[0]
            before = desk.row("user", id_).session_epoch
            write(worker, id_)
            assert desk.row("user", id_).session_epoch == before + moves

    def test_logs_out_at_the_next_request(self, desk, tenant, client_as):
        browser = client_as(tenant, "agent")
        assert browser.get("/workbench").status_code == 200
        desk.act("user", "disable", tenant.person("agent")[0])
        assert browser.get("/workbench").status_code != 200

    def test_a_new_user_must_change_the_password_that_was_chosen_for_them(self, desk):
        """U1, U2."""
        new = desk.add("user", username="zhang", password=SECRET, name="张三", role=desk.kit.roles["agent"])
        stored = desk.row("user", new.id)
        assert stored.must_change_password is True
        assert stored.password_changed_at is not None
        assert verify_password(stored.password, SECRET)

    def test_without_the_rule_they_need_not(self, desk):
        new = desk.without_rule("end_sessions").add(
            "user", username="zhang", password=SECRET, name="张三", role=desk.kit.roles["agent"]
        )
        assert desk.row("user", new.id).must_change_password is False


class TestResetPassword:
    def test_reveals_a_password_that_works_once(self, desk, tenant):
        """P3."""
        id_, username, old = tenant.user("agent", failed_logins=5, locked_until=NOW)
        outcome = desk.act("user", "reset_password", id_)
        stored = desk.row("user", id_)
        ((label, password),) = outcome.reveal.items()
        assert label == username
        assert verify_password(stored.password, password)
        assert not verify_password(stored.password, old)
        assert stored.must_change_password is True
        assert (stored.failed_logins, stored.locked_until) == (0, None)

    def test_gives_another_one_every_time(self, desk, tenant):
        id_ = tenant.user("agent")[0]
        revealed = {next(iter(desk.act("user", "reset_password", id_).reveal.values())) for _ in range(3)}
        assert len(revealed) == 3

    def test_is_for_one_user_at_a_time(self, desk, tenant):
        with pytest.raises(Invalid):
            desk.act("user", "reset_password", tenant.user("agent")[0], tenant.user("agent")[0])

    def test_the_password_is_in_no_log(self, desk, tenant, caplog):
        id_ = tenant.user("agent")[0]
        with caplog.at_level("DEBUG"):
            password = next(iter(desk.act("user", "reset_password", id_).reveal.values()))
        assert password not in caplog.text
        assert password not in repr(desk.history("user", id_))


class TestForm:
    """U1: what the fields themselves refuse, at the field."""

    GOOD = {"username": "zhang.wei", "password": SECRET, "name": "张伟", "phone": "13800138000", "email": "a@b.cn"}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("name", "value"),
        [("username", "Zhang"), ("username", "9lives"), ("username", "z"), ("username", ""), ("password", "short-1"),
         ("password", "1234567890"), ("password", "zhang.wei"), ("password", ""), ("name", ""), ("phone", "12345"),
         ("email", "nobody"), ("role", ""), ("role", "1")],
    )  # fmt: skip
    def test_refuses(self, desk, name, value):
        with pytest.raises(Invalid) as caught:
            desk.add("user", **{"role": desk.kit.roles["agent"], **self.GOOD, name: value})
        assert list(caught.value.errors) == [name]

    def test_takes_the_rest(self, desk):
        record = desk.add("user", role=desk.kit.roles["agent"], **self.GOOD)
        assert record.title == "张伟"
        assert "password" not in record.values

    def test_a_login_name_is_taken_once_per_company(self, desk, other_tenant):
        desk.add("user", role=desk.kit.roles["agent"], **self.GOOD)
        with pytest.raises(Invalid) as caught:
            desk.add("user", role=desk.kit.roles["agent"], **self.GOOD)
        assert list(caught.value.errors) == ["username"]
        Desk(other_tenant, other_tenant.actor("admin")).add("user", role=other_tenant.roles["agent"], **self.GOOD)

    def test_a_role_that_users_have_stays(self, desk, tenant):
        own = desk.add("role", name="夜班").id
        tenant.roles["own"] = own
        tenant.user("own")
        with pytest.raises(InUse) as caught:
            desk.delete("role", own)
        assert "用户" in str(caught.value)
