"""What is to be exported: an order, checked once when it is given and again when it is carried out (C1).

An order says it all (list, filter, columns, format, numbers whole or masked), so an approval of it is an approval of
exactly that. Every file has a mark; the audit entry has the same one, and so the mark leads to the person.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any, Final, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from app.access import Actor, demand, may
from app.errors import Conflict, Denied, Invalid
from app.models.base import utcnow
from app.records import audit, custom, in_force, masking, search_words, transfer
from app.records.columns import available, known
from app.records.columns import of as columns_shown
from app.records.plan import page_plan
from app.records.search import Search, parse
from app.records.visibility import sight_of
from app.sheets.columns import Column
from app.sheets.csv_sheet import TYPE as CSV_TYPE
from app.sheets.csv_sheet import CsvSheet
from app.sheets.xlsx import TYPE as XLSX_TYPE
from app.sheets.xlsx import Workbook
from app.spec.model import ResourceSpec

JOB: Final = "export"
EXPORT: Final = "export"  # the kind of permission, and the verb of the audit log
APPROVE: Final = "audit"  # the kind of permission of who approves
TYPES: Final[Mapping[str, str]] = {"xlsx": XLSX_TYPE, "csv": CSV_TYPE}
ALL: Final = "all"
SHOWN: Final = "shown"
DIRECT: Final = 2_000  # rows that are made while one waits
CHANGED: Final = _l("The fields have changed since this was asked for. Export once more.")
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that could be misread
_MARK: Final = 10


class Sheet(Protocol):
    """A file that is being written."""

    def head(self) -> None: ...
    def write(self, rows: Sequence[Sequence[Any]]) -> None: ...
    def close(self) -> None: ...
    def drop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Order:
    """`resource` is as the person sees it; `query` is the list's query string; `full`: numbers whole, where there are
    any that are masked for some."""

    resource: ResourceSpec
    query: Sequence[tuple[str, str]]
    search: Search
    columns: tuple[str, ...]
    format: str
    full: bool

    def own(self) -> dict[str, str]:
        """The own fields that it speaks of (`custom.definitions`)."""
        asked = (condition.field for condition in self.search.conditions)
        return custom.definitions(self.resource, (*asked, self.search.order.removeprefix("-"), *self.columns))

    def arguments(self, actor: Actor) -> dict[str, Any]:
        """As JSON, for `recall`."""
        return {
            "resource": self.resource.name,
            "query": [list(pair) for pair in self.query],
            "columns": list(self.columns),
            "labels": labels(actor, self),
            "own": self.own(),
            "locale": actor.locale,
            "format": self.format,
            "full": self.full,
        }


def order(
    actor: Actor,
    resource: ResourceSpec,
    args: MultiDict[str, str],
    *,
    columns: str | Sequence[str] = SHOWN,
    format: str = "xlsx",
    full: bool = False,
) -> Order:
    """The order for the list that `args` ask for. `columns` are those shown, "all", or names.

    Raises Denied without the permission, or where `full` is asked for by somebody who does not see whole numbers, and
    Invalid, by name, for what makes no sense.
    """
    demand_now(actor, resource)
    seen = custom.of(actor, resource)
    if format not in TYPES:
        raise Invalid({"format": [_l("Choose csv or xlsx.")]})
    if full and not may_full(actor, resource):
        raise Denied(resource.name, "preview", _l("You do not see full numbers, so you cannot export them."))
    kept = [(key, value) for key, value in args.items(multi=True) if key not in ("cursor", "size") and value.strip()]
    search = parse(seen, MultiDict(kept), actor.reader)
    page_plan(seen, [seen.title], search, actor.reader, sight_of(actor, seen))  # what cannot be asked is refused now
    if columns == SHOWN:
        names = columns_shown(actor, seen, args.get("columns", ""))
    else:
        names = available(seen) if columns == ALL else known(seen, columns)
    if not names:
        raise Invalid({"columns": [_l("Choose at least one column.")]})
    return Order(seen, kept, search, tuple(names), format, full)


def recall(actor: Actor, resource: ResourceSpec, arguments: Mapping[str, Any]) -> Order:
    """The order that `arguments` were made of, with the permissions and fields of now. Raises as `order`, and Conflict
    where its columns are not what they were."""
    args = MultiDict([(str(key), str(value)) for key, value in arguments["query"]])
    wanted = {"columns": arguments["columns"], "format": arguments["format"], "full": bool(arguments["full"])}
    found = order(actor, resource, args, **wanted)
    renamed = labels(actor, found) != arguments["labels"] and actor.locale == arguments.get("locale", actor.locale)
    if renamed or found.own() != arguments["own"]:
        raise Conflict(CHANGED)
    return found


def demand_same(actor: Actor, resource: ResourceSpec, wanted: Order) -> None:
    """Raises Conflict where own fields of `resource` that the order speaks of are others by now."""
    if replace(wanted, resource=custom.of(actor, resource)).own() != wanted.own():
        raise Conflict(CHANGED)


def may_full(actor: Actor, resource: ResourceSpec) -> bool:
    """True where `actor` sees whole numbers in the list, and there are some that others do not."""
    seen = custom.of(actor, resource.base or resource)
    return seen.masks and not masking.masked(actor, resource)


def labels(actor: Actor, wanted: Order) -> list[str]:
    """What the columns are called."""
    return [column.label for column in columns_of(actor, wanted)]


def columns_of(actor: Actor, wanted: Order) -> list[Column]:
    """How the rows read."""
    return transfer.columns(actor, wanted.resource, wanted.columns, full=wanted.full)


def approval_above(actor: Actor, resource: ResourceSpec) -> int:
    """How many rows may be exported without a second person; 0: any number."""
    if resource.export is None:
        return 0
    name, field = resource.export.approve_above
    return int(in_force.current(name, actor.tenant_id, actor.settings_version)[field] or 0)


def may_approve(actor: Actor, resource: ResourceSpec) -> bool:
    """True for who may say yes to the exports of others: who cannot see the list cannot judge what leaves it."""
    return resource.export is not None and may(actor, resource, APPROVE) and may(actor, resource, "view")


def new_mark() -> str:
    """Ten letters that name one file."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_MARK))


