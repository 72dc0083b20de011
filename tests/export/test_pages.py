"""导出 beside the list, through pages and API: the file, the job, and who may."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from app import cli_export
from app.jobs import queue
from app.models.audit import AuditEntry
from app.models.base import db, transaction, utcnow
from app.models.job_file import JobFile
from app.records import export
from tests.export.conftest import Exporter, csv_rows, xlsx_rows
from tests.kit import TenantKit
from tests.web.site import Site, notices


def test_what_the_list_shows_comes_as_a_file(customers: Exporter) -> None:
    """C1: filter, order and columns of the list; a Chinese name; nothing in between keeps or shows it."""
    site = Site(customers.kit, "admin")
    sent = {"query": "gender=male&order=phone&columns=phone,name", "format": "csv", "columns": "shown", "full": "on"}
    answer = site.post("/customer/export", sent)
    assert answer.status_code == 200
    assert [row[:2] for row in csv_rows(answer.data)[1:]] == [["13800000001", "王芳"], ["13800000003", "李娜"]]
    assert re.search(r"filename\*=UTF-8''" + quote("客户资料"), answer.headers["Content-Disposition"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    with customers.at_work():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export")).one()
    mark = re.search(r"-([2-9A-Z]{10})\.csv", answer.headers["Content-Disposition"])[1]
    assert csv_rows(answer.data)[0][-1].endswith(mark)
    assert (entry.record_title, entry.after["rows"]) == (mark, 2)
    assert mark in site.get(f"/audit_log/?q={mark}").text


def test_all_columns_and_numbers_masked_unless_asked_for(customers: Exporter) -> None:
    """C1: whole numbers are a choice of whoever may see them."""
    site = Site(customers.kit, "admin")
    rows = xlsx_rows(site.post("/customer/export", {"query": "", "format": "xlsx", "columns": "all"}).data)
    assert "备注" in rows[0]
    assert "138****0003" in [row[rows[0].index("客户号码")] for row in rows]
    assert "full" in site.get("/customer/export", htmx="x").text


def test_a_long_list_becomes_a_job_and_a_longer_one_waits(customers: Exporter, monkeypatch: pytest.MonkeyPatch) -> None:
    """C1: above 2,000 rows a job, above the company's number a second person."""
    monkeypatch.setattr(export, "DIRECT", 1)
    site = Site(customers.kit, "admin")
    answer = site.post("/customer/export", {"query": "", "format": "csv"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/jobs/")
    assert customers.work()
    page = site.get("/jobs/").text
    address = re.search(r'href="(/jobs/files/\d+)"', page)[1]
    got = site.get(address)
    assert len(csv_rows(got.data)) == 6
    assert got.headers["Cache-Control"] == "no-store"
    assert Site(customers.kit, "manager").get(address).status_code == 404
    with customers.at_work(), transaction():
        db.session.execute(
            update(JobFile).values(expires_at=utcnow()), execution_options={"synchronize_session": False}
        )
    assert site.get(address).status_code == 404
    page = site.get("/jobs/").text
    assert address not in page and "文件已过期清理" in page
    monkeypatch.setattr(export, "approval_above", lambda *_: 3)
    site.post("/customer/export", {"query": "", "format": "csv"})
    with customers.at_work():
        assert queue.mine(customers.actor)[0].state == "waiting"
    manager = Site(customers.kit, "manager")
    listed = manager.get("/jobs/approvals")
    assert customers.actor.username in listed.text
    decide = re.search(r'action="(/jobs/\d+/decide)"', listed.text)[1]
    assert site.post(decide, {"yes": "1"}).status_code == 403
    manager.post(decide, {"yes": "", "reason": ""})
    assert notices(manager.get("/jobs/approvals"))[0][0] == "danger"
    manager.post(decide, {"yes": "1"})
    assert customers.work()
    assert site.get("/jobs/").text.count("/jobs/files/") == 1
    with customers.at_work():
        verbs = db.session.scalars(select(AuditEntry.action).where(AuditEntry.resource == "customer")).all()
    assert {"ask_export", "approve_export", "export"} <= set(verbs)


def test_what_waits_is_told_in_the_readers_language(customers: Exporter, monkeypatch: pytest.MonkeyPatch) -> None:
    """C1, K4: whoever reads English approves what was asked for in Chinese, and finds it in the list of jobs."""
    monkeypatch.setattr(export, "approval_above", lambda *_: 1)
    admin, manager = Site(customers.kit, "admin"), Site(customers.kit, "manager")
    admin.post("/customer/export", {"query": "gender.in=female", "format": "csv"})
    assert "客户资料 · 性别为女" in admin.get("/jobs/").text
    assert "性别为女" in manager.get("/jobs/approvals").text
    admin.post("/language", {"locale": "en"})
    manager.post("/language", {"locale": "en"})
    assert "Customers · Gender is Female" in admin.get("/jobs/").text
    page = manager.get("/jobs/approvals").text
    assert "Gender is Female" in page and "Conditions" in page and "性别" not in page


def test_who_may_approve_is_told_on_the_workbench_and_who_is_refused_where_to_go_on(
    customers: Exporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C1, C7: one's own wish is not one's own to decide."""
    monkeypatch.setattr(export, "approval_above", lambda *_: 1)
    admin, manager = Site(customers.kit, "admin"), Site(customers.kit, "manager")
    manager.post("/customer/export", {"query": "gender.in=female", "format": "csv"})
    assert "待您审核" not in manager.get("/workbench/jobs").text
    assert "有 1 项任务待您审核" in admin.get("/workbench/jobs").text
    decide = re.search(r'action="(/jobs/\d+/decide)"', admin.get("/jobs/approvals").text)[1]
    admin.post(decide, {"yes": "", "reason": "太多"})
    assert "待您审核" not in admin.get("/workbench/jobs").text
    refused, everybodys = manager.get("/jobs/").text, admin.get("/jobs/all/").text
    assert "已驳回" in refused and "太多" in refused
    assert 'href="/customer/?gender.in=female"' in refused
    assert "已驳回" in everybodys and "gender.in=female" not in everybodys  # what somebody searched for is theirs


def test_a_bad_search_is_told_and_nobody_without_the_permission_exports(customers: Exporter, tenant: TenantKit) -> None:
    """R2: 403 for who may not; a bad query string is no file."""
    site = Site(customers.kit, "admin")
    assert site.post("/customer/export", {"query": "order=nonsense", "format": "csv"}).status_code == 303
    assert notices(site.get("/customer/"))[0][0] == "danger"
    agent = Site(tenant, "agent")
    assert agent.post("/customer/export", {"query": "", "format": "csv"}).status_code == 403
    assert agent.get("/customer/export").status_code == 403
    assert "/customer/export" not in agent.get("/customer/").text
    assert "/customer/export" in site.get("/customer/").text


def test_the_api_gives_a_file_or_a_job(customers: Exporter, monkeypatch: pytest.MonkeyPatch) -> None:
    """C1: the same through the API, with the same errors."""
    site = Site(customers.kit, "admin")
    got = site.api("POST", "/api/v1/customer/export", {"query": "gender=male", "columns": ["name"], "format": "csv"})
    assert [row[0] for row in csv_rows(got.data)[1:]] == ["李娜", "王芳"]
    for columns in (5, ["name", "nothing"], []):
        refused = site.api("POST", "/api/v1/customer/export", {"columns": columns, "format": "csv"})
        assert (refused.status_code, [*refused.json["error"]["fields"]]) == (400, ["columns"])
    assert site.api("POST", "/api/v1/customer/export", {"format": "pdf"}).status_code == 400
    monkeypatch.setattr(export, "DIRECT", 1)
    asked = site.api("POST", "/api/v1/customer/export", {"format": "csv"})
    assert asked.status_code == 202
    path = f"/api/v1/jobs/{asked.json['data']['job']}"
    assert site.api("GET", path).json["data"]["state"] == "queued"
    customers.work()
    done = site.api("GET", path).json["data"]
    assert done["state"] == "done"
    assert len(csv_rows(site.api("GET", f"/api/v1/jobs/files/{done['files'][0]['id']}").data)) == 6
    assert Site(customers.kit, "manager").api("GET", path).status_code == 404


def test_the_mark_leads_to_the_person(customers: Exporter, monkeypatch: pytest.MonkeyPatch) -> None:
    """C1: `ucc export whose` says who, in whichever company, from a file that lies somewhere."""
    monkeypatch.setattr(cli_export, "prepared_app", lambda: customers.kit.app)
    got = Site(customers.kit, "admin").post("/customer/export", {"query": "gender=male", "format": "xlsx"})
    mark = xlsx_rows(got.data, 1)[0][1]
    told = CliRunner().invoke(cli_export.export, ["whose", mark.lower()])
    assert told.exit_code == 0, told.output
    assert customers.kit.code in told.output
    assert customers.actor.name in told.output
    assert CliRunner().invoke(cli_export.export, ["whose", "NOSUCHMARK"]).exit_code == 1
