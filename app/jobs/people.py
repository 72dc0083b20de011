"""On whose behalf a job runs: the person as they are now, not as they were when they asked."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.access import Actor, system_actor
from app.accounts.people import PERSON, actor_of, same_role
from app.errors import Denied
from app.models.adopted import Role, User
from app.models.base import db
from app.models.job import Job
from app.models.tenant import Tenant


def actor_for(job: Job) -> Actor:
    """The person who asked for `job`, with today's role and grants, or the system. Raises Denied for somebody who may
    no longer log in."""
    if job.actor_id is None:
        tenant = db.session.get_one(Tenant, job.tenant_id)
        return system_actor(tenant.id, job.kind, locale=tenant.locale, timezone=tenant.timezone)
    found = db.session.execute(
        select(*PERSON)
        .join(Role, same_role())
        .join(Tenant, Tenant.id == User.tenant_id)
        .where(User.id == job.actor_id, User.tenant_id == job.tenant_id)
    ).one_or_none()
    if found is None or not found.active or not found.tenant_active:
        raise Denied("job", "run", _l("The person who asked for this can no longer log in."))
    return actor_of(found)
