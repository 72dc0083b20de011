"""The list page: the template context `page`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.access import Actor, may
from app.errors import HTTP_STATUS, Invalid, TooMany
from app.records.columns import of as chosen_columns
from app.records.opening import ALL, Opening, opening
from app.records.query import page
from app.records.record import Page, Row
from app.records.search import Search, parse
from app.web import sizes
from app.web.actions import bulk_actions, delete_action, list_actions, row_actions
from app.web.beside import beside_urls
from app.web.face import ALIGN, Face
from app.web.filters import filter_bar
from app.web.list_opening import ListOpening

SIZES: Final = (25, 50, 100, 200)
MOST_TITLE: Final = 60  # characters
SHOWN: Final = ("add", "edit", "delete", "view", "import", "export")  # kinds that templates ask about
OF_THE_PAGE: Final = frozenset({"cursor", "order", "size"})

Errors = Mapping[str, Sequence[object]]


class ListPage:
    """One request's list. `found` is None where the query string was refused; `errors` then says why, by key."""

    def __init__(
        self,
        face: Face,
        actor: Actor,
        args: MultiDict[str, str],
        root: str,
        *,
        size: int,
        search: Search | None = None,
        found: Page | None = None,
        errors: Errors | None = None,
        first: Opening | None = None,
        refused: TooMany | None = None,
    ) -> None:
        self.face = face
        self.actor = actor
        self.args = args
        self.opens = ListOpening(face, actor, args, root, first)
        self.url = root + face.url
        self.root = root
        self.size = size
        self.search = search
        self.found = found
        self.refused = refused
        self.errors = {"": [refused.message]} if refused else errors or {}
        self.status = HTTP_STATUS[TooMany] if refused else HTTP_STATUS[Invalid] if errors else 200
        self.headers = {"Retry-After": str(refused.retry_after)} if refused else {}
        self.columns = tuple(
            face.fields[name] for name in chosen_columns(actor, face.resource, args.get("columns", ""))
        )
        self.order = args.get("order") or face.resource.list.order[0]
        self.conditions = [pair for pair in args.items(multi=True) if pair[0] not in OF_THE_PAGE and pair[1].strip()]
        if args and not self.conditions and self.opens.has_default:
            self.conditions = [("view", ALL)]  # else the first page would be that of the view the list opens with

    @classmethod
    def read(cls, face: Face, actor: Actor, args: MultiDict[str, str], root: str) -> ListPage:
        """The list that `args` ask for, in one statement; without any, the view it opens with. Raises Denied."""
        resource = face.resource
        first = opening(actor, resource) if not args or args.get("view") not in (None, ALL) else None
        if first is not None and not args:
            args = MultiDict([*parse_qsl(first.query), ("view", str(first.id))])
        usual = sizes.preferred(resource.name)
        try:
            search = parse(resource, args, actor.reader, usual)
        except Invalid as fault:
            return cls(face, actor, args, root, size=usual, errors=fault.errors, first=first)
        sizes.remember(resource.name, search.size)
        try:
            names = chosen_columns(actor, resource, args.get("columns", ""))
            found = page(actor, resource, search, [*names, *filter(None, [resource.list.kept])])
        except TooMany as refusal:
            return cls(face, actor, args, root, size=usual, first=first, refused=refusal)
        return cls(face, actor, args, root, size=search.size, search=search, found=found, first=first)

    def context(self, *, bar: bool = True) -> dict[str, Any]:
        """The whole of `page`; without `bar`, what `_list.html` needs: a partial update leaves the filter bar alone."""
        face, actor = self.face, self.actor
        deletes = delete_action(face, actor, self.root)
        bulk = bulk_actions(face, actor, self.root)
        return {
            "resource": face.resource.name,
            "title": face.many,
            "label": face.label,
            "help": face.help,
            "url": self.url,
            "columns": list(self._columns()),
            "asked": urlencode({"query": self._to().partition("?")[2]}),
            "rows": list(self._rows()),
            "bar": self._bar() if bar else "",
            "view": self.opens.context(),
            "errors": [str(text) for texts in self.errors.values() for text in texts],
            "reset_url": self.opens.all_url,
            "order": self.args.get("order", ""),
            "size": self.size,
            "sizes": list(self._sizes()),
            **self._pager(),
            "count_url": self._to("count", keep_order=False),
            "empty": {"filtered": self._narrowed(), "text": self._empty_text()},
            "can": {kind: may(actor, face.resource, kind) for kind in SHOWN},
            "add_url": f"{self.url}add",
            "import_url": f"{self.url}import/",
            "delete": deletes,
            "bulk_actions": bulk,
            "row_actions": row_actions(face, actor, self.root),
            "list_actions": list_actions(face, actor, self.root),
            **beside_urls(face, actor, self.root),
            "bin_url": f"{self.url}bin/" if face.resource.bin and may(actor, face.resource, "delete") else None,
            "selectable": bool(deletes or bulk),
            "whole_url": self._to("whole", keep_order=False) if self._goes_on() else None,
        }

    def _goes_on(self) -> bool:
        """True where the list has more rows than this page shows."""
        return self.found is not None and bool(self.found.next or self.found.previous)

    def _bar(self) -> Markup:
        return filter_bar(
            self.face, self.actor, self.args, self.errors, root=self.root, all_url=self.opens.all_url
        )  # fmt: skip

    def _rows(self) -> Iterator[dict[str, Any]]:
        if self.found is None:
            return
        reader, url = self.actor.reader, self.url
        shows = [column.cell for column in self.columns]
        name, marks = self.face.fields[self.face.resource.title].text, self.face.resource.list.kept
        row: Row
        for row in self.found.rows:
            yield {
                "id": str(row.id),
                "version": row.version,
                "url": f"{url}{row.id}",
                "title": short(name(row, reader)),
                "kept": bool(marks and row.values[marks]),  # nobody may delete it: its row does not offer it
                "cells": [show(row, reader) for show in shows],
            }

    def _columns(self) -> Iterator[dict[str, Any]]:
        by, descending = self.order.removeprefix("-"), self.order.startswith("-")
        for column in self.columns:
            sorts = column.name in self.face.sortable
            current = ("desc" if descending else "asc") if column.name == by else ""
            yield {
                "name": column.name,
                "label": column.label,
                "sortable": sorts,
                "order": current,
                "order_url": self._to(order=f"-{column.name}" if current == "asc" else column.name) if sorts else None,
                "align": ALIGN.get(column.field.kind, "start"),
                "kind": column.field.kind,
            }

    def _pager(self) -> dict[str, str | None]:
        before, after = (self.found.previous, self.found.next) if self.found else (None, None)
        return {
            "first_url": self._to() if before else None,
            "previous_url": self._to(cursor=before) if before else None,
            "next_url": self._to(cursor=after) if after else None,
            "last_url": self._to(cursor="last") if after else None,
        }

    def _sizes(self) -> Iterator[dict[str, Any]]:
        for number in sorted({*SIZES, self.size}):
            yield {"n": number, "url": self._to(size=number), "current": number == self.size}

    def _narrowed(self) -> bool:
        return bool(self.errors) or (self.search is not None and self.search.narrowed)

    def _empty_text(self) -> str:
        if self.refused is not None:
            return str(self.refused.message)
        if self.errors:
            return str(_("The search could not be understood: %(reasons)s", reasons=" ".join(self._reasons())))
        if self._narrowed():
            return str(_("Nothing matches. Change the conditions or reset them."))
        return str(_("Nothing here yet."))

    def _reasons(self) -> Iterator[str]:
        for texts in self.errors.values():
            yield from (str(text) for text in texts)

    def _to(self, path: str = "", *, keep_order: bool = True, **change: Any) -> str:
        """This list with another page, order or size. A new order or size starts from the first page again."""
        pairs = list(self.conditions)
        if keep_order and "order" not in change and self.args.get("order"):
            pairs.append(("order", self.args["order"]))
        pairs += [(name, str(value)) for name, value in change.items()]
        query = urlencode(pairs)
        return f"{self.url}{path}?{query}" if query else f"{self.url}{path}"


def short(title: str) -> str:
    """Enough to tell records apart: a title may be a whole announcement."""
    return title if len(title) <= MOST_TITLE else f"{title[:MOST_TITLE]}…"
