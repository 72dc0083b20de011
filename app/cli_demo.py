"""`ucc demo …`: data to try the product with."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Final

import click
from flask_babel import gettext as _

from app.demo import CODE
from app.demo_fill import Filling, fill, prepare
from app.models.base import utcnow
from app.terminal import at_work, owners_app, plain_errors, prepared_app

NAME: Final = "华东云客服中心"
OTHER: Final = "第{number}分公司"


@click.group()
def demo() -> None:
    """Believable data, for trying the product out and for measuring it. Not for a company that works with it."""


@demo.command("fill")
@click.option("--customers", type=click.IntRange(0, 10_000_000), default=1_000_000, show_default=True,
              help="How many customers the company is to have.")  # fmt: skip
@click.option("--company", "code", default=CODE, show_default=True,
              help="Its enterprise code; it is brought live where there is none.")  # fmt: skip
@click.option("--others", type=click.IntRange(0, 999), default=0, show_default=True, help="Companies beside it.")
@click.option("--each", type=click.IntRange(0, 10_000_000), default=1_000, show_default=True,
              help="How many customers each of those is to have.")  # fmt: skip
@plain_errors
def fill_command(customers: int, code: str, others: int, each: int) -> None:
    """Fill the company up to so many believable Chinese customers, with teams, agents and fields of its own.

    What a company has already counts: a run that was stopped is taken up where it ended, and a second one adds nothing.
    """
    with at_work(prepared_app(owners_app())):
        wanted = [(code, NAME, customers)]
        wanted += [(f"{code}-{number}", OTHER.format(number=number), each) for number in range(1, others + 1)]
        for one, name, number in wanted:
            now = utcnow()
            _fill(prepare(one, name, number, now), now)


def _fill(filling: Filling, now: datetime) -> None:
    code, lacking = filling.tenant.code, filling.customers - filling.had
    if filling.password:
        click.echo(_("%(code)s has new people. The password of them all: %(word)s", code=code, word=filling.password))
    if lacking <= 0:
        click.echo(_("%(code)s has %(n)s customers already: nothing to add.", code=code, n=f"{filling.had:,}"))
        return
    began = time.monotonic()
    with click.progressbar(length=lacking, label=code, width=30) as bar:
        for added in fill(filling, now):
            bar.update(added)
    took = max(time.monotonic() - began, 0.001)
    said = {"code": code, "n": f"{lacking:,}", "s": f"{took:.1f}", "rate": f"{lacking / took:,.0f}"}
    click.echo(_("%(code)s: %(n)s customers added in %(s)s s, %(rate)s a second.", **said))
