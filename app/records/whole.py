"""All that a filter finds, however much, as what one action is done to (C1): what is meant, how many, which records.

The order says it by the list's query string, and is checked once when it is given and again when it is carried out, as
an export's is. Whoever gives it confirms a number; what is found then is done, never more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from app.access import Actor, demand
from app.errors import Conflict, Invalid, NotFound
from app.records import bilingual, custom, limits, query, search_words, transfer
from app.records.clean import asked_values, fixed_values
from app.records.doing import demand_action
from app.records.plan import page_plan
from app.records.search import Search, parse
from app.records.tables import base_of
from app.records.visibility import sight_of
from app.spec.model import ActionSpec, ResourceSpec

JOB: Final = "bulk"
DELETE: Final = "delete"  # as an order calls it; no action has that name
_OF_THE_PAGE: Final = ("cursor", "size", "order", "columns", "view")


@dataclass(frozen=True, slots=True)
class Order:
    """`doing`: the name of an action, or DELETE, to all that `query` finds on `page`; `asked`: what the person gave for
    the fields that the action asks for, raw as sent; `own`: the company's own fields that the query speaks of, by slot,
    for the slot of one that is archived is the next one's."""

    page: ResourceSpec
    doing: str
    query: Sequence[tuple[str, str]]
    search: Search
    asked: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    own: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def action(self) -> ActionSpec | None:
        """None where the records are to be deleted."""
        return None if self.doing == DELETE else self.page.actions[self.doing]

    def _words(self, actor: Actor) -> list[str]:
        return [label(actor, self), self.page.many.text(actor.locale), *conditions(actor, self)]

    def arguments(self, actor: Actor, number: int) -> dict[str, Any]:
        """As JSON, for `recall`, with the words in which it was asked for."""
        return {
            "resource": self.page.name,
            "doing": self.doing,
            "query": [list(pair) for pair in self.query],
            "asked": dict(self.asked),
            "own": dict(self.own),
            **bilingual.told(actor, self._words),
            "number": number,
        }


def order(
    actor: Actor, page: ResourceSpec, doing: str, args: MultiDict[str, str], asked: Mapping[str, Any] | None = None
) -> Order:
    """The order to do this to all of the list that `args` ask for. With `asked` its values are checked too.

    Raises Denied, NotFound for an action that is none for several records, and Invalid, by name, for what makes no
    sense.
    """
    demand_now(actor, page, doing)
    seen = custom.of(actor, page)
    kept = [(key, value) for key, value in args.items(multi=True) if key not in _OF_THE_PAGE and value.strip()]
    search = replace(parse(seen, MultiDict(kept), actor.reader), order="id")
    page_plan(seen, [seen.title], search, actor.reader, sight_of(actor, seen))  # what cannot be asked is refused now
    if asked is not None and doing != DELETE:
        values_of(actor, page, page.actions[doing], asked)
    return Order(page, doing, kept, search, dict(asked or {}), _own(seen, search))


def recall(actor: Actor, page: ResourceSpec, arguments: Mapping[str, Any]) -> Order:
    """The order that `arguments` were made of, with the permissions and fields of now. Raises as `order`, and Conflict
    where its filter means other fields by now."""
    args = MultiDict([(str(key), str(value)) for key, value in arguments["query"]])
    found = order(actor, page, str(arguments["doing"]), args, arguments["asked"])
    _demand_same(found.own, arguments["own"])
    return found


def demand_still(actor: Actor, wanted: Order) -> None:
    """Raises as `demand_now`, and Conflict where the filter means other fields by now."""
    demand_now(actor, wanted.page, wanted.doing)
    _demand_same(_own(custom.of(actor, wanted.page), wanted.search), wanted.own)


def demand_now(actor: Actor, page: ResourceSpec, doing: str) -> None:
    """Raises Denied for who may not do this, or not even see the list, and NotFound for what cannot be done."""
    demand(actor, page, "view")
    if doing == DELETE:
        demand(actor, page, "delete")
        return
    action = page.actions.get(doing)
    if action is None or action.on != "records" or not action.bulk:
        raise NotFound
    demand_action(actor, page, action)


def _own(seen: ResourceSpec, search: Search) -> dict[str, str]:
    return custom.definitions(seen, (condition.field for condition in search.conditions))


def _demand_same(found: Mapping[str, str], asked: Mapping[str, str]) -> None:
    if found != asked:
        raise Conflict(_l("The fields have changed since this was asked for. Filter and select once more."))


def values_of(actor: Actor, page: ResourceSpec, action: ActionSpec, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the action writes into every record. Raises Invalid, by field."""
    resource, reader = base_of(page), actor.reader
    fixed = fixed_values(resource, action.set, reader)
    return fixed | asked_values(resource, action.ask, asked, reader)


def number(actor: Actor, wanted: Order) -> int:
    """How many records it is about at this moment, exactly."""
    return query.count(actor, wanted.page, wanted.search, cap=query.EVERY).number


def at_once(page: ResourceSpec) -> int:
    """How many records are done while one waits; more are a job's work, where `by_job` says so."""
    return page.limits.get("bulk", limits.BULK)


def by_job(page: ResourceSpec) -> bool:
    """True where a job may do as many as there are. People, roles and definitions of fields never are so many, and what
    is done to them ends logins, hands over, moves columns: that stays where somebody watches."""
    resource = base_of(page)
    return resource.model is None and resource.extends is None


def demand_number(page: ResourceSpec, found: int, confirmed: int | None) -> None:
    """Raises Conflict where more are found than the person has confirmed, and Invalid for none, or too many."""
    if not found:
        raise Invalid({"": [_l("The filter finds nothing any more.")]})
    if confirmed is not None and found > confirmed:
        raise Conflict(_("Meanwhile the filter finds %(n)s. Please confirm that number.", n=f"{found:,}"))
    if found > at_once(page) and not by_job(page):
        most = f"{at_once(page):,}"
        raise Invalid(
            {"": [_("At most %(most)s records at a time; the filter finds %(n)s.", most=most, n=f"{found:,}")]}
        )


def ids(actor: Actor, wanted: Order, below: int | None = None) -> Iterator[list[int]]:
    """The ids of the records, ascending, some thousands at a time; only those made before the id `below`."""
    for found in transfer.batches(lambda: actor, wanted.page, wanted.search, []):
        some = [row[0] for row in found.rows if below is None or row[0] < below]
        if some:
            yield some
        if len(some) < len(found.rows):
            return


def label(actor: Actor, wanted: Order) -> str:
    """What is done, as its button calls it."""
    return wanted.action.label.text(actor.locale) if wanted.action else str(_("Delete"))


def conditions(actor: Actor, wanted: Order) -> list[str]:
    """What the filter asks for, in words."""
    return search_words.told(actor, custom.of(actor, wanted.page), wanted.search)
