"""`ucc find …`: what people find records by."""

from __future__ import annotations

import click
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.tenants import find_tenant
from app.engine import engine
from app.models.base import db
from app.models.tenant import Tenant
from app.records.reindex import findable, rebuild
from app.tenancy.scope import tenant_scope
from app.terminal import at_work, plain_errors, prepared_app


@click.group()
def find() -> None:
    """What search finds records by: parts of names, spellings, ends of numbers."""


@find.command("rebuild")
@click.option("--tenant", "code", help="Enterprise code; without it every company.")
@plain_errors
def find_rebuild(code: str | None) -> None:
    """Work it out anew for records that exist: after a field of the YAML was given `find`."""
    with at_work(prepared_app()):
        tenants = [find_tenant(code)] if code else db.session.scalars(select(Tenant).order_by(Tenant.code)).all()
        for tenant in tenants:
            for resource in filter(findable, engine().product.resources.values()):
                with tenant_scope(tenant.id):
                    done = sum(rebuild(resource))
                said = {"code": tenant.code, "what": resource.name, "n": f"{done:,}"}
                click.echo(_("%(code)s: %(n)s records of %(what)s", **said))
