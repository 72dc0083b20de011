"""What is wrong with `masked`, `mask_digits` and `reveal`: numbers that would be seen, or ordered by, all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from app.spec.defaults import CAN
from app.spec.draft import Draft
from app.spec.faults import Place
from app.spec.features import RevealSpec
from app.spec.setting_ref import named, setting

PREVIEW: Final = "preview"
ONE_BY_ONE: Final = ("seats", "all", "nobody")
# Where a masked field cannot be named, and why.
NOWHERE: Final = (
    (("title",), "it names the record everywhere"),
    (("list", "order", "*"), "the order of numbers says what they are"),
    (("workbench", "show"), "everyone sees it there"),
    (("workbench", "order"), "the order of numbers says what they are"),
)


def check_masking(drafts: Sequence[Draft]) -> None:
    """Checks the keys of every file; settings may stand in another one."""
    known = {draft.name: draft for draft in drafts}
    for draft in drafts:
        for place, message in (*_masked(draft), *_reveal(draft, known)):
            draft.fault(place, message)


def _masked(draft: Draft) -> Iterator[tuple[Place, str]]:
    masked = {name for name, field in draft.fields.items() if field.masked}
    if draft.data.get("mask_digits") and "extensible" not in draft.raw:
        yield ("mask_digits",), "means nothing where a company cannot add fields: there is no 'extensible'"
    if _masks(draft) and "of" not in draft.raw and PREVIEW not in draft.data.get("can", CAN):
        yield ("can",), f"needs {PREVIEW!r}, the permission to see masked numbers whole"
    for pattern, why in NOWHERE:
        for place, name in draft.words(*pattern):
            if name.removeprefix("-") in masked:
                yield place, f"{name!r} cannot stand here: it is masked, and {why}"


def _reveal(draft: Draft, known: Mapping[str, Draft]) -> Iterator[tuple[Place, str]]:
    spec = draft.data.get("reveal")
    if not isinstance(spec, RevealSpec) or "reveal" in draft.broken:
        return
    if not _masks(draft):
        yield ("reveal",), "there is no masked field"
    if spec.one_by_one is not None:
        field, fault = named(known, spec.one_by_one)
        if field is not None and tuple(option.value for option in field.options) != ONE_BY_ONE:
            fault = f"{field.name!r} must be a choice of {', '.join(ONE_BY_ONE)}"
        if fault:
            yield ("reveal", "one_by_one"), fault
    if spec.limit is not None and (fault := setting(known, spec.limit, "integer")):
        yield ("reveal", "limit"), fault


def _masks(draft: Draft) -> bool:
    return bool(draft.data.get("mask_digits")) or any(field.masked for field in draft.fields.values())
