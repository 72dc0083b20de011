"""What a resource of `kind: settings` may be: one row per company, never added or deleted, with a default for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from app.fields import kinds
from app.spec.draft import Draft
from app.spec.faults import Place
from app.spec.model import FieldSpec

SETTINGS: Final = "settings"
# All that a settings file may say; the rest is about lists, many rows, or a record on its own.
KEYS: Final = frozenset(
    {"resource", "kind", "label", "help", "icon", "menu_order", "page", "fields", "form", "can", "permissions",
     "rules", "impact"}
)  # fmt: skip
CAN: Final = ("view", "edit")
# What a field must not be, and why.
FLAGS: Final = {
    "unique": "there is one row only",
    "readonly": "a setting that nobody sets is none",
    "fixed": "a setting can always be changed",
}


def is_settings(draft: Draft) -> bool:
    return bool(draft.data.get("kind") == SETTINGS)


def check_settings(drafts: Sequence[Draft]) -> None:
    """Checks the settings files, and that nothing refers to one: its row may not be there."""
    names = {draft.name for draft in drafts if is_settings(draft)}
    for draft in drafts:
        if is_settings(draft):
            for place, message in (*_keys(draft), *_can(draft), *_fields(draft)):
                draft.fault(place, message)
        elif "impact" in draft.raw:
            draft.fault(("impact",), "only a resource of kind 'settings' has an impact to tell")
        for place, name in draft.words("fields", "*", "to"):
            if name in names:
                draft.fault(place, f"{name!r} is of kind 'settings': it has no records to refer to")


def _keys(draft: Draft) -> Iterator[tuple[Place, str]]:
    for key in draft.raw:
        if key not in KEYS:
            yield (key,), "means nothing to a resource of kind 'settings', which is one row and one form"


def _can(draft: Draft) -> Iterator[tuple[Place, str]]:
    for place, kind in draft.words("can", "*"):
        if kind not in CAN:
            yield place, f"a settings page has no {kind!r}, only 'view' and 'edit'"


def _fields(draft: Draft) -> Iterator[tuple[Place, str]]:
    for name, field in draft.fields.items():
        if reason := _unfit(field):
            yield ("fields", name, "kind"), f"a field of kind {field.kind!r} cannot be a setting: {reason}"
            continue
        for flag, why in FLAGS.items():
            if getattr(field, flag):
                yield ("fields", name, flag), f"cannot stand in a resource of kind 'settings': {why}"
        if field.default is None:
            yield ("fields", name), "needs a 'default': that is what holds until somebody sets it"
        elif kinds[field.kind].blank is None and not field.required:
            yield ("fields", name), "needs 'required: true': an empty value would mean the default"


def _unfit(field: FieldSpec) -> str:
    if kinds[field.kind].secret:
        return "it is never shown"
    return "it points to other records, which a default cannot name" if field.to else ""
