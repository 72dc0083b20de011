"""What is wrong with `sets`: the values that choosing an option gives to other fields."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from app.fields import kinds
from app.fields.base import Reader, Rejected
from app.spec.draft import Draft
from app.spec.faults import Place, hint
from app.spec.model import FieldSpec, Option

CHOICE = "choice"  # of several options chosen together, none could say what the others' values are


def check_sets(draft: Draft) -> None:
    """Checks the values, and puts them into `draft` as the kinds of their fields store them."""
    for name, field in list(draft.fields.items()):
        if any(option.sets for option in field.options):
            if field.kind != CHOICE:
                draft.fault(("fields", name, "options"), f"only an option of a field of kind {CHOICE!r} has 'sets'")
            options = tuple(_checked(draft, field, index) for index in range(len(field.options)))
            draft.fields[name] = replace(field, options=options)


def _checked(draft: Draft, field: FieldSpec, index: int) -> Option:
    option, place = field.options[index], ("fields", field.name, "options", index, "sets")
    values: dict[str, Any] = {}
    for name, raw in option.sets.items():
        if name == field.name or name not in draft.field_names:
            draft.fault((*place, name), f"there is no other field {name!r}{hint(name, draft.field_names)}")
        elif name in draft.fields:
            values[name] = _cleaned(draft, (*place, name), draft.fields[name], raw)
    return replace(option, sets=MappingProxyType(values))


def _cleaned(draft: Draft, place: Place, field: FieldSpec, raw: Any) -> Any:
    kind = kinds[field.kind]
    if kind.secret or "to" in kind.attributes:
        draft.fault(place, f"a field of kind {kind.name!r} cannot be set by an option")
        return None
    try:
        return kind.clean(field, raw, Reader())
    except Rejected as refusal:
        draft.fault(place, f"{raw!r} is refused: {refusal.message}")
        return None
