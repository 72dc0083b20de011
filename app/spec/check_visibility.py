"""What is wrong with `visibility:` and `only:`: unknown roles, fields that cannot be asked so, no such setting."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from app.fields import kinds
from app.fields.base import Reader, Rejected
from app.spec.draft import Draft
from app.spec.faults import Place, hint
from app.spec.features import Match, SightSpec
from app.spec.model import ADMIN, NARROWINGS, FieldSpec
from app.spec.setting_ref import setting

Found = Iterator[tuple[Place, str]]
COMPARED = ("boolean", "choice", "integer", "text")  # kinds whose values a file can write as they are stored
TEAM = "team"  # the field of the people that says who is in which team: it becomes Actor.team_id


def check_visibility(drafts: Sequence[Draft], roles: Collection[str]) -> None:
    """Checks both keys of every file."""
    known = {draft.name: draft for draft in drafts}
    for draft in drafts:
        for place, message in (
            *_visibility(draft, known, roles), *_narrow(draft, known), *_only(draft, known), *_counts(draft, known),
            *_members(draft, known),
        ):  # fmt: skip
            draft.fault(place, message)


def _visibility(draft: Draft, known: Mapping[str, Draft], roles: Collection[str]) -> Found:
    if "visibility" in draft.broken:
        return
    sights: Mapping[str, tuple[SightSpec, ...]] = draft.data.get("visibility", {})
    for role, entries in sights.items():
        place: Place = ("visibility", role)
        if role == ADMIN:
            yield place, "sees everything anyway; leave it out"
        elif role not in roles:
            yield place, f"there is no role {role!r}{hint(role, roles)}"
        yield from _entries(draft, known, place, entries)


def _narrow(draft: Draft, known: Mapping[str, Draft]) -> Found:
    if "narrow" in draft.broken:
        return
    narrowings: Mapping[str, tuple[SightSpec, ...]] = draft.data.get("narrow", {})
    for name, entries in narrowings.items():
        if name not in NARROWINGS:
            yield ("narrow", name), f"{name!r} is not known{hint(name, NARROWINGS)}"
        yield from _entries(draft, known, ("narrow", name), entries)


def _entries(draft: Draft, known: Mapping[str, Draft], place: Place, entries: Sequence[SightSpec]) -> Found:
    for number, entry in enumerate(entries):
        for match in entry.where:
            yield from _match(draft, known, match, (*place, number, "where", match.field))
        if entry.when is not None and (reason := setting(known, entry.when, "boolean")):
            yield (*place, number, "when"), reason


def _counts(draft: Draft, known: Mapping[str, Draft]) -> Found:
    """Each page counted has one field that points here."""
    for place, name in draft.words("list", "counts", "*"):
        fields = known[name].fields.values() if name in known else ()
        if name not in known:
            yield place, f"there is no resource {name!r}{hint(name, known)}"
        elif not any(base_of(known, field) == draft.name for field in fields if field.to):
            yield place, f"no field of {name!r} points to {draft.name!r}"


def _members(draft: Draft, known: Mapping[str, Draft]) -> Found:
    """Who is chosen from the members of a record belongs to it, and cannot be wanted before there is one."""
    for field in draft.fields.values():
        target, place = known.get(str(field.to)), ("fields", field.name, "choose")
        if field.choose != "members" or target is None:
            continue
        if field.kind != "ref":
            yield place, "'members' is for a field of kind 'ref'"
        elif field.required:
            yield place, "'members' cannot be 'required': nothing refers to a record that is being added"
        elif not any(base_of(known, one) == draft.name for one in target.fields.values() if one.to):
            yield place, f"no field of {field.to!r} points to {draft.name!r}"


def _only(draft: Draft, known: Mapping[str, Draft]) -> Found:
    if "only" in draft.broken:
        return
    for match in draft.data.get("only", ()):
        if match.means in ("me", "my_team"):
            yield ("only", match.field), "must not depend on who asks; that is what 'visibility' is for"
        else:
            yield from _match(draft, known, match, ("only", match.field))


def _match(draft: Draft, known: Mapping[str, Draft], match: Match, place: Place) -> Found:
    field = draft.fields.get(match.field)
    if match.field not in draft.field_names:
        yield place, f"there is no field {match.field!r}{hint(match.field, draft.field_names)}"
    if field is None:
        return
    if kinds[field.kind].many or kinds[field.kind].secret:
        yield place, f"a field of kind {field.kind!r} cannot be asked for here"
    elif match.means == "me" and base_of(known, field) not in people_of(known):
        yield place, f"{match.field!r} does not point to people, so it is never 'me'"
    elif match.means == "my_team" and field.to not in teams_of(known):
        yield place, f"{match.field!r} does not point to teams, so it is never 'my_team'"
    elif match.means == "referred":
        yield from _referred(known, field, match, place)


def _referred(known: Mapping[str, Draft], field: FieldSpec, match: Match, place: Place) -> Found:
    target = known.get(str(field.to))
    if target is None:
        yield place, f"{match.field!r} points to no other records, so they have no fields"
        return
    for name, value in match.values:
        other = target.fields.get(name)
        if name not in target.field_names:
            yield (*place, name), f"{target.name!r} has no field {name!r}{hint(name, target.field_names)}"
        elif other is not None and other.kind not in COMPARED:
            yield (*place, name), f"a field of kind {other.kind!r} cannot be asked for here"
        elif other is not None:
            try:
                if kinds[other.kind].clean(other, value, Reader()) != value:
                    yield (*place, name), f"{value!r} is no value of {name!r}"
            except Rejected as refusal:
                yield (*place, name), f"{value!r} is refused: {refusal.message}"


def people_of(known: Mapping[str, Draft]) -> list[str]:
    return [draft.name for draft in known.values() if draft.raw.get("model") == "account" and "of" not in draft.raw]


def teams_of(known: Mapping[str, Draft]) -> list[str | None]:
    """What the people's team is a record of."""
    fields = [known[name].fields.get(TEAM) for name in people_of(known)]
    return [field.to for field in fields if field is not None]


def base_of(known: Mapping[str, Draft], field: FieldSpec) -> str | None:
    """The resource whose records a field points to, by whichever of its pages."""
    target = known.get(str(field.to))
    return target.raw.get("of", target.name) if target else None
