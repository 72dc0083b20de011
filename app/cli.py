"""`ucc`: one small function per verb. Errors go to standard error, in one sentence, with exit code 1."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

import config
from app.accounts.maintenance import maintain
from app.accounts.permissions import sync
from app.accounts.platform import create_operator
from app.accounts.templates import GENERAL
from app.accounts.tenants import create_tenant, find_tenant, list_tenants, reset_user_password
from app.cli_audit import audit
from app.cli_demo import demo
from app.cli_export import export
from app.cli_find import find
from app.demo import ensure_demo
from app.engine import engine
from app.jobs import process
from app.models import migrate
from app.models.base import db
from app.spec.check import check as check_schema
from app.spec.load import load_product
from app.terminal import (
    at_work,
    demand_free,
    end_children_by_sigterm,
    is_embedded,
    owners_app,
    plain_errors,
    prepared_app,
)

AGREES = "The database agrees with the schema."
PATIENCE = 30  # seconds a server process that was told to end may finish its requests


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ucc-admin")
def main() -> None:
    """UCC Admin: administration for cloud call centres. Settings come from UCC_* variables (see config.py)."""


@main.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folders: Sequence[Path]) -> None:
    """Check every YAML resource and print all faults at once, as file:line: path: message."""
    places = folders or [Path(folder) for folder in config.load()["SCHEMA"]]
    faults = check_schema(*places)
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo("schema: no faults")


@main.group()
def schema() -> None:
    """Compare the YAML resources with the database, and bring the database up to them."""


@schema.command()
@plain_errors
def diff() -> None:
    """Show what `ucc schema migrate` would do to the database."""
    steps = migrate.diff(owners_app(repairs=True))
    for step in steps:
        click.echo(step)
    click.echo(f"{len(steps)} step(s): + safe, - loses data, ! not possible yet" if steps else AGREES)


@schema.command("migrate")
@click.option("--allow-loss", is_flag=True, help="Also take the steps that lose data (shown by `ucc schema diff`).")
@plain_errors
def schema_migrate(allow_loss: bool) -> None:
    """Write the migration for changed YAML, apply it, and add the permission rows of new pages."""
    app = owners_app(repairs=True)
    steps = migrate.migrate(app, allow_loss=allow_loss)
    for step in steps:
        if step.taken:
            click.echo(step)
    click.echo(f"{sum(step.taken for step in steps)} step(s) applied" if steps else AGREES)
    with app.app_context():
        added = sync(engine().product)
    click.echo(f"{added} permission(s) added")
    left = [f"\n  {step}" for step in steps if not step.taken]
    if left:
        raise click.ClickException(f"not done ('-' needs --allow-loss, '!' other data):{''.join(left)}")


@main.group()
def tenant() -> None:
    """Bring companies live and list them."""


@tenant.command("create")
@click.argument("code")
@click.option("--name", required=True, help="The company's name, as its staff see it.")
@click.option("--admin", default="admin", show_default=True, help="Login name of its first admin.")
@click.option("--timezone", default="Asia/Shanghai", show_default=True)
@click.option("--locale", default="zh", show_default=True, type=click.Choice(["zh", "en"]))
@click.option("--template", default=GENERAL, show_default=True, help="What it begins with: see `ucc template list`.")
@plain_errors
def tenant_create(code: str, name: str, admin: str, **more: Any) -> None:
    """Create the company CODE (small letters, digits, hyphens) with the default roles and its first admin."""
    with at_work(prepared_app(owners_app())):
        made, password = create_tenant(code, name, admin=admin, **more)
        click.echo(f"企业已开通 / Company created: {made.name}")
        click.echo(f"  企业代码 / Enterprise code:     {made.code}")
        click.echo(f"  登录名 / Login name:            {admin}")
        click.echo(f"  一次性密码 / One-time password: {password}")
        click.echo("首次登录时须修改密码。 / It must be changed at the first login.")


@tenant.command("list")
@plain_errors
def tenant_list() -> None:
    """List every company: code, name, state, number of users."""
    with at_work(prepared_app()):
        for row in list_tenants():
            click.echo("\t".join(row))


@main.group()
def platform() -> None:
    """The company that runs the product for all others (docs/decisions/platform.md)."""


@platform.command("create-operator")
@click.argument("username")
@plain_errors
def platform_create_operator(username: str) -> None:
    """Add USERNAME to the platform's operators; the first one brings the platform's own company live."""
    with at_work(prepared_app(owners_app())):
        company, password = create_operator(username)
        click.echo(f"平台运营人员已创建 / Platform operator created: {username}")
        click.echo(f"  企业代码 / Enterprise code:     {company.code}")
        click.echo(f"  一次性密码 / One-time password: {password}")


@main.group()
def template() -> None:
    """What a new company may begin with."""


@template.command("list")
@plain_errors
def template_list() -> None:
    """List every template of schema/templates: name, label in Chinese and English."""
    for row in sorted(load_product(*(Path(folder) for folder in config.load()["SCHEMA"])).templates.values(),
                      key=lambda found: found.name):  # fmt: skip
        click.echo(f"{row.name}\t{row.label.zh}\t{row.label.en}")


@main.group()
def user() -> None:
    """Help users who cannot log in."""


@user.command("reset-password")
@click.argument("code")
@click.argument("username")
@plain_errors
def user_reset_password(code: str, username: str) -> None:
    """Give USERNAME of the company CODE a one-time password (P3); it ends their logins."""
    with at_work(prepared_app()):
        password = reset_user_password(find_tenant(code), username)
        click.echo(f"一次性密码 / One-time password: {password}")


@main.command()
@click.option("--host", help="Address to serve on [UCC_HOST].")
@click.option("--port", type=click.IntRange(1, config.LAST_PORT), help="Port to serve on [UCC_PORT].")
@click.option("--workers", type=click.IntRange(1), help="Server processes [UCC_WORKERS].")
@click.option("--demo", is_flag=True, help="Create the demo company first, and print its logins.")
@plain_errors
def serve(host: str | None, port: int | None, workers: int | None, demo: bool) -> None:
    """Serve the product; an embedded database is brought up to date first."""
    app = prepared_app()
    host, port = host or app.config["HOST"], port or app.config["PORT"]
    demand_free(host, port)
    if demo:
        if not is_embedded(app):
            raise click.ClickException("The demo company is for the embedded database only.")
        with at_work(app):
            ensure_demo(f"http://{host}:{port}")
    else:
        click.echo(f"http://{host}:{port}")
    with at_work(app):
        maintain()
    sys.stdout.flush()
    if app.config["JOB_WORKER"]:
        process.start_beside(app)
    with app.app_context():
        db.engine.dispose()  # the workers are forks of this process, which has loaded everything: half the start
    end_children_by_sigterm()
    Granian(
        "run:app", host, port, interface=Interfaces.WSGI, workers=workers or app.config["WORKERS"], blocking_threads=1,
        websockets=False, log_level=LogLevels.warning, working_dir=config.ROOT, workers_kill_timeout=PATIENCE,
    ).serve()  # fmt: skip


@main.command("maintain")
@plain_errors
def maintain_command() -> None:
    """Delete for good what can no longer be restored. `ucc serve` does it at every start; otherwise run it daily."""
    with at_work(prepared_app()):
        click.echo(f"{maintain()} archived field(s) deleted for good")


@main.command()
@click.option("--once", is_flag=True, help="Do what waits, then end.")
@plain_errors
def worker(once: bool) -> None:
    """Do the jobs that requests leave behind: imports, exports, conversions. As many as you like may run at once."""
    process.work(prepared_app(), once=once)


main.add_command(audit)
main.add_command(find)
main.add_command(export)
main.add_command(demo)
