"""What is wrong with `export`: nobody who could approve, or a number that is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.spec.defaults import CAN
from app.spec.draft import Draft
from app.spec.features import ExportSpec
from app.spec.setting_ref import setting

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
        if fault := setting(known, spec.approve_above, "integer"):
            draft.fault(("export", "approve_above"), fault)
