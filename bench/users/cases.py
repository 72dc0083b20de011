"""The pages that are measured, and how each contender is asked for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from bench.users.people import ROLES

PAGE: Final = 25
NAME: Final = "张伟"
PHONE: Final = "138"
ROLE: Final = "agent"

STOCK_ADMIN: Final = ("admin", "stock-Password-1")

FIRST: Final = "first page"
DEEP: Final = "page in the middle (row 100,000)"
LAST: Final = "last page"
BY_NAME: Final = f"name contains {NAME}"
BY_ROLE_AND_PHONE: Final = f"role {ROLE} and phone {PHONE}…"
CASES: Final = (FIRST, DEEP, LAST, BY_NAME, BY_ROLE_AND_PHONE)


@dataclass(frozen=True)
class World:
    """What the contenders have to know about the data they show."""

    owner_url: str
    app_url: str
    root_url: str  # the superuser, past row-level security
    stock_url: str
    users: int
    tenant_id: int
    tenant: str
    admin: str
    password: str
    role_id: int
    middle_cursor: str
    instance: str
    schema: str  # folders of YAML files, comma-separated
    migrations: str
    postmaster: int  # the database server's process


def our_query(case: str, world: World) -> str:
    asked = {
        FIRST: [],
        DEEP: [("cursor", world.middle_cursor)],
        LAST: [("cursor", "last")],
        BY_NAME: [("name.contains", NAME)],
        BY_ROLE_AND_PHONE: [("role.in", world.role_id), ("phone.starts", PHONE)],
    }[case]
    return f"/user/?{urlencode(asked)}" if asked else "/user/"


def stock_query(case: str, world: World) -> str:
    """FAB counts pages from 0 and filters by number: 0 is "is" for a relation and "starts with" for a text."""
    asked: dict[str, object] = {
        FIRST: {},
        DEEP: {"page_PersonView": world.users // 2 // PAGE},
        LAST: {"page_PersonView": (world.users - 2) // PAGE},
        BY_NAME: {"_flt_2_name": NAME},
        BY_ROLE_AND_PHONE: {"_flt_0_role": ROLES.index(ROLE) + 1, "_flt_0_phone": PHONE},
    }[case]
    return f"/personview/list/?{urlencode(asked)}" if asked else "/personview/list/"
