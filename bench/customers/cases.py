"""The pages that are measured, and how each contender is asked for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

PAGE: Final = 25
PREFIX: Final = "138"
TYPE: Final = "意向客户"
SOURCE: Final = "线下展会"
INITIALS: Final = "zw"
ADMIN: Final = ("admin", "Bench-only-password-1")

FIRST: Final = "first page"
DEEP: Final = "page in the middle"
ONE: Final = "name contains 1 character"
COMMON: Final = "name contains 2, common"
RARE: Final = "name contains 2, rare"
THREE: Final = "name contains 3"
SPELT: Final = "pinyin initials"
STARTS: Final = "phone begins with"
ENDS: Final = "phone ends with"
COMBINED: Final = "type, created in a month, phone begins with"
CHOICE: Final = "own field (choice) equal"
SORTED: Final = "sorted by own whole number"

LISTS: Final = (FIRST, DEEP)
SEARCHES: Final = (ONE, COMMON, RARE, THREE, SPELT, STARTS, ENDS)
FILTERS: Final = (COMBINED, CHOICE, SORTED)
CASES: Final = (*LISTS, *SEARCHES, *FILTERS)

COLUMNS: Final = ("name", "phone", "type", "team", "agent", "created_at", "amount", "source")


@dataclass(frozen=True)
class Asked:
    """What the cases look for in this very data. `names` by case; `rows` is how many of a page's rows there are."""

    rows: dict[str, int]
    names: dict[str, str]
    tail: str  # last four digits
    month: tuple[str, str]  # first day, and the day after the last
    type_id: int
    source_id: str
    amount: str  # slot of the whole number
    source: str  # slot of the choice
    cursor: str = ""
    known: dict[str, Any] = field(default_factory=dict)

    @property
    def last_day(self) -> str:
        return self.known["last_day"]


def label(case: str, asked: Asked, number: int) -> str:
    """The case with what it looks for."""
    more = {
        **asked.names, DEEP: f"row {number // 2:,}", SPELT: INITIALS, STARTS: PREFIX, ENDS: asked.tail,
        COMBINED: PREFIX,
    }.get(case)  # fmt: skip
    return f"{case} ({more})" if more else case


def our_path(case: str, asked: Asked) -> str:
    """The search box is what finds by spelling; everything else is a filter."""
    wanted = {
        FIRST: {},
        DEEP: {"cursor": asked.cursor},
        **{name: {"name.contains": text} for name, text in asked.names.items()},
        SPELT: {"q": INITIALS},
        STARTS: {"phone.starts": PREFIX},
        ENDS: {"phone.ends": asked.tail},
        COMBINED: {"type.in": asked.type_id, "created_at.from": asked.month[0], "created_at.to": asked.last_day,
                   "phone.starts": PREFIX},
        CHOICE: {f"{asked.source}.in": asked.source_id},
        SORTED: {"order": f"-{asked.amount}"},
    }[case]  # fmt: skip
    return _path("/customer/", wanted)


def fab_path(case: str, asked: Asked, number: int) -> str | None:
    """FAB counts pages from 0 and filters by number, in the order in which a kind of column has them."""
    wanted: dict[str, Any] | None = {
        FIRST: {},
        DEEP: {"page_CustomerView": number // 2 // PAGE},
        **{name: {"_flt_2_name": text} for name, text in asked.names.items()},
        STARTS: {"_flt_0_phone": PREFIX},
        ENDS: {"_flt_1_phone": asked.tail},
        COMBINED: {"_flt_3_type": TYPE, "_flt_1_created_at": asked.month[0], "_flt_2_created_at": asked.month[1],
                   "_flt_0_phone": PREFIX},
        CHOICE: {"_flt_3_source": SOURCE},
        SORTED: {"_oc_CustomerView": "amount", "_od_CustomerView": "desc"},
    }.get(case)  # fmt: skip
    return None if wanted is None else _path("/customerview/list/", wanted)


def flask_admin_path(case: str, asked: Asked, number: int) -> str | None:
    """Filters by name, as `named_filter_urls` has them; `^` in its search box means "begins with"."""
    wanted: dict[str, Any] | None = {
        FIRST: {},
        DEEP: {"page": number // 2 // PAGE},
        **{name: {"flt0_name_contains": text} for name, text in asked.names.items()},
        STARTS: {"search": f"^{PREFIX}"},
        COMBINED: {"search": f"^{PREFIX}", "flt0_type_equals": TYPE,
                   "flt1_created_at_between": f"{asked.month[0]} 00:00:00 to {asked.month[1]} 00:00:00"},
        CHOICE: {"flt0_source_equals": SOURCE},
        SORTED: {"sort": COLUMNS.index("amount"), "desc": 1},
    }.get(case)  # fmt: skip
    return None if wanted is None else _path("/admin/customer/", wanted)


def django_path(case: str, asked: Asked, number: int) -> str | None:
    """Django's look-ups in the query string, as its own filters write them."""
    wanted: dict[str, Any] | None = {
        FIRST: {},
        DEEP: {"p": number // 2 // PAGE + 1},
        **{name: {"name__contains": text} for name, text in asked.names.items()},
        STARTS: {"phone__startswith": PREFIX},
        ENDS: {"phone__endswith": asked.tail},
        COMBINED: {"type__exact": TYPE, "created_at__gte": asked.month[0], "created_at__lt": asked.month[1],
                   "phone__startswith": PREFIX},
        CHOICE: {"source__exact": SOURCE},
        SORTED: {"o": f"-{COLUMNS.index('amount') + 1}"},
    }.get(case)  # fmt: skip
    return None if wanted is None else _path("/admin/customers/customer/", wanted)


def _path(path: str, wanted: dict[str, Any]) -> str:
    return f"{path}?{urlencode(wanted)}" if wanted else path
