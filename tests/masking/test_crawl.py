"""Whoever may not see whole numbers finds none, wherever they look (C1, R2)."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from app.jobs.worker import Worker
from app.models.audit import AuditEntry
from app.models.base import db, transaction
from app.models.job import JobTicket
from app.records import export, veil
from app.sheets.writing import write_csv
from app.tenancy.scope import tenant_scope
from tests.kit import TenantKit, log_in
from tests.masking.crowd import CARD, MOBILE, SECRETS, Crawler, Crowd, asked, role_without

START = ("/workbench", "/customer/", "/audit_log/", "/customer_field/", "/explain/", "/jobs/")


def everywhere(crowd: Crowd, role: str) -> Crawler:
    crawler = Crawler(log_in(crowd.kit, role)).crawl(*START)
    headers = {"X-CSRFToken": crawler.client.csrf}
    for method, path, sent in asked(crowd):
        answer = crawler.client.open(path, method=method, json=sent, headers=headers)
        assert answer.status_code < 500, path
        crawler.look(answer, f"{method} {path}")
    return crawler


def test_without_the_right_no_whole_number_is_found_anywhere(tenant: TenantKit, caplog: pytest.LogCaptureFixture):
    """C1: pages, API, counts, history, audit log, recycle bin, error answers and log lines."""
    crowd, role = Crowd(tenant).fill(), role_without(tenant, "preview")
    crowd.share(role)
    caplog.set_level(logging.DEBUG)  # of everything that logs, libraries too
    crawler = everywhere(crowd, role)
    assert crawler.leaks == {}
    assert not [secret for secret in SECRETS if secret in caplog.text]
    assert {f"/customer/{crowd.customers['甲']}", "/audit_log/"} <= crawler.seen, "it got where numbers would be"
    assert "此人" in crawler.client.get("/customer/views").get_data(as_text=True)
    assert "139****5678" in crawler.client.get("/jobs/approvals").get_data(as_text=True)


def test_files_of_jobs_hold_no_whole_number(tenant: TenantKit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """C1: exports that a worker makes, what an import says of its rows, and the rows that it gives back."""
    Crowd(tenant).fill()
    role = role_without(tenant, "preview")
    monkeypatch.setattr(export, "DIRECT", 0)
    with tenant.app.app_context(), transaction():
        db.session.execute(delete(JobTicket))
    crawler = Crawler(log_in(tenant, role))
    headers = {"X-CSRFToken": crawler.client.csrf}
    for form in ("csv", "xlsx"):
        wanted = {"query": "", "columns": "all", "format": form}
        assert crawler.client.post("/api/v1/customer/export", json=wanted, headers=headers).status_code == 202
    file = tmp_path / "坏.csv"
    write_csv(file, ["客户名称", "客户号码"], [["甲", "02087650000"], ["", "02087650001"], ["甲", "1x"]])
    for options in ({"duplicates": "update"}, {"duplicates": "fail", "whole": True}, {"dry_run": True}):
        sent = {"file": (file.open("rb"), file.name), "options": json.dumps(options)}
        assert crawler.client.post("/api/v1/customer/import", data=sent, headers=headers).status_code == 202
    while Worker(tenant.app).run_one():
        pass
    jobs = crawler.client.get("/api/v1/jobs/").json["data"]
    assert [job["state"] for job in jobs] == ["done"] * 5
    files = [one["id"] for job in jobs for one in job["files"]]
    assert len(files) == 4, "two exports, two files of rows that failed"
    told = [f"/api/v1/jobs/{job['id']}" for job in jobs]
    for path in ("/jobs/", *told, *(f"/api/v1/jobs/files/{id_}" for id_ in files)):
        answer = crawler.client.get(path)
        assert answer.status_code == 200
        crawler.look(answer, path)
    assert crawler.leaks == {}


def test_agents_find_no_whole_number_before_they_ask_for_it(tenant: TenantKit):
    """C1: those who look one by one see masks everywhere, and whole numbers in the answer to their question alone."""
    crowd = Crowd(tenant).fill()
    leader, _, _ = tenant.person("team_leader")
    crowd.admin.edit("customer", crowd.customers["甲"], agent=str(leader))
    crawler = everywhere(crowd, "team_leader")
    assert crawler.leaks and all("reveal" in path for path in crawler.leaks)


@pytest.mark.parametrize("role", ["preview", "team_leader"])
def test_without_the_veil_the_crawler_does_find_them(tenant: TenantKit, monkeypatch: pytest.MonkeyPatch, role: str):
    """C1: the crawler looks where numbers are, and one thing keeps them from it."""
    crowd = Crowd(tenant).fill()
    if role == "team_leader":
        leader, _, _ = tenant.person(role)
        crowd.admin.edit("customer", crowd.customers["甲"], agent=str(leader))
    monkeypatch.setattr(veil, "hides", lambda actor, resource: False)
    crawler = everywhere(crowd, role_without(tenant, "preview") if role == "preview" else role)
    found = {path.partition("?")[0] for path in crawler.leaks}
    first = crowd.customers["甲"]
    assert {"/customer/", f"/customer/{first}", f"GET /api/v1/customer/{first}"} <= found


def test_the_log_keeps_whole_numbers_and_shows_masks(tenant: TenantKit):
    """P3: what the chain proves is what was; who reads it sees what they may."""
    crowd = Crowd(tenant).fill()
    with tenant.app.app_context(), tenant_scope(tenant.id):
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.record_id == crowd.customers["甲"], AuditEntry.action == "edit")
        ).one()
        id_ = entry.id
        assert (entry.after["phone"], entry.after[crowd.card]["value"]) == (MOBILE, CARD)
    text = log_in(tenant, role_without(tenant, "preview")).get(f"/audit_log/{id_}").get_data(as_text=True)
    assert "139****5678" in text and "622***********3344" in text
    assert MOBILE in log_in(tenant, "admin").get(f"/audit_log/{id_}").get_data(as_text=True)
