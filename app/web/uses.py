"""The columns of a list that say how many records of other resources refer to each row (`list.uses`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

from app.access import Actor, may
from app.records.references import Reference, references, tally
from app.web.face import Face


def add_uses(context: dict[str, Any], face: Face, actor: Actor, root: str) -> None:
    """Puts them behind the columns of a list's context: one for each resource that the reader may view, one statement
    for each field."""
    ids = [int(row["id"]) for row in context["rows"]]
    for owner, fields in references(face.resource).items():
        if not owner.page or not may(actor, owner, "view"):
            continue
        column = {"order": "", "order_url": None, "align": "end", "kind": "integer", "sortable": False}
        label = owner.many.text(actor.locale)
        context["columns"].append({"name": f"uses_{owner.name}", "label": label, **column})
        _fill(context["rows"], fields, actor, ids, f"{root}/{owner.name}/")


def _fill(rows: Sequence[dict[str, Any]], fields: Sequence[Reference], actor: Actor, ids: list[int], url: str) -> None:
    numbers = [tally(actor, reference, ids) for reference in fields] if ids else []
    for row in rows:
        number = sum(found.get(int(row["id"]), 0) for found in numbers)
        shown = f"{number:,}"
        if number and len(fields) == 1:
            address = f"{url}?{fields[0].field.name}={row['id']}"
            row["cells"].append(Markup('<a href="{}">{}</a>').format(address, shown))
        else:
            row["cells"].append(escape(shown))
