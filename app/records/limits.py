"""How many: rows a tenant may have of a resource (T4, F6), records one request may change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.errors import Invalid
from app.fields.base import Reader
from app.models.base import db
from app.models.tenant import Tenant
from app.records.ids import record_id
from app.records.tables import live, model_of
from app.spec.model import ResourceSpec
from app.tenancy.scope import current_tenant_id

BULK: Final = 500  # records one request may delete or act upon where the resource says nothing


def make_room(resource: ResourceSpec, reader: Reader, adding: int = 1) -> None:
    """Raises Invalid if the tenant would have more rows than `limits.rows`, also when many requests add at once."""
    most = resource.limits.get("rows")
    if most is None:
        return
    queue_up()
    model = model_of(resource)
    if db.session.scalars(select(func.count(model.id)).where(*live(resource, model))).one() + adding > most:
        what = resource.many.inside(reader.locale)
        raise Invalid({"": [_("There can be at most %(most)s %(what)s.", most=most, what=what)]})


def batch(resource: ResourceSpec, ids: Iterable[int | str]) -> list[int]:
    """The ids without repeats, in order. Raises Invalid for none or too many, NotFound for what cannot be an id."""
    wanted = sorted({record_id(one) for one in ids})
    most = resource.limits.get("bulk", BULK)
    if not wanted:
        raise Invalid({"": [_("Select at least one record.")]})
    if len(wanted) > most:
        raise Invalid({"": [_("At most %(most)s records at a time; %(n)s are selected.", most=most, n=len(wanted))]})
    return wanted


def queue_up() -> None:
    """One at a time per tenant: the next request counts only when this one has committed or given up.

    The lock is the tenant's row, a plain row lock that every pooler and Citus understand; SQLite has one writer anyway.
    """
    db.session.execute(select(Tenant.id).where(Tenant.id == current_tenant_id()).with_for_update(key_share=True))
