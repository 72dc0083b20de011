"""C1: one thing done to all that a filter finds, as a job: exact numbers, each record once, today's rights."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from app.engine import engine
from app.errors import Denied, Invalid, NotFound
from app.jobs import bulk, queue
from app.models.adopted import User
from app.models.audit import AuditEntry
from app.models.base import db, transaction
from app.models.bin_entry import BinEntry
from app.records import many, whole
from tests.whole.conftest import Crowd

Queries = Callable[[], AbstractContextManager[list[str]]]


def test_what_it_does_is_told_in_the_language_of_who_reads_it(crowd: Crowd) -> None:
    """C1, K4: in the list of jobs, whoever asked for it in whatever language."""
    arguments = crowd.job(crowd.put("release", "gender=female")).arguments
    for locale, told in (
        ("zh", "退回公海 · 客户资料 · 性别为女"),
        ("en", "Return to the pool · Customers · Gender is Female"),
    ):
        with crowd.at_work(), force_locale(locale):
            assert bulk.describe(arguments) == told


def entries(crowd: Crowd, action: str) -> list[AuditEntry]:
    with crowd.at_work():
        return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def test_all_that_the_filter_finds_is_assigned_and_nothing_else(crowd: Crowd) -> None:
    """C1: counts add up; each record has its entry, and the whole has one with filter and numbers."""
    agent, team = crowd.person(), crowd.team("甲组")
    with_team, others = crowd.pool(7, team=team), crowd.pool(2)
    id_ = crowd.put("assign", f"team={team}", agent=str(agent.id))
    crowd.pool(1, team=team)  # made after it was asked for
    assert crowd.work()
    result = crowd.result(id_)
    assert (result["found"], result["done"], result["refused"], result["skipped"], result["left"]) == (7, 7, 0, 0, 0)
    owners = crowd.owners()
    assert {owners[one] for one in with_team} == {agent.id}
    assert list(owners.values()).count(agent.id) == 7
    assert {owners[one] for one in others} == {None}
    done = entries(crowd, "assign")
    assert sorted(entry.record_id for entry in done if entry.record_id) == sorted(with_team)
    note = done[-1]
    assert (note.record_id, note.after["rows"], note.after["done"], note.after["job"]) == (None, 7, 7, str(id_))
    assert "甲组" in note.after["search"]
    assert crowd.history("customer", with_team[0])[0].action == "assign"


def test_what_is_refused_leaves_the_others_and_says_why(crowd: Crowd) -> None:
    """C1: the owner cap holds, across batches."""
    crowd.allow(owner_cap=4)
    agent = crowd.person()
    crowd.pool(7)
    id_ = crowd.put("assign", agent=str(agent.id))
    assert crowd.work()
    result = crowd.result(id_)
    assert (result["found"], result["done"], result["refused"], result["skipped"]) == (7, 4, 3, 0)
    assert list(crowd.owners().values()).count(agent.id) == 4
    (reason, number, names) = result["reasons"][0]
    assert number == 3 and len(names) == 3 and "4" in reason
    assert any(reason in line for line in bulk.tell(result))


def test_what_is_so_already_or_has_changed_meanwhile_is_skipped(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    """C1: between being found and being done."""
    agent, other = crowd.person(), crowd.person()
    ids = crowd.pool(6)
    crowd.edit("customer", ids[5], agent=agent.id)
    found = bulk._Work.find

    def meanwhile(work: Any) -> None:
        found(work)
        crowd.delete("customer", ids[0])
        crowd.edit("customer", ids[1], gender="male")
        crowd.edit("customer", ids[2], agent=other.id)

    monkeypatch.setattr(bulk._Work, "find", meanwhile)
    crowd.edit("customer", ids[4], gender="female")
    for id_ in (*ids[:4], ids[5]):
        crowd.edit("customer", id_, gender="female")
    job = crowd.put("assign", "gender=female", agent=str(agent.id))
    assert crowd.work()
    result = crowd.result(job)
    assert (result["found"], result["done"], result["refused"], result["skipped"]) == (6, 3, 0, 3)
    assert crowd.owners()[ids[1]] is None


def test_a_dead_workers_job_is_gone_on_with_and_nothing_is_done_twice(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C1: killed while finding, within a batch, between two batches, and before the end could be said."""

    class Killed(BaseException):
        pass

    agent, ids = crowd.person(), crowd.pool(8)
    id_ = crowd.put("assign", agent=str(agent.id))
    killed = []

    def dies(owner: Any, name: str, times: int, *, after: bool = True) -> None:
        real, calls = getattr(owner, name), []

        def call(*given: Any, **more: Any) -> Any:
            calls.append(1)
            result = real(*given, **more) if after or len(calls) != times else None
            if len(calls) == times:
                killed.append(name)
                raise Killed
            return result

        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(owner, name, call)
            crowd.work()
        crowd.free()

    dies(whole, "ids", 1)
    dies(many, "do", 1)
    dies(bulk._Work, "_batch", 2)
    dies(bulk._Work, "_note", 1)
    dies(bulk._Work, "finish", 1)
    assert crowd.work()
    result = crowd.result(id_)
    assert len(killed) == 5
    assert (result["found"], result["done"], result["skipped"]) == (8, 8, 0)
    assigned = [entry.record_id for entry in entries(crowd, "assign") if entry.record_id]
    assert sorted(assigned) == sorted(ids)
    assert len(entries(crowd, "assign")) == 9


