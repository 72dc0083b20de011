"""What `palette` and `desk` need: a search box to find by, records that somebody looks after, a field to count by."""

from __future__ import annotations

from collections.abc import Iterator

from app.spec.defaults import holds_text
from app.spec.draft import Draft
from app.spec.faults import Place, hint
from app.spec.features import DeskSpec

Found = Iterator[tuple[Place, str]]


def check_desk(draft: Draft) -> None:
    """Checks both keys of the resource, where it has them."""
    for place, message in (*_palette(draft), *_desk(draft)):
        draft.fault(place, message)


def _palette(draft: Draft) -> Found:
    if not draft.data.get("palette"):
        return
    if draft.data.get("kind") == "settings" or draft.data.get("page") is False:
        yield ("palette",), "needs a list: what is found leads to a record's page"
    elif not draft.data.get("list", {}).get("search", [1 for field in draft.fields.values() if holds_text(field)]):
        yield ("palette",), "needs 'list.search': there is nothing to find by"


def _desk(draft: Draft) -> Found:
    spec = draft.data.get("desk")
    if not isinstance(spec, DeskSpec):
        return
    if "owner" not in draft.raw:
        yield ("desk",), "needs 'owner': it shows what somebody looks after"
    for key, names in (("count", (spec.count,)), ("shown", spec.shown)):
        for name in names:
            if name not in draft.fields:
                yield ("desk", key), f"there is no field {name!r}{hint(name, draft.field_names)}"
    field = draft.fields.get(spec.count)
    if field is not None and field.kind != "ref":
        yield ("desk", "count"), f"{field.name!r} is of kind {field.kind!r}, not 'ref'"
