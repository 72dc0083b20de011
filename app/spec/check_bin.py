"""What is wrong with `bin`, where deleted records wait, and with `story`, what a history says of a field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.fields import kinds
from app.spec.draft import Draft
from app.spec.faults import Place
from app.spec.model import StorySpec

# Keys beside which there can be no recycle bin, and why.
AGAINST: Final = {
    "model": "records of a built-in model are not put aside",
    "extends": "a field that goes is archived with its values",
}
NEW: Final = "{new}"


def check_bin(draft: Draft) -> None:
    """A record comes back whole or not at all; a sentence says what the field has become."""
    for place, message in (*_bin(draft), *_stories(draft)):
        draft.fault(place, message)


def _bin(draft: Draft) -> Iterator[tuple[Place, str]]:
    if "bin" not in draft.raw or "of" in draft.raw:
        return
    for key, reason in AGAINST.items():
        if key in draft.raw:
            yield ("bin",), f"cannot go with {key!r}: {reason}"
    for name, field in draft.fields.items():
        if kinds[field.kind].secret:
            yield ("bin",), f"cannot go with the field {name!r}: a secret is not kept, so it could not be restored"
    if "delete" not in draft.data.get("can", ("delete",)):
        yield ("bin",), "means nothing to a page on which nothing is deleted"


def _stories(draft: Draft) -> Iterator[tuple[Place, str]]:
    for name, field in draft.fields.items():
        if field.story is None:
            continue
        place = ("fields", name, "story")
        if kinds[field.kind].secret:
            yield place, "a secret is not told"
        for key in ("given", "moved"):
            yield from _says(field.story, key, NEW, place)
        if field.story.emptied is not None and NEW in field.story.emptied.zh + field.story.emptied.en:
            yield (*place, "emptied"), f"cannot say {NEW}: there is none"


def _says(story: StorySpec, key: str, what: str, place: Place) -> Iterator[tuple[Place, str]]:
    label = getattr(story, key)
    if label is not None and (what not in label.zh or what not in label.en):
        yield (*place, key), f"must say {what} in both languages"
