"""How much may wait, of one person and of one company (C1)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.errors import Invalid, TooMany
from app.jobs import files, queue, quota
from app.jobs.handlers import HANDLERS, Handler
from app.models.base import db, transaction, utcnow
from app.models.job import DONE, Job
from app.models.job_file import JobFile
from app.records import export
from tests.export.conftest import Exporter, customers, exporter  # noqa: F401
from tests.importing.conftest import Importer, importer  # noqa: F401
from tests.jobs.conftest import Queue
from tests.kit import TenantKit
from tests.web.site import Site


@pytest.fixture
def people(tenant: TenantKit, monkeypatch: pytest.MonkeyPatch) -> list[Queue]:
    monkeypatch.setitem(HANDLERS, "test", Handler(lambda task: {}, "test", lambda result: []))
    monkeypatch.setattr(queue, "PERSON_JOBS", 2)
    monkeypatch.setattr(queue, "COMPANY_JOBS", 3)
    return [Queue(tenant, tenant.actor(role)) for role in ("manager", "operator")]


def test_a_person_and_a_company_have_so_many_jobs(people: list[Queue], other_tenant: TenantKit) -> None:
    """C1: those that are over do not count, another company's neither, and the system may always."""
    one, other = people
    first = one.put()
    one.put()
    with pytest.raises(TooMany) as refused:
        one.put()
    assert refused.value.retry_after > 0
    other.put()
    with pytest.raises(TooMany):
        other.put()
    Queue(other_tenant, other_tenant.actor("admin")).put()
    with one.at_work(), transaction():
        db.session.execute(update(Job).where(Job.id == first).values(state=DONE, finished_at=utcnow()))
    one.put()


def test_doing_one_again_takes_room_too(people: list[Queue]) -> None:
    """C1: or calling off and doing again would fill the queue."""
    one = people[0]
    first = one.put()
    one.cancel(first)
    one.put()
    one.put()
    with one.at_work(), transaction(), pytest.raises(TooMany):
        queue.retry(one.actor, first)


