"""The columns of a list that say how many records of other resources refer to each row (`list.uses`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from markupsafe import Markup, escape

from app.access import Actor, may
from app.engine import engine
from app.fields import kind_of
from app.records import query
from app.records.names import title_of
from app.records.references import Reference, references, tally
from app.records.search import Condition, Search
from app.records.tables import pointing_to
from app.spec.model import ResourceSpec
from app.web.face import Face

SHOWN: Final = 50


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


def add_counts(context: dict[str, Any], face: Face, actor: Actor, root: str) -> None:
    """As `add_uses`, of the pages that the list names: one statement for each."""
    ids = [int(row["id"]) for row in context["rows"]]
    for name, reference in counted(face.resource):
        if may(actor, reference.owner, "view"):
            column = {"order": "", "order_url": None, "align": "end", "kind": "integer", "sortable": False}
            label = reference.owner.many.text(actor.locale)
            context["columns"].append({"name": f"counts_{name}", "label": label, **column})
            _fill(context["rows"], [reference], actor, ids, f"{root}/{name}/")


def counted(resource: ResourceSpec) -> Iterator[tuple[str, Reference]]:
    """The pages that the list counts, each with its field that points to this resource."""
    for name in resource.list.counts:
        page = engine().product.resource(name)
        yield name, Reference(page, pointing_to(page, resource))


def members(face: Face, actor: Actor, id_: int, root: str) -> list[dict[str, Any]]:
    """For a record's page: the first of those who refer to it, and where all of them are."""
    found = []
    for name, reference in counted(face.resource):
        if not may(actor, reference.owner, "view"):
            continue
        wanted = Search((Condition(reference.field.name, next(iter(kind_of(reference.field).operators)), (str(id_),)),),
                        size=SHOWN)  # fmt: skip
        page = query.page(actor, reference.owner, wanted, [reference.owner.title])
        rows = [
            {"title": title_of(reference.owner, row.values, actor.reader), "url": f"{root}/{name}/{row.id}"}
            for row in page.rows
        ]
        url = f"{root}/{name}/?{reference.field.name}={id_}"
        found.append(
            {"label": reference.owner.many.text(actor.locale), "rows": rows, "more": bool(page.next), "url": url}
        )
    return found


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
