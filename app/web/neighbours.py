"""The records before and after this one in the list that its reader came from: same filter, same order (C1).

Which list that was, the address says, or where the reader comes straight from it, the browser does. Two statements,
each from the record's own place on; one more where its place cannot be told from what its page shows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.access import Actor
from app.errors import Invalid, TooMany
from app.models.base import db
from app.records import custom, query
from app.records.cursor import Cursor
from app.records.opening import opening
from app.records.plan import keyset_of
from app.records.record import Record
from app.records.search import Search, order_of, parse
from app.records.system import field_of
from app.records.tables import model_of
from app.spec.model import ResourceSpec
from app.web import htmx
from app.web.face import Face
from app.web.listing import short

LIST: Final = "in"  # key of the address: the query string of the list


def neighbours(face: Face, actor: Actor, record: Record, root: str) -> dict[str, Any] | None:
    """Address of the list, and of its records before and after this one: None where there is none. None altogether for
    who does not come from a list, or from one that means nothing any more."""
    asked = _asked(face)
    if asked is None:
        return None
    seen = custom.of(actor, face.resource)
    try:
        search = parse(seen, _args(face.resource, actor, asked), actor.reader)
        key = _key(seen, search, record)
        before, after = (_beside(face, actor, search, Cursor(place, key, record.id)) for place in ("before", "after"))
    except (Invalid, TooMany):
        return None
    address = f"?{urlencode({LIST: asked})}"
    return {
        "list_url": face.url + (f"?{asked}" if asked else ""),
        "previous": before and before | {"url": f"{root}{face.url}{before['id']}{address}"},
        "next": after and after | {"url": f"{root}{face.url}{after['id']}{address}"},
    }


def _asked(face: Face) -> str | None:
    """The query string of the list."""
    if LIST in request.args:
        return request.args[LIST]
    came_from = htmx.came_from([face.url])
    return None if came_from is None else came_from.partition("?")[2]


def _args(resource: ResourceSpec, actor: Actor, asked: str) -> MultiDict[str, str]:
    """What the list asked for; without anything, what the view asks for that it opens with."""
    args: MultiDict[str, str] = htmx.args_of(f"?{asked}")
    first = None if args else opening(actor, resource)
    args = htmx.args_of(f"?{first.query}") if first is not None else args
    for name in ("cursor", "size"):  # the place is the record's own
        args.poplist(name)
    return args


def _key(resource: ResourceSpec, search: Search, record: Record) -> Any:
    """What the record is ordered by. Its page may show that otherwise: masked, as a default, by another name."""
    name = order_of(resource, search).removeprefix("-")
    if name == "id":
        return record.id
    field = field_of(resource, name)
    if name in record.values and not (field.slot or field.to or field.hidden or field.masked or field.fallback):
        return record.values[name]
    model = model_of(resource)
    return db.session.scalars(select(keyset_of(resource, search).key).where(model.id == record.id)).one_or_none()


def _beside(face: Face, actor: Actor, search: Search, cursor: Cursor) -> dict[str, str] | None:
    """The nearest row on that side that the reader sees."""
    resource = face.resource
    found = query.page(actor, resource, replace(search, size=1, cursor=cursor), [resource.title]).rows
    if not found:
        return None
    title = face.fields[resource.title].text(found[0], actor.reader)
    return {"id": str(found[0].id), "title": short(title)}
