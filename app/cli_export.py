"""`ucc export …`: whose is this file?"""

from __future__ import annotations

import click
from flask_babel import gettext as _
from sqlalchemy import select

from app.models.audit import AuditEntry
from app.models.base import db
from app.models.tenant import Tenant
from app.records.export import EXPORT
from app.tenancy.scope import tenant_scope
from app.terminal import at_work, plain_errors, prepared_app


@click.group()
def export() -> None:
    """What left the product in files."""


@export.command("whose")
@click.argument("mark")
@plain_errors
def export_whose(mark: str) -> None:
    """Who made the exported file that bears MARK, when, from where, and what is in it.

    The mark is in the file's name; in a csv in the label of the last column, in an xlsx on the last sheet and in the
    properties of the document. Exit code 1 where no company knows it.
    """
    mark, found = mark.strip().upper(), False
    with at_work(prepared_app()):
        for tenant in db.session.execute(select(Tenant.id, Tenant.code, Tenant.name).order_by(Tenant.id)).all():
            with tenant_scope(tenant.id):
                entries = db.session.execute(
                    select(
                        AuditEntry.at, AuditEntry.actor_name, AuditEntry.address, AuditEntry.resource, AuditEntry.after
                    )
                    .where(AuditEntry.action == EXPORT, AuditEntry.record_title == mark)
                    .order_by(AuditEntry.id)
                ).all()
                db.session.rollback()
            for at, name, address, resource, after in entries:
                found = True
                click.echo(f"{tenant.code}\t{tenant.name}\t{name}\t{at:%Y-%m-%d %H:%M:%S} UTC\t{address}\t{resource}")
                for key, value in (after or {}).items():
                    click.echo(f"  {key}: {value}")
        if not found:
            click.echo(_("No company has an export with this mark."), err=True)
            raise SystemExit(1)
