"""What is wrong with the `find` of a field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.fields.base import Kind
from app.spec.draft import Draft
from app.spec.model import FieldSpec

# What of `find` takes columns beside the field's own, and what they are called.
SHADOWS: Final = {"pinyin": ("pinyin", "initials"), "end": ("reversed",)}
# The built-in tables that have room for it: every one of their records comes into them by a save.
ROOM: Final = ("account", "role")


def check_find(draft: Draft, field: FieldSpec, kind: Kind) -> Iterator[tuple[str, str]]:
    """The key at fault, and the message."""
    if not field.find:
        return
    if draft.raw.get("model", ROOM[0]) not in ROOM:
        yield "find", f"may not be set where 'model' is {draft.raw['model']!r}: that table has no room for it"
    for way in sorted(set(field.find) - set(kind.finds)):
        if kind.finds:
            yield "find", f"{way!r} means nothing to a field of kind {kind.name!r}: it has {', '.join(kind.finds)}"
    if "part" in field.find and field.name != next(name for name, one in draft.fields.items() if "part" in one.find):
        yield "find", "only one field of a resource is found by any 'part'"
    for way in field.find:
        for shadow in SHADOWS.get(way, ()):
            if f"{field.name}_{shadow}" in draft.field_names:
                yield "find", f"{way!r} keeps what it needs in {field.name}_{shadow}, which is the name of a field"
