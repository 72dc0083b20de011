"""What rule files under `schema/` are written with: a `Change`, and a way to say no.

A rule is a plain function of one Change. It runs before the record is saved, in the transaction that saves it, once per
record of a batch, and sees what the batch has done so far. It raises `Violation(field, message)`, or alters `after`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from flask_babel import gettext as _

from app.access import SYSTEM, Actor
from app.engine import engine
from app.errors import Invalid, Violation
from app.fields.password import hash_password
from app.models.base import utcnow
from app.records import login_log
from app.records.asker import Asker
from app.records.lookup import Lookup, Others
from app.records.passwords import one_time_password
from app.records.width import wider, without_narrowings
from app.spec.model import ADMIN, ResourceSpec

__all__ = [
    "ADMIN", "Asker", "Change", "Violation", "_", "hash_password", "one_time_password",
]  # fmt: skip

Doing = Literal["add", "edit", "delete", "act"]
Rule = Callable[["Change"], None]
_ABSENT: Final = object()


@dataclass(slots=True)
class Change:
    """One record about to be added, edited, deleted or acted upon.

    `before` and `after` map field names to values; secret fields stand in `after` only when they are being set.
    `before` is None when adding, `after` when deleting. Rules may write to `after`.
    """

    kind: Doing
    resource: ResourceSpec
    actor: Actor
    id: int
    before: Mapping[str, Any] | None
    after: dict[str, Any] | None
    others: Others
    lookup: Lookup
    action: str = ""  # the action's name where kind is "act"
    handed_over: bool = False  # what the record referred to is being deleted
    now: datetime = field(default_factory=utcnow)
    system: dict[str, Any] = field(default_factory=dict)
    bumped: list[str] = field(default_factory=list)
    revealed: dict[str, str] = field(default_factory=dict)

    @property
    def by_admin(self) -> bool:
        """True where the actor holds every permission: an admin, or the system itself."""
        return self.actor.role_key in (ADMIN, SYSTEM)

    def changed(self, *names: str) -> bool:
        """True if this changes one of the fields `names`. Adding and deleting change every field."""
        if self.before is None or self.after is None:
            return True
        return any(self.before.get(name, _ABSENT) != self.after.get(name, _ABSENT) for name in names)

    def set_system(self, column: str, value: Any) -> None:
        """Save `value` in a column that is not a field."""
        self.system[column] = value

    def bump(self, column: str) -> None:
        """Save one more than is there now in a counter that is not a field."""
        self.bumped.append(column)

    def find(self, resource: str, **equals: Any) -> Mapping[str, Any] | None:
        """The first record of another resource with these values: its fields and "id". None where there is none."""
        return self.lookup.find(resource, **equals)

    def lock(self, resource: str, **equals: Any) -> Mapping[str, Any] | None:
        """As `find`, and nobody else may change that record, nor pass a lock on it, until this transaction ends."""
        return self.lookup.lock(resource, **equals)

    def log_login(self, event: login_log.Event, username: str) -> None:
        """Note in the login log what this means for the logins of the person whom the record is about."""
        by = self.actor.get_full_name()
        login_log.note(self.actor.tenant_id, event, username=username, user_id=self.id, reason=by)

    def holds_all_of(self, role_id: int) -> bool:
        """True if the actor holds every permission that the role with this id is granted, and where the actor does not
        see all records, the role does not either."""
        held = without_narrowings(self.lookup.granted(role_id)) <= self.actor.grants
        return self.by_admin or (held and not self._sees_more(role_id))

    def _sees_more(self, role_id: int) -> bool:
        """True if that role sees more records on some page than the actor does (C1)."""
        granted = self.lookup.granted(role_id)
        role = self.find("role", id=role_id) or {}
        called = role.get("key") or role.get("base") or ""
        return bool(wider(self.actor, called, granted, (name for name, _kind in granted)))

    def reveal(self, label: object, text: str) -> None:
        """Show `text` once, to the actor only, when this has been saved. It is never stored or logged."""
        self.revealed[str(label)] = text


def run(change: Change, functions: Iterable[str]) -> None:
    """Run these functions of the resource's rule file. Raises Invalid with every violation, by field."""
    apply(change, found(change.resource, functions))


def found(resource: ResourceSpec, functions: Iterable[str]) -> list[Rule]:
    """These functions of the resource's rule file."""
    known = engine().product.rules[resource.name]
    return [known[name] for name in functions]


def apply(change: Change, functions: Iterable[Rule]) -> None:
    """As `run`, with functions looked up before: thousands of records ask for the same ones."""
    errors: dict[str, list[object]] = {}
    for rule in functions:
        try:
            rule(change)
        except Violation as violation:
            errors.setdefault(violation.field, []).append(violation.message)
    if errors:
        raise Invalid(errors)
