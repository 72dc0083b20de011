"""Why somebody may or may not do something, in one sentence, and what would change it (R2–R4, B1, B2).

The steps are those of a request, in its order: may the person log in, has the page that permission, does the role hold
it, is the record in sight. A test holds page, API and count against what is said here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from app.access import Actor, demand
from app.accounts.people import PERSON, actor_of, same_role
from app.accounts.roles import role_resource, role_title
from app.engine import engine
from app.errors import NotFound
from app.models.adopted import Role, User
from app.models.base import db
from app.models.tenant import Tenant
from app.records import query, veil
from app.records.doing import refusals
from app.records.record import Record
from app.records.sight import Sight, asking, narrowed
from app.records.system import people
from app.records.tables import base_of, model_of
from app.records.visibility import entries, holds, narrowing_of, rules_for
from app.spec.features import SightSpec
from app.spec.kinds import kind_label
from app.spec.model import ADMIN, ResourceSpec

Reason = Literal["disabled", "password", "no_such_kind", "admin", "not_granted", "granted", "in_sight", "out_of_sight"]
WITHOUT_RECORD: Final = ("add", "import")  # what makes records is asked of none


@dataclass(frozen=True, slots=True)
class SightLine:
    """One rule of what the role sees, which hangs on `parameter`, set on the page `place` ("" where it hangs on none);
    `met` by the record asked about.
    """

    label: str
    on: bool
    parameter: str
    place: str
    met: bool


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action that hangs on more than the permission asked about: whether the person may use it, and why not."""

    label: str
    on: bool
    why: str
    place: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`place` is the path of the page where `change` is done, "" for none."""

    allowed: bool
    reason: Reason
    sentence: str
    change: str
    place: str
    sight: Sequence[SightLine] = ()
    actions: Sequence[ActionLine] = ()


@dataclass(frozen=True, slots=True)
class _Question:
    asker: Actor
    subject: Actor
    page: ResourceSpec
    kind: str
    record: Record | None

    @property
    def words(self) -> dict[str, str]:
        return {
            "who": self.subject.get_full_name(),
            "role": role_title(self.subject.role_key, self.subject.role_name, self.asker.locale),
            "page": self.page.many.text(self.asker.locale),
            "kind": kind_label(self.page, self.kind).text(self.asker.locale),
        }


def explain(asker: Actor, user_id: int, page: ResourceSpec, kind: str, record_id: int | None = None) -> Explanation:
    """May that user do `kind` (one of the twelve) on `page`, or with one record of it?

    Raises Denied unless `asker` may see the roles, and NotFound for a user or record that `asker` does not see.
    """
    demand(asker, roles_page(), "view")
    active, subject = _subject(asker, user_id)
    record = None if record_id is None or kind in WITHOUT_RECORD else query.get(asker, page, record_id)
    asked = _Question(asker, subject, page, kind, record)
    return _login(asked, active) or _with_actions(asked, _looks(asked, _permission(asked) or _sight(asked)))


def _with_actions(asked: _Question, found: Explanation) -> Explanation:
    """B3: what of the page's actions a permission that is granted does not open by itself."""
    if not found.allowed:
        return found
    lines = []
    for action in asked.page.actions.values():
        if action.permission == asked.kind and (action.seats or action.when or action.also):
            why = next(refusals(asked.subject, action), "")
            place = f"/{action.when[0]}/" if action.when else ""
            lines.append(ActionLine(action.label.text(asked.asker.locale), not why, why, place))
    return replace(found, actions=lines)


def roles_page() -> ResourceSpec:
    """The page of roles: who may see it may ask."""
    return role_resource(engine().product)


def _subject(asker: Actor, user_id: int) -> tuple[bool, Actor]:
    """Whether the person may log in at all, and the person as a request would meet them."""
    page = people(engine().product)
    query.read(asker, page, user_id)
    statement = select(*PERSON).join(Role, same_role()).join(Tenant, Tenant.id == User.tenant_id)
    row = db.session.execute(statement.where(User.id == user_id)).one_or_none()
    if row is None:
        raise NotFound
    return row.active, actor_of(row)


def _login(asked: _Question, active: bool) -> Explanation | None:
    words = asked.words
    place = f"/{people(engine().product).name}/{asked.subject.user_id}"
    if not active:
        sentence = _("Not allowed: %(who)s is disabled and cannot log in.", **words)
        return Explanation(False, "disabled", sentence, _("Enable %(who)s.", **words), place)
    if asked.subject.must_change_password:
        sentence = _("Not allowed for now: %(who)s must change the password first.", **words)
        return Explanation(False, "password", sentence, _("%(who)s logs in and sets a new password.", **words), "")
    return None


def _permission(asked: _Question) -> Explanation | None:
    """Why the role decides alone; None where what it sees counts too."""
    words, subject = asked.words, asked.subject
    place = f"/{roles_page().name}/{subject.role_id}/permissions"
    if asked.kind not in asked.page.can:
        sentence = _("Not allowed: “%(page)s” has no permission “%(kind)s”, so nobody has it.", **words)
        return Explanation(False, "no_such_kind", sentence, _("Nothing: there is no such thing on this page."), "")
    if subject.role_key == ADMIN:
        sentence = _(
            "Allowed: %(who)s has the role %(role)s, which holds every permission and sees every record.", **words
        )
        return Explanation(
            True, "admin", sentence, _("Give %(who)s another role; this one cannot be reduced.", **words), ""
        )
    if (asked.page.name, asked.kind) in subject.grants:
        return None
    sentence = _("Not allowed: the role %(role)s of %(who)s does not have “%(kind)s” on “%(page)s”.", **words)
    change = ngettext(
        "Tick “%(kind)s” in the row “%(page)s” of the role %(role)s (%(num)s person has it).",
        "Tick “%(kind)s” in the row “%(page)s” of the role %(role)s (%(num)s people have it).",
        _holders(subject), **words,
    )  # fmt: skip
    return Explanation(False, "not_granted", sentence, change, place)


