"""What is wrong with `import`: fields that a file cannot be matched by, or that one value cannot be given for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.fields import kinds
from app.fields.names import key
from app.spec.draft import Draft
from app.spec.faults import Place, hint
from app.spec.features import ImportSpec

KEYS: Final = ("text", "digits", "mobile", "email", "integer")  # kinds whose values tell records apart
# Keys beside which nothing can be imported, and why.
AGAINST: Final = {
    "extends": "a definition of a field is no row of a file",
    "rearrange": "values that are exchanged would collide half-way",
}


def check_import(draft: Draft) -> None:
    """A row must be recognised by something, and what holds for all rows must be something that many may share."""
    spec = draft.data.get("importing")
    if not isinstance(spec, ImportSpec) or "of" in draft.raw:
        return
    for place, message in (*_page(draft), *_key(draft, spec), *_for_all(draft, spec), *_heads(draft, spec)):
        draft.fault(place, message)


def _page(draft: Draft) -> Iterator[tuple[Place, str]]:
    for other, reason in AGAINST.items():
        if other in draft.raw:
            yield ("import",), f"cannot go with {other!r}: {reason}"
    if draft.data.get("kind") == "settings":
        yield ("import",), "means nothing to settings: they are one row"


def _key(draft: Draft, spec: ImportSpec) -> Iterator[tuple[Place, str]]:
    if spec.key is None:
        return
    place, field = ("import", "key"), draft.fields.get(spec.key)
    if field is None:
        if spec.key not in draft.field_names:
            yield place, f"there is no field {spec.key!r}{hint(spec.key, draft.field_names)}"
    elif field.kind not in KEYS:
        yield place, f"a field of kind {field.kind!r} does not tell records apart"
    elif field.readonly:
        yield place, f"{spec.key!r} is set by the system only, so no file has it"


def _for_all(draft: Draft, spec: ImportSpec) -> Iterator[tuple[Place, str]]:
    for index, name in enumerate(spec.for_all):
        place, field = ("import", "for_all", index), draft.fields.get(name)
        if field is None:
            if name not in draft.field_names:
                yield place, f"there is no field {name!r}{hint(name, draft.field_names)}"
        elif field.readonly or field.unique or kinds[field.kind].secret or kinds[field.kind].many:
            yield place, f"{name!r} cannot have one value for a whole file"


def _heads(draft: Draft, spec: ImportSpec) -> Iterator[tuple[Place, str]]:
    """A head means one field: where two had it, the file would be read wrongly without a word."""
    meant = {key(label): one.name for one in draft.fields.values() for label in (one.label.zh, one.label.en, one.name)}
    for name, heads in spec.heads.items():
        field = draft.fields.get(name)
        if field is None:
            if name not in draft.field_names:
                yield ("import", "heads", name), f"there is no field {name!r}{hint(name, draft.field_names)}"
            continue
        if field.readonly or kinds[field.kind].secret:
            yield ("import", "heads", name), f"no file has {name!r}"
        for index, head in enumerate(heads):
            other = meant.setdefault(key(head), name)
            if other != name:
                yield ("import", "heads", name, index), f"{head!r} means {other!r} already"
