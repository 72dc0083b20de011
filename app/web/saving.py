"""What becomes of a form that was sent: saved, or shown again with nothing typed lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Final

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access import Actor
from app.errors import HTTP_STATUS, Conflict, InUse, Invalid
from app.models.base import transaction
from app.records import query, service
from app.records.owning import kept_from
from app.records.record import Record
from app.spec.model import ResourceSpec
from app.web.form import ResourceForm, asked_values, chosen_values, first_values
from app.web.security import untrusted

UNPROCESSABLE: Final = 422  # a form answered with itself: distinct from 400, so that htmx swaps it in
NEVER_A_VERSION: Final = -1
UNSAVED: Final = _l("You have logged in anew since this page was opened. Nothing is saved yet: check, and save again.")


@dataclass(frozen=True, slots=True)
class Answer:
    """`saved` is the record made or changed; where it is None, `form` is to be shown with `status`."""

    form: ResourceForm
    record: Record | None
    saved: Record | None = None
    status: int = 200
    errors: Mapping[str, Sequence[object]] = field(default_factory=dict)
    conflict: Conflict | None = None


def answer(form_class: type[ResourceForm], resource: ResourceSpec, actor: Actor, record: Record | None) -> Answer:
    """For a GET the form as it begins; for a POST, what came of it. Raises what `app.records.service` raises, but
    for Invalid and Conflict, which the form shows.
    """
    if request.method != "POST":
        values = first_values(resource, adding=record is None, record=record, reader=actor.reader)
        if record is None:
            values |= asked_values(resource, request.args)
        return Answer(form_class(formdata=None, data=values), record)
    form = form_class(formdata=request.form)
    if untrusted():
        return _unsaved(form, record)
    try:
        return Answer(form, record, saved=_save(form, resource, actor, record))
    except Invalid as fault:
        return Answer(form, record, status=UNPROCESSABLE, errors=fault.errors)
    except Conflict as fault:
        # The version now in force goes into the form: saving again knowingly replaces what the other person saved.
        theirs = query.read(actor, resource, record.id) if record else None
        return Answer(form, theirs, status=HTTP_STATUS[Conflict], conflict=fault)


def _unsaved(form: ResourceForm, record: Record | None) -> Answer:
    """The form once more; what somebody else has saved meanwhile is shown beside it, as after a Conflict."""
    changed = record is not None and sent_version() not in (None, record.version)
    conflict = Conflict("") if changed else None
    return Answer(form, record, status=HTTP_STATUS[Invalid], errors={"": [UNSAVED]}, conflict=conflict)


def all_texts(refusal: Invalid | InUse) -> Iterator[object]:
    """Every message of a refusal, whatever field it belongs to."""
    if isinstance(refusal, Invalid):
        for texts in refusal.errors.values():
            yield from texts
    else:
        yield refusal.message


def _save(form: ResourceForm, resource: ResourceSpec, actor: Actor, record: Record | None) -> Record:
    """Raises Invalid for a confirmation that differs too, together with everything else that is wrong (U1)."""
    # Shown and not to be changed: browsers send nothing for it.
    kept = kept_from(actor, resource, record.values if record else None)
    differing = {name: [_("This differs from what was typed first")] for name in form.mismatches()}
    try:
        with transaction():
            if record is None:
                saved = service.add(actor, resource, _without(kept, chosen_values(form, actor.reader)))
            else:
                typed = _without(kept, form.typed())
                saved = service.edit(actor, resource, record.id, typed, version=sent_version())
            if differing:
                raise Invalid({})  # found only by trying: all that is wrong is said at once, and nothing is kept
    except Invalid as fault:
        raise Invalid({**fault.errors, **differing}) from fault
    return saved


def _without(names: Set[str], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def sent_version() -> int | None:
    """The version the form was filled from; None where a client sent none."""
    raw = request.form.get("version")
    if raw is None:
        return None
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else NEVER_A_VERSION
