"""`ucc audit …`: is the audit log whole, and what of it is old enough to go."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import click
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

import config
from app.access import system_actor
from app.accounts.tenants import find_tenant
from app.engine import engine
from app.models.base import db, transaction, utcnow
from app.models.tenant import Tenant
from app.records import audit as log
from app.records.chain import CHAINS, Mark, prune, verify
from app.tenancy.scope import tenant_scope
from app.terminal import at_work, owners_app, plain_errors, prepared_app

MARK: Final = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


@click.group()
def audit() -> None:
    """Check that nothing in the logs was changed, and remove what is old enough."""


@audit.command("verify")
@click.option("--tenant", "code", help="Enterprise code; without it every company.")
@click.option(
    "--expect", help="SEQ:HASH, printed by an earlier run and kept elsewhere: nothing up to there may differ."
)
@click.option("--log", "which", type=click.Choice(list(CHAINS)), help="Only this log; without it each.")
@plain_errors
def audit_verify(code: str | None, expect: str | None, which: str | None) -> None:
    """Walk the chain of each log, and name the first entry that was changed, taken out, put in or moved.

    Prints the newest entry's mark (SEQ:HASH). Keep it outside this system: given to --expect, it shows that the log
    was not cut off or written anew as a whole either.
    """
    mark = _mark(expect)
    if mark is not None and not code:
        raise click.UsageError("--expect is about one company: give --tenant, too.")
    chains = {name: model for name, model in CHAINS.items() if name == (which or ("audit" if mark else name))}
    whole = True
    with at_work(prepared_app()):
        for tenant in _tenants(code):
            for name, model in chains.items():
                with tenant_scope(tenant.id):
                    report = verify(model, mark)
                    db.session.rollback()
                whole = whole and not report.fault
                said = report.fault or _("whole, %(n)s entries", n=report.entries)
                click.echo(f"{tenant.code}\t{name}\t{report.head}\t{said}")
    if not whole:
        sys.exit(1)


@audit.command("prune")
@click.option("--before-days", type=int, help="Entries older than this many days go [UCC_AUDIT_DAYS].")
@plain_errors
def audit_prune(before_days: int | None) -> None:
    """Remove the entries of both logs that are older than UCC_AUDIT_DAYS, by the role that owns the tables.

    Where each chain begins then is remembered, so `ucc audit verify` works on. Never younger than 180 days.
    """
    if before_days is not None and before_days < config.LEAST_AUDIT_DAYS:
        raise click.UsageError(f"--before-days: entries are kept at least {config.LEAST_AUDIT_DAYS} days.")
    with at_work(prepared_app(owners_app())):
        days = before_days or current_app.config["AUDIT_DAYS"]
        for tenant in _tenants(None):
            for name in CHAINS:
                click.echo(f"{tenant.code}\t{name}\t{_prune(tenant, name, days)}")


def _prune(tenant: Tenant, chain: str, days: int) -> int:
    with tenant_scope(tenant.id), transaction():
        gone = prune(CHAINS[chain], utcnow() - timedelta(days=days))
        page = next((spec for spec in engine().product.resources.values() if spec.model == chain), None)
        if gone and page is not None:
            actor = system_actor(tenant.id, "ucc audit prune", locale=tenant.locale, timezone=tenant.timezone)
            log.note(actor, "prune", page, {"entries": gone, "days": days})
    return gone


def _tenants(code: str | None) -> Iterable[Tenant]:
    """One company, or all. Raises NotFound."""
    found = [find_tenant(code)] if code else list(db.session.scalars(select(Tenant).order_by(Tenant.code)))
    db.session.expunge_all()
    db.session.rollback()
    return found


def _mark(text: str | None) -> Mark | None:
    if text is None:
        return None
    found = MARK.fullmatch(text)
    if found is None:
        raise click.UsageError("--expect: write SEQ:HASH as `ucc audit verify` prints it.")
    return Mark(int(found[1]), found[2])
