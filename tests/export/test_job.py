"""Exports as jobs: progress, resuming, who may still, what is written down, and the second person."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.datastructures import MultiDict

from app.engine import engine
from app.errors import Conflict, Denied, Invalid, NotFound
from app.jobs import approval, files, queue
from app.jobs import export as handler
from app.models.adopted import User
from app.models.audit import AuditEntry
from app.models.base import db, transaction, utcnow
from app.models.job import Job, JobTicket
from app.models.job_file import JobFile
from app.records import export, query, settings, transfer
from app.records.cursor import Cursor
from tests.export.conftest import Exporter, csv_rows, xlsx_rows
from tests.kit import TenantKit


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of two rows, each kept."""
    monkeypatch.setattr(handler, "STEP", 2)
    monkeypatch.setattr(transfer, "BATCH", 2)


def entries(exporter: Exporter, verb: str = "export") -> list[AuditEntry]:
    with exporter.at_work():
        return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == verb).order_by(AuditEntry.id)))


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_job_makes_the_file_and_the_audit_log_knows_by_its_mark_whose_it_is(customers: Exporter, format: str) -> None:
    """C1: every row once; filter, rows, columns, format and the mark are written down."""
    id_ = customers.put("gender=female", format=format)
    assert customers.work()
    job = customers.job(id_)
    assert (job.state, job.done, job.total, job.result["rows"]) == ("done", 3, 3, 3)
    name, data = customers.file(id_)
    rows = csv_rows(data) if format == "csv" else xlsx_rows(data)
    assert len(rows) == 4
    mark = job.result["mark"]
    assert re.fullmatch(rf".+-\d{{8}}-\d{{4}}-{mark}\.{format}", name)
    entry = entries(customers)[0]
    assert (entry.record_title, entry.actor_id, entry.resource) == (mark, customers.actor.user_id, "customer")
    assert (entry.after["rows"], entry.after["format"], entry.after["mark"]) == (3, format, mark)
    assert "女" in entry.after["search"]
    assert "客户名称" in entry.after["columns"]


