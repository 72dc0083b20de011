"""Files of jobs and uploads: whose they are, how long they stay, and that no name becomes a path."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.errors import NotFound
from app.jobs import files
from app.jobs.files import FileRow
from app.models.base import db, transaction, utcnow
from app.models.job_file import JobFile
from tests.jobs.conftest import Queue
from tests.kit import TenantKit


def kept(owner: Queue, name: str = "客户.csv", data: bytes = b"abc", **options: object) -> FileRow:
    with owner.at_work(), transaction():
        token = files.write([data])
        return files.keep(owner.actor, token, name, **options)


def test_a_file_is_its_owners_alone(jobs: Queue, tenant: TenantKit, other_tenant: TenantKit) -> None:
    """C1: nobody else's, of no other company; size and digest are noted; only the server's account reads it."""
    row = kept(jobs)
    with jobs.at_work():
        found = files.open_for(jobs.actor, row.id)
        assert (found.name, found.size, found.path.read_bytes()) == ("客户.csv", 3, b"abc")
        assert found.sha256.startswith("ba7816bf")
        assert stat.S_IMODE(found.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(found.path.parent.stat().st_mode) == 0o700
    for stranger in (Queue(tenant, tenant.actor("manager")), Queue(other_tenant, other_tenant.actor("admin"))):
        with stranger.at_work(), pytest.raises(NotFound):
            files.open_for(stranger.actor, row.id)


def test_who_lost_the_permission_loses_the_file(jobs: Queue, tenant: TenantKit) -> None:
    """C1: the right is asked again at every download."""
    manager = Queue(tenant, tenant.actor("manager"))
    row = kept(manager, resource="user", permission="edit", job_id=77)
    with manager.at_work():
        assert files.of_jobs(manager.actor, [77])[77][0].id == row.id
    lost = replace(manager.actor, grants=frozenset({("user", "view")}))
    with manager.at_work(), pytest.raises(NotFound):
        files.open_for(lost, row.id)
    with manager.at_work():
        assert files.of_jobs(lost, [77]) == {}


def test_files_expire_and_are_swept_with_what_nobody_kept(jobs: Queue) -> None:
    """C1: seven days; drafts of workers that never came back go too, and nothing else."""
    old, new = kept(jobs), kept(jobs)
    with jobs.at_work(), transaction():
        orphan, fresh = files.draft(), files.draft()
        long_ago = (utcnow() - timedelta(days=files.ORPHAN_DAYS, hours=1)).timestamp()
        os.utime(files.path_of(orphan), (long_ago, long_ago))
        foreign = files.path_of(fresh).with_name("kept.txt")
        foreign.touch()
        os.utime(foreign, (long_ago, long_ago))
        db.session.execute(update(JobFile).where(JobFile.id == old.id).values(expires_at=utcnow()))
    with jobs.at_work(), pytest.raises(NotFound):
        files.open_for(jobs.actor, old.id)
    assert jobs.worker().sweep() >= 2
    with jobs.at_work():
        assert files.open_for(jobs.actor, new.id).path.exists()
        assert not old_path(jobs, old).exists()
        assert [files.path_of(token).exists() for token in (orphan, fresh)] == [False, True]
        assert foreign.exists()
        assert db.session.scalars(select(JobFile.id).where(JobFile.id == old.id)).first() is None


def test_no_name_becomes_a_path(jobs: Queue) -> None:
    """C1: what a person called a file is only ever a text."""
    row = kept(jobs, "../../etc/pass\r\nwd\u202e.csv")
    assert row.name == "_.._etc_pass_wd_.csv"
    assert files.fit_name("名" * 300 + ".xlsx") == "名" * 145 + ".xlsx"
    assert files.fit_name("..") == "file"
    with jobs.at_work():
        assert row.path.parent == Path(files.folder()) / str(jobs.kit.id)
        for wrong in ("../x", "a" * 31 + "/", "A" * 32, ""):
            with pytest.raises(ValueError, match="token"):
                files.path_of(wrong)


def test_an_upload_that_is_too_large_leaves_nothing(jobs: Queue) -> None:
    """C1: a limit holds while bytes arrive, not after."""
    kept(jobs)
    with jobs.at_work():
        place = files.folder() / str(jobs.kit.id)
        before = set(place.iterdir())
        with pytest.raises(OverflowError):
            files.write([b"x" * 6, b"y" * 6], most=10)
        assert set(place.iterdir()) == before


def old_path(owner: Queue, row: FileRow) -> Path:
    return files.path_of(row.token)
