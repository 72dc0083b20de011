"""What is wrong with a resource as a whole: its name, its actions, and a form that could not be filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from app.fields import kinds
from app.fields.base import Reader, Rejected
from app.spec.defaults import CAN
from app.spec.draft import Draft
from app.spec.faults import shown_path
from app.spec.model import ActionSpec, Section

# Addresses and tables of the product itself. A resource has its own name as both.
RESERVED: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(
        ("api", "login", "logout", "password", "language", "workbench", "static", "security", "jobs", "explain"),
        "address",
    )
    | dict.fromkeys(("tenant", "login_session", "api_key", "audit_entry", "read_mark", "alembic_version"), "table")
    | dict.fromkeys(("job", "job_ticket", "job_schedule", "once", "chain_head"), "table")
    | dict.fromkeys(("login_entry", "saved_view", "bin_entry", "reveal_count", "import_plan"), "table")
)


def check_unique(drafts: Sequence[Draft]) -> None:
    """No two files describe the same resource, in whatever groups and folders they are."""
    first: dict[str, Draft] = {}
    for draft in drafts:
        other = first.setdefault(draft.name, draft)
        if other is not draft:
            draft.fault(("resource",), f"{draft.name!r} is described already in {shown_path(other.source.file)}")


def check_resource(draft: Draft) -> None:
    """Checks what takes more than one key of the file to judge."""
    name = draft.data.get("resource", draft.name)
    if name != draft.name:
        draft.fault(("resource",), f"is {name!r}, but the file is called {draft.name}.yaml")
    if name in RESERVED and "model" not in draft.raw:
        draft.fault(("resource",), f"{name!r} is the name of another {RESERVED[name]} of the product")
    for action in draft.actions.values():
        _check_action(draft, action)
    _check_form(draft)


def _check_action(draft: Draft, action: ActionSpec) -> None:
    place = ("actions", action.name)
    ways = sum(map(bool, (action.set, action.run, action.take)))
    if ways > 1 or not (ways or action.ask):
        draft.fault(place, "needs one of 'set' and 'run', not both")
    values = dict(action.set)
    for name, raw in action.set.items():
        field = draft.fields.get(name)
        if field is None:
            continue
        kind = kinds[field.kind]
        if kind.secret or "to" in kind.attributes:
            draft.fault((*place, "set", name), f"a field of kind {kind.name!r} cannot be set here; use 'run'")
            continue
        try:
            values[name] = kind.clean(field, raw, Reader())
        except Rejected as refusal:
            draft.fault((*place, "set", name), f"{raw!r} is refused: {refusal.message}")
        else:
            if field.required and kind.is_blank(values[name]):
                draft.fault((*place, "set", name), "cannot be cleared: the field is required")
    draft.actions[action.name] = ActionSpec(
        **{key: getattr(action, key) for key in ActionSpec.__slots__} | {"set": MappingProxyType(values)}
    )


def _check_form(draft: Draft) -> None:
    """A field stands in one section only, and one that must be given stands in some section."""
    form: tuple[Section, ...] = draft.data.get("form", ())
    if not form or "form" in draft.broken:
        return
    seen: set[str] = set()
    for number, section in enumerate(form):
        for index, name in enumerate(section.fields):
            if name in seen:
                draft.fault(("form", number, "fields", index), f"{name!r} is in the form already")
            seen.add(name)
    if "add" not in draft.data.get("can", CAN):
        return
    for name, field in draft.fields.items():
        if field.required and field.default is None and name not in seen:
            draft.fault(("form",), f"the required field {name!r} is in no section, so nothing could be added")
