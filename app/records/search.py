"""What a reader asked for: the query string of page and API alike, checked (U5, A4, K6).

`?username.contains=zh&role.in=1&role.in=2&created_at.from=2026-01-01&q=text&order=-created_at&size=50&cursor=…`
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.errors import Invalid
from app.fields import kind_of
from app.fields.base import Reader, Rejected
from app.records import cursor as cursors
from app.records.clauses import asked
from app.records.cursor import Cursor
from app.records.system import field_of
from app.records.tables import model_of
from app.spec.model import FieldSpec, ResourceSpec

MOST_ROWS: Final = 200
MOST_CHARACTERS: Final = 200
MOST_VALUES: Final = 100
REMEMBERED: Final = 2048  # resources: those that companies extend are others for each
RESERVED: Final = ("q", "order", "size", "cursor", "columns", "view")

Errors = dict[str, list[object]]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one field. Conditions combine by AND; several values by what the operator says."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """What to list. `text` is looked for in every field of the list's search box; "" orders as the resource says."""

    conditions: tuple[Condition, ...] = ()
    text: str = ""
    order: str = ""
    size: int = 25
    cursor: Cursor | None = None

    @property
    def narrowed(self) -> bool:
        """True where some rows may have been left out on purpose."""
        return bool(self.conditions or self.text)


def parse(resource: ResourceSpec, args: MultiDict[str, str], reader: Reader, page_size: int = 25) -> Search:
    """The search that the query string `args` means. Empty values mean "no condition".

    Raises Invalid, by key, for an unknown key or operator, a value that makes no sense, a size over 200, an order
    by something that cannot be ordered by, and a cursor that was tampered with or belongs to another search.
    """
    errors: Errors = {}
    search = Search(
        conditions=tuple(_conditions(resource, args, reader, errors)),
        text=_text(args, errors),
        order=_order(resource, args, errors),
        size=_size(args, page_size, errors),
    )
    if not errors:
        search = replace(search, cursor=_cursor(resource, search, args, errors))
    if errors:
        raise Invalid(errors)
    return search


def binding(resource: ResourceSpec, search: Search) -> str:
    """What a cursor of this search is bound to: the same cursor means nothing for another list."""
    asked = sorted([condition.field, condition.operator, *condition.values] for condition in search.conditions)
    return cursors.binding(resource.name, order_of(resource, search), search.text, asked)


def order_of(resource: ResourceSpec, search: Search) -> str:
    """The order in force: "-" and a name is descending."""
    return search.order or resource.list.order[0]


@lru_cache(REMEMBERED)
def orders(resource: ResourceSpec) -> tuple[str, ...]:
    """The fields a list may be ordered by: those with an index (tenant_id, field, id)."""
    listed = resource.list
    named = [*listed.columns, *(order.lstrip("-") for order in listed.order), *listed.sort, "id", "created_at"]
    return tuple(name for name in dict.fromkeys(named) if _sortable(field_of(resource, name)))


def _sortable(field: FieldSpec) -> bool:
    kind = kind_of(field)
    return field.sortable and not kind.secret and kind.indexable(field)


def _conditions(
    resource: ResourceSpec, args: MultiDict[str, str], reader: Reader, errors: Errors
) -> Iterator[Condition]:
    for key, raw in args.lists():
        values = tuple(value.strip() for value in raw if value.strip())
        if key in RESERVED or not values:
            continue
        try:
            yield _condition(resource, key, values, reader)
        except Rejected as refusal:
            errors[key] = [refusal.message]


def _condition(resource: ResourceSpec, key: str, values: tuple[str, ...], reader: Reader) -> Condition:
    """Raises Rejected unless the condition would work on this resource's table."""
    name, _dot, operator = key.partition(".")
    try:
        field = field_of(resource, name)
    except KeyError:
        raise Rejected(_("There is no field “%(name)s” to search by.", name=name)) from None
    kind = kind_of(field)
    operator = operator or next(iter(kind.operators), "")
    if operator not in kind.operators:
        raise Rejected(_("“%(name)s” cannot be searched by “%(operator)s”.", name=name, operator=operator))
    if len(values) > MOST_VALUES or max(map(len, values)) > MOST_CHARACTERS:
        raise Rejected(_("This is too long to search by."))
    asked(resource, model_of(resource), name, operator, values, reader=reader)
    return Condition(name, operator, values)


def _text(args: MultiDict[str, str], errors: Errors) -> str:
    text = args.get("q", "").strip()
    if len(text) > MOST_CHARACTERS:
        errors["q"] = [_("This is too long to search by.")]
    return text


def _order(resource: ResourceSpec, args: MultiDict[str, str], errors: Errors) -> str:
    order = args.get("order", "").strip() or resource.list.order[0]
    if order.removeprefix("-") not in orders(resource):
        errors["order"] = [_("The list cannot be ordered by “%(name)s”.", name=order.removeprefix("-"))]
    return order


def _size(args: MultiDict[str, str], page_size: int, errors: Errors) -> int:
    raw = args.get("size", "").strip()
    if not raw:
        return page_size
    if raw.isascii() and raw.isdigit() and len(raw) <= 4 and 1 <= int(raw) <= MOST_ROWS:
        return int(raw)
    errors["size"] = [_("Give a whole number from 1 to %(most)s.", most=MOST_ROWS)]
    return page_size


def _cursor(resource: ResourceSpec, search: Search, args: MultiDict[str, str], errors: Errors) -> Cursor | None:
    text = args.get("cursor", "").strip()
    if not text:
        return None
    try:
        return cursors.read(text, binding(resource, search))
    except ValueError:
        errors["cursor"] = [_("This page is no longer there. Start again from the first one.")]
        return None
