"""What is wrong with the keys about records that change places: `rearrange`, `list.keypad`, `heirs`."""

from __future__ import annotations

from app.fields import kinds
from app.fields.base import Reader, Rejected
from app.spec.draft import Draft
from app.spec.faults import hint
from app.spec.model import FieldSpec

LAST_KEY = 9  # of a phone


def check_handover(draft: Draft) -> None:
    """Values are exchanged by way of having none, so the field may be empty; keys of a phone are the digits."""
    rearranged = draft.data.get("rearrange")
    if rearranged is not None and (reason := _not_exchanged(draft, rearranged)):
        draft.fault(("rearrange",), reason)
    keypad = draft.data.get("list", {}).get("keypad")
    if keypad is not None and (reason := _no_keypad(draft, keypad, rearranged)):
        draft.fault(("list", "keypad"), reason)
    _check_heirs(draft)


def _not_exchanged(draft: Draft, name: str) -> str:
    if name not in draft.field_names:
        return f"there is no field {name!r}{hint(name, draft.field_names)}"
    field = draft.fields.get(name)
    if field is None or (field.unique and not (field.required or field.readonly or field.fixed)):
        return ""
    return f"{name!r} cannot be exchanged: it must be 'unique', and not 'required', 'readonly' or 'fixed'"


def _no_keypad(draft: Draft, name: str, rearranged: str | None) -> str:
    if name not in draft.field_names:
        return f"there is no field {name!r}{hint(name, draft.field_names)}"
    if name != rearranged:
        return f"{name!r} is not the field of 'rearrange'"
    field = draft.fields.get(name)
    return "" if field is None or _is_digit(field) else f"{name!r} is no whole number from 0 to {LAST_KEY}"


def _is_digit(field: FieldSpec) -> bool:
    return field.kind == "integer" and field.min == 0 and field.max == LAST_KEY


def _check_heirs(draft: Draft) -> None:
    for name, raw in draft.data.get("heirs", {}).items():
        place, field = ("heirs", name), draft.fields.get(name)
        if name not in draft.field_names:
            draft.fault(place, f"there is no field {name!r}{hint(name, draft.field_names)}")
            continue
        if field is None:
            continue
        kind = kinds[field.kind]
        if kind.secret or kind.many:
            draft.fault(place, f"a field of kind {kind.name!r} cannot be asked for here")
            continue
        try:
            draft.data["heirs"][name] = kind.clean(field, raw, Reader())
        except Rejected as refusal:
            draft.fault(place, f"{raw!r} is refused: {refusal.message}")
