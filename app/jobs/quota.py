"""How many uploads may wait, and how much of what jobs have made may lie there, of one person and of one company, so
that nobody fills the disk for all others. (Of jobs `app.jobs.queue` says so.) Counted without a lock: requests at once
may go over by as many as they are, and the next is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from app.access import Actor
from app.errors import TooMany
from app.jobs import files
from app.jobs.queue import AGAIN
from app.models.base import db, utcnow
from app.models.job_file import JobFile

PERSON_UPLOADS: Final = 10  # that nobody has begun to import
COMPANY_UPLOADS: Final = 100
COMPANY_BYTES: Final = 4 << 30  # of such uploads
PERSON_FILES: Final = 2 << 30  # bytes of files that jobs have made; the oldest give way to a new one
COMPANY_FILES: Final = 20 << 30
IDLE: Final = timedelta(hours=1)  # an upload that has waited longer gives way to a newer one of its person


def room_for_upload(actor: Actor) -> None:
    """Makes room for one more upload, inside the caller's transaction: what its person has left lying goes. Raises
    TooMany where there is none."""
    waiting = (JobFile.job_id.is_(None), JobFile.permission != "", JobFile.expires_at > utcnow())
    mine = db.session.execute(
        select(JobFile.id, JobFile.created_at).where(*waiting, JobFile.owner_id == actor.user_id).order_by(JobFile.id)
    ).all()
    spare = mine[: max(0, len(mine) - PERSON_UPLOADS + 1)]
    if any(row.created_at > utcnow() - IDLE for row in spare):
        raise TooMany(_("%(n)s files of yours wait to be imported. Import one first.", n=PERSON_UPLOADS), AGAIN)
    gone = _taken_out([row.id for row in spare])
    number, size = db.session.execute(select(func.count(JobFile.id), func.sum(JobFile.size)).where(*waiting)).one()
    if number >= COMPANY_UPLOADS or int(size or 0) >= COMPANY_BYTES:
        raise TooMany(_("Too many files of the company wait to be imported. Try again later."), AGAIN)
    files.discard_at_the_end(gone)  # a newer one that is refused after all takes nobody's place


def room_for_file(actor: Actor) -> None:
    """Raises TooMany where the files that the company's jobs have made leave no room for another one."""
    made = select(func.sum(JobFile.size)).where(JobFile.job_id.is_not(None), JobFile.expires_at > utcnow())
    if int(db.session.scalars(made).one() or 0) >= COMPANY_FILES:
        raise TooMany(_("The company's files of the last days take up all the room there is. Try again later."), AGAIN)


def give_way(actor: Actor, permission: str, size: int) -> None:
    """Removes the actor's oldest files of this permission that leave no room for a new one of `size` bytes, inside the
    caller's transaction."""
    mine = (JobFile.owner_id == actor.user_id, JobFile.permission == permission, JobFile.job_id.is_not(None))
    for id_, taken in db.session.execute(select(JobFile.id, JobFile.size).where(*mine).order_by(JobFile.id.desc())):
        size += taken
        if size > PERSON_FILES:
            files.take_away(actor, id_)


def _taken_out(ids: Sequence[int]) -> Sequence[str]:
    """The tokens of those of these uploads that nobody has begun to import in this very moment; their rows go."""
    if not ids:
        return ()
    gone = delete(JobFile).where(JobFile.id.in_(ids), JobFile.job_id.is_(None)).returning(JobFile.token)
    tokens: Sequence[str] = db.session.scalars(gone, execution_options={"synchronize_session": False}).all()
    return tokens
