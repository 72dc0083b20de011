"""Everything that names something else: fields, resources, roles, permissions. One row per place of the file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.fields import kinds
from app.spec.check_settings import CAN as CAN_SETTINGS
from app.spec.check_settings import is_settings
from app.spec.defaults import CAN, holds_text
from app.spec.draft import Draft
from app.spec.faults import Place, hint
from app.spec.features import OwnerSpec, WorkbenchSpec
from app.spec.model import ADMIN, IDLE, PERMISSIONS, PHASE, SYSTEM_FIELDS, FieldSpec


@dataclass(frozen=True, slots=True)
class Defined:
    """What all folders together define."""

    groups: Collection[str]
    roles: Collection[str]
    resources: Collection[str]


# Why a field cannot stand at a place, or "" where it can.
Reason = Callable[[FieldSpec], str]


def _shown(field: FieldSpec) -> str:
    return "is secret and never shown" if kinds[field.kind].secret else ""


def _names_a_record(field: FieldSpec) -> str:
    return _shown(field) or ("points to other records" if field.to else "")


def _searched(field: FieldSpec) -> str:
    return _shown(field) or ("" if holds_text(field) else f"is of kind {field.kind!r}, which holds no text")


def _filtered(field: FieldSpec) -> str:
    kind = kinds[field.kind]
    return _shown(field) or ("" if kind.controls else f"is of kind {kind.name!r}, which has no filter")


def _ordered(field: FieldSpec) -> str:
    if not kinds[field.kind].indexable(field):
        return "has no index, because of its kind or its length"
    return _shown(field) or ("" if field.sortable else "is not sortable")


def _edited(field: FieldSpec) -> str:
    return "is readonly" if field.readonly else ""


def _marking(field: FieldSpec) -> str:
    return "" if field.readonly else "is not readonly, and anybody could mark a record by it"


def _moment(field: FieldSpec) -> str:
    return "" if field.kind == "datetime" else f"is of kind {field.kind!r}, not 'datetime'"


def _truth(field: FieldSpec) -> str:
    return "" if field.kind == "boolean" else f"is of kind {field.kind!r}, not 'boolean'"


def _several(field: FieldSpec) -> str:
    return "" if field.kind == "refs" else f"is of kind {field.kind!r}, not 'refs'"


class Slot(NamedTuple):
    """A place of the file that names a field."""

    place: tuple[str, ...]
    reason: Reason
    system: bool = False  # the columns of every row may stand there too
    signed: bool = False  # "-" before the name is descending


SLOTS = (
    Slot(("title",), _names_a_record),
    Slot(("summary", "*"), _shown),
    Slot(("list", "columns", "*"), _shown, system=True),
    Slot(("list", "search", "*"), _searched),
    Slot(("list", "filter", "*"), _filtered, system=True),
    Slot(("list", "order", "*"), _ordered, system=True, signed=True),
    Slot(("list", "sort", "*"), _ordered, system=True),
    Slot(("list", "kept"), _marking),
    Slot(("form", "*", "fields", "*"), _edited),
    Slot(("workbench", "show"), _shown),
    Slot(("workbench", "since"), _moment),
    Slot(("workbench", "until"), _moment),
    Slot(("workbench", "renewed"), _moment),
    Slot(("workbench", "withdrawn"), _truth),
    Slot(("workbench", "pin"), _truth),
    Slot(("workbench", "acknowledge"), _truth),
    Slot(("workbench", "audience", "*"), _several),
    Slot(("workbench", "order"), _ordered, system=True, signed=True),
)


def check_names(draft: Draft, defined: Defined) -> None:
    """Checks every name in the file against what it should be a name of."""
    for place, message in (*_fields(draft), *_refs(draft, defined), *_permissions(draft, defined)):
        draft.fault(place, message)
    if draft.group not in defined.groups:
        draft.fault(
            (), f"menu.yaml has no group {draft.group!r} for this file's folder{hint(draft.group, defined.groups)}"
        )


def _fields(draft: Draft) -> Iterator[tuple[Place, str]]:
    for slot in SLOTS:
        known = {*draft.field_names, *(_system_fields(draft, slot) if slot.system else ())}
        for place, word in draft.words(*slot.place):
            name = word.removeprefix("-") if slot.signed else word
            if name not in known:
                yield place, f"there is no field {name!r}{hint(name, known)}"
            elif name in draft.fields and (reason := slot.reason(draft.fields[name])):
                yield place, f"{name!r} cannot stand here: it {reason}"
    for name, action in draft.actions.items():
        for key in action.set.keys() - set(draft.field_names):
            yield ("actions", name, "set", key), f"there is no field {key!r}{hint(key, draft.field_names)}"


def _system_fields(draft: Draft, slot: Slot) -> Collection[str]:
    """Where a row stands with the workbench is for looking at and for searching, not for ordering."""
    panel = draft.data.get("workbench")
    timed = isinstance(panel, WorkbenchSpec) and panel.timed  # what is wrong in it already is a raw mapping
    more = [PHASE] if timed else []
    if isinstance(draft.data.get("owner"), OwnerSpec):
        more.append(IDLE)
    return SYSTEM_FIELDS if slot.signed else (*SYSTEM_FIELDS, *more)


def _refs(draft: Draft, defined: Defined) -> Iterator[tuple[Place, str]]:
    for place, name in draft.words("fields", "*", "to"):
        if name not in defined.resources:
            yield place, f"there is no resource {name!r}{hint(name, defined.resources)}"


def _permissions(draft: Draft, defined: Defined) -> Iterator[tuple[Place, str]]:
    can: Collection[str] = PERMISSIONS
    if not draft.broken & {"can", "actions"}:
        can = {
            *draft.data.get("can", CAN_SETTINGS if is_settings(draft) else CAN),
            *(["import"] if "import" in draft.raw else []),
            *(action.permission for action in draft.actions.values()),
        }
    grants: dict[str, tuple[str, ...]] = draft.data.get("permissions", {})
    for role in draft.raw["permissions"] if isinstance(draft.raw.get("permissions"), dict) else ():
        if role == ADMIN:
            yield ("permissions", role), "holds every permission anyway; leave it out"
        elif role not in defined.roles:
            yield ("permissions", role), f"there is no role {role!r}{hint(role, defined.roles)}"
    for role, granted in grants.items():
        for index, kind in enumerate(granted):
            if kind not in can:
                yield ("permissions", role, index), f"this page has no {kind!r}; add it to 'can'"
