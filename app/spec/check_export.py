"""What is wrong with `export`: nobody who could approve, or a number that is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from app.spec.defaults import CAN
from app.spec.draft import Draft
from app.spec.faults import hint
from app.spec.features import ExportSpec

NEEDED: Final = ("export", "audit")


def check_export(drafts: Sequence[Draft]) -> None:
    """Checks the key of every file; the setting may stand in another one."""
    known = {draft.name: draft for draft in drafts}
    for draft in drafts:
        spec = draft.data.get("export")
        if not isinstance(spec, ExportSpec) or "export" in draft.broken:
            continue
        missing = [kind for kind in NEEDED if kind not in draft.data.get("can", CAN)]
        if missing:
            draft.fault(("can",), f"needs {' and '.join(map(repr, missing))}, or nobody could export and approve")
        if fault := _setting(known, *spec.approve_above):
            draft.fault(("export", "approve_above"), fault)


def _setting(known: Mapping[str, Draft], resource: str, name: str) -> str:
    settings = [one.name for one in known.values() if one.raw.get("kind") == "settings"]
    if resource not in settings:
        return f"there is no settings resource {resource!r}{hint(resource, settings)}"
    names = known[resource].field_names
    if name not in names:
        return f"{resource!r} has no field {name!r}{hint(name, names)}"
    field = known[resource].fields.get(name)
    return f"{name!r} is of kind {field.kind!r}, not 'integer'" if field and field.kind != "integer" else ""