def test_one_called_off_says_how_far_it_came_and_can_be_gone_on_with(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C1"""
    crowd.pool(8)
    id_ = crowd.put("delete")
    batch = bulk._Work._batch

    def stop(work: Any, ids: list[int]) -> None:
        batch(work, ids)
        with crowd.at_work(), transaction():
            queue.cancel(crowd.actor, id_)

    with monkeypatch.context() as patch:
        patch.setattr(bulk._Work, "_batch", stop)
        assert crowd.work()
    job = crowd.job(id_)
    assert job.state == "cancelled"
    assert (job.result["found"], job.result["done"], job.result["left"]) == (8, 3, 5)
    with crowd.at_work(), transaction():
        queue.retry(crowd.actor, id_)
    assert crowd.work()
    assert (crowd.result(id_)["done"], crowd.result(id_)["left"]) == (8, 0)
    assert crowd.owners() == {}


def test_what_is_deleted_lies_in_the_bin_and_is_found_no_more(crowd: Crowd) -> None:
    """C1, U3: its grams are gone as well."""
    keep = crowd.add("customer", name="王五", phone="13900000000").id
    for number in range(4):
        crowd.add("customer", name=f"张三{number}", phone=f"1380000000{number}")
    id_ = crowd.put("delete", "name.contains=张三")
    assert crowd.work()
    assert crowd.result(id_)["done"] == 4
    assert list(crowd.owners()) == [keep]
    with crowd.at_work():
        gram = engine().models["customer"].__gram__
        assert set(db.session.scalars(select(gram.owner_id))) == {keep}
        assert db.session.scalars(select(func.count()).select_from(BinEntry)).one() == 4
    assert len([entry for entry in entries(crowd, "bin") if entry.record_id]) == 4


def test_it_does_what_the_person_may_and_sees_when_it_runs(crowd: Crowd) -> None:
    """C1, B1: a leader's job reaches their team's customers only; who may no longer, does nothing."""
    crowd.allow(leader_sees_team=True)
    ours, theirs = crowd.team("甲组"), crowd.team("乙组")
    leader, mate = crowd.person("team_leader", team_id=ours), crowd.person(team_id=ours)
    mine, others = crowd.pool(4, team=ours), crowd.pool(3, team=theirs)
    id_ = crowd.put("assign", actor=leader.actor, agent=str(mate.id))
    assert crowd.work()
    assert crowd.result(id_)["found"] == 4
    assert {crowd.owners()[one] for one in mine} == {mate.id} and {crowd.owners()[one] for one in others} == {None}
    with pytest.raises(Denied):
        crowd.put("delete", actor=leader.actor)
    later = crowd.put("release", actor=leader.actor)
    with crowd.at_work(), transaction():
        db.session.get_one(User, leader.id).active = False
    assert crowd.work()
    assert crowd.job(later).state == "failed"
    assert {crowd.owners()[one] for one in mine} == {mate.id}


def test_the_right_is_asked_for_before_every_batch(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    """C1: what was done until then stays, and is told."""
    manager = crowd.person("manager")
    crowd.pool(7)
    id_ = crowd.put("delete", actor=manager.actor)
    batch = bulk._Work._batch

    def demoted(work: Any, ids: list[int]) -> None:
        batch(work, ids)
        with crowd.at_work(), transaction():
            db.session.get_one(User, manager.id).role_id = crowd.kit.roles["agent"]

    monkeypatch.setattr(bulk._Work, "_batch", demoted)
    assert crowd.work()
    job = crowd.job(id_)
    assert (job.state, job.result["done"], job.result["left"]) == ("failed", 3, 4)
    assert len(crowd.owners()) == 4


def test_what_cannot_be_is_refused_when_it_is_asked_for(crowd: Crowd) -> None:
    """C1"""
    crowd.pool(1)
    with pytest.raises(NotFound):
        crowd.put("claim")
    with pytest.raises(NotFound):
        crowd.put("nonsense")
    with pytest.raises(Invalid):
        crowd.put("set_type")
    with pytest.raises(Invalid):
        crowd.put("release", "nonsense=1")


@pytest.mark.parametrize("doing", ["assign", "release", "set_type", "delete"])
def test_a_batch_costs_the_same_few_statements_however_many_it_has(crowd: Crowd, queries: Queries, doing: str) -> None:
    """C1: bounded by batches, not by records."""
    agent, other = crowd.person(team_id=crowd.team("甲组")), crowd.person()
    kind = crowd.page("customer_type").rows[-1].id
    asked = {"assign": {"agent": str(agent.id)}, "set_type": {"type": str(kind)}}.get(doing, {})
    sent = []
    for number in (3, 60):
        crowd.pool(number, agent=other.id)
        with crowd.at_work():
            order = whole.order(crowd.actor, crowd.resource("customer"), doing, MultiDict(), asked)
            ids = [id_ for some in whole.ids(crowd.actor, order) for id_ in some][-number:]
            with transaction(), queries() as cost:
                did = many.do(crowd.actor, order, ids)
        assert did.done == number
        sent.append(len(cost))
    assert sent[0] == sent[1] < 20, sent


@pytest.mark.parametrize("when", ["before it begins", "between two batches"])
def test_a_filter_by_a_field_that_means_another_by_now_finds_nothing(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """C1, F6: the place of an archived field is the next one's, and what was asked for is not done to its values."""
    crowd = replace(crowd, actor=replace(crowd.actor, settings_version=0))
    field = crowd.add("customer_field", name="城市", kind="text")
    slot = field.values["slot"]
    ids = crowd.pool(4, **{slot: "北京"})
    batch, wait = bulk._Work._batch, iter(range(1))

    def becomes_another() -> None:
        crowd.delete("customer_field", field.id)
        assert crowd.add("customer_field", name="老家", kind="text").values["slot"] == slot
        crowd.edit("customer", ids[3], **{slot: "北京"})

    def between(work: Any, some: list[int]) -> None:
        if next(wait, None) is None:
            becomes_another()
        batch(work, some)

    id_ = crowd.put("delete", f"{slot}=北京")
    if when == "before it begins":
        becomes_another()
    else:
        monkeypatch.setattr(bulk._Work, "_batch", between)
    assert crowd.work()
    assert ids[3] in crowd.owners()
    job = crowd.job(id_)
    assert job.state == "failed" and "字段" in job.message
