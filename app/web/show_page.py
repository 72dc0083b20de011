"""The page of one record: the template context `record`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from flask_babel import gettext as _

from app.access import Actor, may
from app.accounts.explain import roles_page
from app.records.audit import AuditRow
from app.records.readers import tracked
from app.records.record import Record
from app.records.reveal import may_reveal
from app.records.system import PEOPLE_MODEL, TRACKED, computed
from app.records.tables import base_of
from app.spec.model import ResourceSpec
from app.web.actions import delete_action, record_actions
from app.web.beside import beside_urls
from app.web.face import Face, FieldFace
from app.web.log_link import log_url
from app.web.moments import plain
from app.web.timeline import timeline_context
from app.web.uses import members

LONG: Final = ("longtext", "richtext")  # kinds that get a line of their own


def show_context(
    face: Face, actor: Actor, record: Record, entries: Sequence[AuditRow] | None, root: str
) -> dict[str, Any]:  # fmt: skip
    """The whole of `record`: sections as in the form, then what no form shows, then who made and changed it when."""
    here = f"{root}{face.url}{record.id}"
    return {
        "id": str(record.id),
        "version": record.version,
        "title": record.title,
        "url": here,
        "summary": list(_summary(face, actor, record)),
        "sections": list(_sections(face, actor, record)),
        "meta": [_meta(face.fields[name], actor, record) for name in (*computed(face.resource), *TRACKED)],
        "actions": record_actions(face, actor, record, root),
        "links": list(_links(face.resource, actor, record, here, root)),
        "edit_url": f"{here}/edit" if may(actor, face.resource, "edit") else None,
        "delete": None if _kept(face, record) else delete_action(face, actor, root),
        **beside_urls(face, actor, root),
        "members": members(face, actor, record.id, root),
        "reveal_url": f"{here}/reveal" if may_reveal(actor, face.resource) else None,
        "history": None if entries is None else timeline_context(actor, face.resource, record, entries, here),
        "history_url": log_url(face.resource, record.id, actor, root),
    }


def _kept(face: Face, record: Record) -> bool:
    """True for a record that nobody may delete."""
    marks = face.resource.list.kept
    return bool(marks and record.values[marks])


def _links(resource: ResourceSpec, actor: Actor, record: Record, here: str, root: str) -> Iterator[dict[str, str]]:
    """Other pages about this record."""
    if tracked(resource):
        yield {"label": _("Who has read it"), "url": f"{here}/readers", "icon": "eye-check"}
    if may(actor, roles_page(), "view"):
        if base_of(resource).model == PEOPLE_MODEL:
            yield {"label": _("Explain permissions"), "url": f"{root}/explain/?user={record.id}", "icon": "help-circle"}
        elif resource.visibility:
            url = f"{root}/explain/?page={resource.name}&kind=view&record={record.id}"
            yield {"label": _("Who sees this?"), "url": url, "icon": "help-circle"}


def _summary(face: Face, actor: Actor, record: Record) -> Iterator[dict[str, Any]]:
    """What one looks for first, beside the title; what is empty is left out, and what is masked stays so."""
    for name in face.resource.summary:
        field = face.fields[name]
        if html := field.full(record, actor.reader):
            badge = name == face.resource.keys and not field.field.hidden
            yield {"name": name, "label": field.label, "html": html, "badge": badge, "masked": field.field.hidden}


def _meta(field: FieldFace, actor: Actor, record: Record) -> dict[str, Any]:
    """Who or when. What nobody did, the system did."""
    return {"label": field.label, "text": plain(field.full(record, actor.reader)) or _("System")}


def _sections(face: Face, actor: Actor, record: Record) -> Iterator[dict[str, Any]]:
    for section in face.resource.form:
        label = section.label.text(face.locale) if section.label else None
        yield from _section(label, (face.fields[name] for name in section.fields), actor, record)
    yield from _section(None, face.stray_fields(), actor, record)


def _section(label: str | None, fields: Iterable[FieldFace], actor: Actor, record: Record) -> Iterator[dict[str, Any]]:
    rows = [
        {
            "name": field.name,
            "label": field.label,
            "html": field.full(record, actor.reader),
            "wide": field.field.kind in LONG,
            "masked": field.field.hidden and bool(record.values.get(field.name)),
        }
        for field in fields
        if not field.kind.secret
    ]
    if rows:
        yield {"label": label, "rows": rows}
