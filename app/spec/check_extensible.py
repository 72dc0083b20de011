"""What `extensible` and `extends` need: room for the slots, and a resource whose records can define fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from app.fields.slots import CODES, SLOTS
from app.spec.draft import Draft
from app.spec.faults import Place, hint

# What a resource that defines fields must have: field → kind, and whether only the system sets it.
DEFINED_BY: Final[Mapping[str, tuple[str, bool]]] = MappingProxyType(
    {
        "name": ("text", False),
        "kind": ("choice", False),
        "required": ("boolean", False),
        "default": ("text", False),
        "options": ("options", False),
        "position": ("integer", False),
        "slot": ("text", True),
        "archived_at": ("datetime", True),
    }
)


def check_extensible(drafts: Sequence[Draft]) -> None:
    """Each extensible resource has exactly one resource that defines its fields, and that one has all it takes."""
    named = {draft.name: draft for draft in drafts}
    definers: dict[str, str] = {}
    for draft in drafts:
        for place, message in (*_slots(draft), *_definition(draft, named)):
            draft.fault(place, message)
        extends = draft.data.get("extends")
        if extends in definers:
            draft.fault(("extends",), f"{definers[extends]!r} defines the fields of {extends!r} already")
        elif extends:
            definers[extends] = draft.name
    for draft in drafts:
        if "extensible" in draft.raw and draft.name not in definers:
            draft.fault(("extensible",), f"no resource 'extends' {draft.name!r}, so nobody could add a field")


def _slots(draft: Draft) -> Iterator[tuple[Place, str]]:
    if "extensible" not in draft.raw:
        return
    if "model" in draft.raw or draft.data.get("kind") == "settings":
        yield ("extensible",), "needs a table of the resource's own, with many rows"
    spec = draft.data.get("extensible")
    if spec is not None and spec.max > len(SLOTS):
        yield ("extensible", "max"), f"at most {len(SLOTS)} own fields are possible (F6)"
    for name in draft.field_names:
        if name in SLOTS:
            yield ("fields", name), f"a field cannot be called {name!r}: own fields are kept under it"


def _definition(draft: Draft, named: Mapping[str, Draft]) -> Iterator[tuple[Place, str]]:
    extends = draft.data.get("extends")
    if extends is None:
        return
    if extends not in named:
        yield ("extends",), f"there is no resource {extends!r}{hint(extends, named)}"
    elif "extensible" not in named[extends].raw:
        yield ("extends",), f"{extends!r} is not extensible; add 'extensible: {{max: 7}}' there"
    if "model" in draft.raw:
        yield ("extends",), "needs a table of its own"
    for name, (kind, readonly) in DEFINED_BY.items():
        field = draft.fields.get(name)
        if field is None:
            if name not in draft.field_names:
                yield ("fields",), f"needs a field {name!r} of kind {kind!r}"
        elif field.kind != kind or field.readonly != readonly:
            yield ("fields", name), f"must be of kind {kind!r}{', and readonly' if readonly else ''}"
    yield from _kinds(draft)


def _kinds(draft: Draft) -> Iterator[tuple[Place, str]]:
    """The kinds to choose from are kinds that fit a slot; a field changes its kind by a conversion only."""
    field = draft.fields.get("kind")
    if field is None:
        return
    for index, option in enumerate(field.options):
        if option.value not in CODES:
            yield ("fields", "kind", "options", index), f"{option.value!r} fits no slot{hint(option.value, CODES)}"
    if not field.fixed:
        yield ("fields", "kind"), "must be 'fixed': values are converted on a page of their own"
    slot = draft.fields.get("slot")
    if slot is not None and not slot.unique:
        yield ("fields", "slot"), "must be 'unique': that is what holds the limit under parallel requests"
