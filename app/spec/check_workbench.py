"""What is wrong with a workbench panel as a whole: keys that need each other, and audiences of something else."""

from __future__ import annotations

from app.spec.draft import Draft
from app.spec.faults import hint
from app.spec.features import WorkbenchSpec
from app.spec.model import AUDIENCE

# What can only be told of rows that the panel remembers to have been read.
NEEDS_UNREAD = ("renewed", "acknowledge")


def check_workbench(draft: Draft) -> None:
    """Checks the panel of the resource, where it has one."""
    panel: WorkbenchSpec | None = draft.data.get("workbench")
    if panel is None or "workbench" in draft.broken:
        return
    _check_audience(draft, panel)
    for key in NEEDS_UNREAD:
        if getattr(panel, key) and not panel.unread:
            draft.fault(("workbench", key), "needs 'unread: true': otherwise nobody remembers who has read what")
    field = draft.fields.get(panel.renewed or "")
    if field is not None and not field.readonly:
        draft.fault(("workbench", "renewed"), f"{field.name!r} must be readonly: a rule sets it when something is new")
    if panel.since and panel.since == panel.until:
        draft.fault(("workbench", "since"), "is the same field as 'until': nothing would ever be shown")


def _check_audience(draft: Draft, panel: WorkbenchSpec) -> None:
    for name, field_name in panel.audience.items():
        place = ("workbench", "audience", name)
        if name not in AUDIENCE:
            draft.fault(place, f"unknown key{hint(name, AUDIENCE)}")
            continue
        field = draft.fields.get(field_name)
        if field is not None and field.kind == "refs" and field.to != name:
            draft.fault(place, f"{field_name!r} refers to {field.to!r}, not to {name!r}")
