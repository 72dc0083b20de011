"""The buttons of list and show page: what the reader may do, and what each will ask and say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Actor, may
from app.records.doing import permitted
from app.records.record import Record
from app.records.whole import DELETE
from app.spec.model import ActionSpec, ResourceSpec
from app.web.claims import new_key
from app.web.face import ActionFace, Face


def delete_action(face: Face, actor: Actor, root: str) -> dict[str, Any] | None:
    """What `delete` needs in the templates, or None where the reader may not delete."""
    if not may(actor, face.resource, "delete"):
        return None
    return {
        "url": f"{root}{face.url}delete",
        "whole_url": f"{root}{face.url}whole/{DELETE}",
        "confirm_title": _("Delete %(label)s?", label=face.resource.label.inside(face.locale)),
        "confirm_text": outcome(face.resource),
    }


def outcome(resource: ResourceSpec) -> str:
    """What deleting means for who thinks better of it later."""
    if resource.bin is None:
        return str(_("What is deleted cannot be brought back."))
    days = resource.bin.days
    return str(
        ngettext(
            "What is deleted can be restored from the recycle bin for %(num)s day.",
            "What is deleted can be restored from the recycle bin for %(num)s days.",
            days,
        )
    )


def bulk_actions(face: Face, actor: Actor, root: str) -> list[dict[str, Any]]:
    """The actions for the rows ticked."""
    return [_entry(face, shown, root) for shown in _allowed(face, actor) if shown.action.bulk]


def list_actions(face: Face, actor: Actor, root: str) -> list[dict[str, Any]]:
    """The actions that need no rows (B4). `key` tells a press from its repetition."""
    allowed = _allowed(face, actor, "list")
    return [_entry(face, shown, root) | {"key": new_key()} for shown in allowed]


def row_actions(face: Face, actor: Actor, root: str) -> list[dict[str, Any]]:
    """The actions for one row. Bulk ones serve one row as well, so the show page offers both; here those that ask."""
    return [_entry(face, shown, root) for shown in _allowed(face, actor) if shown.action.ask or not shown.action.bulk]


def record_actions(face: Face, actor: Actor, record: Record, root: str) -> list[dict[str, Any]]:
    """Every action the reader may do with one record, less those that would set what it has already."""
    return [_entry(face, shown, root) for shown in _allowed(face, actor) if not _is_done(shown.action, record)]


def _is_done(action: ActionSpec, record: Record) -> bool:
    return bool(action.set) and all(record.values.get(name) == value for name, value in action.set.items())


def _allowed(face: Face, actor: Actor, on: str = "records") -> Iterator[ActionFace]:
    shown = (one for one in face.actions.values() if one.action.on == on)
    return (one for one in shown if permitted(actor, face.resource, one.action))


def _entry(face: Face, shown: ActionFace, root: str) -> dict[str, Any]:
    action = shown.action
    return {
        "name": action.name,
        "label": shown.label,
        "icon": action.icon,
        "tone": action.tone,
        "url": f"{root}{face.url}do/{action.name}",
        "whole_url": f"{root}{face.url}whole/do/{action.name}",
        "confirm": shown.confirm,
        "ask_url": f"{root}{face.url}ask/{action.name}" if action.ask else None,
    }
