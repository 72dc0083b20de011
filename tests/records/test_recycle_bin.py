"""The recycle bin of a resource that has one, and of a customer in particular."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.access import system_actor
from app.engine import engine
from app.errors import Denied, Invalid, NotFound
from app.models.audit import AuditEntry
from app.models.base import db, transaction, utcnow
from app.models.bin_entry import BinEntry
from app.records import bin_refs, recycle_bin, service, settings
from app.records import restore as restoring
from app.spec.features import BinSpec
from tests.desk import Desk


class Bin:
    """What somebody finds in the bin of one resource, and does there."""

    def __init__(self, desk: Desk, resource: str = "customer") -> None:
        self.desk, self.name = desk, resource

    @property
    def resource(self):
        spec = self.desk.resource(self.name)
        return spec if spec.bin else replace(spec, bin=BinSpec(30))

    def delete(self, *ids: int) -> None:
        with self.desk.at_work(), transaction():
            service.delete(self.desk.actor, self.resource, ids)

    def page(self, **more):
        with self.desk.at_work():
            return recycle_bin.page(self.desk.actor, self.resource, **more)

    def titles(self, **more) -> list[str]:
        return [entry.title for entry in self.page(**more).entries]

    def restore(self, *titles: str) -> restoring.Restored:
        with self.desk.at_work(), transaction():
            return restoring.restore(self.desk.actor, self.resource, self.ids(*titles))

    def purge(self, *titles: str) -> list[str]:
        with self.desk.at_work(), transaction():
            return recycle_bin.purge(self.desk.actor, self.resource, self.ids(*titles))

    def ids(self, *titles: str) -> list[int]:
        return [entry.id for entry in recycle_bin.page(self.desk.actor, self.resource).entries if entry.title in titles]


def customer(desk: Desk, name: str = "张敏", **values) -> int:
    return desk.add("customer", name=name, phone="13800138000", **values).id


def actions(desk: Desk, id_: int) -> list[str]:
    with desk.at_work():
        entries = select(AuditEntry.action).where(AuditEntry.record_id == id_).order_by(AuditEntry.id)
        return list(db.session.scalars(entries))


def test_what_is_deleted_comes_back_as_it_was(desk):
    """C1: the same id, values, and who made it when; somebody's old form is told that it is old."""
    team = desk.add("team", name="一组").id
    id_ = customer(desk, gender="female", remark="要回访", team=team)
    before = desk.edit("customer", id_, remark="下周回访")
    found = Bin(desk)
    found.delete(id_)
    with pytest.raises(NotFound):
        desk.get("customer", id_)
    assert found.titles() == ["张敏"]
    assert found.restore("张敏").notes == []
    after = desk.get("customer", id_)
    kept = ("name", "gender", "phone", "type", "team", "remark", "created_at", "created_by")
    assert {name: after.values[name] for name in kept} == {name: before.values[name] for name in kept}
    assert after.version > before.version
    assert found.titles() == []
    assert actions(desk, id_) == ["add", "edit", "bin", "unbin"]
    assert [row.title for row in [desk.get("customer", id_)]] == ["张敏"]
    assert desk.count("customer", q="张敏").number == 1


def test_a_reference_that_has_gone_is_left_empty_or_replaced_and_told(desk):
    """C1: the team is gone, and so is the type; without a type a customer is uncategorised."""
    team, type_ = desk.add("team", name="一组").id, desk.add("customer_type", name="临时").id
    id_ = customer(desk, team=team, type=type_)
    Bin(desk).delete(id_)
    desk.delete("team", team)
    desk.delete("customer_type", type_)
    notes = Bin(desk).restore("张敏").notes
    after = desk.get("customer", id_)
    assert after.values["team"] is None
    assert after.titles["type"] == "未分类"
    assert len(notes) == 2
    assert any("一组" in note and "张敏" in note for note in notes)
    assert any("临时" in note for note in notes)


def test_a_value_that_is_taken_meanwhile_stops_it_and_names_the_record(desk):
    """C1: all or nothing."""
    shelf = desk.add("shelf", name="架").id
    values = {"name": "扳手", "state": "new", "shelf": shelf}
    ids = [desk.add("gadget", code=f"AA-000{n}", **{**values, "name": f"扳手{n}"}).id for n in (1, 2)]
    found = Bin(desk, "gadget")
    found.delete(*ids)
    desk.add("gadget", code="AA-0002", **values)
    with pytest.raises(Invalid) as caught:
        found.restore("扳手1", "扳手2")
    assert "扳手2" in str(caught.value)
    assert found.titles() == ["扳手2", "扳手1"]
    found.restore("扳手1")
    assert desk.get("gadget", ids[0]).values["code"] == "AA-0001"


def test_what_is_deleted_for_good_is_gone_with_what_belonged_to_it(desk):
    """C1"""
    id_ = customer(desk)
    Bin(desk).delete(id_)
    assert Bin(desk).purge("张敏") == ["张敏"]
    assert Bin(desk).titles() == []
    assert actions(desk, id_)[-1] == "purge"


def test_after_its_days_it_cannot_be_restored_and_is_deleted_for_good(desk):
    """C1: the daily job of the company."""
    old, new = customer(desk, "旧的"), customer(desk, "新的")
    Bin(desk).delete(old)
    with desk.at_work(), transaction():
        db.session.scalars(select(BinEntry)).one().deleted_at = utcnow() - timedelta(days=30, minutes=1)
    Bin(desk).delete(new)
    assert Bin(desk).titles() == ["新的"]
    with desk.at_work(), transaction():
        assert recycle_bin.purge_old(system_actor(desk.kit.id, "test")) == 1
    with desk.at_work():
        assert db.session.scalars(select(func.count(BinEntry.id))).one() == 1


