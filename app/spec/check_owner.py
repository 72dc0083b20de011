"""What `owner` and `keys` need: fields that point to people and teams, settings that are numbers, keys to press."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.spec.check_visibility import base_of, people_of, teams_of
from app.spec.draft import Draft
from app.spec.faults import Place, hint
from app.spec.features import OwnerSpec
from app.spec.model import FieldSpec
from app.spec.setting_ref import setting

Found = Iterator[tuple[Place, str]]
NUMBERS = ("cap", "return_after", "return_warning")


def check_owner(drafts: Sequence[Draft]) -> None:
    """Checks both keys of every file."""
    known = {draft.name: draft for draft in drafts}
    for draft in drafts:
        for place, message in (*_owner(draft, known), *_keys(draft, known)):
            draft.fault(place, message)


def _owner(draft: Draft, known: Mapping[str, Draft]) -> Found:
    spec = draft.data.get("owner")
    if not isinstance(spec, OwnerSpec):
        return
    for key in ("person", "team", "since", "contact"):
        name = getattr(spec, key)
        if name is not None and name not in draft.field_names:
            yield ("owner", key), f"there is no field {name!r}{hint(name, draft.field_names)}"
    fields = draft.fields
    yield from _points(("owner", "person"), fields.get(spec.person), known, people=True)
    yield from _points(("owner", "team"), fields.get(spec.team), known, people=False)
    for key in ("since", "contact"):
        field = fields.get(getattr(spec, key) or "")
        if field is not None and field.kind != "datetime":
            yield ("owner", key), f"{field.name!r} is of kind {field.kind!r}, not 'datetime'"
        elif key == "since" and field is not None and not field.readonly:
            yield ("owner", key), f"{field.name!r} must be readonly: it is set when the owner changes"
    for key in NUMBERS:
        wanted = getattr(spec, key)
        if wanted is not None and (reason := setting(known, wanted, "integer")):
            yield ("owner", key), reason


def _points(place: Place, field: FieldSpec | None, known: Mapping[str, Draft], *, people: bool) -> Found:
    if field is None:
        return
    if field.kind != "ref":
        yield place, f"{field.name!r} is of kind {field.kind!r}, not 'ref'"
    elif people and base_of(known, field) not in people_of(known):
        yield place, f"{field.name!r} does not point to people"
    elif not people and field.to not in teams_of(known):
        yield place, f"{field.name!r} does not point to teams"


def _keys(draft: Draft, known: Mapping[str, Draft]) -> Found:
    name = draft.data.get("keys")
    if name is None:
        return
    field = draft.fields.get(name)
    if name not in draft.field_names:
        yield ("keys",), f"there is no field {name!r}{hint(name, draft.field_names)}"
    elif field is None:
        return
    elif field.readonly or field.kind != "ref":
        yield ("keys",), f"{name!r} must be a ref that people may set"
    elif (target := known.get(str(field.to))) is not None and not _keypad(target):
        yield ("keys",), f"the records of {target.name!r} have no keys: give it 'list.keypad'"


def _keypad(draft: Draft) -> bool:
    listed = draft.raw.get("list")
    return isinstance(listed, dict) and "keypad" in listed
