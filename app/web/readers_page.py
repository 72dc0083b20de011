"""Who has read and acknowledged one announcement: page, file and API (A1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from apispec import APISpec
from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.access import Actor, may
from app.accounts.roles import role_called
from app.engine import engine
from app.errors import Invalid
from app.fields.base import Reader
from app.models.adopted import Role
from app.models.base import db, transaction
from app.records import audit
from app.records.ids import record_id, record_ids
from app.records.query import choices
from app.records.readers import ACKNOWLEDGED, OUTSTANDING, READ, TEAM, UNREAD, ReaderRow, Readers, Tally, Wanted
from app.records.system import people
from app.web import who
from app.web.api import ResourceApi
from app.web.csv_file import csv_answer
from app.web.listing import short
from app.web.moments import moment
from app.web.openapi import TEXT, WHETHER, WHOLE, operation
from app.web.permit import permitted
from app.web.shell import page
from app.web.view import ResourceView

STATES: Final = (READ, UNREAD, ACKNOWLEDGED, OUTSTANDING)
MOST_OPTIONS: Final = 200
MOST_CRUMB: Final = 16  # characters: the whole title stands below


class ReadersView(ResourceView):
    """The pages of a resource that remembers its readers."""

    more_methods = MappingProxyType({"readers": "view", "readers_csv": "export"})

    @expose("/<id>/readers")
    @permitted("view")
    def readers(self, id: str) -> ResponseReturnValue:
        """The figures, and the people one by one."""
        actor = who.actor()
        found, wanted = Readers.of(actor, self.resource, record_id(id)), wanted_by(request.args)
        title = _("Who has read it")
        record_url = f"{self.face.url}{found.record.id}"
        crumbs = [(self.face.many, self.face.url), (found.record.title[:MOST_CRUMB], record_url), (title, None)]
        context = _context(found, wanted, actor, request.script_root + record_url)
        context["export_url"] = context["export_url"] if may(actor, self.resource, "export") else None
        return page("readers.html", title=title, crumbs=crumbs, page=context)

    @expose("/<id>/readers.csv")
    @permitted("export")
    def readers_csv(self, id: str) -> ResponseReturnValue:
        """Everyone the page would list, as a file."""
        actor = who.actor()
        found = Readers.of(actor, self.resource, record_id(id))
        head = [_("Login name"), _("Name"), _("Role"), _("Team"), _("Status"), _("Read at"), _("Acknowledged at")]
        rows = [
            [
                row.username,
                row.name,
                role_called(row.role, actor.locale),
                row.team,
                state[1],
                *_moments(row, actor.reader),
            ]
            for row in found.all(wanted_by(request.args))
            if (state := _state(found, row))
        ]
        with transaction():  # what leaves the product in a file is in the audit log
            told = {"rows": len(rows), "search": request.query_string.decode()}
            audit.enter(actor, self.resource, "export", (found.record.id, found.record.title), after=told)
        return csv_answer(f"{self.resource.name}-{found.record.id}-readers", head, rows)


class ReadersApi(ResourceApi):
    """The API of a resource that remembers its readers."""

    more_methods = MappingProxyType({"readers": "view"})

    def add_api_spec(self, api_spec: APISpec) -> None:
        """What every resource has, and the readers."""
        super().add_api_spec(api_spec)
        texts = ("id", "username", "name", "role", "team", "read_at", "acknowledged_at")
        person = {"type": "object", "properties": dict.fromkeys(texts, TEXT)}
        counts = {"type": "object", "properties": dict.fromkeys(("people", "read", "acknowledged"), WHOLE)}
        people = {"type": "array", "items": person}
        answer = {"data": people, "counts": counts, "must_acknowledge": WHETHER, "next": {**TEXT, "nullable": True}}
        asked = [
            {"name": name, "in": "path" if name == "id" else "query", "required": name == "id", "schema": TEXT}
            for name in ("id", "state", "role", "team", "after")
        ]
        described = operation(self.face, _("Who has read it"), asked, answer)
        api_spec.path(path=f"{self.route_base}/{{id}}/readers", operations={"get": described})

    @expose("/<id>/readers", methods=["GET"])
    @permitted("view")
    def readers(self, id: str) -> Response:
        """The figures, and a page of the people; `next` goes into `after`."""
        found, wanted = Readers.of(who.actor(), self.resource, record_id(id)), wanted_by(request.args)
        tally, (rows, after) = found.tally(), found.page(wanted)
        return jsonify(
            data=[
                {
                    "id": str(row.id),
                    "username": row.username,
                    "name": row.name,
                    "role": row.role,
                    "team": row.team,
                    "read_at": row.read_at.isoformat() if row.read_at else None,
                    "acknowledged_at": row.acknowledged_at.isoformat() if row.acknowledged_at else None,
                }
                for row in rows
            ],
            counts={"people": tally.people, "read": tally.read, "acknowledged": tally.acknowledged},
            must_acknowledge=found.asks,
            next=after,
        )


def wanted_by(args: MultiDict[str, str]) -> Wanted:
    """What the query string asks for. Raises Invalid for a state, role or team that can be none."""
    state, errors = args.get("state", ""), dict[str, list[object]]()
    if state and state not in STATES:
        errors["state"] = [_("Choose from the list.")]
    ids: dict[str, int | None] = {}
    for name in ("role", "team"):
        given = args.get(name, "").strip()
        found = record_ids([given]) if given else []
        ids[name] = found[0] if found else None
        if given and not found:
            errors[name] = [_("Choose from the list.")]
    if errors:
        raise Invalid(errors)
    after = "".join(filter(str.isprintable, args.get("after", "")))
    return Wanted(state=state, after=after.strip(), **ids)


def _context(found: Readers, wanted: Wanted, actor: Actor, url: str) -> dict[str, Any]:
    tally, (rows, after) = found.tally(), found.page(wanted)
    asked = {"state": wanted.state, "role": wanted.role or "", "team": wanted.team or ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return {
        "name": short(found.record.title),
        "url": f"{url}/readers",
        "export_url": f"{url}/readers.csv?{query}",
        "figures": list(_figures(found, tally, f"{url}/readers", wanted)),
        "people": tally.people,
        "asks": found.asks,
        "state": wanted.state,
        "filters": list(_filters(wanted, actor)),
        "rows": [
            {"name": row.name, "username": row.username, "role": role_called(row.role, actor.locale),
             "team": row.team, "state": _state(found, row), "moments": _moments(row, actor.reader)}
            for row in rows
        ],
        "first_url": f"{url}/readers?{query}" if wanted.after else None,
        "next_url": f"{url}/readers?{urlencode({**asked, 'after': after})}" if after else None,
    }  # fmt: skip


def _figures(found: Readers, tally: Tally, url: str, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """The figures one sees first; each leads to those it counts."""
    everyone, read, said = tally.people, tally.read, tally.acknowledged
    entries = [("", _("All"), everyone), (READ, _("Have read"), read)]
    if found.asks:
        entries += [(ACKNOWLEDGED, _("Have acknowledged"), said), (OUTSTANDING, _("Not yet"), everyone - said)]
    else:
        entries.append((UNREAD, _("Not yet"), everyone - read))
    keep = {"role": wanted.role or "", "team": wanted.team or ""}
    for state, label, number in entries:
        asked = urlencode({name: value for name, value in {"state": state, **keep}.items() if value})
        part = round(100 * number / everyone) if everyone else 0
        yield {
            "label": label, "number": number, "part": part, "state": state,
            "url": f"{url}?{asked}" if asked else url, "current": wanted.state == state,
        }  # fmt: skip


def _filters(wanted: Wanted, actor: Actor) -> Iterator[dict[str, Any]]:
    """Drop-downs of roles and teams."""
    roles = db.session.execute(select(Role.id, Role.name).order_by(Role.created_at, Role.id).limit(MOST_OPTIONS))
    yield _drop_down("role", _("Role"), [(id_, role_called(name, actor.locale)) for id_, name in roles], wanted.role)
    person = people(engine().product)
    if TEAM in person.fields and any(may(actor, person, kind) for kind in ("view", "add", "edit")):
        teams = [(entry.id, entry.title) for entry in choices(actor, person, TEAM, limit=MOST_OPTIONS)]
        yield _drop_down("team", _("Team"), teams, wanted.team)


def _drop_down(name: str, label: str, entries: Sequence[tuple[int, str]], chosen: int | None) -> dict[str, Any]:
    options = [{"value": "", "label": _("All"), "selected": chosen is None}]
    options += [{"value": str(id_), "label": text, "selected": id_ == chosen} for id_, text in entries]
    return {"name": name, "label": label, "widget": "select", "options": options, "value": str(chosen or "")}


def _state(found: Readers, row: ReaderRow) -> tuple[str, str]:
    """The tone of the badge, and what it says."""
    if found.asks and row.acknowledged_at:
        return "green", _("Acknowledged")
    if row.read_at:
        return ("blue", _("Read, not acknowledged")) if found.asks else ("green", _("Read"))
    return "grey", _("Not read")


def _moments(row: ReaderRow, reader: Reader) -> tuple[str, str]:
    """When it was read and acknowledged, in the reader's words."""
    read_at, said_at = (moment(at, reader) if at else "" for at in (row.read_at, row.acknowledged_at))
    return read_at, said_at
