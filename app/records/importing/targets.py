"""The fields that a file may have columns for, and which head means which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from app.access import Actor
from app.fields import kind_of
from app.fields.names import key
from app.fields.typed import LONGEST
from app.labels import Label
from app.records import custom
from app.records.tables import base_of, resource_of
from app.spec.model import FieldSpec, ResourceSpec

REASON: Final = Label("原因", "Reason")  # the head of the column that says why a row was refused; no import reads it
# What people put beside a head that must be given.
_ADORNED: Final = re.compile(r"\*|\((?:必填|required)\)")


def extended(actor: Actor, resource: ResourceSpec) -> ResourceSpec:
    """The resource that rows become records of, with the company's own fields as they are now, and as nobody sees it
    masked: numbers in a file are whole, as those that one types."""
    return custom.extended(base_of(resource), actor.tenant_id, actor.settings_version)


def fields_of(resource: ResourceSpec) -> list[FieldSpec]:
    """What a column may be: everything a person may give, secrets apart, in the order of the form."""
    placed = [name for section in resource.form for name in section.fields]
    names = dict.fromkeys([*(name for name in placed if name in resource.fields), *resource.fields])
    fields = [resource.fields[name] for name in names]
    return [field for field in fields if not field.readonly and not kind_of(field).secret and field.kind != "options"]


def secrets_of(resource: ResourceSpec) -> list[FieldSpec]:
    """The fields that get a one-time password of their own (P3): no file should hold passwords."""
    return [field for field in resource.fields.values() if kind_of(field).secret and not field.readonly]


def suggested(resource: ResourceSpec, heads: Sequence[Any]) -> tuple[str, ...]:
    """The field that each head means, by its label in either language, by its name, or by what else files call it
    (`import: {heads: …}`); "" for none. Each field once."""
    known: dict[str, str] = {}
    fields = fields_of(resource)
    for field in fields:
        for name in (field.label.zh, field.label.en, *([] if field.slot else [field.name])):
            known.setdefault(_key(name), field.name)
    for field in fields:  # after the labels: an own field may be called what files call another one
        for name in resource.importing.heads.get(field.name, ()):
            known.setdefault(_key(name), field.name)
    taken: set[str] = set()
    found = []
    for head in heads:
        name = known.get(_key(head), "")
        found.append("" if name in taken else name)
        taken.add(name)
    return tuple(found)


def is_reason(head: Any) -> bool:
    """True for the column that our own files of refused rows end with."""
    return _key(head) in (_key(REASON.zh), _key(REASON.en))


def unique_names(field: FieldSpec) -> list[FieldSpec]:
    """What tells the records that a reference points to apart, beside their title."""
    target = resource_of(field)
    return [
        one
        for one in target.fields.values()
        if one.unique and one.name != target.title and one.kind in ("text", "mobile", "email", "digits")
    ]


def _key(head: Any) -> str:
    text = head if isinstance(head, str) else str(head or "")
    together = "".join(key(text[:LONGEST]).split())  # a narrow column has its head on two lines
    return _ADORNED.sub("", together)
