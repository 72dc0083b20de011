"""An action that asks: the values it needs, in a dialog or on a page of its own, before it is done (C1: assign)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from flask import request
from flask_babel import gettext as _

from app.access import Actor, may
from app.errors import Invalid
from app.records import query
from app.records.doing import demand_action
from app.records.limits import batch
from app.records.record import Record
from app.records.tables import base_of
from app.records.visibility import sight_of
from app.spec.model import ActionSpec, ResourceSpec, Section
from app.web.face import ActionFace, Face
from app.web.form import ResourceForm, first_values, make_form
from app.web.form_page import FormPage
from app.web.listing import short

ASKED: Final = "asked"  # sent along by the dialog: without it the question comes first
MOST_NAMES: Final = 12
REMEMBERED: Final = 256


def typed(known: ActionFace, resource: ResourceSpec) -> Mapping[str, Any]:
    """What was filled in, raw."""
    return _form(resource, known.action.name)(formdata=request.form).typed() if known.action.ask else {}


def question(
    face: Face, known: ActionFace, actor: Actor, ids: Sequence[int], *, back: str, refusal: Invalid | None = None
) -> dict[str, Any]:
    """The template context `ask`: names and values for those only who may see the list. Raises Denied, NotFound for a
    record out of sight, Invalid for none or too many."""
    resource, action = face.resource, known.action
    demand_action(actor, resource, action)
    wanted = batch(resource, ids)
    shown = wanted[:MOST_NAMES] if may(actor, resource, "view") else []
    records = [query.read(actor, resource, id_) for id_ in shown]
    made = _form(resource, action.name)
    form = made(formdata=request.form) if refusal else made(formdata=None, data=_now(made, actor, records, wanted))
    errors = refusal.errors if refusal else {}
    page = FormPage(face, actor, form, request.script_root, record=None, errors=errors)
    return {
        "title": known.label,
        "text": known.confirm,
        "url": f"{request.script_root}{face.url}do/{action.name}",
        "ids": [str(id_) for id_ in wanted],
        "count": len(wanted),
        "names": [short(record.title) for record in records],
        "more": len(wanted) - len(records) if records else 0,
        "fields": [_control(page, face, actor, action, name) for name in action.ask],
        "errors": [str(text) for name, texts in errors.items() if name not in action.ask for text in texts],
        "ok": known.label,
        "back": back,
    }


def controls(face: Face, known: ActionFace, actor: Actor, refusal: Exception | None) -> list[dict[str, Any]]:
    """What the action asks for, where it is about no record in particular; after a refusal with what was typed."""
    made = _form(face.resource, known.action.name)
    form = made(formdata=request.form) if refusal else made(formdata=None, data=_now(made, actor, (), ()))
    errors = refusal.errors if isinstance(refusal, Invalid) else {}
    page = FormPage(face, actor, form, request.script_root, record=None, errors=errors)
    return [_control(page, face, actor, known.action, name) for name in known.action.ask]


def _control(page: FormPage, face: Face, actor: Actor, action: ActionSpec, name: str) -> dict[str, Any]:
    made = page.control(face.fields[name])
    made |= {"id": f"ask-{name}", "required": action.ask[name] == "required"}
    if made["required"] and not face.fields[name].field.required:
        made["help"] = ""  # it tells what an empty field means: here there is none
    owner = base_of(face.resource).owner
    if owner is not None and name == owner.team and sight_of(actor, face.resource).groups:
        own = ("", str(actor.team_id))
        made["options"] = [option for option in made["options"] if option["value"] in own]
    if made["widget"] == "select" and not made["required"]:
        made["options"] = [{**made["options"][0], "label": _("Not chosen")}, *made["options"][1:]]
    return made


def _now(form: type[ResourceForm], actor: Actor, records: Sequence[Record], wanted: Sequence[int]) -> dict[str, Any]:
    """One record's own values to begin with; of several, nothing."""
    record = records[0] if len(wanted) == 1 and records else None
    return first_values(form.resource, adding=False, record=record, reader=actor.reader)


@lru_cache(REMEMBERED)
def _form(resource: ResourceSpec, action: str) -> type[ResourceForm]:
    asked = tuple(resource.actions[action].ask)
    return make_form(replace(resource, form=(Section(None, asked),)), adding=False)
