"""What a change of the business parameters would do (B1–B4, C1, R2), in numbers, before it is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from app.records.rules import Asker

CUSTOMER = "customer"
Values = Mapping[str, Any]


def impact(before: Values, after: Values, ask: Asker) -> Iterator[str]:
    """A sentence for each parameter that changes."""
    if ask.knows(CUSTOMER):
        if before["leader_sees_team"] != after["leader_sees_team"]:
            yield _seen(ask, "team_leader", before, after)
        if before["agent_sees_unsorted"] != after["agent_sees_unsorted"]:
            yield _seen(ask, "agent", before, after)
    yield from _claims(before, after, ask)
    if ask.knows(CUSTOMER):
        changed = {name for name in after if before.get(name) != after[name]}
        for name, tell in TELLS.items():
            if name in changed:
                yield tell(before, after, ask)


def _seen(ask: Asker, role: str, before: Values, after: Values) -> str:
    """B1, B2: how many customers come into sight, or go out of it."""
    change = ask.sight(CUSTOMER, role, before, after)
    who = _leaders(change.people) if role == "team_leader" else _agents(change.people)
    if change.more:
        return str(_("%(who)s will see %(what)s more.", who=who, what=_customers(change.more)))
    if change.fewer:
        return str(_("%(who)s will no longer see %(what)s.", who=who, what=_customers(change.fewer)))
    return str(_("At present no customer fits, so nobody sees more or fewer."))


def _claims(before: Values, after: Values, ask: Asker) -> Iterator[str]:
    """B3, B4: what agents may take for themselves."""
    size = after["claim_size"]
    if before["agent_may_claim"] and not after["agent_may_claim"]:
        yield _("%(who)s will no longer be able to claim customers.", who=_agents(ask.people("agent")))
    elif after["agent_may_claim"] and (not before["agent_may_claim"] or before["claim_size"] != size):
        who = _agents(ask.people("agent"))
        yield _("%(who)s will be able to claim up to %(size)s customers at a time.", who=who, size=size)
    elif before["claim_size"] != size:
        yield _("The number of customers per claim matters only once agents may claim.")


def _cap(_before: Values, after: Values, ask: Asker) -> str:
    """C1: who gets nothing more from now on."""
    cap = after["owner_cap"]
    if not cap:
        return str(_("Agents may hold any number of customers."))
    full = ask.people_with(CUSTOMER, cap)
    shown = f"{cap:,}"
    if full:
        who = _agents(full)
        return str(_("%(who)s with %(cap)s customers or more will get no more.", who=who, cap=shown))
    return str(_("No agent holds %(cap)s customers yet.", cap=shown))


def _going_back(_before: Values, after: Values, ask: Asker) -> str:
    """C1: what goes back to the pool when it is next looked for."""
    days = after["return_after_days"]
    if not days:
        return str(_("Customers will no longer go back to the pool by themselves."))
    if number := ask.idle(CUSTOMER, days):
        return str(_("%(what)s will go back to the pool at the next 03:00.", what=_customers(number)))
    return str(_("No customer has gone without contact for so long yet."))


def _warning(_before: Values, after: Values, ask: Asker) -> str:
    days, warning = after["return_after_days"], after["return_warning_days"]
    if not days:
        return str(_("The warning matters only once customers go back to the pool."))
    if not warning:
        return str(_("Agents will not be warned before customers go back."))
    if number := ask.idle(CUSTOMER, max(0, days - warning)):
        return str(_("Agents will be warned of %(what)s.", what=_customers(number)))
    return str(_("At present there is no customer to warn of."))


def _one_by_one(before: Values, after: Values, ask: Asker) -> str:
    """R2: how many more people, or fewer, ask for each number."""
    number = _asking(after, ask) - _asking(before, ask)
    if number > 0:
        return str(_("In addition, %(who)s will look at full numbers one by one.", who=_people(number)))
    if number < 0:
        return str(_("%(who)s will see full numbers at once.", who=_people(-number)))
    return str(_("At present this concerns nobody."))


def _looks(_before: Values, after: Values, ask: Asker) -> str:
    number, limit = _asking(after, ask), after["reveal_limit"]
    if not number:
        return str(_("The number a day matters only once somebody looks at numbers one by one."))
    if not limit:
        return str(_("%(who)s may look at any number of full numbers.", who=_people(number)))
    return str(_("%(who)s may look at %(n)s full numbers a day at most.", who=_people(number), n=f"{limit:,}"))


def _asking(values: Values, ask: Asker) -> int:
    """How many people look at whole numbers one by one with these values."""
    who = values["reveal_one_by_one"]
    return 0 if who == "nobody" else ask.people_who_may(CUSTOMER, "preview", seat=who == "seats")


def _approval(_before: Values, after: Values, ask: Asker) -> str:
    limit = after["export_approval_rows"]
    if not limit:
        return str(_("Exports of customers will need no approval."))
    number = ask.count(CUSTOMER)
    if number > limit:
        return str(_("An export of all %(what)s will wait for approval.", what=_customers(number)))
    return str(_("With %(what)s at present, no export will need approval.", what=_customers(number)))


TELLS: Final[Mapping[str, Callable[[Values, Values, Asker], str]]] = {
    "owner_cap": _cap,
    "return_after_days": _going_back,
    "return_warning_days": _warning,
    "reveal_one_by_one": _one_by_one,
    "reveal_limit": _looks,
    "export_approval_rows": _approval,
}


def _leaders(number: int) -> str:
    return str(ngettext("%(n)s team leader", "%(n)s team leaders", number, n=f"{number:,}"))


def _agents(number: int) -> str:
    return str(ngettext("%(n)s agent", "%(n)s agents", number, n=f"{number:,}"))


def _customers(number: int) -> str:
    return str(ngettext("%(n)s customer", "%(n)s customers", number, n=f"{number:,}"))


def _people(number: int) -> str:
    return str(ngettext("%(n)s person", "%(n)s people", number, n=f"{number:,}"))
