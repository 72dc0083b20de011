"""What becomes of references when what they point to is deleted."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from app.errors import Denied, InUse, Invalid, NotFound
from app.models.audit import AuditEntry
from app.models.base import db, transaction
from app.records import handover, references, service
from app.records.tables import model_of
from tests.desk import Desk, at_once
from tests.records.test_query import granting


@pytest.fixture
def old(desk):
    return desk.add("customer_type", name="旧类型")


@pytest.fixture
def new(desk):
    return desk.add("customer_type", name="新类型")


@pytest.fixture
def customers(desk, old):
    return [desk.add("customer", name=f"客户{n}", phone=f"1380000{n:04}", type=old.id) for n in range(5)]


def delete(desk: Desk, resource: str, *ids: int, heir: object) -> list[str]:
    with desk.at_work(), transaction():
        return service.delete(desk.actor, desk.resource(resource), ids, heir)


def entries(desk: Desk, resource: str, action: str) -> list[AuditEntry]:
    with desk.at_work():
        asked = select(AuditEntry).where(AuditEntry.resource == resource, AuditEntry.action == action)
        return list(db.session.scalars(asked.order_by(AuditEntry.id)))


def how_many(desk: Desk, type_id: int) -> int:
    return desk.count("customer", type__in=str(type_id)).number


class TestTypesOfCustomers:
    def test_without_an_heir_nothing_goes_and_it_is_said_who_is_in_the_way(self, desk, old, customers):
        """T2, T4."""
        with pytest.raises(InUse) as caught:
            desk.delete("customer_type", old.id)
        assert caught.value.uses == {"customer": len(customers)}
        assert how_many(desk, old.id) == len(customers)

    def test_the_totals_before_and_after_agree(self, desk, old, new, customers, queries):
        """T2, T4: deleting a type that customers use asks for its replacement."""
        desk.add("customer", name="已有", phone="13900000000", type=new.id)
        total = desk.count("customer").number
        assert delete(desk, "customer_type", old.id, heir=str(new.id)) == ["旧类型"]
        assert how_many(desk, new.id) == total == len(customers) + 1
        with pytest.raises(NotFound):
            desk.get("customer_type", old.id)

    def test_whoever_may_not_edit_customers_changes_none_by_deleting_their_type(self, desk, old, new, customers):
        """R2, T4: one that nobody uses they may delete."""
        held = [("customer_type", kind) for kind in ("view", "delete")]
        for heir in (new.id, handover.NOBODY):
            with pytest.raises(Denied) as caught:
                delete(granting(desk, *held), "customer_type", old.id, heir=heir)
            assert (caught.value.resource, caught.value.action) == ("customer", "edit")
        assert how_many(desk, old.id) == len(customers)
        assert delete(granting(desk, *held), "customer_type", new.id, heir=old.id) == ["新类型"]
        other = desk.add("customer_type", name="另一类型")
        delete(granting(desk, *held, ("customer", "edit")), "customer_type", old.id, heir=other.id)
        assert how_many(desk, other.id) == len(customers)

    def test_it_costs_the_same_for_few_and_for_many(self, desk, queries):
        """T4: bulk statements, not one a record."""
        costs = []
        for number in (1, 30):
            gone, heir = (desk.add("customer_type", name=f"{role}{number}") for role in ("甲", "乙"))
            for n in range(number):
                desk.add("customer", name=f"{n}", phone="13800138000", type=gone.id)
            with queries() as sent:
                delete(desk, "customer_type", gone.id, heir=heir.id)
            costs.append(len(sent))
        assert costs[0] == costs[1]

    def test_one_entry_says_from_whom_to_whom_and_how_many(self, desk, old, new, customers):
        delete(desk, "customer_type", old.id, heir=new.id)
        (moved,) = entries(desk, "customer", "hand_over")
        assert (moved.record_id, moved.actor_id) == (None, desk.actor.user_id)
        assert (moved.before, moved.after) == ({"type": "旧类型"}, {"type": "新类型"})
        assert all(word in moved.record_title for word in ("旧类型", "新类型", str(len(customers))))
        assert [entry.record_title for entry in entries(desk, "customer_type", "delete")] == ["旧类型"]
        assert entries(desk, "customer", "edit") == []

    def test_whoever_has_a_moved_record_in_a_form_is_told(self, desk, old, new, customers):
        before = customers[0]
        delete(desk, "customer_type", old.id, heir=new.id)
        after = desk.get("customer", before.id)
        assert after.version == before.version + 1
        assert after.values["changed_at"] > before.values["changed_at"]
        assert after.values["created_by"] == before.values["created_by"]

    def test_what_must_not_be_empty_needs_an_heir(self, desk, old, customers):
        with pytest.raises(Invalid) as caught:
            delete(desk, "customer_type", old.id, heir=handover.NOBODY)
        assert list(caught.value.errors) == ["heir"]
        assert how_many(desk, old.id) == len(customers)

    def test_several_go_to_one(self, desk, old, new, customers):
        third = desk.add("customer_type", name="第三")
        desk.add("customer", name="x", phone="13800138000", type=third.id)
        delete(desk, "customer_type", old.id, third.id, heir=new.id)
        assert how_many(desk, new.id) == len(customers) + 1

    def test_a_refused_deletion_moves_nothing(self, desk, old, new, customers):
        with desk.at_work(), transaction() as session:
            session.get_one(type(desk.row("customer_type", old.id)), (desk.kit.id, old.id)).builtin = "unsorted"
        with pytest.raises(Invalid):
            delete(desk, "customer_type", old.id, heir=new.id)
        assert (how_many(desk, old.id), entries(desk, "customer", "hand_over")) == (len(customers), [])


class TestHeirs:
    def bad(self, desk, foreign, old):
        theirs = foreign.add("customer_type", name="别家的")
        return [old.id, theirs.id, 1, "x", ""]

    def test_only_another_record_of_the_company_can_be_one(self, desk, foreign, old, customers):
        for heir in self.bad(desk, foreign, old):
            with pytest.raises(Invalid) as caught:
                delete(desk, "customer_type", old.id, heir=heir)
            assert list(caught.value.errors) == ["heir"], heir
        assert how_many(desk, old.id) == len(customers)

    def test_an_heir_is_as_the_yaml_demands(self, desk, tenant):
        """U3: somebody who is disabled takes over nothing."""
        agent, heir = tenant.user("agent")[0], tenant.user("agent", active=False)[0]
        desk.add("customer", name="x", phone="13800138000", agent=agent)
        with pytest.raises(Invalid):
            delete(desk, "user", agent, heir=heir)
        with desk.at_work():
            offered = {choice.id for choice in handover.heirs(desk.actor, desk.resource("user"), [agent])}
        assert offered.isdisjoint({heir, agent})
        assert all(
            desk.row("user", id_).role_id in (tenant.roles["agent"], tenant.roles["team_leader"]) for id_ in offered
        )

    def test_customers_go_to_agents_only(self, desk, tenant):
        """U3, C2: to whomever the field may point; whoever has no customers may be followed by anybody."""
        agent, manager, other = (tenant.user(role)[0] for role in ("agent", "manager", "agent"))
        with desk.at_work():
            free = {choice.id for choice in handover.heirs(desk.actor, desk.resource("user"), [agent])}
        desk.add("customer", name="x", phone="13800138000", agent=agent)
        with desk.at_work():
            bound = {choice.id for choice in handover.heirs(desk.actor, desk.resource("user"), [agent])}
        assert {manager, other} <= free
        assert (manager in bound, other in bound) == (False, True)
        with pytest.raises(Invalid):
            delete(desk, "user", agent, heir=manager)

    def test_they_are_found_by_name(self, desk, old, new):
        with desk.at_work():
            found = handover.heirs(desk.actor, desk.resource("customer_type"), [old.id], "新")
        assert [choice.id for choice in found] == [new.id]

    def test_they_are_told_only_to_who_may_delete(self, desk_of, tenant, old):
        viewer = desk_of(tenant, "team_leader")
        with viewer.at_work(), pytest.raises(Denied):
            handover.heirs(viewer.actor, viewer.resource("customer_type"), [old.id])

    def test_nobody_else_s_records_move(self, desk, foreign, old, new, customers):
        theirs = foreign.add("customer_type", name="旧类型")
        foreign.add("customer", name="x", phone="13800138000", type=theirs.id)
        delete(desk, "customer_type", old.id, heir=new.id)
        assert how_many(foreign, theirs.id) == 1


class TestPeople:
    def test_who_takes_over_gets_their_customers(self, desk, tenant):
        """U3: deleting someone asks who takes over what they own."""
        agent, heir = (tenant.user("agent")[0] for _ in range(2))
        kept = [desk.add("customer", name=f"{n}", phone="13800138000", agent=agent).id for n in range(3)]
        with pytest.raises(InUse) as caught:
            desk.delete("user", agent)
        assert caught.value.uses == {"customer": 3}
        delete(desk, "user", agent, heir=heir)
        assert {desk.get("customer", id_).values["agent"] for id_ in kept} == {heir}

    def test_or_they_belong_to_nobody(self, desk, tenant):
        agent = tenant.user("agent")[0]
        kept = desk.add("customer", name="x", phone="13800138000", agent=agent)
        delete(desk, "user", agent, heir=handover.NOBODY)
        assert desk.get("customer", kept.id).values["agent"] is None

    def test_who_made_what_is_history(self, desk, desk_of, tenant):
        author = desk_of(tenant, "agent")
        made = author.add("customer", name="x", phone="13800138000", agent=author.actor.user_id)
        delete(desk, "user", author.actor.user_id, heir=tenant.user("agent")[0])
        assert desk.get("customer", made.id).values["created_by"] == author.actor.user_id

    def test_a_team_hands_over_its_members_and_its_customers(self, desk, tenant):
        """U3, C2: both in one deletion, an entry for each."""
        team, heir = (desk.add("team", name=name) for name in ("一组", "二组"))
        member = tenant.user("agent", team_id=team.id)[0]
        customer = desk.add("customer", name="x", phone="13800138000", team=team.id)
        delete(desk, "team", team.id, heir=heir.id)
        assert desk.row("user", member).team_id == heir.id
        assert desk.get("customer", customer.id).values["team"] == heir.id
        assert len(entries(desk, "customer", "hand_over")) == len(entries(desk, "user", "hand_over")) == 1


class TestRoles:
    """U3: users move to another role through the same rules as by hand."""

    @pytest.fixture
    def role(self, desk, tenant):
        tenant.roles["own"] = desk.add("role", name="外包").id
        return tenant.roles["own"]

    def test_their_sessions_end_and_each_has_an_entry(self, desk, tenant, role):
        user = tenant.user("own")[0]
        before = desk.row("user", user).session_epoch
        delete(desk, "role", role, heir=tenant.roles["operator"])
        after = desk.row("user", user)
        assert (after.role_id, after.session_epoch) == (tenant.roles["operator"], before + 1)
        assert [entry.record_id for entry in entries(desk, "user", "edit")] == [user]

    def test_nobody_changes_their_own_role_this_way(self, desk, tenant):
        other = tenant.user("admin")[0]
        with pytest.raises(Invalid):
            delete(desk, "role", tenant.roles["admin"], heir=tenant.roles["operator"])
        assert desk.row("user", other).role_id == tenant.roles["admin"]

    def test_nobody_climbs_this_way(self, desk_of, tenant, role):
        user = tenant.user("own")[0]
        manager = desk_of(tenant, "manager")
        with manager.at_work():
            allowed = granting(manager, ("role", "delete"), ("user", "edit"))
        with pytest.raises(Invalid):
            delete(allowed, "role", role, heir=tenant.roles["admin"])
        assert manager.row("user", user).role_id == role


class TestLinks:
    """Several at once: whoever has the heir already has it once."""

    def spares(self, desk, gadget):
        return set(desk.get("gadget", gadget.id).values["spares"])

    def test_links_move_and_never_double(self, desk):
        a, b, heir, other = (desk.add("shelf", name=name).id for name in "甲乙丙丁")
        wanted = {(a,): {heir}, (a, b): {heir}, (b, heir): {heir}, (a, other): {heir, other}, (other,): {other}}
        gadgets = {
            spares: desk.add("gadget", code=f"AB-{n}", name="x", spares=spares) for n, spares in enumerate(wanted, 1)
        }
        delete(desk, "shelf", a, b, heir=heir)
        assert {spares: self.spares(desk, gadget) for spares, gadget in gadgets.items()} == wanted
        moved = [desk.get("gadget", gadget.id).version - gadget.version for gadget in gadgets.values()]
        assert moved == [1, 1, 1, 1, 0]

    def test_or_they_go(self, desk):
        a, other = (desk.add("shelf", name=name).id for name in "甲乙")
        gadget = desk.add("gadget", code="AB-1", name="x", spares=[a, other])
        delete(desk, "shelf", a, heir=handover.NOBODY)
        assert self.spares(desk, gadget) == {other}

    def test_only_the_fields_that_held_it_are_told(self, desk):
        a, heir = (desk.add("shelf", name=name).id for name in "甲乙")
        desk.add("gadget", code="AB-1", name="x", spares=[a])
        delete(desk, "shelf", a, heir=heir)
        (entry,) = entries(desk, "gadget", "hand_over")
        assert entry.after == {"spares": "乙"}

    def test_rules_of_what_moves_can_refuse(self, desk):
        """A field that is not `handover: bulk` goes record by record through the rules of its resource."""
        a, heir = (desk.add("shelf", name=name).id for name in "甲乙")
        gadget = desk.without_rule("retired_means_inactive").add(
            "gadget", code="AB-1", name="坏器件", shelf=a, state="retired", active=True
        )
        with pytest.raises(Invalid) as caught:
            delete(desk, "shelf", a, heir=heir)
        assert "坏器件" in str(caught.value)
        assert desk.get("gadget", gadget.id).values["shelf"] == a


def test_pages_over_the_same_table_count_once(desk):
    """U3: a column that two pages show moves once, and is told under the name of the table's own page."""
    with desk.at_work():
        found = references.references(desk.resource("role"))
        columns = [(model_of(owner), field.field.name) for owner, fields in found.items() for field in fields]
        assert len(columns) == len(set(columns))
        assert "user" in [owner.name for owner in found]


def test_what_refers_to_it_at_the_last_moment_is_not_lost(desk, old, new):
    """T4: customers that get the type while it is being deleted either move too, or are refused."""
    for n in range(10):
        gone = desk.add("customer_type", name=f"将删{n}") if n else old
        before = desk.count("customer").number
        add = [partial(desk.add, "customer", name=f"{k}", phone="13800138000", type=gone.id) for k in range(3)]
        answers = at_once(*add, partial(delete, desk, "customer_type", gone.id, heir=new.id))
        assert answers[3] == [gone.title], answers
        added = sum(not isinstance(answer, Exception) for answer in answers[:3])
        assert all(isinstance(answer, Invalid) for answer in answers[:3] if isinstance(answer, Exception)), answers
        assert desk.count("customer").number == before + added
        assert how_many(desk, new.id) == before + added
