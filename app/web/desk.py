"""The part of the workbench that each person has for themselves: what is due, figures as bars, their jobs (C7).

Each is a piece that the page asks for once it is shown, so that announcements are there at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Actor, may
from app.accounts.addresses import HOME
from app.engine import engine
from app.errors import NotFound
from app.jobs import files, queue
from app.jobs.approval import undecided
from app.models.base import utcnow
from app.records import custom, desk
from app.records.record import Row
from app.spec.model import IDLE, ResourceSpec
from app.web import htmx
from app.web.extended import faces_of
from app.web.face import Face
from app.web.jobs import shown as shown_job
from app.web.listing import short
from app.web.shell import part

MOST_JOBS: Final = 3
MOST_BARS: Final = 8


def pieces(actor: Actor, root: str) -> list[dict[str, str]]:
    """What the page asks for: address and heading of each piece the actor may see."""
    found = [
        {"id": f"desk-{resource.name}", "url": f"{root}{HOME}/desk/{resource.name}", "label": _label(resource, actor)}
        for resource in with_desk(actor)
    ]
    return [*found, {"id": "desk-jobs", "url": f"{root}{HOME}/jobs", "label": _("My jobs")}]


def with_desk(actor: Actor) -> Iterator[ResourceSpec]:
    """The resources of which the workbench shows the actor's own."""
    for resource in engine().product.resources.values():
        if resource.desk is not None and may(actor, resource, "view"):
            yield custom.of(actor, resource)


def desk_part(actor: Actor, name: str, root: str) -> Response:
    """What is due of a resource, and its figures. Raises NotFound where there is none."""
    resource = next((one for one in with_desk(actor) if one.name == name), None)
    if resource is None:
        raise NotFound
    face = faces_of(resource)[actor.locale]
    due = _due(actor, face, root)
    return part("_desk.html", due=due, bars=_bars(actor, face, root), name=name, many=face.many)


def jobs_part(actor: Actor, root: str) -> Response:
    """The last jobs of the actor's own, with progress and files."""
    found = queue.mine(actor, MOST_JOBS)
    made = files.of_jobs(actor, [job.id for job in found])
    jobs = [shown_job(job, actor, made.get(job.id, ())) for job in found]
    template = "_jobs.html" if htmx.aimed_at("jobs") else "_desk_jobs.html"
    return part(
        template,
        jobs=jobs,
        url=f"{root}{HOME}/jobs",
        live=any(job["live"] for job in jobs),
        approve=undecided(actor),
    )


def _label(resource: ResourceSpec, actor: Actor) -> str:
    return desk.desk_of(resource).label.text(actor.locale)


def _due(actor: Actor, face: Face, root: str) -> dict[str, Any] | None:
    """None for who has no records of their own and never will: their role takes none."""
    found = desk.due(actor, face.resource)
    if not found.rows and not actor.seat:
        return None
    number = f"{found.count.number:,}{'+' if found.count.capped else ''}"
    days = found.days
    return {
        "label": _label(face.resource, actor),
        "rows": [_row(actor, face, row, found.returns_after, root) for row in found.rows],
        "count": number,
        "all_url": f"{root}{face.url}?{urlencode(found.asked)}",
        "list_url": f"{root}{face.url}",
        "told": _told(days, found.returns_after),
    }


def _told(days: int, returns_after: int) -> str:
    """What is due: what nobody has been in contact with for so long, or where the warning begins at once, all of it."""
    if days:
        told = ngettext("Not contacted for %(num)s day or longer", "Not contacted for %(num)s days or longer", days)
    else:
        told = ngettext(
            "Back to the pool after %(num)s day without contact",
            "Back to the pool after %(num)s days without contact",
            returns_after,
        )
    return str(told)


def _row(actor: Actor, face: Face, row: Row, returns_after: int, root: str) -> dict[str, Any]:
    beside = [face.fields[name].text(row, actor.reader) for name in desk.desk_of(face.resource).shown]
    idle: datetime | None = row.values.get(IDLE)
    days = (utcnow() - idle).days if idle is not None else 0
    left = returns_after - days if returns_after else None
    return {
        "url": f"{root}{face.url}{row.id}",
        "title": short(face.fields[face.resource.title].text(row, actor.reader)),
        "beside": " · ".join(text for text in beside if text),
        "quiet": ngettext("%(num)s day", "%(num)s days", days),
        "left": None if left is None else _left(left),
        "urgent": left is not None and left <= 1,
    }


def _left(days: int) -> str:
    if days <= 0:
        return str(_("about to go back to the pool"))
    return str(ngettext("back to the pool in %(num)s day", "back to the pool in %(num)s days", days))


def _bars(actor: Actor, face: Face, root: str) -> dict[str, Any]:
    """The figures as bars, the longest of which fills its place; what is beyond MOST_BARS is one bar."""
    found = desk.figures(actor, face.resource)
    field = desk.desk_of(face.resource).count
    total, shown = sum(one.number for one in found.figures), found.figures[:MOST_BARS]
    rest = sum(one.number for one in found.figures[MOST_BARS:])
    most = max((one.number for one in found.figures), default=0) or 1
    bars = [
        {
            "label": one.title or _("None"),
            "number": f"{one.number:,}",
            "percent": max(1, round(100 * one.number / most)),
            "url": f"{root}{face.url}?{urlencode({f'{field}.in': one.id, **found.asked})}" if one.id else None,
        }
        for one in shown
    ]
    if rest:
        percent = max(1, round(100 * min(rest, most) / most))
        bars.append({"label": _("Others"), "number": f"{rest:,}", "percent": percent, "url": None})
    whose = {"own": _("yours"), "team": _("your team's"), "all": _("all you see")}[found.whose]
    label = face.fields[field].field.label.inside(face.locale)
    add_url = f"{request.script_root}{face.url}add" if may(actor, face.resource, "add") else None
    return {"label": label, "whose": whose, "total": f"{total:,}", "bars": bars, "add_url": add_url}