def test_the_job_of_a_dead_worker_goes_on_without_losing_or_doubling_a_row(
    customers: Exporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C1: what was written after the last place that was kept is cut off."""
    real = export.demand_now
    calls: list[int] = []

    class Killed(BaseException):
        pass

    def dies(*given: object) -> None:
        calls.append(1)
        if len(calls) == 6:  # asked once by recall, then before each batch
            raise Killed
        real(*given)

    monkeypatch.setattr(export, "demand_now", dies)
    id_ = customers.put(format="csv")
    calls.clear()
    with pytest.raises(Killed):
        calls.extend([1, 1])
        customers.work()
    with customers.at_work(), transaction():
        kept = db.session.get_one(Job, (customers.kit.id, id_)).kept
        with files.path_of(kept["draft"]).open("ab") as file:
            file.write("半行".encode())
        db.session.execute(update(JobTicket).values(free_at=utcnow()))
    assert kept["at"]["rows"] == 4
    assert customers.work()
    assert [row[0] for row in csv_rows(customers.file(id_)[1])[1:]] == ["''@SUM(A1)", "李娜", "'=1+1", "王芳", "张伟"]


def test_whoever_loses_the_permission_meanwhile_gets_nothing(customers: Exporter, tenant: TenantKit) -> None:
    """C1: between asking and running, and between two batches."""
    manager = Exporter(tenant, tenant.actor("manager"))
    before, during = manager.put(), manager.put()
    with manager.at_work(), transaction():
        db.session.get_one(User, manager.actor.user_id).active = False
    assert manager.work()
    assert manager.job(before).state == "failed"
    with manager.at_work(), transaction():
        person = db.session.get_one(User, manager.actor.user_id)
        person.active, person.role_id = True, tenant.roles["team_leader"]
    assert manager.work()
    assert manager.job(during).state == "failed"
    with manager.at_work():
        assert db.session.scalars(select(JobFile.id).where(JobFile.owner_id == manager.actor.user_id)).all() == []


def test_one_that_fails_between_two_batches_leaves_no_file(
    customers: Exporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C1: permission and sight are asked for every batch."""
    id_ = customers.put()
    calls: list[int] = []

    def lost(actor: object, resource: object) -> None:
        calls.append(1)
        if len(calls) > 2:
            raise Denied("customer", "export")

    monkeypatch.setattr(export, "demand_now", lost)
    assert customers.work()
    assert customers.job(id_).state == "failed"
    assert customers.job(id_).result is None


@pytest.mark.parametrize("when", ["before it begins", "between two batches"])
def test_a_filter_by_a_field_that_means_another_by_now_ends_it(
    customers: Exporter, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """F6: the place of an archived field is the next one's, and nobody asked for its values."""
    customers = replace(customers, actor=replace(customers.actor, settings_version=0))
    desk, ask = customers.desk, export.demand_same
    city = desk.add("customer_field", name="城市", kind="text")
    for name in ("钱多", "钱少", "没钱"):
        desk.add("customer", name=name, phone="13900000000", **{city.values["slot"]: "北京"})
    people = [row.id for row in desk.page("customer").rows[:3]]
    monkeypatch.setattr(transfer, "BATCH", 1)

    def becomes_another() -> None:
        desk.delete("customer_field", city.id)
        assert desk.add("customer_field", name="老家", kind="text").values["slot"] == city.values["slot"]
        for id_ in people:
            desk.edit("customer", id_, **{city.values["slot"]: "北京"})

    def between(*asked: Any) -> None:
        ask(*asked)
        monkeypatch.setattr(export, "demand_same", ask)
        becomes_another()

    id_ = customers.put(f"{city.values['slot']}=北京", columns=["name"])
    if when == "before it begins":
        becomes_another()
    else:
        monkeypatch.setattr(export, "demand_same", between)
    assert customers.work()
    job = customers.job(id_)
    assert (job.state, job.result) == ("failed", None)
    assert "字段" in job.message


def test_a_failed_or_cancelled_export_is_done_again(customers: Exporter) -> None:
    """C1: retry; one that is done is not."""
    id_ = customers.put()
    with customers.at_work(), transaction():
        queue.cancel(customers.actor, id_)
    with customers.at_work(), transaction():
        assert queue.retry(customers.actor, id_).state == "queued"
    assert customers.work()
    assert customers.job(id_).state == "done"
    with customers.at_work(), transaction(), pytest.raises(Conflict):
        queue.retry(customers.actor, id_)


def test_numbers_are_masked_for_whom_they_are_not_and_on_demand(customers: Exporter, tenant: TenantKit) -> None:
    """C1: an export shows no number that the list does not; `full` is refused there."""
    masked = csv_rows(customers.direct("gender=male", format="csv", full=False))
    assert [row[2] for row in masked[1:]] == ["138****0003", "138****0001"]
    full = csv_rows(customers.direct("gender=male", format="csv", full=True))
    assert full[1][2] == "13800000003"
    blind = Exporter(tenant, tenant.actor("operator"))
    blind.actor = replace(blind.actor, grants=blind.actor.grants - {("customer", "preview")})
    assert {row[2] for row in csv_rows(blind.direct(format="csv"))[1:]} == {f"138****000{n}" for n in range(5)}
    with blind.at_work(), pytest.raises(Denied):
        blind.order(full=True)


def test_above_the_number_of_the_company_a_second_person_decides(customers: Exporter, tenant: TenantKit) -> None:
    """C1: not the one who asks, not somebody without `audit` or `view`; what was approved then runs."""
    id_ = customers.put(asks="customer")
    assert not customers.work(), "no worker sees it yet"
    operator = Exporter(tenant, tenant.actor("operator"))
    with operator.at_work(), transaction():
        assert approval.waiting(operator.actor) == []
        with pytest.raises(NotFound):
            approval.decide(operator.actor, id_, yes=True)
    with customers.at_work(), transaction(), pytest.raises(Denied):
        approval.decide(customers.actor, id_, yes=True)
    manager = Exporter(tenant, tenant.actor("manager"))
    blind = replace(manager.actor, grants=manager.actor.grants - {("customer", "view")})
    with manager.at_work(), transaction():
        assert approval.waiting(blind) == []
        found = approval.waiting(manager.actor)[0]
        assert (found.id, found.own, found.name.endswith(f"({customers.actor.username})")) == (id_, False, True)
        assert any("客户号码" in text for _label, text in approval.told(found))
        assert approval.decide(manager.actor, id_, yes=True).state == "queued"
    assert customers.work()
    assert customers.job(id_).state == "done"
    with manager.at_work(), transaction(), pytest.raises(Conflict):
        approval.decide(manager.actor, id_, yes=False, reason="晚了")


def test_a_refusal_has_a_reason_and_an_approval_an_end(customers: Exporter, tenant: TenantKit) -> None:
    """C1: the requester reads why; a yes holds for seven days, and so does the wish."""
    manager = Exporter(tenant, tenant.actor("manager"))
    refused, approved, late = (customers.put(asks="customer") for _ in range(3))
    with manager.at_work(), transaction(), pytest.raises(Invalid):
        approval.decide(manager.actor, refused, yes=False)
    with manager.at_work(), transaction():
        approval.decide(manager.actor, refused, yes=False, reason="不需要这么多")
        approval.decide(manager.actor, approved, yes=True)
        past = utcnow() - timedelta(days=approval.DAYS, minutes=1)
        db.session.execute(update(Job).where(Job.id == late).values(created_at=past))
        job = db.session.get_one(Job, (tenant.id, approved))
        assert approval.holds(job)
        job.approval = {**job.approval, "at": past.isoformat()}
        assert not approval.holds(job)
    assert customers.job(refused).approval["reason"] == "不需要这么多"
    with manager.at_work(), transaction():
        assert [job.id for job in approval.waiting(manager.actor)] == []
        with pytest.raises(Conflict):
            approval.decide(manager.actor, late, yes=True)
        approval.expire()
    assert customers.job(late).state == "expired"


def test_without_approval_no_more_rows_leave_than_the_company_allows(customers: Exporter) -> None:
    """C1: the number is asked again when the job runs."""
    with customers.at_work(), transaction():
        settings.save(customers.actor, engine().product.resource("business"), {"export_approval_rows": 4})
    small, large = customers.put("gender=male"), customers.put()
    for _ in range(2):
        assert customers.work()
    assert (customers.job(small).state, customers.job(large).state) == ("done", "failed")


def grown(customers: Exporter, asked: int) -> int:
    """An order for approval of the five customers there are, as if it had been given when there were `asked`."""
    id_ = customers.put(asks="customer", format="csv")
    with customers.at_work(), transaction():
        job = db.session.get_one(Job, (customers.kit.id, id_))
        job.arguments = {**job.arguments, "rows": asked}
    return id_


def test_a_yes_covers_what_was_read_and_little_more(
    customers: Exporter, tenant: TenantKit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C1: rows are counted again when somebody says yes, and when the job runs; a few more than asked are no matter."""
    monkeypatch.setattr(handler, "LEEWAY", 2)
    manager = Exporter(tenant, tenant.actor("manager"))
    with customers.at_work(), transaction():
        settings.save(customers.actor, engine().product.resource("business"), {"export_approval_rows": 1})
    within, beyond, later = grown(customers, 3), grown(customers, 2), grown(customers, 3)
    with manager.at_work(), transaction(), pytest.raises(Conflict) as refused:
        approval.decide(manager.actor, beyond, yes=True)
    assert "5" in str(refused.value.message)
    with manager.at_work(), transaction():
        approval.decide(manager.actor, beyond, yes=False, reason="变多了")
        approval.decide(manager.actor, within, yes=True)
    assert customers.work()
    assert customers.job(within).state == "done"
    with manager.at_work(), transaction():
        approval.decide(manager.actor, later, yes=True)
    customers.desk.add("customer", name="新", phone="13900000000")
    assert customers.work()
    assert customers.job(later).state == "failed"


def test_what_cannot_be_exported_any_more_cannot_be_approved(customers: Exporter, tenant: TenantKit) -> None:
    """C1: who approves is told, instead of a job that fails afterwards."""
    manager, operator = (Exporter(tenant, tenant.actor(role)) for role in ("manager", "operator"))
    id_ = grown(operator, 5)
    for change in ({"role_id": tenant.roles["finance"]}, {"active": False}):
        with manager.at_work(), transaction():
            for name, value in change.items():
                setattr(db.session.get_one(User, operator.actor.user_id), name, value)
        with manager.at_work(), transaction(), pytest.raises(Conflict) as refused:
            approval.decide(manager.actor, id_, yes=True)
        assert not str(refused.value.message).rstrip().endswith((":", "：")), "it says why"


@pytest.mark.parametrize("typed", ["13800000001", "138 0000 0001", "+86-13800000001", "１３８０００００００１"])
def test_who_approves_reads_no_number_in_the_conditions(customers: Exporter, typed: str) -> None:
    """C1: however it was typed, the search finds it, and the words of the order mask it."""
    with customers.at_work():
        order = export.order(customers.actor, engine().product.resource("customer"), MultiDict({"q": typed}))
        told = " ".join(text for _label, text in export.words(customers.actor, order, 1))
        assert query.count(customers.actor, order.resource, order.search).number == 1
    assert "*" in told
    assert typed not in told


def test_all_of_a_long_list_is_read_once(customers: Exporter) -> None:
    """C1: batch by batch the rows are those of the list."""
    with customers.at_work():
        order = customers.order("order=name")
        whole = list(transfer.rows(customers.actor, order.resource, order.search, ["name"], 50))
        for size in (1, 2, 3):
            assert list(transfer.rows(customers.actor, order.resource, order.search, ["name"], size)) == whole
        first = transfer.batch(customers.actor, order.resource, order.search, ["name"], 2)
        assert isinstance(first.next, Cursor)
    assert len(whole) == 5
