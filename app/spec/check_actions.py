"""What actions need beyond their own keys: fields to ask for, pages to have permissions on, settings to hang on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.fields import kinds
from app.spec.check_settings import CAN as CAN_SETTINGS
from app.spec.check_settings import SETTINGS
from app.spec.defaults import CAN
from app.spec.draft import Draft
from app.spec.faults import Place, hint
from app.spec.model import ActionSpec
from app.spec.setting_ref import setting

Found = Iterator[tuple[Place, str]]


def check_actions(drafts: Sequence[Draft]) -> None:
    """Checks the actions of every file; those of a second page are told where they stand."""
    known = {draft.name: draft for draft in drafts}
    for draft in drafts:
        if "of" in draft.raw or "actions" in draft.broken:
            continue
        for action in draft.actions.values():
            place = ("actions", action.name)
            for where, message in (*_ask(draft, action), *_also(known, action), *_settings(known, draft, action)):
                draft.fault((*place, *where), message)


def _ask(draft: Draft, action: ActionSpec) -> Found:
    for name in action.ask:
        field = draft.fields.get(name)
        if name not in draft.field_names:
            yield ("ask", name), f"there is no field {name!r}{hint(name, draft.field_names)}"
        elif field is not None and (field.readonly or kinds[field.kind].secret):
            yield ("ask", name), f"{name!r} cannot be asked for: it is {'readonly' if field.readonly else 'secret'}"
    for name in action.set.keys() & action.ask.keys():
        yield ("ask", name), f"{name!r} has its value from 'set' already"


def _also(known: Mapping[str, Draft], action: ActionSpec) -> Found:
    for name, kind in action.also.items():
        if name not in known:
            yield ("also", name), f"there is no resource {name!r}{hint(name, known)}"
        elif kind not in _kinds(known[name]):
            yield ("also", name), f"{name!r} has no {kind!r}"


def _kinds(draft: Draft) -> set[str]:
    usual = CAN_SETTINGS if draft.raw.get("kind") == SETTINGS else CAN
    imports = {"import"} if "import" in draft.raw else set()
    return {*draft.data.get("can", usual), *imports, *(action.permission for action in draft.actions.values())}


def _settings(known: Mapping[str, Draft], draft: Draft, action: ActionSpec) -> Found:
    if action.when is not None and (reason := setting(known, action.when, "boolean")):
        yield ("when",), reason
    if action.take is not None and (reason := setting(known, action.take, "integer")):
        yield ("take",), reason
    if (action.on == "list") != (action.take is not None):
        yield ("on",), "'on: list' and 'take' need each other"
    elif action.take is not None and "owner" not in draft.raw:
        yield ("take",), "needs 'owner': otherwise there is no pool to take from"
    if action.on == "list" and action.ask:
        yield ("ask",), "cannot be asked for by an action that is on no records"