def file_name(actor: Actor, wanted: Order, mark: str) -> str:
    """客户资料-20261122-1805-7K3M9QXTBD.xlsx, on the clock of the company."""
    stamp = utcnow().astimezone(actor.reader.zone).strftime("%Y%m%d-%H%M")
    return f"{wanted.resource.many.text(actor.locale)}-{stamp}-{mark}.{wanted.format}"


def sheet(actor: Actor, wanted: Order, out: IO[bytes], mark: str, rows: int) -> Sheet:
    """The file that is written to `out`. The mark is in its last column's label (csv), or in the document's properties
    and on its last sheet, with the rest of `words` (xlsx)."""
    made = columns_of(actor, wanted)
    if wanted.format == "csv":
        return CsvSheet(out, made, _("Export ID %(mark)s", mark=mark))
    return Workbook(
        out,
        made,
        title=wanted.resource.many.text(actor.locale),
        creator=f"{actor.get_full_name()} ({actor.username})",
        mark=mark,
        note=[(_("Export ID"), mark), *words(actor, wanted, rows)],
        note_title=_("About this export"),
    )


def words(actor: Actor, wanted: Order, rows: int) -> list[tuple[str, str]]:
    """The order in words, label and text: for the approval, the note in the file, and the page of jobs."""
    comma = _(", ")
    told = [
        (_("Asked for by"), f"{actor.get_full_name()} ({actor.username})"),
        (_("List"), wanted.resource.many.text(actor.locale)),
        (_("Conditions"), "; ".join(search_words.told(actor, wanted.resource, wanted.search))),
        (_("Order"), search_words.order_told(actor, wanted.resource, wanted.search)),
        (_("Rows"), f"{rows:,}"),
        (_("Columns to export"), comma.join(labels(actor, wanted))),
        (_("Format"), wanted.format),
    ]
    if wanted.resource.masks:
        told.append((_("Numbers"), _("whole") if wanted.full else _("masked")))
    return told


def note(actor: Actor, wanted: Order, verb: str, rows: int, mark: str = "", **more: str) -> None:
    """The entry of the audit log, in the caller's transaction. Its title is the mark: one looks for it there."""
    told = {
        "search": "; ".join(search_words.told(actor, wanted.resource, wanted.search)),
        "rows": rows,
        "format": wanted.format,
        "columns": _(", ").join(labels(actor, wanted)),
        "numbers": (_("whole") if wanted.full else _("masked")) if wanted.resource.masks else "",
        "mark": mark,
        **more,
    }
    kept = {name: value for name, value in told.items() if value != ""}
    audit.enter(actor, wanted.resource, verb, (None, mark), after=kept)


def demand_now(actor: Actor, resource: ResourceSpec) -> None:
    """Raises Denied for who may not export the list, or not even see it."""
    demand(actor, resource, EXPORT)
    demand(actor, resource, "view")