@pytest.mark.parametrize(("gone", "left"), [({"minutes": 1}, 30), ({"days": 1}, 29), ({"days": 29, "hours": 23}, 1)])
def test_the_days_left_are_those_that_have_begun(desk, gone, left):
    """C1: all of them right after the deletion, 1 on the last day."""
    Bin(desk).delete(customer(desk))
    with desk.at_work(), transaction():
        db.session.scalars(select(BinEntry)).one().deleted_at = utcnow() - timedelta(**gone)
    assert Bin(desk).page().entries[0].days_left == left


def test_nobody_gets_more_than_they_may_have_by_a_restoration(desk, tenant):
    """C1: the record comes back all the same, and waits in its team or in the pool; it is said."""
    agent = tenant.user("agent")[0]
    ids = [customer(desk, f"客户{number}", agent=str(agent)) for number in range(3)]
    Bin(desk).delete(*ids)
    with desk.at_work(), transaction():
        settings.save(desk.actor, desk.resource("business"), {"owner_cap": 2})
    done = Bin(Desk(tenant, tenant.actor("admin"))).restore("客户0", "客户1", "客户2")
    assert [desk.get("customer", id_).values["agent"] for id_ in ids].count(agent) == 2
    assert len(done.titles) == 3 and len(done.notes) == 1
    left = next(id_ for id_ in ids if desk.get("customer", id_).values["agent"] is None)
    assert desk.get("customer", left).title in done.notes[0]


def test_the_newest_is_first_pages_follow_each_other_and_titles_are_searched(desk):
    """C1"""
    ids = [customer(desk, f"客户{n}") for n in range(5)]
    for id_ in ids:
        Bin(desk).delete(id_)
    first = Bin(desk).page(size=3)
    second = Bin(desk).page(size=3, after=first.next)
    assert [entry.title for entry in (*first.entries, *second.entries)] == [f"客户{n}" for n in (4, 3, 2, 1, 0)]
    assert second.next is None
    assert Bin(desk).titles(text="户3") == ["客户3"]
    assert first.entries[0].days_left == 30
    assert first.entries[0].deleted_name == desk.actor.get_full_name()


def test_it_takes_the_right_to_delete_and_another_company_sees_nothing(desk, desk_of, foreign, tenant):
    """C1"""
    Bin(desk).delete(customer(desk))
    assert Bin(desk_of(tenant, "manager")).titles() == ["张敏"]
    assert Bin(foreign).titles() == []
    with pytest.raises(Denied):
        Bin(desk_of(tenant, "agent")).page()
    with desk.at_work(), pytest.raises(NotFound):
        recycle_bin.page(desk.actor, desk.resource("team"))


def test_whose_sight_is_limited_finds_what_they_deleted_themselves(desk, desk_of, tenant):
    """C1: the rules of sight cannot be asked of a record that is not there."""
    agent = desk_of(tenant, "agent")
    allowed = replace(agent.actor, grants=agent.actor.grants | {("customer", "delete")})
    agent = replace(agent, actor=allowed)
    Bin(desk).delete(customer(desk, "别人的"))
    mine = customer(agent, "我的")
    Bin(agent).delete(mine)
    assert Bin(agent).titles() == ["我的"]
    assert Bin(desk).titles() == ["我的", "别人的"]
    with desk.at_work():
        theirs = next(entry.id for entry in Bin(desk).page().entries if entry.title == "别人的")
    with agent.at_work(), transaction(), pytest.raises(NotFound):
        restoring.restore(agent.actor, Bin(agent).resource, [theirs])
    Bin(agent).restore("我的")
    assert agent.get("customer", mine).values["agent"] == agent.actor.user_id


def test_many_go_and_come_back_at_a_cost_that_grows_by_the_row_only(desk, queries):
    """C1: references are looked for once for all of them."""
    team = desk.add("team", name="一组").id
    numbers = []
    for many in (1, 4):
        names = [f"批{many}-{n}" for n in range(many)]
        ids = [customer(desk, name, team=team) for name in names]
        with queries() as sent:
            Bin(desk).delete(*ids)
            Bin(desk).restore(*names)
        numbers.append(len(sent))
    assert (numbers[1] - numbers[0]) / 3 <= 16, numbers


def test_nothing_of_a_deleted_record_is_left_where_people_search(desk):
    """C1: its grams go with it, and come back with it."""
    id_ = customer(desk, "欧阳娜娜")

    def grams() -> int:
        with desk.at_work():
            table = engine().models["customer"].__gram__
            return db.session.scalars(select(func.count()).select_from(table).where(table.owner_id == id_)).one()

    before = grams()
    Bin(desk).delete(id_)
    assert grams() == 0
    assert desk.count("customer", q="阳娜").number == 0
    Bin(desk).restore("欧阳娜娜")
    assert grams() == before > 0
    assert [desk.count("customer", q=text).number for text in ("阳娜", "oyn", "8000")] == [1, 1, 1]


def test_who_hands_over_a_type_hands_over_what_is_in_the_bin_too(desk):
    """T2, C1: what is there is in nobody's way, but is counted."""
    old, new = desk.add("customer_type", name="旧类型").id, desk.add("customer_type", name="新类型").id
    id_ = customer(desk, type=old)
    Bin(desk).delete(id_)
    with desk.at_work():
        counted = bin_refs.referring(desk.resource("customer_type"), [old])
    assert {owner.name: number for owner, number in counted.items()} == {"customer": 1}
    with desk.at_work(), transaction():
        service.delete(desk.actor, desk.resource("customer_type"), [old], heir=new)
    assert Bin(desk).restore("张敏").notes == []
    assert desk.get("customer", id_).titles["type"] == "新类型"