def _holders(subject: Actor) -> int:
    held = (User.role_id == subject.role_id, User.active)
    return int(db.session.scalars(select(func.count(User.id)).where(*held)).one())


def _looks(asked: _Question, found: Explanation) -> Explanation:
    """Whoever may see whole numbers may have to ask for each record's."""
    reveal = base_of(asked.page).reveal
    if asked.kind != veil.PREVIEW or not found.allowed or not veil.one_by_one(asked.subject, asked.page):
        return found
    sentence = _("%(answer)s Numbers are masked at first: they are looked at one record at a time, and each look is in"
                 " the audit log.", answer=found.sentence)  # fmt: skip
    place = f"/{reveal.one_by_one[0]}/" if reveal and reveal.one_by_one else ""
    return replace(found, sentence=sentence, place=found.place or place)


def _sight(asked: _Question) -> Explanation:
    """The role has the permission: what it sees decides."""
    words = asked.words
    place = f"/{roles_page().name}/{asked.subject.role_id}/permissions"
    untick = _("Untick “%(kind)s” in the row “%(page)s” of the role %(role)s.", **words)
    if asked.kind in WITHOUT_RECORD:
        sentence = _("Allowed: the role %(role)s of %(who)s has “%(kind)s” on “%(page)s”.", **words)
        return Explanation(True, "granted", sentence, untick, place)
    groups = _groups(asked)
    lines = [line for group in groups for line in group]
    if not groups:
        sentence = _("Allowed: the role %(role)s of %(who)s has “%(kind)s” on “%(page)s”, for every record.", **words)
        return Explanation(True, "granted", sentence, untick, place)
    if asked.record is None:
        sentence = _("Allowed: the role %(role)s of %(who)s has “%(kind)s” on “%(page)s”, for these records: %(seen)s.",
                     **words, seen=_seen(lines))  # fmt: skip
        return Explanation(True, "granted", sentence, untick, place, lines)
    if not all(any(line.on and line.met for line in group) for group in groups):
        return _out_of_sight(asked, lines, asked.record)
    why = next(line.label for line in lines if line.on and line.met)
    sentence = _("Allowed: the role %(role)s of %(who)s has “%(kind)s” on “%(page)s”, and “%(title)s” is one of those"
                 " it sees: %(why)s.", **words, title=asked.record.title, why=why)  # fmt: skip
    return Explanation(True, "in_sight", sentence, untick, place, lines)


def _out_of_sight(asked: _Question, lines: Sequence[SightLine], record: Record) -> Explanation:
    words = {**asked.words, "title": record.title}
    sentence = _("Not allowed: the role %(role)s of %(who)s has “%(kind)s” on “%(page)s”, but sees only: %(seen)s."
                 " “%(title)s” is not one of them.", **words, seen=_seen(lines))  # fmt: skip
    off = next((line for line in lines if line.met and not line.on), None)
    if off is not None:
        change = _("Switch on the parameter “%(parameter)s”: then %(who)s sees %(label)s.",
                   who=words["who"], parameter=off.parameter, label=off.label)  # fmt: skip
        return Explanation(False, "out_of_sight", sentence, change, off.place, lines)
    pages = (asked.page, base_of(asked.page))
    if any(narrowing_of(page, asked.subject.grants) for page in pages):
        change = _("Let the role %(role)s see more records: choose so above its permissions.", **words)
        place = f"/{roles_page().name}/{asked.subject.role_id}/permissions"
        return Explanation(False, "out_of_sight", sentence, change, place, lines)
    change = _("Change “%(title)s” so that it is one of those, or give %(who)s another role.", **words)
    return Explanation(False, "out_of_sight", sentence, change, f"/{asked.page.name}/{record.id}", lines)


def _seen(lines: Sequence[SightLine]) -> str:
    return str(_(", ").join(line.label for line in lines if line.on) or _("none"))


def _groups(asked: _Question) -> list[list[SightLine]]:
    """The rules for the role, those of the page and of the resource whose records it shows apart; each group limits."""
    role = asked.subject.role_key or asked.subject.role_base
    groups = [*rules_for(asked.page, role, asked.subject.grants), *entries(asked.subject, asked.page)]
    return [[_line(asked, rule) for rule in rules] for rules in groups]


def _line(asked: _Question, rule: SightSpec) -> SightLine:
    locale, parameter, place = asked.asker.locale, "", ""
    if rule.when is not None:
        resource, field = rule.when
        parameter, place = engine().product.resource(resource).field(field).label.text(locale), f"/{resource}/"
    return SightLine(rule.label.text(locale), holds(asked.subject, rule), parameter, place, _met(asked, rule))


def _met(asked: _Question, rule: SightSpec) -> bool:
    """Whether the record asked about is one of the rule's, switched on or not."""
    if asked.record is None:
        return False
    model, subject = model_of(asked.page), asked.subject
    conditions = narrowed(asked.page, Sight(((rule,),)), asking(subject.user_id, subject.team_id))
    return db.session.scalars(select(model.id).where(model.id == asked.record.id, *conditions)).first() is not None