def test_uploads_wait_in_a_number_and_what_was_left_lying_gives_way(
    importer: Importer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """C1: of a person, of the company, and in bytes; the file goes with its row."""
    monkeypatch.setattr(quota, "PERSON_UPLOADS", 2)
    path = importer.csv(["甲", "13800138000"])
    old = importer.upload(path)
    importer.upload(path)
    with pytest.raises(TooMany):
        importer.upload(path)
    left_lying(importer, old.file_id)
    with importer.desk.at_work():
        place = files.open_for(importer.actor, old.file_id).path
    assert place.exists()
    importer.upload(path)
    assert not place.exists()
    other = importer.as_("operator")
    monkeypatch.setattr(quota, "COMPANY_UPLOADS", 2)
    with pytest.raises(TooMany):
        other.upload(path)
    monkeypatch.setattr(quota, "COMPANY_UPLOADS", 9)
    monkeypatch.setattr(quota, "COMPANY_BYTES", 1)
    with pytest.raises(TooMany):
        other.upload(path)


def test_the_refusal_is_readable(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """C1: 429 with a reason, for people and for programs."""
    monkeypatch.setattr(quota, "PERSON_UPLOADS", 0)
    monkeypatch.setattr(quota, "COMPANY_UPLOADS", 0)
    site = Site(importer.kit, "manager")
    path = importer.csv(["甲", "13800138000"])
    answer = site.client.post(
        "/api/v1/customer/import", data={"file": (path.open("rb"), "a.csv")}, headers={"X-CSRFToken": site.client.csrf}
    )
    assert answer.status_code == 429 and answer.json["error"]["message"]


def test_a_refused_upload_takes_no_room(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """C1: what was left lying gives way to a file that is taken, and to no other."""
    monkeypatch.setattr(quota, "PERSON_UPLOADS", 1)
    path = importer.csv(["甲", "13800138000"])
    old = importer.upload(path)
    left_lying(importer, old.file_id)
    nothing = importer.folder / "b.csv"
    nothing.write_bytes(b"")
    with pytest.raises(Invalid):
        importer.upload(nothing)
    monkeypatch.setattr(quota, "COMPANY_BYTES", 0)
    with pytest.raises(TooMany):
        importer.upload(path)
    with importer.desk.at_work():
        assert files.open_for(importer.actor, old.file_id).path.is_file()


def test_an_upload_that_is_being_imported_gives_way_to_none(
    importer: Importer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """C1: although it waited when the room was counted."""
    monkeypatch.setattr(quota, "PERSON_UPLOADS", 1)
    path = importer.csv(["甲", "13800138000"])
    old = importer.decided(importer.upload(path))
    left_lying(importer, old.file_id)

    def just_begun(model: Any) -> Any:
        db.session.execute(update(JobFile).where(JobFile.id == old.file_id).values(job_id=1))
        return delete(model)

    monkeypatch.setattr(quota, "delete", just_begun)
    importer.upload(path)
    with importer.desk.at_work():
        assert files.open_for(importer.actor, old.file_id).path.is_file()


def test_old_exports_give_way_to_a_new_one(customers: Exporter, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """C1: within seven days somebody could fill the disk with files that nobody fetches any more."""
    other = replace(customers, actor=customers.kit.actor("manager"))

    def made(who: Exporter) -> Path:
        id_ = who.put(format="csv")
        assert who.work()
        with who.at_work():
            return files.open_for(who.actor, who.job(id_).result["file"]).path

    theirs, first, second = made(other), made(customers), made(customers)
    assert theirs.is_file() and first.is_file()
    monkeypatch.setattr(quota, "PERSON_FILES", int(second.stat().st_size * 2.5))
    third = made(customers)
    assert [path.is_file() for path in (theirs, first, second, third)] == [True, False, True, True]
    with customers.at_work():
        assert len(db.session.scalars(select(JobFile.id)).all()) == 3


def test_a_company_whose_files_take_up_all_room_is_told(customers: Exporter, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """C1: 429, before a job begins; a file that is made while one waits takes none."""
    site = Site(customers.kit, "admin")
    customers.put(format="csv")
    assert customers.work()
    monkeypatch.setattr(quota, "COMPANY_FILES", 1)
    assert site.post("/customer/export", {"query": "", "format": "csv"}).status_code == 200
    monkeypatch.setattr(export, "DIRECT", 1)
    assert site.post("/customer/export", {"query": "", "format": "csv"}).status_code == 429


def left_lying(importer: Importer, file_id: int) -> None:  # noqa: F811
    with importer.desk.at_work(), transaction():
        row = db.session.get_one(JobFile, (importer.kit.id, file_id))
        row.created_at = utcnow() - quota.IDLE - timedelta(minutes=1)


@pytest.mark.parametrize("options", [{"duplicates": "never"}, {"columns": {"客户名称": "nothing"}}, {"columns": {}}])
def test_a_file_that_a_program_may_not_import_does_not_stay_on_the_disk(
    importer: Importer,  # noqa: F811
    options: dict[str, Any],
) -> None:
    """C1: where nothing counts it, nobody could fill the disk with what is refused."""
    site = Site(importer.kit, "manager")
    path = importer.csv(["甲", "13800138000"])
    with importer.desk.at_work():
        folder = files.folder() / str(importer.kit.id)
    before = set(folder.iterdir()) if folder.exists() else set()
    answer = site.client.post(
        "/api/v1/customer/import",
        data={"file": (path.open("rb"), "a.csv"), "options": json.dumps(options)},
        headers={"X-CSRFToken": site.client.csrf},
    )
    assert answer.status_code == 400
    assert set(folder.iterdir()) == before
    with importer.desk.at_work():
        assert db.session.scalars(select(JobFile.id)).all() == []
