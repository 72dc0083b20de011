"""The history of a record: what a template needs, the page that older entries are fetched from, and the API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_babel import gettext as _

from app.access import Actor
from app.fields.base import Reader
from app.fields.moments import local, show_date
from app.models.base import utcnow
from app.records import audit, query
from app.records.audit import AuditRow
from app.records.ids import record_id, record_ids
from app.records.record import Record
from app.records.timeline import SIZE, Moment, beginning, moments
from app.spec.model import ResourceSpec
from app.web import htmx, who
from app.web.permit import permitted
from app.web.shell import page, part
from app.web.view_part import ApiPart, ViewPart

MOST: Final = 100  # entries of one answer of the API


class TimelinePages(ViewPart):
    """The page's part of a `ResourceView`."""

    @expose("/<id>/timeline")
    @permitted("view")
    def timeline(self, id: str) -> ResponseReturnValue:
        """What happened before the entry `?before=`: for htmx the days alone, else a page of them."""
        actor = who.actor()
        record = query.get(actor, self.resource, record_id(id))
        before = next(iter(record_ids([request.args.get("before", "")])), None)
        entries = audit.history(actor, self.resource, record.id, SIZE, before=before)
        url = f"{request.script_root}{self.face.url}{record.id}"
        context = timeline_context(actor, self.resource, record, entries, url, after=request.args.get("day", ""))
        if htmx.asked():
            return part("_timeline.html", timeline=context)
        title = record.title
        return page("timeline.html", title=title, crumbs=self._crumbs(title), timeline=context, url=url)


class TimelineApi(ApiPart):
    """The API's part."""

    @expose("/<id>/timeline", methods=["GET"])
    @permitted("view")
    def timeline(self, id: str) -> Response:
        """What happened to the record, the newest first; `next` goes into `before`."""
        actor, args = who.actor(), request.args
        record = query.get(actor, self.resource, record_id(id))
        before = next(iter(record_ids([args.get("before", "")])), None)
        asked = args.get("size", "")
        size = min(MOST, max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 4 else SIZE
        entries = audit.history(actor, self.resource, record.id, size, before=before)
        more = len(entries) == size
        told = _with_beginning(actor, self.resource, record, entries, more=more)
        return jsonify(data=[_json(one) for one in told], next=str(entries[-1].id) if more else None)


def timeline_context(
    actor: Actor,
    resource: ResourceSpec,
    record: Record | None,
    entries: Sequence[AuditRow],
    url: str,
    *,
    after: str = "",
) -> dict[str, Any]:
    """What the template needs: days of entries. `after` is the day that the entries shown before ended with, whose
    heading stands already. Settings have no `record`."""
    more = record is not None and len(entries) == SIZE
    told = _with_beginning(actor, resource, record, entries, more=more)
    days = list(_days(told, actor.reader))
    if days and days[0]["date"] == after:
        days[0]["label"] = ""
    asked = {"before": entries[-1].id, "day": days[-1]["date"]} if more else {}
    return {"days": days, "older_url": f"{url}/timeline?{urlencode(asked)}" if more else None}


def _with_beginning(
    actor: Actor, resource: ResourceSpec, record: Record | None, entries: Sequence[AuditRow], *, more: bool
) -> list[Moment]:  # fmt: skip
    told = moments(actor, resource, entries)
    if record is not None and not more and (first := beginning(resource, record, entries)):
        told.append(first)
    return told


def _days(told: Sequence[Moment], reader: Reader) -> Iterator[dict[str, Any]]:
    today = local(utcnow(), reader).date()
    for day, some in groupby(told, lambda one: local(one.at, reader).date()):
        yield {
            "date": day.isoformat(),
            "label": _day(day, today, reader),
            "entries": [_entry(one, reader) for one in some],
        }


def _day(day: date, today: date, reader: Reader) -> str:
    if day == today:
        return str(_("Today"))
    return str(_("Yesterday")) if day == today - timedelta(days=1) else show_date(day, reader)


def _entry(one: Moment, reader: Reader) -> dict[str, Any]:
    there = local(one.at, reader)
    return {
        "time": f"{there.hour:02}:{there.minute:02}",
        "at": one.at.isoformat(),
        "who": one.who,
        "by": one.by,
        "text": one.text,
        "tone": one.tone,
        "changes": one.changes,
    }


def _json(one: Moment) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(),
        "who": one.who,
        "action": one.action,
        "text": one.text,
        "changes": [
            {"field": change.field, "label": change.label, "before": change.before, "after": change.after}
            for change in one.changes
        ],
    }
