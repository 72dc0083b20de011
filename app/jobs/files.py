"""Files of jobs and uploads: bytes in a folder of the company's, a row that says whose they are.

`draft` gives an empty file to write, `keep` makes it somebody's, `open_for` gives it to whoever may have it, `sweep`
removes what has expired. No name that a person chose ever becomes a path: a path is a company's number and a token made
here, so there is nothing to climb out with.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final

from flask import current_app
from sqlalchemy import delete, select, update

from app.access import Actor, may
from app.engine import engine
from app.errors import NotFound
from app.models.base import before_commit, db, new_id, utcnow
from app.models.job_file import JobFile
from app.records import masking
from app.records.ids import record_id
from app.tenancy.scope import current_tenant_id

KEPT_DAYS: Final = 7
ORPHAN_DAYS: Final = KEPT_DAYS + 1  # a file without a row this long after its last byte is nobody's
LONGEST_NAME: Final = 150
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069/\\:*?"<>|]+')
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as its owner sees it; `token` names it in the folder (`path_of`)."""

    id: int
    job_id: int | None
    resource: str
    permission: str
    full: bool
    name: str
    token: str
    size: int
    sha256: str
    created_at: datetime
    expires_at: datetime

    @property
    def path(self) -> Path:
        return path_of(self.token)


_SHOWN: Final = tuple(getattr(JobFile, name) for name in FileRow.__slots__)


def draft() -> str:
    """The token of a new, empty file (`path_of`) of the company in scope, readable by the server's account only."""
    token = secrets.token_hex(16)
    path = path_of(token)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600))
    return token


def path_of(token: str) -> Path:
    """Where the file is, in the folder of the company in scope. Raises ValueError for what is no token."""
    if not _TOKEN.fullmatch(token):
        raise ValueError("not a token")
    return folder() / str(current_tenant_id()) / token


def folder() -> Path:
    """The folder of all companies' files: the setting FILES, else `files` in the instance folder."""
    config = current_app.config
    return Path(config["FILES"] or Path(config["INSTANCE"]) / "files")


def discard(token: str) -> None:
    """Removes a draft. One that is gone already is fine."""
    path_of(token).unlink(missing_ok=True)


def take_away(actor: Actor, id_: int) -> None:
    """One of the actor's own files goes, inside the caller's transaction: its bytes once all else in it has worked."""
    mine = delete(JobFile).where(JobFile.id == id_, JobFile.owner_id == actor.user_id).returning(JobFile.token)
    tokens = db.session.scalars(mine, execution_options={"synchronize_session": False}).all()
    discard_at_the_end(tokens)


def discard_at_the_end(tokens: Sequence[str]) -> None:
    """Removes these files when the caller's transaction is about to commit: where it fails, they stay."""

    def finish(_session: object) -> None:
        for token in tokens:
            discard(token)

    before_commit(finish)


def keep(
    actor: Actor,
    token: str,
    name: str,
    *,
    resource: str = "",
    permission: str = "",
    job_id: int | None = None,
    full: bool = False,
) -> FileRow:
    """Makes the draft the actor's file `name` for KEPT_DAYS, inside the caller's transaction.

    Who fetches it must then still have `permission` on `resource`, and with `full` still see whole numbers there.
    """
    path, now = path_of(token), utcnow()
    row = FileRow(
        id=new_id(),
        job_id=job_id,
        resource=resource,
        permission=permission,
        full=full,
        name=fit_name(name),
        token=token,
        size=path.stat().st_size,
        sha256=_digest(path),
        created_at=now,
        expires_at=now + timedelta(days=KEPT_DAYS),
    )
    values = {field: getattr(row, field) for field in FileRow.__slots__}
    db.session.add(JobFile(tenant_id=actor.tenant_id, owner_id=actor.user_id, **values))
    db.session.flush()
    return row


def write(chunks: Iterable[bytes] | IO[bytes], most: int | None = None) -> str:
    """The token of a new file of these bytes, as of an upload. Raises OverflowError beyond `most`; none is left."""
    token, written = draft(), 0
    try:
        with path_of(token).open("wb") as out:
            for chunk in _blocks(chunks):
                written += len(chunk)
                if most is not None and written > most:
                    raise OverflowError(written)
                out.write(chunk)
    except BaseException:
        discard(token)
        raise
    return token


def assign(actor: Actor, id_: int, job_id: int) -> None:
    """Gives one of the actor's files to a job, inside the caller's transaction. Raises NotFound."""
    row = open_for(actor, id_)
    db.session.execute(update(JobFile).where(JobFile.id == row.id).values(job_id=job_id))


def open_for(actor: Actor, id_: int | str) -> FileRow:
    """One of the actor's own files. Raises NotFound for any other, for one that is gone, and for one whose permission
    the actor does not hold any more."""
    asked = select(*_SHOWN).where(
        JobFile.id == record_id(id_), JobFile.owner_id == actor.user_id, JobFile.expires_at > utcnow()
    )
    found = db.session.execute(asked).one_or_none()
    row = None if found is None else FileRow(*found)
    if row is None or not _allowed(actor, row) or not row.path.is_file():
        raise NotFound
    return row


def of_jobs(actor: Actor, ids: Sequence[int]) -> dict[int, list[FileRow]]:
    """The files of the actor's jobs that the actor may fetch, by job."""
    found: dict[int, list[FileRow]] = {}
    if ids:
        asked = select(*_SHOWN).where(
            JobFile.owner_id == actor.user_id, JobFile.job_id.in_(ids), JobFile.expires_at > utcnow()
        )
        for row in (FileRow(*found_row) for found_row in db.session.execute(asked.order_by(JobFile.id))):
            if row.job_id is not None and _allowed(actor, row):
                found.setdefault(row.job_id, []).append(row)
    return found


def sweep() -> int:
    """Removes the files of the company in scope that have expired, inside the caller's transaction; gives how many."""
    now, swept = utcnow(), 0
    for token in db.session.scalars(select(JobFile.token).where(JobFile.expires_at <= now)).all():
        discard(token)
        swept += 1
    db.session.execute(
        delete(JobFile).where(JobFile.expires_at <= now), execution_options={"synchronize_session": False}
    )
    return swept + _sweep_orphans(folder() / str(current_tenant_id()), now - timedelta(days=ORPHAN_DAYS))


def fit_name(name: str) -> str:
    """`name` as a file may be called anywhere: no separators or control characters, not too long, its ending kept."""
    clean = _UNFIT.sub("_", name).strip(" .") or "file"
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending) > 10:
        return clean[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def _allowed(actor: Actor, row: FileRow) -> bool:
    if not row.resource:
        return True
    resource = engine().product.resources.get(row.resource)
    if resource is None or (row.permission and not may(actor, resource, row.permission)):
        return False
    return not row.full or not masking.masked(actor, resource)


def _sweep_orphans(place: Path, before: datetime) -> int:
    """Drafts of workers that never came back: only files with a name of ours are touched."""
    swept = 0
    if place.is_dir():
        for path in place.iterdir():
            if _TOKEN.fullmatch(path.name) and path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)
                swept += 1
    return swept


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _blocks(chunks: Iterable[bytes] | IO[bytes]) -> Iterator[bytes]:
    read: Any = getattr(chunks, "read", None)
    if read is None:
        yield from chunks
        return
    while block := read(_BLOCK):
        yield block
