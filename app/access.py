"""Who is asking, and whether they may: deny by default (R2, R4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from app.errors import Denied
from app.fields.base import Reader
from app.spec.model import ADMIN, PERMISSIONS, ResourceSpec

SYSTEM = "system"


def _nothing() -> Mapping[str, Sequence[str]]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Actor:
    """A logged-in user, or the system itself (command line). Flask-Login's and FAB's `current_user`.

    `grants` holds (resource, kind) pairs of the actor's role; admin needs none of them.
    """

    tenant_id: int
    user_id: int | None
    role_key: str  # "" for a role the tenant made
    username: str = ""
    name: str = ""
    role_id: int | None = None
    role_name: str = ""
    seat: bool = False  # the role makes and takes calls: an agent's (C2)
    role_base: str = ""  # of an own role: key of the built-in one it was copied from
    team_id: int | None = None
    grants: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)
    columns: Mapping[str, Sequence[str]] = field(default_factory=_nothing, repr=False, compare=False)  # of lists
    locale: str = "zh"
    timezone: str = "Asia/Shanghai"
    tenant_code: str = ""
    tenant_name: str = ""
    session_id: int | None = None
    session_token: str = field(default="", repr=False)
    must_change_password: bool = False  # nothing else is possible before: a one-time password, or an expired one
    password_expired: bool = False
    password_days: int | None = None  # days left until it expires, once the policy's reminder has begun
    platform: bool = False  # of the company that runs the product for all others (docs/decisions/platform.md)
    # The state of the company's grants and settings at this request: the keys of what workers remember of them.
    permissions_version: int = 0
    settings_version: int = 0

    # What Flask-Login and FAB ask of a user object.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def id(self) -> int | None:
        return self.user_id

    @property
    def roles(self) -> list[str]:
        return [self.role_key]

    def get_id(self) -> str:
        return f"{self.tenant_id}:{self.session_token}"

    def get_full_name(self) -> str:
        return self.name or self.username

    @property
    def reader(self) -> Reader:
        return Reader(self.locale, self.timezone)


def system_actor(tenant_id: int, reason: str, *, locale: str = "zh", timezone: str = "Asia/Shanghai") -> Actor:
    """The actor of the command line and of jobs nobody asked for; `reason` goes to the audit log."""
    return Actor(tenant_id=tenant_id, user_id=None, role_key=SYSTEM, username=SYSTEM, name=reason,
                 locale=locale, timezone=timezone)  # fmt: skip


def may(actor: Actor, resource: ResourceSpec, kind: str) -> bool:
    """True if `actor` has the permission `kind` (one of the twelve) on `resource`: what is not granted is denied."""
    if kind not in PERMISSIONS:
        raise ValueError(f"not a kind of permission: {kind}")
    if kind not in resource.can:
        return False
    return actor.role_key in (ADMIN, SYSTEM) or (resource.name, kind) in actor.grants


def demand(actor: Actor, resource: ResourceSpec, kind: str) -> None:
    """Raises Denied unless `actor` may."""
    if not may(actor, resource, kind):
        raise Denied(resource.name, kind)
