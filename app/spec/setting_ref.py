"""Keys that name a setting, as `business.claim_size`: whether there is such a one."""

from __future__ import annotations

from collections.abc import Mapping

from app.spec.draft import Draft
from app.spec.faults import hint
from app.spec.model import FieldSpec


def named(known: Mapping[str, Draft], wanted: tuple[str, str]) -> tuple[FieldSpec | None, str]:
    """The field of the setting, and why it is none; neither for a field that has a fault of its own."""
    resource, name = wanted
    settings = [draft.name for draft in known.values() if draft.raw.get("kind") == "settings"]
    if resource not in settings:
        return None, f"there is no settings resource {resource!r}{hint(resource, settings)}"
    names = known[resource].field_names
    if name not in names:
        return None, f"{resource!r} has no field {name!r}{hint(name, names)}"
    return known[resource].fields.get(name), ""


def setting(known: Mapping[str, Draft], wanted: tuple[str, str], kind: str) -> str:
    """Why this is no setting of that kind of field; "" where it is one."""
    field, fault = named(known, wanted)
    return f"{field.name!r} is of kind {field.kind!r}, not {kind!r}" if field and field.kind != kind else fault
