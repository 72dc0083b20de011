"""The audit log: who, when, from where, what; in the reader's language; never a secret."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.access import system_actor
from app.accounts import role_saving, roles
from app.accounts.explain import explain
from app.errors import Invalid, NotFound
from app.models.audit import AuditEntry
from app.models.base import db, transaction
from app.records import audit, service
from tests.desk import Desk
from tests.records.blank import blank

SECRET = "Xk29-fmqz-11"


@pytest.fixture
def desk(tenant, database):
    return blank(tenant, database)


@pytest.fixture
def foreign(other_tenant, database):
    return blank(other_tenant, database)


@pytest.fixture
def shelf(desk):
    return desk.add("shelf", name="甲")


@pytest.fixture
def gadget(desk, shelf):
    values = {"code": "AB-1", "name": "手机", "colours": ["red"], "unlock_word": SECRET}
    return desk.add("gadget", **values, shelf=shelf.id, spares=[shelf.id])


def told(row) -> dict[str, tuple[str, str]]:
    return {change.field: (change.before, change.after) for change in row.changes}


def entries(desk) -> list[AuditEntry]:
    with desk.at_work(), transaction():
        return list(db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id)))


def test_adding_tells_what_was_filled_in(desk, gadget):
    (row,) = desk.history("gadget", gadget.id)
    assert (row.who, row.action) == (desk.actor.get_full_name(), "add")
    assert abs((datetime.now(UTC) - row.at).total_seconds()) < 60
    assert told(row) == {
        "code": ("", "AB-1"), "name": ("", "手机"), "active": ("", "是"), "state": ("", "全新"), "colours": ("", "红"),
        "unlock_word": ("", "***"), "shelf": ("", "甲"), "spares": ("", "甲"),
    }  # fmt: skip


def test_editing_tells_what_changed_and_nothing_else(desk, gadget):
    other = desk.add("shelf", name="乙")
    desk.edit("gadget", gadget.id, name="平板", shelf=other.id, sold_at="2026-03-01 10:00", notes="")
    newest = desk.history("gadget", gadget.id)[0]
    assert newest.action == "edit"
    assert told(newest) == {"name": ("手机", "平板"), "shelf": ("甲", "乙"), "sold_at": ("", "2026-03-01 10:00")}


def test_deleting_tells_what_was_there(desk, gadget):
    desk.delete("gadget", gadget.id)
    newest = desk.history("gadget", gadget.id)[0]
    assert newest.action == "delete"
    assert told(newest)["name"] == ("手机", "")
    assert told(newest)["shelf"] == ("甲", "")


def test_actions_go_by_their_own_name(desk, gadget):
    desk.act("gadget", "retire", gadget.id)
    newest = desk.history("gadget", gadget.id)[0]
    assert (newest.action, newest.action_label) == ("retire", "退役")
    assert told(newest) == {"state": ("全新", "已退役"), "active": ("是", "否")}


def test_is_told_in_the_readers_language(desk, gadget):
    desk.act("gadget", "retire", gadget.id)
    reader = replace(desk, actor=replace(desk.actor, locale="en"))
    newest = reader.history("gadget", gadget.id)[0]
    assert newest.action_label == "Retire"
    assert {change.field: change.label for change in newest.changes} == {"state": "State", "active": "Active"}
    assert told(newest) == {"state": ("New", "Retired"), "active": ("Yes", "No")}


def test_names_are_those_of_the_time(desk, gadget, shelf):
    desk.edit("gadget", gadget.id, shelf=None)
    desk.edit("shelf", shelf.id, name="改名")
    assert told(desk.history("gadget", gadget.id)[0])["shelf"] == ("甲", "")


def test_a_value_the_yaml_no_longer_knows_is_told_as_it_was(desk, gadget):
    with desk.at_work(), transaction() as session:
        after = {"state": "melted", "gone_field": 5}
        session.add(AuditEntry(resource="gadget", record_id=gadget.id, action="edit", after=after))
    assert told(desk.history("gadget", gadget.id)[0]) == {"state": ("", "melted"), "gone_field": ("", "5")}


def test_what_was_refused_leaves_no_entry(desk):
    with pytest.raises(Invalid):
        desk.add("gadget", code="bad", name="x")
    assert entries(desk) == []


def test_secrets_are_nowhere_in_it(desk, gadget):
    desk.edit("gadget", gadget.id, unlock_word="Nn83-qwzt-27")
    newest = desk.history("gadget", gadget.id)[0]
    assert told(newest) == {"unlock_word": ("", "***")}
    kept = repr([(entry.before, entry.after, entry.record_title) for entry in entries(desk)])
    assert "argon2" not in kept
    assert SECRET not in kept


def test_the_address_is_the_requests(desk):
    with desk.kit.app.test_request_context(environ_base={"REMOTE_ADDR": "10.1.2.3"}), desk.at_work(), transaction():
        service.add(desk.actor, desk.resource("shelf"), {"name": "x"})
    assert [entry.address for entry in entries(desk)] == ["10.1.2.3"]


def test_the_address_of_a_job_is_the_one_it_brings(desk):
    token = audit.origin.set("10.9.9.9")
    desk.add("shelf", name="x")
    audit.origin.reset(token)
    desk.add("shelf", name="y")
    assert [entry.address for entry in entries(desk)] == ["10.9.9.9", ""]


def test_the_system_gives_its_reason(desk):
    system = replace(desk, actor=system_actor(desk.kit.id, "nightly tidying"))
    system.add("shelf", name="x")
    (entry,) = entries(desk)
    assert (entry.actor_id, entry.actor_name) == (None, "nightly tidying")


def test_long_names_fit(desk):
    system = replace(desk, actor=system_actor(desk.kit.id, "r" * 500))
    system.add("announcement", content="长" * 2000, expires_at="2099-01-01")
    (entry,) = entries(desk)
    assert (len(entry.actor_name), len(entry.record_title)) == (128, 256)


def test_is_one_statement_however_long(desk, gadget, queries):
    for number in range(3):
        desk.edit("gadget", gadget.id, name=str(number))
    with desk.at_work(), queries() as sent:
        assert len(audit.history(desk.actor, desk.resource("gadget"), gadget.id)) == 4
    assert len(sent) == 1


def test_of_another_company_is_not_seen(desk, foreign, gadget):
    assert foreign.history("gadget", gadget.id) == []
    assert entries(foreign) == []


def test_an_entry_tells_nothing_of_a_record_out_of_sight(tenant):
    """P3, C1: whoever may view the log and sees but some customers."""
    admin, agent = Desk(tenant, tenant.actor("admin")), Desk(tenant, tenant.actor("agent"))
    theirs = admin.add("customer", name="甲", phone="13800138000").id
    mine = admin.add("customer", name="乙", phone="13800138001", agent=agent.actor.user_id).id
    admin.delete("customer", admin.add("customer", name="丙", phone="13800138002").id)
    found = {entry.record_title: entry.id for entry in entries(admin) if entry.resource == "customer"}
    assert mine != theirs
    for desk, told_of in ((admin, {"甲", "乙", "丙"}), (agent, {"乙"})):
        with desk.at_work():
            resource = desk.resource("customer")
            assert {title for title, id_ in found.items() if audit.entry(desk.actor, resource, id_)} == told_of


def test_the_log_lists_no_entry_about_a_record_out_of_sight(tenant):
    """P3, C1: nor counts, finds, opens or explains one as seen; what is about no such record is there for all."""
    admin = Desk(tenant, tenant.actor("admin"))
    with admin.at_work(), transaction():
        (role,) = roles.with_grants([roles.find(roles.all_roles(admin.actor), tenant.roles["agent"])])
        role_saving.save(admin.actor, role.id, role.grants | {("audit_log", "view")}, role.number)
    agent = Desk(tenant, tenant.actor("agent"))
    admin.add("customer", name="甲客户", phone="13800138000")
    admin.add("customer", name="乙客户", phone="13800138001", agent=agent.actor.user_id)
    admin.add("team", name="甲组")
    asked = {"resource__in": ["customer", "team"], "action": "add"}
    for desk, titles in ((admin, {"甲客户", "乙客户", "甲组"}), (agent, {"乙客户", "甲组"})):
        assert {row.values["record_title"] for row in desk.page("audit_log", **asked).rows} == titles
        assert desk.count("audit_log", **asked).number == len(titles)
        assert desk.count("audit_log", q="甲客户").number == len(titles & {"甲客户"})
        for row in admin.page("audit_log", **asked).rows:
            seen = row.values["record_title"] in titles
            with desk.at_work():
                said = explain(admin.actor, desk.actor.user_id, desk.resource("audit_log"), "view", row.id)
            assert said.allowed is seen
            with nullcontext() if seen else pytest.raises(NotFound):
                desk.get("audit_log", row.id)
