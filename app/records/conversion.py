"""Changing the type of an own field whose records have values already (F3): what would happen, and doing it.

A value goes over as the text that people see of it, and as the new type itself understands that text. What would lose
something on the way, a time of day or leading zeros, does not go over. What does not go over is put aside, never lost,
and comes back when the field becomes again what it was.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, false, func, select

from app.access import Actor, demand, may
from app.errors import Conflict, Invalid
from app.fields import kind_of, kinds
from app.fields.base import Reader, Rejected
from app.fields.names import SEPARATORS, key
from app.fields.options import LONGEST, MOST, Entry, merged
from app.fields.slots import CODES, decode, encode
from app.fields.typed import quoted
from app.labels import Label
from app.models.base import db
from app.models.field_value import FieldValue
from app.models.versions import bump_settings
from app.records import audit, masking, save, slot_values, veil
from app.records.custom import default_of, default_text, field_of_definition
from app.records.definitions import CHOICES, extended_by
from app.records.ids import record_id
from app.records.limits import queue_up
from app.records.names import title_of
from app.records.tables import model_of
from app.records.visibility import visible
from app.spec.model import FieldSpec, Option, ResourceSpec

JOB: Final = "convert_field"  # the kind of job that changes the type of a field with many values
SHOWN: Final = 50  # values that do not convert, listed one by one
INLINE: Final = 20_000  # values that are converted while somebody waits; more are a job's work
REMEMBERED: Final = 50_000  # texts: fields of few values have far fewer, and those of many are not helped
_PADDED: Final = re.compile(r"[+-]?0[0-9]")


@dataclass(frozen=True, slots=True)
class Stray:
    """A value that does not convert: which record has it, what it is, and why."""

    id: int
    title: str
    value: str
    why: str


@dataclass(slots=True)
class Preview:
    """What a change of type would do. `strays` are the first of the `failing`; `back` would come back from aside."""

    kind: str
    total: int = 0
    failing: int = 0
    back: int = 0
    strays: list[Stray] = field(default_factory=list)
    options: tuple[Entry, ...] = ()

    @property
    def converting(self) -> int:
        return self.total - self.failing


@dataclass(slots=True)
class _Plan:
    """From the field as it is to the field as it will be. `known` remembers texts that have been tried."""

    old: FieldSpec
    new: FieldSpec
    reader: Reader
    known: dict[str, str | Rejected] = field(default_factory=dict)

    def shown(self, text: str) -> str:
        return kind_of(self.old).text(self.old, decode(self.old.kind, text), self.reader)

    def convert(self, text: str) -> str | Rejected:
        """The new text for a kept one, or why there is none."""
        found = self.known.get(text)
        if found is None:
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            try:
                found = self._converted(self.shown(text))
            except Rejected as refusal:
                found = refusal.with_traceback(None)  # which holds on to everything it has passed
            self.known[text] = found
        return found

    def _converted(self, shown: str) -> str:
        if self.new.kind == "integer" and _PADDED.match(shown):
            raise Rejected(_("The leading zeros would be lost."))
        value = kind_of(self.new).clean(self.new, shown, self.reader)
        try:
            found = encode(self.new.kind, value)
        except ValueError:
            found = None
        if found is None:
            raise Rejected(_("This is too long for the new type."))
        return found


def preview(actor: Actor, resource: ResourceSpec, id_: int, kind: str) -> Preview:
    """What changing the type of this field to `kind` would do. Raises Denied, NotFound, Invalid."""
    demand(actor, resource, "edit")
    held = save.hold(resource, [record_id(id_)])[0]
    before = save.values_of(resource, held)
    found = Preview(_checked(actor, resource, before, kind))
    plan, found.options = _plan(actor, resource, before, kind)
    target = extended_by(resource)
    for texts in slot_values.chunks(target, before["slot"], slot_values.LOOKED_THROUGH):
        found.total += len(texts)
        failing = [id_ for id_, text in texts.items() if isinstance(plan.convert(text), Rejected)]
        found.failing += len(failing)
        found.strays += _strays(actor, target, plan, {id_: texts[id_] for id_ in failing}, SHOWN - len(found.strays))
    found.back = _aside(held.id, kind)
    return found


def size(resource: ResourceSpec, id_: int) -> int:
    """How many values a change of type would go through; nobody changes the field until the transaction ends."""
    queue_up()
    held = save.hold(resource, [record_id(id_)])[0]
    return slot_values.count(extended_by(resource), held.slot)


def convert(
    actor: Actor, resource: ResourceSpec, id_: int, kind: str, *, aside: bool, version: int | None = None
) -> Preview:  # fmt: skip
    """Change the type of the field and every value. Those that do not convert are put `aside`; otherwise nothing is
    changed where there are any.

    Raises Denied, NotFound, Invalid, and Conflict where `version` is given and is no longer the definition's.
    """
    demand(actor, resource, "edit")
    queue_up()
    held = save.hold(resource, [record_id(id_)])[0]
    before = save.values_of(resource, held)
    if version is not None and held.version != version:
        raise Conflict(_("Somebody else has saved this record in the meantime."), before)
    found = Preview(_checked(actor, resource, before, kind))
    plan, found.options = _plan(actor, resource, before, kind)
    _move(actor, resource, held, plan, found)
    if found.failing and not aside:
        refused = ngettext(
            "%(num)s value does not convert. Nothing was changed.",
            "%(num)s values do not convert. Nothing was changed.", found.failing,
        )  # fmt: skip
        raise Invalid({"aside": [refused]})
    after = _store(actor, held, plan, found)
    found.back = slot_values.bring_back(actor, extended_by(resource), held.slot, held.id, kind, aside=True)
    _note(actor, resource, held, before, after)
    bump_settings(actor.tenant_id)
    return found


def put_aside(actor: Actor, resource: ResourceSpec, id_: int, options: Sequence[Entry]) -> list[Stray]:
    """The first values of a field that are put aside, of the records that `actor` sees."""
    target = extended_by(resource)
    model = model_of(target)
    found = db.session.execute(
        select(FieldValue.record_id, FieldValue.kind, FieldValue.value, getattr(model, target.title))
        .join(model, (model.tenant_id == FieldValue.tenant_id) & (model.id == FieldValue.record_id))
        .where(FieldValue.field_id == id_, FieldValue.aside.is_(True), *_seen(actor, target))
        .order_by(FieldValue.record_id)
        .limit(SHOWN)
    )
    return [
        Stray(
            record,
            title_of(target, {target.title: title}, actor.reader),
            masking.aside(actor, target, kind, _shown(kind, value, options, actor.reader)),
            "",
        )
        for record, kind, value, title in found
    ]


def _shown(kind: str, text: str, options: Sequence[Entry], reader: Reader) -> str:
    """A value of any type, with options that are gone by what they were called."""
    known = tuple(Option(entry.id, Label(entry.label, entry.label)) for entry in options)
    bare = FieldSpec(name="aside", kind=kind, label=Label("", ""), options=known)
    return kinds[kind].text(bare, decode(kind, text), reader)


def _checked(actor: Actor, resource: ResourceSpec, before: dict[str, Any], kind: str) -> str:
    target = extended_by(resource)
    if before["kind"] == "digits" and target.mask_digits and veil.hides(actor, target):
        # As texts or options everyone could read the numbers: whoever sees them masked does not decide that.
        raise Invalid({"kind": [_("The numbers in this field are masked for you, so you cannot change its type.")]})
    known = {option.value for option in resource.field("kind").options}
    if kind not in known or kind not in CODES:
        raise Invalid({"kind": [_("Choose from the list.")]})
    if kind == before["kind"]:
        raise Invalid({"kind": [_("The field is of this type already.")]})
    return kind


def _plan(actor: Actor, resource: ResourceSpec, before: dict[str, Any], kind: str) -> tuple[_Plan, tuple[Entry, ...]]:
    old = field_of_definition(before)
    options = _options(resource, before, old, kind, actor.reader)
    after = {**before, "kind": kind, "options": options, "default": ""}
    return _Plan(old, field_of_definition(after), actor.reader), options


def _options(
    resource: ResourceSpec, before: dict[str, Any], old: FieldSpec, kind: str, reader: Reader
) -> tuple[Entry, ...]:  # fmt: skip
    """Lists keep their options; where texts become a list, each different text is an option, the most frequent first,
    as many as fit; past REMEMBERED different ones no further one is considered."""
    if kind not in CHOICES:
        return tuple(replace(entry, gone=True) for entry in before["options"])
    if old.kind in CHOICES:
        return tuple(before["options"])
    often: Counter[str] = Counter()
    names: dict[str, str] = {}
    for texts in slot_values.chunks(extended_by(resource), before["slot"], slot_values.LOOKED_THROUGH):
        for text, number in Counter(texts.values()).items():
            for label in _labels(kind_of(old).text(old, decode(old.kind, text), reader), kind):
                if len(names) < REMEMBERED or key(label) in names:
                    often[names.setdefault(key(label), label)] += number
    labels = [label for label, _n in often.most_common(MOST)]
    return merged(before["options"], [Entry("", label) for label in labels])


def _labels(shown: str, kind: str) -> Iterator[str]:
    """What could be names of options in a text."""
    parts = SEPARATORS.split(shown) if kind == "choices" else [shown]
    for part in parts:
        if (label := part.strip()) and len(label) <= LONGEST and not SEPARATORS.search(label):
            yield label


def _move(actor: Actor, resource: ResourceSpec, held: Any, plan: _Plan, found: Preview) -> None:
    target = extended_by(resource)
    for texts in slot_values.chunks(target, held.slot):
        tried = {id_: plan.convert(text) for id_, text in texts.items()}
        new: dict[int, str | None] = {id_: None if isinstance(one, Rejected) else one for id_, one in tried.items()}
        lost = {id_: text for id_, text in texts.items() if new[id_] is None}
        found.total += len(texts)
        found.failing += len(lost)
        slot_values.put_away(held.id, plan.old.kind, lost, aside=True)
        slot_values.write(actor, target, held.slot, {id_: one for id_, one in new.items() if one != texts[id_]})


def _store(actor: Actor, held: Any, plan: _Plan, found: Preview) -> dict[str, Any]:
    """The definition as it is now. A default that does not convert is none."""
    default = ""
    value = default_of(plan.old, held.default)
    if value is not None:
        converted = plan.convert(str(encode(plan.old.kind, value)))
        if not isinstance(converted, Rejected):
            default = default_text(plan.new, decode(plan.new.kind, converted))
    held.kind, held.options, held.default = plan.new.kind, found.options, default
    held.changed_by = actor.user_id
    db.session.flush()
    return {"kind": held.kind, "options": held.options, "default": held.default}


def _note(actor: Actor, resource: ResourceSpec, held: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    def kept(values: dict[str, Any]) -> dict[str, Any]:
        changed = [name for name in after if before[name] != after[name]]
        return {name: kind_of(resource.field(name)).json(resource.field(name), values[name]) for name in changed}

    audit.enter(actor, resource, "convert", (held.id, held.name), before=kept(before), after=kept(after))


def _strays(actor: Actor, target: ResourceSpec, plan: _Plan, texts: slot_values.Texts, most: int) -> list[Stray]:
    """The first `most` of these values that are of records which `actor` sees: all others are but counted."""
    if not texts or not most:
        return []
    model = model_of(target)
    titled = select(model.id, getattr(model, target.title)).where(model.id.in_(list(texts)), *_seen(actor, target))
    strays = []
    for id_, title in db.session.execute(titled.order_by(model.id).limit(most)):
        refusal = plan.convert(texts[id_])
        if isinstance(refusal, Rejected):
            name = title_of(target, {target.title: title}, actor.reader)
            strays.append(Stray(id_, name, quoted(plan.shown(texts[id_])), str(refusal.message)))
    return strays


def _seen(actor: Actor, target: ResourceSpec) -> list[ColumnElement[bool]]:
    """Whoever defines fields need not be one who may see whose values they hold."""
    return visible(actor, target) if may(actor, target, "view") else [false()]


def _aside(id_: int, kind: str) -> int:
    mine = (FieldValue.field_id == id_, FieldValue.aside.is_(True), FieldValue.kind == kind)
    number: int = db.session.scalars(select(func.count(FieldValue.id)).where(*mine)).one()
    return number
