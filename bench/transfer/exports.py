"""A long list into a file, through the product."""

from __future__ import annotations

from functools import partial
from typing import Final

from werkzeug.datastructures import MultiDict

from app.access import Actor
from app.engine import engine
from app.jobs import queue
from app.models.base import transaction
from app.records import export, settings
from bench.transfer import jobs
from bench.transfer.figure import Figure
from bench.transfer.world import World

COLUMNS: Final = ("name", "gender", "phone", "type", "team", "last_contact_at", "created_at", "remark")


def measure(world: World, form: str) -> Figure:
    """All customers of the company, as `form`, numbers in full."""
    return jobs.run(world, partial(_put, form), on_top=True)


def _put(form: str, actor: Actor) -> int:
    page = engine().product.resource("customer")
    with transaction():
        settings.save(actor, engine().product.resource("business"), {"export_approval_rows": 0})
    with transaction():
        wanted = export.order(actor, page, MultiDict(), columns=COLUMNS, format=form, full=True)
        arguments = {**wanted.arguments(actor), "words": export.words(actor, wanted, 0)}
        return queue.enqueue(actor, export.JOB, arguments)
