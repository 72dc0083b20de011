"""Every exception the product raises on purpose, and the one table from exception to HTTP status.

Domain code raises these; only `app.web.errors` turns them into a page or a JSON body.
Messages are lazy translations, so the person who reads them decides the language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.exc import DontWrapMixin


class UccError(Exception):
    """Base of all errors meant for a person. `message` is a translated text or a lazy one."""

    def __init__(self, message: object = "") -> None:
        super().__init__(message)
        self.message = message


class Invalid(UccError):
    """What was sent cannot be accepted. `errors` maps field name to messages; "" holds those of the whole record."""

    def __init__(self, errors: Mapping[str, Sequence[object]], message: object = "") -> None:
        super().__init__(message or "; ".join(str(text) for texts in errors.values() for text in texts))
        self.errors: dict[str, list[object]] = {name: list(texts) for name, texts in errors.items()}


class Violation(UccError):
    """A rule says no. `field` is the name of the field to show it at, or "" for the whole record."""

    def __init__(self, field: str, message: object) -> None:
        super().__init__(message)
        self.field = field


class NotLoggedIn(UccError):
    """Nobody is logged in, or the session has ended."""


class Denied(UccError):
    """The actor lacks the permission `action` on `resource`."""

    def __init__(self, resource: str, action: str, message: object = "") -> None:
        super().__init__(message)
        self.resource = resource
        self.action = action


class NotFound(UccError):
    """No such record in this tenant. A record of another tenant answers the same (DESIGN: 404 foreign or absent)."""


class Conflict(UccError):
    """Somebody else saved first. `current` holds the values in the database now, by field name."""

    def __init__(self, message: object, current: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.current = dict(current or {})


class Busy(Conflict):
    """Two changed the same records at once, and each waited for the other: this one gave up. Trying again helps."""


class InUse(UccError):
    """The record cannot go because others refer to it. `uses`: how many records of which resource do."""

    def __init__(self, message: object, uses: Mapping[str, int] | None = None) -> None:
        super().__init__(message)
        self.uses = dict(uses or {})


class TooMany(UccError):
    """Too many attempts. `retry_after` is in seconds."""

    def __init__(self, message: object, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NoTenant(DontWrapMixin, RuntimeError):
    """A tenant's data was touched outside any tenant scope: a bug, never a person's fault.

    SQLAlchemy lets it through as it is, instead of wrapping it into an error of the statement.
    """


class CrossTenant(DontWrapMixin, RuntimeError):
    """Code tried to reach another tenant's rows, or sent what cannot be confined to one: a bug."""


class UnsafeDatabase(RuntimeError):
    """The database would not isolate tenants (superuser, BYPASSRLS, a table without a policy): refuse to start."""


class MigrationFault(UccError):
    """The database cannot be brought up to the product, and why. It was left as it was."""


class SpecFault(RuntimeError):
    """One or more faults in `schema/`. `faults` are printable lines `file:line: path: message`."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


HTTP_STATUS: dict[type[Exception], int] = {
    Invalid: 400,
    Violation: 400,
    NotLoggedIn: 401,
    Denied: 403,
    NotFound: 404,
    Conflict: 409,
    InUse: 409,
    TooMany: 429,
}
