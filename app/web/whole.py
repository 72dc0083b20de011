"""Doing something to all that the filter finds: the question, which says the number, and what comes of the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from app.access import Actor
from app.errors import Conflict, InUse, Invalid, NotFound
from app.jobs import queue
from app.models.base import transaction
from app.records import query, service, whole
from app.records.record import Outcome
from app.records.search import parse
from app.records.whole import Order
from app.web import asking, htmx, who
from app.web.actions import outcome
from app.web.face import Face
from app.web.permit import demand_of

NUMBER: Final = "number"  # the field with the number that was confirmed
Remove = Callable[[list[int], str | None], Sequence[str]]  # ids and heir → the titles of what is gone


@dataclass(frozen=True, slots=True)
class Given:
    """What an order has come to: done to so many, or the id of the job that does it."""

    count: int
    job: int = 0
    reveal: Mapping[str, str] | None = None


def found(view: Any) -> int:
    """How many records the list of `view` has in all, exactly. Raises Denied, and Invalid for a search that makes no
    sense."""
    actor = who.actor()
    search = parse(view.resource, request.args, actor.reader)
    return query.count(actor, view.resource, search, cap=query.EVERY).number


def demand_action(view: Any, name: str) -> None:
    """Raises NotFound for an action that the resource of `view` has not, and as `demand_of` for who may not use it."""
    known = view.resource.actions.get(name)
    if known is None:
        raise NotFound
    demand_of(view, known.permission)


def sent(face: Face, actor: Actor, doing: str, *, checked: bool = False) -> Order:
    """The order that the form means; `checked`: with the values that were filled in. Raises as `whole.order`."""
    args: MultiDict[str, str] = htmx.args_of("?" + request.form.get("query", ""))
    known = face.actions.get(doing)
    asked = asking.typed(known, face.resource) if known is not None and checked else {}
    return whole.order(actor, face.resource, doing, args, asked if checked else None)


def confirmed() -> int | None:
    """The number that the person has said yes to. Raises Invalid for what is none."""
    text = request.form.get(NUMBER, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid({NUMBER: [_("Give a whole number.")]})
    return int(text)


def give(actor: Actor, order: Order, number: int | None, remove: Remove) -> Given:
    """Does it at once where that is soon done, all or none; else puts in the job. `remove` is what deleting means on
    the page. Raises what `service` and `remove` raise, and as `whole.demand_number` where `number` is not what is
    found."""
    found = whole.number(actor, order)
    whole.demand_number(order.page, found, number)
    if found <= whole.at_once(order.page):
        return _now(actor, order, number, remove)
    with transaction():
        job = queue.enqueue(actor, whole.JOB, order.arguments(actor, found), total=found)
    return Given(found, job=job)


def _now(actor: Actor, order: Order, number: int | None, remove: Remove) -> Given:
    with transaction():
        ids = [id_ for some in whole.ids(actor, order) for id_ in some]
        whole.demand_number(order.page, len(ids), number)
        if order.action is None:
            return Given(len(remove(ids, None)))
        did: Outcome = service.act(actor, order.page, order.doing, ids, order.asked)
        return Given(did.count, reveal=did.reveal)


def question(face: Face, actor: Actor, order: Order, back: str, refusal: Exception | None = None) -> dict[str, Any]:
    """The template context `ask`. Raises Invalid where nothing is found, or more than can be done."""
    number = whole.number(actor, order)
    whole.demand_number(order.page, number, None)
    told = f"{number:,}"
    known = face.actions.get(order.doing)
    label = known.label if known is not None else _("Delete")
    text = known.confirm if known is not None else outcome(face.resource)
    return {
        "title": _("%(label)s: %(what)s", label=label, what=_number(number)),
        "text": text,
        "url": f"{request.script_root}{face.url}whole/{f'do/{order.doing}' if known is not None else order.doing}",
        "query": request.form.get("query", ""),
        "number": number,
        "conditions": whole.conditions(actor, order),
        "by_job": number > whole.at_once(order.page),
        "fields": asking.controls(face, known, actor, refusal) if known is not None else [],
        "errors": _unplaced(refusal, known.action.ask if known is not None else ()),
        "danger": known is None or known.action.tone == "danger",
        "ok": _("%(label)s %(n)s", label=label, n=told),
        "back": back,
    }


def done(face: Face, order: Order, given: Given) -> str:
    """What is said when it is done, or going to be."""
    number = f"{given.count:,}"
    if given.job:
        return str(_("%(n)s records are being worked on. You are told when it is done.", n=number))
    if order.action is None:
        return str(ngettext("Deleted %(n)s record.", "Deleted %(n)s records.", given.count, n=number))
    known = face.actions[order.doing]
    said = known.done or known.label
    return str(ngettext("%(done)s: %(n)s record", "%(done)s: %(n)s records", given.count, done=said, n=number))


def offer(number: int) -> dict[str, Any]:
    """What the list says once all rows of a page are ticked."""
    told = f"{number:,}"
    return {
        "number": number,
        "offer": _("Select all %(n)s that the filter finds", n=told),
        "chosen": _("All %(n)s that the filter finds are selected.", n=told),
    }


def _number(number: int) -> str:
    return str(ngettext("%(number)s record", "%(number)s records", number, number=f"{number:,}"))


def _unplaced(refusal: Exception | None, asked: Any) -> list[str]:
    if isinstance(refusal, Invalid):
        return [str(text) for name, texts in refusal.errors.items() if name not in asked for text in texts]
    if isinstance(refusal, InUse | Conflict):
        return [str(refusal)]
    return []
