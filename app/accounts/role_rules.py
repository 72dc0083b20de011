"""What nobody may do to a role, whoever asks: the page, the API, a restore, a rollback (R1, R3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask_babel import gettext as _

from app.access import SYSTEM, Actor
from app.accounts.roles import Grants, RoleState, holds, known_pairs, role_resource, texts
from app.engine import engine
from app.errors import Denied, Invalid
from app.records.grant_words import GRANTS, words
from app.records.grants import Pair
from app.records.width import wider, without_narrowings
from app.spec.model import ADMIN, NARROWINGS

MOST_SAID: Final = 20  # unknown permissions that a refusal names
LAST_ACCESS: Final = ("view", "edit")  # what one needs of the role page to undo a mistake there


def check_change(actor: Actor, role: RoleState, wanted: Grants, missing: Iterable[Pair] = ()) -> None:
    """Raises Invalid where `wanted` cannot be what the role is granted, and Denied where `actor` may not decide it.

    `missing` are permissions that the database has no row for.
    """
    unknown = sorted((wanted - known_pairs(engine().product)) | set(missing))
    if unknown:
        raise Invalid(
            {GRANTS: [_("There is no such permission: %(name)s", name=name) for name in texts(unknown[:MOST_SAID])]}
        )
    added, removed = wanted - role.grants, role.grants - wanted
    if role.is_admin and removed:
        raise Invalid({"": [_("The admin role holds every permission and cannot be reduced.")]})
    page = role_resource(engine().product).name
    if actor.role_id == role.id and removed & {(page, kind) for kind in LAST_ACCESS}:
        raise Invalid({"": [_("You cannot take away your own access to this page.")]})
    check_holds(actor, added | removed)
    narrowed = [page for page, kind in added | removed if kind in NARROWINGS]
    check_sight(actor, role, wanted, [page for page, _kind in added] + narrowed)
    check_sight(actor, role, role.grants, narrowed)


def check_holds(actor: Actor, pairs: Iterable[Pair]) -> None:
    """Nobody gives or takes away what they do not hold themselves. Raises Denied, and says what."""
    beyond = [pair for pair in without_narrowings(pairs) if not holds(actor, pair)]
    if beyond:
        named = words(texts(beyond), actor.locale)
        message = _("You can only give and take away permissions that you hold yourself. Not: %(names)s", names=named)
        raise Denied(role_resource(engine().product).name, "edit", message)


def check_sight(actor: Actor, role: RoleState, grants: Grants, pages: Iterable[str]) -> None:
    """Nobody lets a role, be it their own, see more of these pages than they see (C1). Raises Denied."""
    if beyond := wider(actor, role.key or role.base, grants, pages):
        named = _(", ").join(page.many.text(actor.locale) for page in beyond)
        message = _("You cannot decide that a role sees more records than you do. Page: %(names)s", names=named)
        raise Denied(role_resource(engine().product).name, "edit", message)


def check_removal(actor: Actor, role: RoleState) -> None:
    """Raises Invalid for a role that must stay, and Denied where it holds more than `actor` does."""
    if role.key:
        raise Invalid({"": [_("Built-in roles cannot be deleted. Take their permissions away instead.")]})
    if actor.role_id == role.id:
        raise Invalid({"": [_("This is your own role: somebody else has to delete it.")]})
    check_holds(actor, role.grants)


def check_heir(actor: Actor, heir: RoleState) -> None:
    """Whether users may be given `heir` by this actor. Raises Denied."""
    if heir.key == ADMIN and actor.role_key not in (ADMIN, SYSTEM):
        raise Denied(role_resource(engine().product).name, "delete", _("Only an admin can give this role."))
    check_holds(actor, heir.grants)
    check_sight(actor, heir, heir.grants, (page for page, _kind in heir.grants))
