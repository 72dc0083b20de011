"""The question before records are deleted: what goes, who refers to it, and who takes over (U3, T2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _

from app.access import Actor, demand, may
from app.engine import engine
from app.records import bin_refs, handover
from app.records.ids import record_ids
from app.records.references import Use, uses
from app.records.system import people
from app.records.tables import base_of
from app.spec.model import ResourceSpec
from app.web.actions import outcome
from app.web.face import Face
from app.web.listing import short

MOST_HEIRS: Final = 50  # more of them are searched for, not listed
MOST_NAMES: Final = 12
MOST_FOUND: Final = 20
MOST_TEXT: Final = 100  # characters of a name worth looking for
MOST_SAID: Final = 100  # ids in an address: servers refuse longer ones
EMPTY: Final = "empty"  # key of the address: there need be no heir


def question(face: Face, actor: Actor, ids: Sequence[int], root: str) -> dict[str, Any]:
    """The template context `ask`: names for those only who may see the list. Raises Denied, and NotFound for a record
    out of sight."""
    resource, url = face.resource, f"{root}{face.url}"
    titles = handover.going(actor, resource, ids)
    found, shown = list(uses(resource, ids)), may(actor, resource, "view")
    return {
        "url": f"{url}delete",
        "back": url,
        "title": _("Delete %(label)s?", label=face.noun(len(ids))),
        **listed(titles if shown else [], ids),
        "count": len(titles),
        "text": outcome(resource),
        "uses": [_told(use, actor) for use in found],
        "binned": [_binned(owner, number, actor) for owner, number in bin_refs.referring(resource, ids).items()],
        "heir": _heir(actor, resource, ids, url, found) if found and shown else None,
    }


def listed(titles: Sequence[str], ids: Sequence[int]) -> dict[str, Any]:
    """What goes, as the question lists it."""
    return {
        "names": [short(title) for title in titles[:MOST_NAMES]],
        "count": len(titles),
        "more": len(titles) - MOST_NAMES,
        "ids": [str(id_) for id_ in ids],
        "uses": (),
        "heir": None,
    }


def _told(use: Use, actor: Actor) -> str:
    return str(_("%(what)s: %(n)s", what=use.owner.many.text(actor.locale), n=f"{use.number:,}"))


def _binned(owner: ResourceSpec, number: int, actor: Actor) -> str:
    what = owner.many.text(actor.locale)
    return str(_("In the recycle bin, too: %(what)s: %(n)s", what=what, n=f"{number:,}"))


def _heir(actor: Actor, resource: ResourceSpec, ids: Sequence[int], url: str, found: Sequence[Use]) -> dict[str, Any]:
    """The control that asks for the heir: a drop-down, or where there are many, one that searches."""
    known = handover.heirs(actor, resource, ids, limit=MOST_HEIRS + 1)
    empty = not any(use.lasting for use in found)
    owns = base_of(resource) is people(engine().product)
    return {
        "name": handover.FIELD,
        "label": _("Hand over to") if owns else _("Change to"),
        "widget": "select" if len(known) <= MOST_HEIRS else "remote",
        "options": [{"value": str(heir.id), "label": heir.title} for heir in known[:MOST_HEIRS]],
        "url": f"{url}heirs?{urlencode([*(('id', id_) for id_ in ids[:MOST_SAID]), *([(EMPTY, 1)] if empty else [])])}",
        "nobody": handover.NOBODY if empty else None,
    }


def asked_for(actor: Actor, resource: ResourceSpec) -> list[dict[str, str]]:
    """The heirs that a drop-down which searches offers: those whose name holds `?q=`, less `?id=…`. Raises Denied,
    and NotFound unless the reader sees all of those."""
    args = request.args
    text = args.get("q", "")[:MOST_TEXT]
    ids = record_ids(args.getlist("id"))
    demand(actor, resource, "view")
    handover.going(actor, resource, ids)
    found = handover.heirs(actor, resource, ids, text, MOST_FOUND)
    nobody = [{"value": handover.NOBODY, "text": str(_("Leave empty"))}] if args.get(EMPTY) and not text else []
    return [*nobody, *({"value": str(heir.id), "text": heir.title} for heir in found)]
