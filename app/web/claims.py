"""Claiming by a button of the list (B4): what comes of a press, and how it is told."""

from __future__ import annotations

import secrets
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, flash, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Actor
from app.models.base import transaction
from app.records import claiming
from app.records.claiming import Claimed
from app.records.pool import owner_of
from app.records.tables import base_of
from app.spec.model import ResourceSpec
from app.web import htmx
from app.web.face import ActionFace, Face

HEADER: Final = "Idempotency-Key"
KEY: Final = "key"  # of a form: made anew each time the page is drawn, so that a press is told from its repetition


def new_key() -> str:
    """For one rendering of the button."""
    return secrets.token_urlsafe(12)


def press(face: Face, known: ActionFace, actor: Actor, back: str) -> ResponseReturnValue:
    """On to the list of what was just claimed. Raises Denied, Invalid."""
    with transaction():
        claimed = claiming.claim(actor, face.resource, known.action.name, request.form.get(KEY, ""))
    tone = "success" if len(claimed.ids) == claimed.asked else "info"
    flash(_told(face, claimed), tone)
    return htmx.go(f"{request.script_root}{_place(face.resource, actor, claimed)}" if claimed.ids else back)


def answer(resource: ResourceSpec, action: str, actor: Actor) -> Response:
    """As JSON. Raises Denied, Invalid."""
    with transaction():
        claimed = claiming.claim(actor, resource, action, request.headers.get(HEADER, ""))
    data: dict[str, Any] = {
        "count": len(claimed.ids),
        "asked": claimed.asked,
        "ids": [str(id_) for id_ in claimed.ids],
        "at": claimed.at.isoformat().replace("+00:00", "Z"),
        "again": claimed.again,
    }
    return jsonify(data=data)


def _told(face: Face, claimed: Claimed) -> str:
    number, what = len(claimed.ids), face.resource.label.inside(face.locale)
    if not number:
        return str(_("There is nothing left to claim right now. Please try again later."))
    told = ngettext("Claimed %(num)s %(what)s.", "Claimed %(num)s %(what)s records.", number, what=what)
    if claimed.full:
        told = _("%(told)s That is the most one person may look after.", told=told)
    elif number < claimed.asked:
        told = _("%(told)s There is nothing left to claim.", told=told)
    return str(told)


def _place(resource: ResourceSpec, actor: Actor, claimed: Claimed) -> str:
    """The list of what the actor has had since that second."""
    owner = owner_of(base_of(resource))
    since = claimed.at.replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return f"/{resource.name}/?" + urlencode({f"{owner.person}.in": actor.user_id, f"{owner.since}.from": since})
