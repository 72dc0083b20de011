"""Second pages (`of:`): a file over the records of another resource, which says only what its page has of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from app.spec.draft import Draft
from app.spec.faults import hint
from app.spec.source import Source

# What the page takes from the resource whose records it shows, and may not say itself.
INHERITED: Final = ("model", "fields", "actions", "rules", "limits", "title")
REFUSED: Final = (
    *INHERITED,
    "kind",
    "workbench",
    "extensible",
    "extends",
    "rearrange",
    "impact",
    "heirs",
    "bin",
    "import",
    "mask_digits",
    "reveal",
    "narrow",
    "export",
    "owner",
    "desk",
    "keys",
)


def inherit(raws: Mapping[str, Any], name: str) -> tuple[Any, frozenset[str]]:
    """The content of the file `name` with what it inherits, and the keys that it does: their faults are told there."""
    raw = raws[name]
    if not isinstance(raw, dict) or "of" not in raw:
        return raw, frozenset()
    base = raws.get(raw["of"]) if isinstance(raw["of"], str) else None
    if not isinstance(base, dict) or "of" in base:
        return raw, frozenset(raw.keys() - {"of"} | {"fields"})  # of all that, nothing can be said
    taken = {key: base[key] for key in INHERITED if key in base}
    return {**raw, **taken}, frozenset((*taken, "fields"))


def check_pages(drafts: Sequence[Draft]) -> None:
    """Checks every file with `of`: whose records it shows, and that it says no more than a page can."""
    known = {draft.name: draft for draft in drafts}
    for draft in drafts:
        if "of" not in draft.raw:
            if "only" in draft.raw:
                draft.fault(("only",), "needs 'of': it says which records of another resource the page has")
            continue
        own = replace(draft, inherited=frozenset())
        if reason := _no_base(draft, known):
            own.fault(("of",), reason)
            continue
        written: Source = draft.source
        for key in REFUSED:
            if key in written.data:
                own.fault((key,), f"cannot stand in a second page: it has that of {draft.raw['of']!r}")
        if draft.rule_file.is_file():
            draft.faults.add(draft.rule_file, 1, (), f"is never run: the rules are those of {draft.raw['of']!r}")


def _no_base(draft: Draft, known: Mapping[str, Draft]) -> str:
    name = draft.raw["of"]
    others: Collection[str] = [one.name for one in known.values() if "of" not in one.raw]
    if name not in known:
        return f"there is no resource {name!r}{hint(str(name), others)}"
    if "of" in known[name].raw:
        return f"{name!r} is a second page itself; name the resource it shows"
    return f"{name!r} is of kind 'settings': it has no records" if known[name].raw.get("kind") == "settings" else ""
