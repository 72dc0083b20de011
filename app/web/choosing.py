"""What a reference may point to, as page and API are asked for it while somebody types."""

from __future__ import annotations

from typing import Final

from flask import request

from app.records.ids import record_ids
from app.records.query import choices
from app.records.record import Choice
from app.spec.model import ResourceSpec
from app.web import who

MOST: Final = 20
MOST_OPTIONS: Final = 200  # entries of a drop-down that is opened as a whole
MOST_TEXT: Final = 100  # characters of a name worth looking for


def asked_for(resource: ResourceSpec, field: str) -> list[Choice]:
    """Those whose name holds `?q=`, or those of `?id=…`: none where no id can be one. With neither, the first ones:
    more of them with `?whole=1`. Raises Denied."""
    given = request.args.getlist("id")
    ids = record_ids(given)
    if given and not ids:
        return []
    text = request.args.get("q", "")[:MOST_TEXT]
    most = MOST_OPTIONS if request.args.get("whole") == "1" and not text else MOST
    return choices(who.actor(), resource, field, text=text, ids=ids, limit=max(most, len(ids)))
