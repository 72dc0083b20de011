"""How much of a page a role sees, so that nobody gives others, or themselves, more than they see (C1, R4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from app.access import SYSTEM, Actor
from app.engine import engine
from app.records.visibility import narrowing_of
from app.spec.model import ADMIN, NARROWINGS, ResourceSpec

Grants = Collection[tuple[str, str]]

TEAMS, OWN = NARROWINGS
ALL: Final = "all"
RULES: Final = "rules"  # what the YAML says of agents: neither more nor less than their teams' records

# What somebody who sees so much may let others see.
WITHIN: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        ALL: frozenset((ALL, TEAMS, RULES, OWN)),
        TEAMS: frozenset((TEAMS, RULES, OWN)),
        RULES: frozenset((RULES, OWN)),
        OWN: frozenset((OWN,)),
    }
)


def width(page: ResourceSpec, role: str, grants: Grants) -> str:
    """How much of the page a role sees; `role` is its key, or that of the built-in one it was copied from."""
    if role in (ADMIN, SYSTEM):
        return ALL
    return RULES if role in page.visibility else narrowing_of(page, grants) or ALL


def wider(actor: Actor, role: str, grants: Grants, pages: Iterable[str]) -> list[ResourceSpec]:
    """Those of the pages (by name) of which such a role sees more than `actor` does."""
    named = dict.fromkeys(pages)
    known = engine().product.resources if named else {}
    asked = [known[name] for name in named if name in known]
    mine = actor.role_key or actor.role_base
    return [page for page in asked if width(page, role, grants) not in WITHIN[width(page, mine, actor.grants)]]


def without_narrowings(grants: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """The permissions alone."""
    return frozenset(pair for pair in grants if pair[1] not in NARROWINGS)
