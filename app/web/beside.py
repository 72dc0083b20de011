"""What a page asks for once it is shown: what goes back to the pool soon, and which key sets what (C1).

Apart from the page, so that a list stays at its four statements.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Actor, may
from app.errors import NotFound
from app.models.base import transaction
from app.records import digit_keys, service
from app.records.ids import record_id
from app.records.query import read
from app.records.returning import due, returning
from app.spec.model import IDLE, ResourceSpec
from app.web import who
from app.web.face import Face
from app.web.permit import permitted
from app.web.saving import sent_version
from app.web.shell import part
from app.web.view_part import ViewPart


def beside_urls(face: Face, actor: Actor, root: str) -> dict[str, str | None]:
    """Where a list or a record's page asks: `due_url` for who may lose something to the pool, `digits_url` for who may
    edit; None where there is nothing to ask for."""
    resource = face.resource
    returns = resource.owner is not None and resource.owner.return_after is not None and actor.seat
    keys = resource.keys is not None and may(actor, resource, "edit")
    return {
        "due_url": f"{root}{face.url}due" if returns else None,
        "digits_url": f"{root}{face.url}digits" if keys else None,
    }


class BesidePages(ViewPart):
    """The page's part of a view."""

    @expose("/due")
    @permitted("view")
    def due(self) -> ResponseReturnValue:
        """How much of the reader's own goes back to the pool soon."""
        return due_part(self.face, who.actor(), request.script_root)

    @expose("/digits")
    @permitted("edit")
    def digits(self) -> ResponseReturnValue:
        """Which key sets what (C1)."""
        return keys_part(self.face, who.actor(), request.script_root)

    @expose("/<id>/digit", methods=["POST"])
    @permitted("edit")
    def digit(self, id: str) -> ResponseReturnValue:
        """Sets what the key that was pressed stands for (C1)."""
        return press(self.face, who.actor(), record_id(id))


def due_part(face: Face, actor: Actor, root: str) -> Response:
    """The warning, or nothing. Raises NotFound where nothing ever goes back."""
    if face.resource.owner is None or face.resource.owner.return_after is None:
        raise NotFound
    found = due(actor, face.resource)
    if found is None:
        return part("_due.html", due=None)
    number = f"{found.number:,}+" if found.capped else f"{found.number:,}"
    what = face.noun(2)
    text = ngettext(
        "%(number)s of your %(what)s returns to the pool within %(days)s days unless you contact them.",
        "%(number)s of your %(what)s return to the pool within %(days)s days unless you contact them.",
        found.number, number=number, what=what, days=found.days,
    )  # fmt: skip
    moment = found.moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")
    asked = {f"{face.resource.owner.person}.in": actor.user_id, f"{IDLE}.to": moment}
    return part("_due.html", due={"text": text, "url": f"{root}{face.url}?{urlencode(asked)}"})


def due_urls(actor: Actor, root: str) -> Iterable[str]:
    """For the workbench: where to ask for the warnings that may concern the reader."""
    return [f"{root}/{one.name}/due" for one in returning() if one.page and may(actor, one, "view") and actor.seat]


def keys_part(face: Face, actor: Actor, root: str) -> Response:
    """The keys and what each sets. Raises NotFound where keys set nothing, Denied."""
    field = _field(face.resource)
    keys = [{"key": key.digit, "value": str(key.id), "label": key.title} for key in digit_keys.of(actor, face.resource)]
    shown = face.fields[field]
    return part("_digits.html", digits={"label": shown.label, "field": field, "keys": keys, "url": f"{root}{face.url}"})


def press(face: Face, actor: Actor, id_: int) -> Response:
    """Sets the field to `value` of the form; with `version` only while the record is in that state: so an undo undoes
    nothing that came after it. Raises what `service.edit` raises."""
    field = _field(face.resource)
    before = read(actor, face.resource, id_)
    with transaction():
        saved = service.edit(actor, face.resource, id_, {field: request.form.get("value", "")}, sent_version())
    old, new = before.titles.get(field, ""), saved.titles.get(field, "")
    return jsonify(
        value=_text(saved.values[field]), before=_text(before.values[field]), version=saved.version,
        title=new, text=_("%(who)s: %(what)s", who=saved.title, what=new or _("None")), was=old,
    )  # fmt: skip


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _field(resource: ResourceSpec) -> str:
    if resource.keys is None:
        raise NotFound
    return resource.keys
