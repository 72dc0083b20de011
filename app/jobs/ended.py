"""What has become of the jobs that a browser watches: asked for every few seconds while there are any, never else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from app.access import Actor
from app.jobs.queue import JobRow
from app.models.base import db
from app.models.job import Job

MOST: Final = 20  # that one browser watches


def watched(actor: Actor, ids: Sequence[int]) -> list[JobRow]:
    """Those of these that are the actor's own, oldest first: one statement, none for no ids."""
    if not ids:
        return []
    shown = [getattr(Job, name) for name in JobRow.__slots__]
    mine = select(*shown).where(Job.actor_id == actor.user_id, Job.id.in_(ids[-MOST:])).order_by(Job.id)
    return [JobRow(*row) for row in db.session.execute(mine)]
